/** The steps of the tour, in order. Each does something on Slack's side and waits until Slack's own log shows what the server did. */
import type { LogRecord } from 'slack-simulator';
import type { Stage, Workspace } from './stage.ts';

const HOUR_MS = 3_600_000;

interface TeamRow {
  teamId: string;
  status: string;
  reason: string | null;
  installs: number;
}

/** Plays everything. Throws TourFailure at the first thing that is not as told. */
export async function story(stage: Stage): Promise<void> {
  const [acme, globex, initech] = (await stage.slack.teams()).map(({ id, name }) => ({ id, name }));
  stage.require(acme !== undefined && globex !== undefined && initech !== undefined, 'there are three workspaces');
  const all = [acme, globex, initech];

  await registerAll(stage, all);
  await greetEach(stage, all);
  await breakSockets(stage, all);
  const goneToken = await disableIntegration(stage, acme);
  const removedToken = await removeApp(stage, globex);
  await staySilentForTwoDays(stage, { gone: [goneToken, removedToken], others: initech });
  await returnOfTheFirst(stage, acme);
  await crash(stage, { active: [acme, initech], inactive: globex, inactiveToken: removedToken });
}

async function registerAll(stage: Stage, workspaces: Workspace[]): Promise<void> {
  stage.tell('Three workspaces register through the Slack button');
  await stage.server.start(await stage.nowMs());
  for (const workspace of workspaces) {
    const after = await stage.slack.lastSeq();
    const title = await stage.register(workspace);
    const exchanged = await stage.until(`the exchange for ${workspace.name}`, isCall('oauth.access'), { after });
    stage.require(exchanged.ok === true, 'the code was exchanged');
    await stage.until(`a socket of ${workspace.name}`, isOpened(workspace), { after });
    stage.prove(`${workspace.name} allowed the bot; the page says "${title}"`, exchanged);
  }
}

async function greetEach(stage: Stage, workspaces: Workspace[]): Promise<void> {
  stage.tell('A person writes, the bot answers, in that workspace only');
  for (const workspace of workspaces) {
    const after = await stage.slack.lastSeq();
    await stage.greet(workspace);
    const posts = (await stage.slack.log({ after, method: 'chat.postMessage' })).filter(
      ({ kind }) => kind === 'request',
    );
    stage.require(posts.length === 1 && posts[0]?.team === workspace.id, `one answer, and only in ${workspace.name}`);
  }
  stage.prove('one answer each, and none elsewhere');
}

async function breakSockets(stage: Stage, [first, second, third]: Workspace[]): Promise<void> {
  stage.tell('One socket is closed without a word, one is reset, one goes mute');
  const after = await stage.slack.lastSeq();
  const breaks = [
    { workspace: first, kind: 'close', what: 'closed without a word' },
    { workspace: second, kind: 'reset', what: 'reset' },
    { workspace: third, kind: 'mute', what: 'mute: TCP stays open and nothing answers' },
  ] as const;
  for (const { workspace, kind, what } of breaks) {
    stage.require(workspace !== undefined, 'there is a workspace for each break');
    await stage.slack.fault({ kind, team: workspace.id });
    stage.note(`${workspace.name}: ${what}`);
  }
  for (const { workspace } of breaks) {
    stage.require(workspace !== undefined, 'there is a workspace for each break');
    const opened = await stage.until(`a new socket of ${workspace.name}`, isOpened(workspace), { after });
    stage.prove(`${workspace.name} is back`, opened);
    await stage.greet(workspace);
  }
}

async function disableIntegration(stage: Stage, workspace: Workspace): Promise<string> {
  stage.tell(`${workspace.name} disables the integration: a silent close, then account_inactive`);
  const tokenId = await tokenOf(stage, workspace);
  const after = await stage.slack.lastSeq();
  await stage.slack.fault({ kind: 'disable_integration', team: workspace.id });
  const closed = await stage.until('a silent close', isClosed(workspace), { after });
  stage.note(`Slack closed the socket and said nothing (code ${closed.code ?? 'none'})`);
  const refused = await stage.until('the refused reconnect', isRefused(workspace, 'account_inactive'), { after });
  stage.prove('the reconnect was refused, and that is the proof', refused);
  await expectRow(stage, workspace, { status: 'inactive', reason: 'account_inactive' });
  const uses = await stage.usesOf(tokenId, refused.seq);
  stage.require(uses.length === 0, `no further call with that token, but there were ${uses.length}`);
  stage.prove('no further call with that token');
  return tokenId;
}

async function removeApp(stage: Stage, workspace: Workspace): Promise<string> {
  stage.tell(`${workspace.name} removes the app: invalid_auth, which Slack also says to a blocked address`);
  const tokenId = await tokenOf(stage, workspace);
  const after = await stage.slack.lastSeq();
  await stage.slack.fault({ kind: 'remove_app', team: workspace.id });
  const first = await stage.until('the first invalid_auth', isRefusedToken(tokenId, 'invalid_auth'), { after });
  stage.prove('the reconnect was refused; one such answer is no proof', first);
  await expectRow(stage, workspace, { status: 'active (confirming)', reason: 'invalid_auth' });
  stage.note('30 s pass on both clocks, in less on yours');
  const second = await stage.until('the confirming probe', isRefusedToken(tokenId, 'invalid_auth'), {
    after: first.seq,
  });
  stage.require(second.method === 'auth.test', `the confirmation is auth.test, not ${second.method}`);
  stage.require(second.atMs - first.atMs >= 29_000, `the confirmation came ${second.atMs - first.atMs} ms later`);
  stage.prove('asked again after the wait, Slack says the same', second);
  await expectRow(stage, workspace, { status: 'inactive', reason: 'invalid_auth' });
  return tokenId;
}

async function staySilentForTwoDays(
  stage: Stage,
  { gone, others }: { gone: string[]; others: Workspace },
): Promise<void> {
  stage.tell(`48 hours and a restart later: silence about those two, and ${others.name} never noticed`);
  const after = await stage.slack.lastSeq();
  const [before] = await stage.slack.sockets(others.id);
  stage.note('48 hours pass on both clocks: the first six timer by timer, then in strides of half an hour');
  await stage.pass(6 * HOUR_MS, 60_000);
  stage.note('  6 h');
  await stage.strideThrough(42 * HOUR_MS, HOUR_MS / 2);
  stage.note('  48 h');
  const [now] = await stage.slack.sockets(others.id);
  stage.require(before !== undefined && now?.id === before.id, `${others.name} has the same socket as before`);
  stage.prove(`${others.name} kept the socket ${before.id} all the time`);
  await expectSilence(stage, gone, after, 'in 48 hours');
  const code = await stage.server.stop();
  stage.require(code === 0, `the server ended with ${code}`);
  await stage.server.start(await stage.nowMs());
  await stage.until(`the socket of ${others.name}`, isOpened(others), { after });
  await stage.pass(120_000, 1_000);
  await expectSilence(stage, gone, after, 'after a restart');
  await stage.greet(others);
}

async function returnOfTheFirst(stage: Stage, workspace: Workspace): Promise<void> {
  stage.tell(`${workspace.name} installs the app again: same row, data kept`);
  const after = await stage.slack.lastSeq();
  const title = await stage.register(workspace);
  stage.note(`the page says "${title}"`);
  const opened = await stage.until(`a socket of ${workspace.name}`, isOpened(workspace), { after });
  stage.prove('connected again', opened);
  const row = await expectRow(stage, workspace, { status: 'active', reason: null });
  stage.require(row.installs === 2, `the row counts 2 installs, not ${row.installs}`);
  const answer = await stage.greet(workspace);
  stage.require(answer.includes('number 3 '), 'the bot went on counting where it was, at 3');
  stage.prove('the bot remembers: its third greeting there');
}

async function crash(
  stage: Stage,
  { active, inactive, inactiveToken }: { active: Workspace[]; inactive: Workspace; inactiveToken: string },
): Promise<void> {
  stage.tell('The server is killed with -9 and started again');
  const after = await stage.slack.lastSeq();
  await stage.server.kill();
  await stage.server.start(await stage.nowMs());
  for (const workspace of active) {
    const opened = await stage.until(`a socket of ${workspace.name}`, isOpened(workspace), { after });
    stage.prove(`${workspace.name} is back`, opened);
    await stage.greet(workspace);
  }
  await stage.pass(120_000, 1_000);
  await expectSilence(stage, [inactiveToken], after, `about ${inactive.name}`);
}

async function tokenOf(stage: Stage, workspace: Workspace): Promise<string> {
  const [installation] = await stage.slack.installs(workspace.id);
  stage.require(installation !== undefined, `${workspace.name} has an installation`);
  return installation.botTokenId;
}

async function expectSilence(stage: Stage, tokens: string[], after: number, when: string): Promise<void> {
  for (const token of tokens) {
    const uses = await stage.usesOf(token, after);
    stage.require(uses.length === 0, `no call ${when} with token ${token}, but ${uses.length}`);
  }
  stage.prove(`no call with ${tokens.length === 1 ? 'its token' : 'their tokens'} ${when}`);
}

/** What the operator sees, asked by the command line beside the running server. Slack's log is the proof, this is the row. */
async function expectRow(
  stage: Stage,
  workspace: Workspace,
  expected: { status: string; reason: string | null },
): Promise<TeamRow> {
  const row = await stage.server.teams<TeamRow>('show', workspace.id);
  const isAsTold = row.status === expected.status && row.reason === expected.reason;
  stage.require(
    isAsTold,
    `teams show ${workspace.id} says ${row.status} (${row.reason}), not ${expected.status} (${expected.reason})`,
  );
  stage.note(`teams show: ${row.status}${row.reason === null ? '' : ` (${row.reason})`}`);
  return row;
}

type Fits = (record: LogRecord) => boolean;

function isCall(method: string): Fits {
  return (record) => record.kind === 'request' && record.method === method;
}

function isOpened(workspace: Workspace): Fits {
  return ({ kind, team }) => kind === 'socket_open' && team === workspace.id;
}

function isClosed(workspace: Workspace): Fits {
  return ({ kind, team }) => kind === 'socket_close' && team === workspace.id;
}

function isRefused(workspace: Workspace, code: string): Fits {
  return ({ kind, team, method, error }) =>
    kind === 'request' && team === workspace.id && method === 'rtm.connect' && error === code;
}

/** Slack does not know a removed token any more, so its log names no team. */
function isRefusedToken(token: string, code: string): Fits {
  return ({ kind, tokenId, error }) => kind === 'request' && tokenId === token && error === code;
}
