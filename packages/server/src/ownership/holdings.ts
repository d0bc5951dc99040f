/** What a node holds: which of it is in which phase, and what followers are told of it. Pure; when is node-state.ts's to decide. */
import type { Books, DrainedShard, Holding, OwnedShard, ShardFact, Survey, Tell } from './node-model.ts';
import type { GainedShard, Shard } from './ownership.ts';

export function withGained(holdings: Books['holdings'], gained: readonly GainedShard[]): Books['holdings'] {
  return new Map([...holdings, ...gained.map(({ shard, epoch }) => [shard, { epoch, phase: 'held' }] as const)]);
}

/** What stays and what goes of it without these. */
export function parted({ holdings }: Books, shards: readonly OwnedShard[]) {
  const going = new Map(shards.map(({ shard, epoch }) => [shard, epoch]));
  const isGone = ([shard, { epoch }]: [Shard, Holding]) => going.get(shard) === epoch;
  return {
    left: new Map([...holdings].filter((one) => !isGone(one))),
    gone: new Map([...holdings].filter(isGone)),
  };
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

/**
 * What the rows say is mine against what I hold. A claim or a release whose answer was lost shows here: under an epoch that was not seen
 * before. One that was, or a lower one, is of a database that was taken back: another node may have had the shard since.
 */
export function reconcile({ holdings, seen }: Books, survey: Survey, nodeId: string) {
  const mine = survey.shards.filter(({ owner }) => owner === nodeId);
  const epochs = new Map(mine.map(({ shard, epoch }) => [shard, epoch]));
  const kept = new Map([...holdings].filter(([shard, { epoch }]) => epochs.get(shard) === epoch));
  const contested = survey.shards.filter(({ shard, owner, epoch }) => {
    if (kept.has(shard)) return false;
    const before = seen.get(shard) ?? Number.NEGATIVE_INFINITY;
    return owner === nodeId ? holdings.has(shard) || epoch <= before : owner === null && epoch < before;
  });
  const isContested = new Set(contested.map(({ shard }) => shard));
  const gained = mine.filter(({ shard }) => !kept.has(shard) && !isContested.has(shard));
  const gone = new Map([...holdings].filter(([shard]) => !kept.has(shard)));
  return {
    holdings: withGained(kept, gained.map(withoutOwner)),
    lost: [...lost(gone), ...released(gone)],
    gained: tellGained(gained.map(withoutOwner)),
    contested: contested.map(({ shard, epoch }) => ({ shard, epoch })),
  };
}

function withoutOwner({ owner: _owner, ...one }: ShardFact): GainedShard {
  return one;
}

export function orphansOf(
  rows: Survey['shards'],
  before: Books['orphanedSinceMs'],
  nowMs: number,
): Books['orphanedSinceMs'] {
  const orphans = rows.filter(({ owner }) => owner === null);
  return new Map(orphans.map(({ shard }) => [shard, before.get(shard) ?? nowMs]));
}
