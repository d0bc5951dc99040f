/**
 * Servers that are killed while a team is not connected, or before hooks were told that it was not: the next one tells, from when
 * nobody heard the team. Real processes; witnesses are what hooks wrote into files and when the test killed whom.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { CliProcess, type Environment, environmentOf } from './cli.test-kit.ts';
import { Scene, type SceneOptions } from './scene.test-kit.ts';
import { APP_TOKEN, socketApp } from './socket-scene.test-kit.ts';

/** A lease of 10 s, a look at the rows, connects, and a busy machine. */
const PATIENT = { timeout: 45_000, interval: 100 };

/** An embedded server writes one every five seconds, so the last one is not much older. */
const SIGN_OF_LIFE_MS = 5_000;

/** HANGS: its hooks begin and never end. */
const BOT = `import { appendFileSync } from 'node:fs';
export default ({ server }) => {
  server.on('gap', async ({ teamId, fromMs, toMs }) => {
    const write = (what) => appendFileSync(process.env.GAP_FILE, JSON.stringify({ what, teamId, fromMs, toMs }) + '\\n');
    write('begun');
    if (process.env.HANGS) await new Promise(() => {});
    write('told');
  });
};
`;

interface Line {
  what: 'begun' | 'told';
  teamId: string;
  fromMs: number;
  toMs: number;
}

async function openNodes(options: SceneOptions, names: readonly string[]) {
  const teams = names.map((name) => ({ name }));
  const scene = await Scene.open({ ...options, teams, clock: { mode: 'system' } });
  await writeFile(join(scene.folder, 'bot.mjs'), BOT);
  await scene.importTeams(await scene.linesOf(names));
  const start = async (name: string, more: Environment = {}) => {
    const file = join(scene.folder, name);
    await writeFile(file, '');
    const environment = await environmentOf(scene, { SLACK_TRANSPORT: 'rtm', GAP_FILE: file, ...more });
    const server = new CliProcess(['start', join(scene.folder, 'bot.mjs')], environment);
    await server.printed(/"msg":"listening"/);
    const lines = async (what: Line['what']) => {
      const all = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
      return all.map((line) => JSON.parse(line) as Line).filter((line) => line.what === what);
    };
    return { server, lines };
  };
  const connected = (count: number) =>
    vi.waitFor(async () => expect((await scene.slack.status()).sockets).toBe(count), PATIENT);
  return { scene, start, connected };
}

it('a gap of which a server that is killed had not told its hooks is told by the next one, from when the first one died', async () => {
  const names = Array.from({ length: 8 }, (_, n) => `Team ${n}`);
  const { scene, start, connected } = await openNodes({ database: 'postgres' }, names);
  const first = await start('first');
  await connected(names.length);
  const second = await start('second', { HANGS: 'yes' });
  await second.server.printed(/"msg":"shards gained"/);
  const killedAtMs = Date.now();
  await first.server.end('SIGKILL');
  const isWaited = async () => {
    const waiting = await second.lines('begun');
    // Those that were moved to it by plan have a short gap, of before.
    const ofDeath = waiting.filter(({ toMs }) => toMs > killedAtMs);
    expect(ofDeath.length).toBeGreaterThan(0);
    return ofDeath.map(({ teamId }) => teamId);
  };
  const untold = await vi.waitFor(isWaited, PATIENT);
  await second.server.end('SIGKILL');
  expect(await second.lines('told')).toEqual([]);
  const third = await start('third');
  await vi.waitFor(async () => {
    const told = await third.lines('told');
    const whole = told.filter(({ fromMs, toMs }) => fromMs <= killedAtMs && toMs >= killedAtMs);
    expect(whole.map(({ teamId }) => teamId)).toEqual(expect.arrayContaining(untold));
  }, PATIENT);
  await connected(names.length);
  expect((await third.server.end()).code).toBe(0);
  expect(await scene.slack.status()).toMatchObject({ sockets: 0 });
}, 120_000);

it('a gap that lasts when an embedded server is killed is told by the next one, from its beginning, and not again', async () => {
  const { scene, start, connected } = await openNodes({}, ['Acme']);
  const first = await start('first');
  await connected(1);
  const lostAtMs = Date.now();
  await scene.slack.fault({ kind: 'outage', how: 'reset' });
  await first.server.printed(/"msg":"connection lost"/);
  // Its row is written with the loss; a kill takes nothing back.
  const isWritten = async () => expect((await scene.rows())[0]?.untoldGapSinceMs).toBeGreaterThan(0);
  await vi.waitFor(isWritten, PATIENT);
  await first.server.end('SIGKILL');
  await scene.slack.removeFaults();
  const second = await start('second');
  await vi.waitFor(async () => expect(await second.lines('told')).toHaveLength(1), PATIENT);
  const [gap] = await second.lines('told');
  expect(Math.abs((gap?.fromMs ?? 0) - lostAtMs)).toBeLessThan(15_000);
  expect(gap?.toMs).toBeGreaterThanOrEqual(lostAtMs);
  await vi.waitFor(async () => expect((await scene.rows())[0]?.untoldGapSinceMs).toBeUndefined(), PATIENT);
  const killedAtMs = Date.now();
  await second.server.end('SIGKILL');
  const third = await start('third');
  await vi.waitFor(async () => expect(await third.lines('told')).toHaveLength(1), PATIENT);
  const [next] = await third.lines('told');
  // The one before is told, and this one begins with the last sign of life before the kill.
  expect(next?.fromMs).toBeGreaterThan(killedAtMs - SIGN_OF_LIFE_MS - 3_000);
  expect(next?.fromMs).toBeLessThanOrEqual(killedAtMs);
  expect(next?.toMs).toBeGreaterThanOrEqual(killedAtMs);
  expect((await third.server.end()).code).toBe(0);
}, 120_000);

it.each(['rtm', 'socket'] as const)(
  'a gap between the stop of an embedded server and its next start is told on %s, from the stop on',
  async (slackTransport) => {
    const { scene, start } = await openScene(slackTransport);
    const first = await start();
    await scene.pass(60_000);
    expect(first).toEqual([]);
    await scene.stop();
    const stoppedMs = scene.clock.now();
    await scene.pass(40_000);
    const second = await start();
    expect(second).toHaveLength(1);
    expect(Math.abs((second[0]?.fromMs ?? 0) - stoppedMs)).toBeLessThan(1_000);
    expect((second[0]?.toMs ?? 0) - stoppedMs).toBeGreaterThanOrEqual(40_000);
  },
);

it.each(['rtm', 'socket'] as const)(
  'a gap in which an embedded server ran without ever reaching Slack is told on %s, from the stop of the one before',
  async (slackTransport) => {
    const { scene, start, transport } = await openScene(slackTransport);
    await start();
    await scene.stop();
    const stoppedMs = scene.clock.now();
    await scene.slack.fault({ kind: 'outage', how: 'reset' });
    await scene.start(transport);
    await scene.pass(20_000);
    await scene.stop();
    await scene.slack.removeFaults();
    const [gap, ...more] = await start();
    expect(more).toEqual([]);
    expect(Math.abs((gap?.fromMs ?? 0) - stoppedMs)).toBeLessThan(1_000);
  },
);

/** A server whose hooks `gap` are collected; started when it is connected. */
async function openScene(slackTransport: 'rtm' | 'socket') {
  const isSocket = slackTransport === 'socket';
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], ...(isSocket && { app: socketApp }) });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const transport = isSocket
    ? ({ slackTransport, slackAppToken: APP_TOKEN, slackScopes: 'chat:write' } as const)
    : ({ slackTransport } as const);
  const start = async () => {
    const gaps: { fromMs: number; toMs: number }[] = [];
    const after = await scene.slack.lastSeq();
    await scene.start({
      ...transport,
      setUp: ({ server }) => server.on('gap', ({ fromMs, toMs }) => void gaps.push({ fromMs, toMs })),
    });
    await scene.until(({ kind, ok }) => kind === 'socket_open' && ok !== false, { after });
    await scene.pass(3_000);
    return gaps;
  };
  return { scene, start, transport };
}
