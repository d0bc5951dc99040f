/**
 * Planned moves of RTM teams that are cut off in the middle: by a database that is away, by its failover, by the death of the server
 * that gives or of the one that takes. Each team is connected once in the end and answered once; what was open stays open for as
 * long as nobody else can have it. Real processes and databases; witness: the simulated Slack.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { importLines } from '../src/operations/teams/import-lines.ts';
import { PostgresPair } from '../src/store/postgres-pair.test-kit.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const TEAMS = Array.from({ length: 40 }, (_, n) => `Team ${n}`);
/** A lease of 10 s, a look at the rows, connects, and a busy machine. */
const PATIENT = { timeout: 60_000, interval: 100 };
/** Connections that moves break at a time. */
const AT_ONCE = 25;
/** Longer than what is handed over lingers, shorter than a lease. */
const AWAY_MS = 5_000;

const BOT = `export default ({ bot }) => {
  bot.message('hi', async ({ say, context }) => void (await say(process.env.NODE + ' at try ' + context.attempt)));
};
`;

async function openNodes(databaseUrl?: string) {
  const scene = await Scene.open({
    teams: TEAMS.map((name) => ({ name })),
    clock: { mode: 'system' },
    ...(databaseUrl === undefined && { database: 'postgres' }),
  });
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  const lines = await scene.linesOf(TEAMS);
  const own =
    databaseUrl === undefined ? undefined : { databaseUrl, encryptionKeys: Buffer.alloc(32, 7).toString('base64') };
  if (own) {
    const storage = await openStorage(own, { clock: scene.clock });
    for await (const _line of importLines(
      lines.map((line) => JSON.stringify(line)),
      storage.installations,
    ));
    await storage.close();
  } else await scene.importTeams(lines);
  const environment = await environmentOf(scene, {
    SLACK_TRANSPORT: 'rtm',
    ...(own && { DATABASE_URL: own.databaseUrl, ENCRYPTION_KEYS: own.encryptionKeys }),
  });
  const start = (name: string) =>
    new CliProcess(['start', join(scene.folder, 'bot.mjs')], { ...environment, NODE: name });
  /** Each team has one socket, and did for a while: nothing moves any more. */
  const isCalm = () =>
    vi.waitFor(async () => {
      const before = await scene.slack.lastSeq();
      await pause(4_000);
      const log = await scene.slack.log({ after: before, limit: 10_000 });
      expect(log.filter(({ kind }) => kind === 'socket_open' || kind === 'socket_close')).toEqual([]);
      expect((await scene.slack.status()).sockets).toBe(TEAMS.length);
    }, PATIENT);
  /** What each team's bot says to one "hi": by whom, so often. */
  const answers = async () => {
    const ids = lines.map(({ team_id: id }) => id);
    const before = new Map<string, number>();
    const said = async (team: string) =>
      (await scene.slack.messages({ team, to: 'bot' })).filter(({ isBot }) => isBot).map(({ text }) => text);
    for (const id of ids) before.set(id, (await said(id)).length);
    for (const id of ids) await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
    const isAnswered = async () => {
      const all = await Promise.all(ids.map(async (id) => (await said(id)).slice(before.get(id))));
      expect(all.filter((texts) => texts.length === 0)).toEqual([]);
      return all;
    };
    await vi.waitFor(isAnswered, PATIENT);
    // One that came twice would be there by now.
    await pause(500);
    return await isAnswered();
  };
  const closes = async (after: number) =>
    (await scene.slack.log({ after, kind: 'socket_close', limit: 10_000 })).map(({ team }) => team);
  return { scene, start, isCalm, answers, closes };
}

function expectOneEach(answers: readonly string[][]): void {
  expect(answers.filter(([text, ...more]) => more.length > 0 || !text?.endsWith('at try 1'))).toEqual([]);
}

it('a move goes on where it was after an outage, in which teams keep their sockets, and after a failover of the database', async () => {
  const pair = await PostgresPair.start();
  onTestFinished(() => pair[Symbol.asyncDispose]());
  const { scene, start, isCalm, answers, closes } = await openNodes(pair.url());
  const first = start('first');
  await isCalm();
  const second = start('second');
  await first.printed(/"msg":"shards lost"/);
  await pair.stop('fast');
  const stoppedSeq = await scene.slack.lastSeq();
  await pause(AWAY_MS);
  // What was given back and connected elsewhere before closes here; only what nobody could claim any more has none.
  const closed = new Set(await closes(stoppedSeq));
  const open = new Set((await scene.slack.sockets()).map(({ team }) => team));
  expect([...closed].filter((team) => !open.has(team ?? '')).length).toBeLessThan(AT_ONCE);
  await pair.startAgain();
  await isCalm();
  expectOneEach(await answers());
  const third = start('third');
  await third.printed(/"msg":"shards gained"/);
  await pair.failover();
  await isCalm();
  expectOneEach(await answers());
  for (const server of [first, second, third]) expect((await server.end()).code).toBe(0);
}, 240_000);

it.each(['gives', 'takes'] as const)(
  'a move is over within a lease when the server that %s dies in the middle',
  async (who) => {
    const { start, isCalm, answers } = await openNodes();
    const giver = start('giver');
    await isCalm();
    const taker = start('taker');
    await (who === 'gives' ? giver.printed(/"msg":"shards lost"/) : taker.printed(/"msg":"shards gained"/));
    const [dead, alive] = who === 'gives' ? [giver, taker] : [taker, giver];
    await dead.end('SIGKILL');
    await isCalm();
    const name = who === 'gives' ? 'taker' : 'giver';
    const all = await answers();
    expect(all).toEqual(TEAMS.map(() => [`${name} at try 1`]));
    expect((await alive.end()).code).toBe(0);
  },
  120_000,
);
