/** What a node holds: which of it is in which phase, and what followers are told of it. Pure; when is node-state.ts's to decide. */
import type { Books, DrainedShard, OwnedShard, Tell } from './node-model.ts';
import type { GainedShard } from './ownership.ts';

export function withGained(holdings: Books['holdings'], gained: readonly GainedShard[]): Books['holdings'] {
  return new Map([...holdings, ...gained.map(({ shard, epoch }) => [shard, { epoch, phase: 'held' }] as const)]);
}

export function without({ holdings }: Books, shards: readonly OwnedShard[]): Books['holdings'] {
  const gone = new Map(shards.map(({ shard, epoch }) => [shard, epoch]));
  return new Map([...holdings].filter(([shard, { epoch }]) => gone.get(shard) !== epoch));
}

export function inPhase({ holdings }: Books, phase?: 'held'): OwnedShard[] {
  const found = [...holdings].filter(([, holding]) => phase === undefined || holding.phase === phase);
  return found.map(([shard, { epoch }]) => ({ shard, epoch }));
}

export function toRelease({ holdings }: Books): DrainedShard[] {
  return [...holdings].flatMap(([shard, holding]) => {
    if (holding.phase !== 'releasing') return [];
    return [{ shard, epoch: holding.epoch, ...(holding.isUnclean && { isUnclean: true as const }) }];
  });
}

export function endedDrains({ holdings }: Books): DrainedShard[] {
  return [...holdings.values()].flatMap((holding) =>
    holding.phase === 'draining' && holding.ended ? [holding.ended] : [],
  );
}

export function lost(holdings: Books['holdings']): Tell[] {
  const shards = [...holdings].filter(([, { phase }]) => phase !== 'releasing').map(([shard]) => shard);
  return shards.length === 0 ? [] : [{ kind: 'lost', shards }];
}

/** Of what followers know to be lost already. */
export function released(holdings: Books['holdings']): Tell[] {
  const shards = [...holdings].filter(([, { phase }]) => phase === 'releasing').map(([shard]) => shard);
  return shards.length === 0 ? [] : [{ kind: 'released', shards }];
}

export function tellGained(shards: readonly GainedShard[]): Tell[] {
  return shards.length === 0 ? [] : [{ kind: 'gained', shards }];
}
