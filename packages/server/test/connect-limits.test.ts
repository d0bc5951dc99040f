/** How often and how many at once we ask Slack for sockets: Retry-After, sockets that do not last, and a boot of a thousand teams. */

import type { LogRecord } from 'slack-simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefused, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

const HOUR_MS = 3_600_000;

async function withAcme() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  return { scene, acme: await scene.join('Acme') };
}

describe('429 on rtm.connect', () => {
  it('is not asked again before Retry-After is over', async () => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    const limit = { kind: 'rate_limit', method: 'rtm.connect', retryAfterSeconds: 90, count: 1 } as const;
    await scene.slack.fault(limit);
    await scene.slack.fault({ kind: 'close', team: acme.id });
    const limited = await scene.until(isRefused('rtm.connect', 'ratelimited'), { after });
    await scene.until(isSocketOpen(acme.id), { after, withinMs: 120_000, stepMs: 1_000 });
    const [, again, ...more] = await scene.callsOf('rtm.connect', { after });
    expect((again?.atMs ?? 0) - limited.atMs).toBeGreaterThanOrEqual(88_000);
    expect(more).toEqual([]);
  });
});

describe('an accepted socket that does not last', () => {
  it.each(['before_hello', 'after_hello'] as const)('closing %s makes no loop', async (when) => {
    const { scene, acme } = await withAcme();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'accept_then_close', team: acme.id, when });
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.pass(60_000);
    // Waits of 0.5, 1, 2, 4 … seconds: half of the full jitter.
    const firstMinute = await scene.callsOf('rtm.connect', { after });
    expect(firstMinute.length).toBeGreaterThan(3);
    expect(firstMinute.length).toBeLessThanOrEqual(9);
    await scene.strideThrough(HOUR_MS, 60_000);
    expect((await scene.callsOf('rtm.connect', { after })).length).toBeLessThanOrEqual(firstMinute.length + 30);
    await scene.slack.removeFaults();
    await scene.until(({ kind }) => kind === 'frame_out', {
      after: await scene.slack.lastSeq(),
      withinMs: 400_000,
      stepMs: 5_000,
    });
    await scene.greet('Acme');
  });

  it('starts from the beginning once a socket has lasted a minute', async () => {
    const { scene, acme } = await withAcme();
    await scene.slack.fault({ kind: 'accept_then_close', team: acme.id, count: 3 });
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.pass(90_000, 1_000);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'close', team: acme.id });
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    const opened = await scene.until(isSocketOpen(acme.id), { after });
    expect(opened.atMs - closed.atMs).toBeLessThanOrEqual(1_000);
  });
});

describe('a thousand teams at boot', () => {
  let scene: Scene;

  beforeAll(async () => {
    const teams = Array.from({ length: 1_000 }, (_, index) => ({ name: `Team ${index + 1}` }));
    scene = await Scene.openForFile({ teams, ioPatienceMs: 10 });
    const lines = await Promise.all(teams.map(({ name }) => scene.lineOf(name)));
    await scene.importTeams(lines, { lanes: 16 });
  });

  afterAll(() => scene.close());

  it('have at most a hundred connects under way', async () => {
    await scene.slack.fault({ kind: 'hang', method: 'rtm.connect' });
    await scene.start();
    await scene.pass(9_000, 500);
    expect(await scene.slack.log({ kind: 'request_held', limit: 10_000 })).toHaveLength(100);
    await scene.stop();
    await scene.slack.removeFaults();
  });

  it('are connected at fifty per second and not faster', async () => {
    const startedAtMs = scene.clock.now();
    await scene.start();
    await scene.pass(19_000, 100);
    const asked = await scene.callsOf('rtm.connect');
    expect(busiestSecond(asked)).toBeLessThanOrEqual(55);
    await scene.pass(3_000, 100);
    expect(await scene.slack.sockets()).toHaveLength(1_000);
    expect((await scene.callsOf('rtm.connect')).at(-1)?.atMs).toBeGreaterThanOrEqual(startedAtMs + 18_000);
  });
});

/** The largest number of records within one second of the log's time. */
function busiestSecond(records: readonly LogRecord[]): number {
  const counts = records.map(
    ({ atMs }) => records.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length,
  );
  return Math.max(...counts);
}
