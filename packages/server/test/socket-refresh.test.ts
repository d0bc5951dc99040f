/** Slack refreshes each Socket Mode connection every hour or so. Nothing may be lost by it, and somebody must always listen. */
import type { LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import type { Scene } from './scene.test-kit.ts';
import { logOf, openCounts, openSocketScene, openSockets, saidBy, say } from './socket-scene.test-kit.ts';

const MINUTE_MS = 60_000;

/** One message and every third second a command, each second; answers how many messages. */
async function keepBusy(scene: Scene, seconds: number): Promise<number> {
  for (let second = 0; second < seconds; second++) {
    await say(scene, `${second}`);
    if (second % 3 === 0) {
      const command = { kind: 'slash', team: 'Acme', channel: 'general', command: '/echo', text: `${second}` } as const;
      const done = await scene.during(scene.slack.act(command));
      expect(done).toMatchObject({ acked: true, message: { text: `heard ${second}` } });
    }
    await scene.pass(1_000);
  }
  await scene.pass(10_000);
  return seconds;
}

function tries(records: readonly LogRecord[]): LogRecord[] {
  return records.filter(({ kind }) => kind === 'delivery');
}

describe('refreshes under load', () => {
  it.each([1, 2])('lose nothing and leave no moment without a socket (%s slots)', async (socketCount) => {
    const { scene } = await openSocketScene({
      sockets: socketCount,
      connections: { socketCount },
      scene: { socketMode: { connectionSeconds: 60 } },
    });
    const after = await scene.slack.lastSeq();
    const count = await keepBusy(scene, 150);
    const records = await logOf(scene);
    // Every envelope was acknowledged at the first try: none was sent into a socket that was closing.
    expect(tries(records).filter(({ ok, attempt }) => ok !== true || attempt !== 0)).toEqual([]);
    expect(tries(records).length).toBeGreaterThanOrEqual(count);
    expect((await saidBy(scene)).sort()).toEqual(Array.from({ length: count }, (_, n) => `${n}`).sort());
    expect(records.filter(({ kind, seq }) => kind === 'socket_close' && seq > after).length).toBeGreaterThan(1);
    expect(openCounts(records)).not.toContain(0);
  });

  it('asked for by Slack all at once do the same', async () => {
    const { scene, appId } = await openSocketScene();
    for (const reason of ['refresh_requested', 'warning', 'refresh_requested'] as const) {
      await scene.slack.fault({ kind: 'disconnect', app: appId, reason, closeAfterMs: 5_000 });
      await say(scene, `at ${reason}`);
      await scene.pass(2 * MINUTE_MS, 1_000);
    }
    const records = await logOf(scene);
    expect(tries(records).filter(({ ok, attempt }) => ok !== true || attempt !== 0)).toEqual([]);
    expect(openCounts(records)).not.toContain(0);
    expect(records.filter(({ method, kind }) => kind === 'request' && method === 'apps.connections.open')).toHaveLength(
      2 + 2 * 3,
    );
  });
});

describe('slots that were opened together', () => {
  it('are refreshed at different times from then on', async () => {
    const { scene } = await openSocketScene({ scene: { socketMode: { connectionSeconds: 600 } } });
    await scene.pass(35 * MINUTE_MS, 5_000);
    const opened = (await logOf(scene, 'socket_open')).slice(2).map(({ atMs }) => atMs);
    const gapsMs = opened.slice(1).map((atMs, index) => atMs - (opened[index] ?? 0));
    expect(opened.length).toBeGreaterThan(5);
    expect(Math.min(...gapsMs)).toBeGreaterThan(2 * MINUTE_MS);
  });
});

it('keeps an envelope that comes on the old socket after its successor said hello', async () => {
  const { scene, appId } = await openSocketScene({ sockets: 1, connections: { socketCount: 1 } });
  const after = await scene.slack.lastSeq();
  // A warning does not take the socket out of turn: Slack still uses it beside its successor.
  await scene.slack.fault({ kind: 'disconnect', app: appId, reason: 'warning', closeAfterMs: 20_000 });
  await openSockets(scene, 1, after);
  for (const text of ['one', 'two', 'three', 'four']) await say(scene, text);
  await scene.pass(5_000);
  const delivered = tries(await logOf(scene));
  expect(delivered.every(({ ok, attempt }) => ok === true && attempt === 0)).toBe(true);
  expect(new Set(delivered.filter(({ event }) => event === 'message').map(({ socket }) => socket)).size).toBe(2);
  expect((await saidBy(scene)).sort()).toEqual(['four', 'one', 'three', 'two']);
});
