/** The hook `gap` when connections go from node to node: told once in the cluster, from when nobody heard. */
import { describe, expect, it } from 'vitest';
import type { BotServerEvents } from '../src/index.ts';
import { FIRST_SOCKET_SLOT } from '../src/ownership/ownership.ts';
import { openCluster, shardsOf } from './cluster-scene.test-kit.ts';
import { isSocketOpen, type StartOptions } from './scene.test-kit.ts';
import { APP_TOKEN, openSockets, socketApp } from './socket-scene.test-kit.ts';

type Gap = BotServerEvents['gap'];

function recorder(): { gaps: Gap[]; setUp: NonNullable<StartOptions['setUp']> } {
  const gaps: Gap[] = [];
  return { gaps, setUp: ({ server }) => void server.on('gap', (gap) => gaps.push(gap)) };
}

describe('the gap of a team', () => {
  async function withAcme() {
    const { gaps, setUp } = recorder();
    const cluster = await openCluster({ teams: [{ name: 'Acme' }, { name: 'Globex' }] }, { setUp });
    return { ...cluster, gaps, acme: await cluster.scene.join('Acme') };
  }

  it('is told by the new owner, from when the last one let go', async () => {
    const { scene, cluster, b, acme, gaps } = await withAcme();
    await scene.pass(60_000, 1_000);
    expect(gaps).toEqual([]);
    const after = await scene.slack.lastSeq();
    await scene.during(cluster.move(shardsOf(acme), b.ownership, { unservedMs: 700 }));
    const opened = await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(2_000);
    const [gap, ...others] = gaps;
    expect(others).toEqual([]);
    expect(gap?.teamId).toBe(acme.id);
    expect((gap?.toMs ?? 0) - (gap?.fromMs ?? 0)).toBeGreaterThanOrEqual(700);
    expect((gap?.toMs ?? 0) - (gap?.fromMs ?? 0)).toBeLessThan(2_000);
    expect(Math.abs((gap?.toMs ?? 0) - opened.atMs)).toBeLessThan(1_000);
  });

  it('of a node that died is told from its last sign of life', async () => {
    const { scene, cluster, a, b, acme, gaps } = await withAcme();
    await scene.pass(60_000, 1_000);
    a.ownership.fence();
    const after = await scene.slack.lastSeq();
    await cluster.takeFrom(a.ownership, b.ownership, { unservedMs: 12_000 });
    await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(2_000);
    expect(gaps).toHaveLength(1);
    expect((gaps[0]?.toMs ?? 0) - (gaps[0]?.fromMs ?? 0)).toBeGreaterThanOrEqual(12_000);
  });

  it('that hooks were not told of when the next owner died, too, is told by the one after that, from its beginning', async () => {
    const told: Gap[] = [];
    const names = ['a', 'b'];
    const setUp: NonNullable<StartOptions['setUp']> = ({ server }) => {
      const name = names.shift();
      server.on('gap', async (gap) => {
        // It dies before they settle.
        if (name === 'b') await new Promise<never>(() => {});
        told.push(gap);
      });
    };
    const { scene, cluster, a, b } = await openCluster({ teams: [{ name: 'Acme' }] }, { setUp });
    const acme = await scene.join('Acme');
    await scene.pass(60_000, 1_000);
    const after = await scene.slack.lastSeq();
    a.ownership.fence();
    await cluster.takeFrom(a.ownership, b.ownership, { unservedMs: 12_000 });
    a.ownership.loseAll();
    const diedAtMs = scene.clock.now() - 12_000;
    const { seq } = await scene.until(isSocketOpen(acme.id), { after });
    await scene.pass(2_000);
    b.ownership.fence();
    await cluster.takeFrom(b.ownership, a.ownership, { unservedMs: 3_000 });
    await scene.until(isSocketOpen(acme.id), { after: seq });
    await scene.pass(2_000);
    expect(told).toHaveLength(1);
    expect(told[0]?.fromMs).toBeLessThanOrEqual(diedAtMs);
    // And not once more: what b's hooks do now is nobody's.
    await scene.pass(15_000, 1_000);
    await scene.during(cluster.move(shardsOf(acme), b.ownership));
    await scene.during(cluster.move(shardsOf(acme), a.ownership));
    await scene.pass(2_000);
    expect(told.filter(({ fromMs }) => fromMs <= diedAtMs)).toHaveLength(1);
  });

  it('is none where the team was installed after that', async () => {
    const { scene, cluster, b, gaps } = await withAcme();
    await scene.pass(60_000, 1_000);
    await scene.during(cluster.move([...Array(256).keys()], b.ownership, { unservedMs: 10 }));
    await scene.pass(2_000);
    expect(gaps).toHaveLength(1);
    const globex = await scene.join('Globex');
    await scene.pass(2_000);
    expect(await scene.slack.sockets(globex.id)).toHaveLength(1);
    expect(gaps).toHaveLength(1);
  });
});

describe('the gap of the app', () => {
  async function withSockets() {
    const { gaps, setUp } = recorder();
    const options = { slackTransport: 'socket', slackAppToken: APP_TOKEN, slackScopes: 'chat:write', setUp } as const;
    const cluster = await openCluster({ teams: [{ name: 'Acme' }], app: socketApp }, options);
    const both = await openSockets(cluster.scene, 2);
    await cluster.scene.during(cluster.cluster.move([FIRST_SOCKET_SLOT + 1], cluster.b.ownership));
    await openSockets(cluster.scene, 1, both?.seq);
    await cluster.scene.pass(2_000);
    expect(await cluster.scene.slack.sockets()).toHaveLength(2);
    return { ...cluster, gaps };
  }

  it('is none while a slot moves and another one has its socket', async () => {
    const { scene, cluster, b, gaps } = await withSockets();
    const after = await scene.slack.lastSeq();
    await scene.during(cluster.move([FIRST_SOCKET_SLOT], b.ownership));
    await openSockets(scene, 1, after);
    await scene.pass(2_000);
    expect(gaps).toEqual([]);
  });

  it('is told once, by whoever is connected first after nobody was', async () => {
    const { scene, gaps } = await withSockets();
    const fromMs = scene.clock.now();
    await scene.slack.fault({ kind: 'outage', how: 'reset' });
    await scene.pass(60_000, 1_000);
    const after = await scene.slack.lastSeq();
    await scene.slack.removeFaults();
    const first = await openSockets(scene, 1, after);
    await openSockets(scene, 1, first?.seq);
    await scene.pass(5_000);
    const [gap, ...others] = gaps;
    expect(others).toEqual([]);
    expect(gap?.teamId).toBeNull();
    expect(Math.abs((gap?.fromMs ?? 0) - fromMs)).toBeLessThan(3_000);
    expect(Math.abs((gap?.toMs ?? 0) - (first?.atMs ?? 0))).toBeLessThan(3_000);
  });
});
