/**
 * One of two servers on one PostgreSQL is killed while events wait in it: whatever got a 200 is handled, and nothing comes again but
 * what that server had not finished. Witnesses: the answers of both request URLs, and what listeners wrote into files of their own.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppSeed } from 'slack-simulator';
import { expect, it, vi } from 'vitest';
import { CliProcess, type Environment, environmentOf } from './cli.test-kit.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { aMessage, postSigned } from './signed-events.test-kit.ts';

const TEAMS = Array.from({ length: 12 }, (_, n) => `Team ${n}`);
/** One conversation each: the last one would take three seconds. */
const EVENTS_PER_TEAM = 10;
const LISTENER_MS = 300;
/** The lease of 10 s, a look at the rows, what waited, and a busy machine. */
const TAKEN_OVER = { timeout: 40_000, interval: 100 };

const app: AppSeed = {
  kind: 'granular',
  signingSecret: SIGNING_SECRET,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};

/** Its lines are on disk, or at least with the system, before the next thing happens: a kill takes none back. */
const BOT = `import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
export default ({ bot }) => {
  bot.message(async ({ body, context }) => {
    const write = (what) => appendFileSync(process.env.HANDLED_FILE, JSON.stringify({
      what, id: body.event_id, team: body.team_id, attempt: context.attempt, atMs: Date.now() }) + '\\n');
    write('begin');
    await pause(${LISTENER_MS});
    write('end');
  });
};
`;

/** What a listener wrote. */
interface Line {
  what: 'begin' | 'end';
  id: string;
  team: string;
  attempt: number;
  atMs: number;
}

/** A server, and what its listeners have written. */
interface Node {
  server: CliProcess;
  url: string;
  lines(): Promise<Line[]>;
}

async function startNode(scene: Scene, name: string, environment: Environment): Promise<Node> {
  const file = join(scene.folder, `handled-by-${name}`);
  await writeFile(file, '');
  const server = new CliProcess(['start', join(scene.folder, 'bot.mjs')], { ...environment, HANDLED_FILE: file });
  const [, url = ''] = await server.printed(/"url":"([^"]+)","msg":"listening"/);
  await server.printed(/"msg":"shards gained"/);
  const lines = async () => {
    const written = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
    return written.map((line) => JSON.parse(line) as Line);
  };
  return { server, url, lines };
}

async function openNodes() {
  const scene = await Scene.open({ teams: TEAMS.map((name) => ({ name })), app, database: 'postgres' });
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  const teams = await scene.linesOf(TEAMS);
  await scene.importTeams(teams);
  const environment = await environmentOf(scene, {
    SLACK_TRANSPORT: 'http',
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_SCOPES: 'chat:write',
  });
  const [{ id: appId } = { id: '' }] = await scene.slack.apps();
  const start = (name: string) => startNode(scene, name, environment);
  const [victim, survivor] = await Promise.all([start('victim'), start('survivor')]);
  return { victim, survivor, appId, teamIds: teams.map(({ team_id }) => team_id) };
}

it('whatever got a 200 from either of two servers is handled when one is killed with events waiting', async () => {
  const { victim, survivor, appId, teamIds } = await openNodes();
  const accepted: { id: string; team: string }[] = [];
  const send = async (to: Node, nth: number, team: string) => {
    const id = `Ev${team}x${nth}`;
    if ((await postSigned(to.url, aMessage({ id, team, appId, nth }))) === 200) accepted.push({ id, team });
  };
  for (let nth = 0; nth < EVENTS_PER_TEAM; nth++) {
    await Promise.all(teamIds.map((team, n) => send((n + nth) % 2 === 0 ? victim : survivor, nth, team)));
  }
  expect(accepted).toHaveLength(TEAMS.length * EVENTS_PER_TEAM);
  // Both have a share of the teams, and so events of their own to run.
  await vi.waitFor(async () => {
    for (const node of [victim, survivor]) expect(endsOf(await node.lines()).length).toBeGreaterThan(0);
  }, TAKEN_OVER);

  const sending = teamIds.map((team) => send(victim, EVENTS_PER_TEAM, team));
  const before = await victim.lines();
  const killedMs = Date.now();
  await victim.server.end('SIGKILL');
  await Promise.allSettled(sending);
  const itsTeams = new Set(before.map(({ team }) => team));
  const ofVictim = accepted.filter(({ team }) => itsTeams.has(team));
  const written = await victim.lines();
  expect(ofVictim.length).toBeGreaterThan(endsOf(written).length);
  expect(unfinishedAt(killedMs, written).size).toBeGreaterThan(0);
  await Promise.all(teamIds.map((team) => send(survivor, EVENTS_PER_TEAM + 1, team)));

  await vi.waitFor(async () => {
    const ended = new Set(endsOf([...written, ...(await survivor.lines())]));
    expect(accepted.filter(({ id }) => !ended.has(id))).toEqual([]);
  }, TAKEN_OVER);
  const later = (await survivor.lines()).filter(({ what }) => what === 'begin');
  expect(later.length).toBe(new Set(later.map(({ id }) => id)).size);
  expect(beginsOf(written).length).toBe(new Set(beginsOf(written)).size);
  const repeated = later.filter(({ id }) => beginsOf(written).includes(id));
  expect(repeated.filter(({ attempt }) => attempt < 2)).toEqual([]);
  const mayRepeat = unfinishedAt(killedMs, written);
  expect(repeated.filter(({ id }) => !mayRepeat.has(id))).toEqual([]);
  expect((await survivor.server.end()).code).toBe(0);
}, 120_000);

function beginsOf(lines: readonly Line[]): string[] {
  return lines.filter(({ what }) => what === 'begin').map(({ id }) => id);
}

function endsOf(lines: readonly Line[]): string[] {
  return lines.filter(({ what }) => what === 'end').map(({ id }) => id);
}

/** What a server had begun that was killed then, less what had ended 100 ms before. */
function unfinishedAt(killedMs: number, lines: readonly Line[]): Set<string> {
  const finished = new Set(endsOf(lines.filter(({ atMs }) => atMs <= killedMs - 100)));
  return new Set(beginsOf(lines).filter((id) => !finished.has(id)));
}
