import { expect, it } from 'vitest';
import { type ChaosTransport, faultKinds } from './evidence.ts';
import { type PlannedFault, planOf } from './plan.ts';

function first(count: number, seed: number, transport: ChaosTransport = 'rtm'): PlannedFault[] {
  const plan = planOf({ seed, transport, nodes: 3 });
  return Array.from({ length: count }, () => plan.next().value as PlannedFault);
}

it('makes the same plan of the same seed, and another of another', () => {
  expect(first(20, 7)).toEqual(first(20, 7));
  expect(first(20, 7)).not.toEqual(first(20, 8));
});

it('brings every kind before one comes again', () => {
  const kinds = first(2 * faultKinds.length, 3).map(({ kind }) => kind);
  expect(kinds.slice(0, faultKinds.length).toSorted()).toEqual(faultKinds.toSorted());
  expect(kinds.slice(faultKinds.length).toSorted()).toEqual(faultKinds.toSorted());
});

it('cuts nodes off for longer than a lease, and drops no sockets where there are none', () => {
  for (const { kind, lastsMs, node } of first(200, 1)) {
    if (kind === 'freeze' || kind === 'cut_database' || kind === 'primary_gone')
      expect(lastsMs).toBeGreaterThan(10_000);
    if (kind === 'failover' || kind === 'primary_gone') expect(node).toBeUndefined();
    if (kind === 'kill') expect([0, 1, 2]).toContain(node);
  }
  expect(first(50, 1, 'socket').map(({ kind }) => kind)).toContain('mass_drop');
  expect(first(50, 1, 'http').map(({ kind }) => kind)).not.toContain('mass_drop');
});
