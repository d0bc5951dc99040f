/** A session as a vitest test that plays it again by this package's own API. What it needs of the app is its address. */
import type { Seed } from '../seed/seed-schema.ts';
import { findMessage } from '../workspace/messages.ts';
import type { World } from '../workspace/world.ts';
import { STEPS_KEPT } from './session.ts';
import { Code, quoted, SessionNames, sourceOf } from './session-names.ts';
import type { AnswerStep, DoneStep, SessionStep } from './session-step.ts';

/** What is written down. */
export interface WrittenSession {
  readonly seed: Seed;
  readonly steps: readonly SessionStep[];
  readonly startedAtMs: number;
}

/** The source of the test. */
export function sessionTest(world: World, { seed, steps, startedAtMs }: WrittenSession): string {
  const names = new SessionNames(world);
  const used = timestampsIn(steps);
  const before = olderMessages(world, names, { used, steps });
  const lines = steps.flatMap((step) =>
    step.kind === 'done' ? doneLines(names, step, used) : answerLines(names, step, used),
  );
  const rooms = [...names.rooms.values()].map(
    ({ variable, ...room }) => `const ${variable} = await slack.act(${sourceOf({ kind: 'open_dm', ...room })});`,
  );
  const body = [...rooms, ...before, ...lines].map((line) => `  ${line}`).join('\n');
  const day = `${new Date(startedAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const helpers = helpersFor(body);
  return `${HEAD.replace('DAY', day)}
${importsFor(helpers + body)}
const seed: Seed = ${JSON.stringify(seed, null, 2)};

${helpers}
it('goes as it went', { timeout: ${timeoutMs(steps.length)} }, async () => {
  if (APP_URL) {
    const [app] = await slack.apps();
    await slack.updateApp(app?.id ?? '', { requestUrl: APP_URL });
  }
${body}
});
`;
}

/** For the whole test: each step may take so long on a busy machine, in milliseconds. */
const STEP_MS = 200;
const LEAST_MS = 120_000;

/** As it stands in source. */
function timeoutMs(steps: number): string {
  return Math.max(LEAST_MS, steps * STEP_MS)
    .toString()
    .replaceAll(/\B(?=(?:\d{3})+$)/g, '_');
}

const HEAD = `/**
 * A session of slack-simulator, begun DAY, played again: what people did, and what the app answered.
 *
 * SLACK_URL    a simulator that runs (that of the test kit too); without it this test starts one with the state of that time
 * SLACK_PORT   where it is started, for an app that has it in its SLACK_API_URL (4400)
 * APP_URL      the request URL of the app, for example http://127.0.0.1:3000/slack/events; nothing for Socket Mode and RTM
 * INSTALL_URL  where the app is added to a workspace, for example http://127.0.0.1:3000/slack/install; without it the app is
 *              installed with the tokens that it had
 *
 * An answer that depends on the time or on what the app remembers is another one next time: make its expectation wider.
 */`;

/** Only what is used: the test is to pass a linter. */
function importsFor(code: string): string {
  const isUsed = (name: string) => code.includes(name);
  const types = [...(isUsed('MessageInfo') ? ['type MessageInfo'] : []), 'type Seed'];
  const variables = ['SLACK_URL', "SLACK_PORT = '4400'", 'APP_URL', ...(isUsed('INSTALL_URL') ? ['INSTALL_URL'] : [])];
  return `import { ${[...types, 'SimulatorControl', 'startSimulator'].join(', ')} } from 'slack-simulator';
import { afterAll, ${isUsed('expect(') || isUsed('expect.') ? 'expect, ' : ''}it } from 'vitest';

const { ${variables.join(', ')} } = process.env;
`;
}

const BASE = `const own = SLACK_URL ? undefined : await startSimulator({ seed, port: Number(SLACK_PORT) });
const slack = own?.control ?? new SimulatorControl(SLACK_URL ?? '');
afterAll(() => own?.stop());
`;

// Without a limit only the newest 100 are given: an app that answers more slowly than people write has more that were not waited for yet.
const MESSAGES = `/** All that the session may have made. */
const messagesIn = async (where: Parameters<SimulatorControl['messages']>[0]) =>
  await slack.messages({ ...where, limit: ${2 * STEPS_KEPT} });
`;

const PATIENCE = `/** How long the app may take, in milliseconds. */
const patience = { timeout: 15_000, interval: 50 };
`;

/** By the name by which the steps call it. */
const HELPERS: Readonly<Record<string, string>> = {
  answer: `type Where = Parameters<SimulatorControl['messages']>[0];
const seen = new Set<string>();
/** What stood there before is no answer. In seconds, as timestamps are. */
const begunAt = (await slack.clock()).nowMs / 1_000;

/** The next answer of the app with that text, or with that part of it. */
async function answer(where: Where, text: string, { isPart = false } = {}): Promise<MessageInfo> {
  let found: MessageInfo | undefined;
  const next = async () => {
    const fresh = (await messagesIn(where)).filter(
      ({ isBot, ts }) => isBot && Number(ts) >= begunAt && !seen.has(ts),
    );
    found = fresh.find((one) => (isPart ? wordsOf(one).includes(text) : wordsOf(one) === text));
    return found ? text : fresh.map(wordsOf);
  };
  await expect.poll(next, patience).toEqual(text);
  if (!found) throw new Error(\`No answer: \${text}\`);
  seen.add(found.ts);
  return found;
}

/** Its text, or what its blocks say. */
function wordsOf({ text, blocks, attachments }: MessageInfo): string {
  return text || JSON.stringify([blocks, attachments]);
}
`,
  changed: `/** A message of the app becomes another. */
async function changed(where: Where, { ts }: MessageInfo, text: string): Promise<void> {
  const now = async () => (await messagesIn(where)).filter((one) => one.ts === ts).map(wordsOf).join();
  await expect.poll(now, patience).toContain(text);
}
`,
  gone: `/** A message of the app is deleted. */
async function gone(where: Where, { ts }: MessageInfo): Promise<void> {
  const left = async () => (await messagesIn(where)).map((one) => one.ts);
  await expect.poll(left, patience).not.toContain(ts);
}
`,
  whispered: `/** The app says something to one person. */
async function whispered(where: Parameters<SimulatorControl['ephemerals']>[0], text: string): Promise<void> {
  const heard = async () => (await slack.ephemerals(where)).map(wordsOf).join('\\n');
  await expect.poll(heard, patience).toContain(text);
}
`,
  modal: `/** A modal is open. */
async function modal(team: string, user: string, title: string): Promise<void> {
  const titles = async () => JSON.stringify((await slack.views({ team, user })).map(({ view }) => view.title));
  await expect.poll(titles, patience).toContain(JSON.stringify(title));
}
`,
  earlier: `/** A message that was there before. */
async function earlier(where: Parameters<SimulatorControl['messages']>[0], text: string): Promise<MessageInfo> {
  const found = (await messagesIn(where)).findLast((one) => one.text === text);
  if (!found) throw new Error(\`There is no message \${text}\`);
  return found;
}
`,
  install: `/** The app comes into a workspace: by its own page, or as the seed knows it. */
async function install(request: { team: string; user?: string; app?: string }): Promise<void> {
  if (INSTALL_URL) await slack.addToSlack(INSTALL_URL, request);
  else await slack.install(request);
}
`,
  mention: `/** How somebody is mentioned in a text. */
async function mention(team: string, name: string): Promise<string> {
  const { users } = await slack.team(team);
  return \`<@\${users.find((one) => one.name === name)?.id}>\`;
}
`,
};

function helpersFor(body: string): string {
  const isCalled = (name: string) => body.includes(`await ${name}(`);
  // What changes, goes or is whispered is compared with what was answered.
  const names = Object.keys(HELPERS).filter(
    (name) => isCalled(name) || (name === 'answer' && ['changed', 'gone', 'whispered'].some(isCalled)),
  );
  const helpers = names.map((name) => HELPERS[name] ?? '');
  const shared = [
    ['messagesIn', MESSAGES],
    ['patience', PATIENCE],
  ] as const;
  const needed = shared.filter(([name]) => helpers.some((one) => one.includes(name))).map(([, source]) => source);
  return [BASE, ...needed, ...helpers].join('\n');
}

/** What a step speaks of and nobody wrote in the session: it is found by its text. */
function olderMessages(
  world: World,
  names: SessionNames,
  { used, steps }: { used: ReadonlySet<string>; steps: readonly SessionStep[] },
): string[] {
  const made = new Set(steps.flatMap((step) => (step.kind === 'answer' ? [step.ts] : [madeBy(step)])));
  const older = [...used].filter((one) => /^\d+\.\d+$/.test(one) && !made.has(one));
  return older.flatMap((ts) => {
    for (const team of world.teams.values())
      for (const channel of team.channels.values()) {
        const message = findMessage(channel, ts);
        if (!message) continue;
        const where = sourceOf(names.where(team.id, channel.id));
        return [
          `const ${names.variable('old', ts)} = await earlier(${where}, ${sourceOf(names.text(team.id, message.text))});`,
        ];
      }
    return [];
  });
}

/** The message or fault that came of a step; what somebody did to a message made none. */
function madeBy({ method, body, answer }: DoneStep): string | undefined {
  const made = method === 'fault' ? answer?.id : body.ts === undefined ? answer?.ts : undefined;
  return typeof made === 'string' ? made : undefined;
}

/** Those that a later step speaks of: only they need a variable. */
function timestampsIn(steps: readonly SessionStep[]): ReadonlySet<string> {
  const used = steps.flatMap((step) => {
    if (step.kind === 'answer') return step.how === 'changed' || step.how === 'deleted' ? [step.ts] : [];
    return [step.body.ts, step.body.threadTs, ...step.path].filter((one) => typeof one === 'string');
  });
  return new Set(used);
}

function doneLines(names: SessionNames, step: DoneStep, used: ReadonlySet<string>): string[] {
  const { method, answer = {}, title } = step;
  const body = namedBody(names, step);
  if (method === 'addToSlack') return [`await install(${sourceOf(body)});`];
  const given = [...namedPath(names, step), ...(method === 'removeFaults' ? [] : [body])].map(sourceOf);
  const call = `await slack.${method}(${given.join(', ')})`;
  const { team, user = '' } = body as { team: string; user?: string };
  const before = title === undefined ? [] : [`await modal(${quoted(team)}, ${quoted(user)}, ${quoted(title)});`];
  if (method === 'act') {
    const errors = answer.errors as Record<string, string> | undefined;
    if (errors && Object.keys(errors).length > 0)
      return [...before, `expect((${call}).errors).toEqual(${sourceOf(errors)});`];
    if (answer.acked === true) return [...before, `expect(${call}).toMatchObject({ acked: true });`];
  }
  const made = madeBy(step);
  if (made === undefined || !used.has(made)) return [...before, `${call};`];
  return [...before, `const ${names.variable(VARIABLES[method] ?? 'made', made)} = ${call};`];
}

/** What a variable is called, by what made it. */
const VARIABLES: Readonly<Partial<Record<DoneStep['method'], string>>> = { say: 'said', fault: 'fault' };

function namedPath(names: SessionNames, { method, path }: DoneStep): (string | Code)[] {
  if (method === 'removeFaults') {
    const variable = path[0] === undefined ? undefined : names.variableOf(path[0]);
    return variable === undefined ? path.slice() : [new Code(`${variable}.id`)];
  }
  if (method === 'updateApp' || path.length === 0) return path.slice();
  const [team = '', channel, ts] = path;
  const place = channel === undefined ? undefined : names.where(team, channel);
  return [
    names.team(team),
    ...(place === undefined ? [] : [place.channel ?? channel ?? '']),
    ...(ts === undefined ? [] : [names.ts(ts)]),
  ];
}

/** What stands in these as a text has a name of its own in the test. Anything else, which a route may have passed over, is written as it came. */
const NAMED = new Set(['team', 'channel', 'user', 'app', 'ts', 'threadTs', 'text', 'actionId']);

/** Fields whose values are ids become names; what is meant anyway is left out. */
function namedBody(names: SessionNames, { body, method, path }: DoneStep): Record<string, unknown> {
  const { viewId: _newest, values, ...fields } = body;
  const isNamed = ([field, value]: [string, unknown]) => NAMED.has(field) && typeof value === 'string';
  const rest = Object.fromEntries(Object.entries(fields).filter((entry) => !isNamed(entry)));
  const named = Object.fromEntries(Object.entries(fields).filter(isNamed)) as Record<string, string | undefined>;
  const { team, channel, user, app, ts, threadTs, text, actionId } = named;
  const place = team !== undefined && channel !== undefined ? names.where(team, channel, user) : {};
  const known = names.app(app);
  const here = team ?? path[0] ?? '';
  const { users } = body;
  return {
    ...rest,
    ...(Array.isArray(users) && { users: users.map((one) => names.user(here, String(one))) }),
    ...(team !== undefined && { team: names.team(team) }),
    ...(user !== undefined && { user: names.user(here, user) }),
    ...(known !== undefined && method !== 'install' && { app: known }),
    ...(channel !== undefined && team === undefined && { channel }),
    ...place,
    ...(threadTs !== undefined && { threadTs: names.ts(threadTs) }),
    ...(ts !== undefined && { ts: names.ts(ts) }),
    ...(actionId !== undefined && { actionId: actionOf(actionId) }),
    ...(values !== undefined && { values: namedValues(values) }),
    ...(text !== undefined && { text: names.text(team ?? '', text) }),
  };
}

/** Slack makes ids for blocks that have none, of five digits here; the action alone is found as well. */
function actionOf(actionId: string): string {
  return /^[0-9a-f]{5}\/(?=.)/.test(actionId) ? actionId.slice(6) : actionId;
}

function namedValues(values: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object(values) as object).map(([key, value]) => [actionOf(key), value]));
}

function answerLines(names: SessionNames, step: AnswerStep, used: ReadonlySet<string>): string[] {
  const { how, team, channel, ts, user } = step;
  const where = sourceOf(names.where(team, channel, user));
  const text = sourceOf(names.text(team, step.text));
  const variable = names.variableOf(ts);
  switch (how) {
    case 'posted': {
      const call = `await answer(${where}, ${text}${step.isPart ? ', { isPart: true }' : ''});`;
      return used.has(ts) ? [`const ${names.variable('answer', ts)} = ${call}`] : [call];
    }
    case 'ephemeral': {
      const reader = user === undefined ? {} : { user: names.user(team, user) };
      return [`await whispered(${sourceOf({ ...names.where(team, channel, user), ...reader })}, ${text});`];
    }
    // What was there before the session has no name here.
    case 'changed':
      return variable === undefined ? [] : [`await changed(${where}, ${variable}, ${text});`];
    case 'deleted':
      return variable === undefined ? [] : [`await gone(${where}, ${variable});`];
  }
}
