/** What is told of nodes that ended. */
import { describe, expect, it } from 'vitest';
import { listEndedLeases } from './cluster-repository.ts';
import { aCluster } from './node-rows.test-kit.ts';

describe('what why reads of servers', () => {
  const told = async (store: Awaited<ReturnType<typeof aCluster>>['store']) =>
    await store.all('select node, kind, at_ms, details from event_fact order by id');

  it('is that one which was killed stopped at its last renewal, and until when it could have worked', async () => {
    const { join, store, expire } = await aCluster();
    await join('a');
    await expire('a');
    // While nobody runs, whoever asks finds it in the row of the lease.
    const [ended] = await listEndedLeases(store);
    expect(ended).toMatchObject({ id: 'a' });
    const b = await join('b');
    await Promise.all([b.survey(), b.survey()]);
    const [stopped, ...more] = await told(store);
    expect(more).toEqual([]);
    expect(stopped).toMatchObject({ node: 'a', kind: 'stopped' });
    expect(Math.abs(Number(stopped?.at_ms) - Number(ended?.renewedAtMs))).toBeLessThanOrEqual(1);
    const { reason, toMs } = JSON.parse(String(stopped?.details)) as { reason: string; toMs: number };
    expect(reason).toBe('lease_over');
    expect(Math.abs(toMs - Number(ended?.endedAtMs))).toBeLessThanOrEqual(1);
    expect(await listEndedLeases(store)).toEqual([]);
  });

  it('is that one which lost its lease and came back had stopped, and started again under its new id', async () => {
    const { join, store, expire } = await aCluster();
    await join('a');
    await expire('a');
    await join('a2', { formerId: 'a' });
    expect(await told(store)).toMatchObject([
      { node: 'a', kind: 'stopped' },
      { node: 'a2', kind: 'started' },
    ]);
  });

  it('is nothing of one that left', async () => {
    const { join, store } = await aCluster();
    const a = await join('a');
    await a.leave('a');
    await join('b');
    expect(await told(store)).toEqual([]);
  });
});
