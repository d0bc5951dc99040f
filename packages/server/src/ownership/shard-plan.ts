/**
 * Who should have which shard. Pure. Shards of installations and Socket Mode slots are shared out apart; in each, the fair
 * share is ceil(shards / nodes): who has less claims orphans, who has more gives back, and nobody else moves anything.
 */
import type { Books, Lease, LeaseOptions, NodeFact, PublishedState, Survey } from './node-model.ts';
import { FIRST_SOCKET_SLOT, type Shard } from './ownership.ts';

export interface PlanInput {
  lease: Pick<Lease, 'nodeId'>;
  survey: Survey;
  books: Pick<Books, 'holdings' | 'mode' | 'lacks' | 'orphanedSinceMs' | 'noGiveBeforeMs'>;
  nowMs: number;
  options: Required<LeaseOptions>;
}

export interface Plan {
  /** Orphans to be claimed. */
  claims: readonly Shard[];
  /** Held ones to be given back. */
  gives: readonly Shard[];
  /** Whether one of the claims is beyond the share: nobody took it in time. */
  isOverdue: boolean;
}

/** What others see of a node. */
export function publishedState({ mode, lacks }: Pick<Books, 'mode' | 'lacks'>, isSettled: boolean): PublishedState {
  if (mode.kind !== 'serving') return 'draining';
  if (lacks === undefined) return 'settling';
  if (lacks.length > 0) return 'keyless';
  return isSettled ? 'ready' : 'settling';
}

export function planShards(input: PlanInput): Plan {
  const { shards, socketSlots } = input.options;
  const pools = [
    planPool(input, (shard) => shard < shards),
    planPool(input, (shard) => shard >= FIRST_SOCKET_SLOT && shard < FIRST_SOCKET_SLOT + socketSlots),
  ];
  return {
    claims: pools.flatMap(({ claims }) => claims),
    gives: pools.flatMap(({ gives }) => gives),
    isOverdue: pools.some(({ isOverdue }) => isOverdue),
  };
}

/** Whether any other node could take what this one gives up. */
export function hasHeir(lease: PlanInput['lease'], survey: Survey): boolean {
  return survey.nodes.some((node) => node.nodeId !== lease.nodeId && canOwn(node));
}

function planPool(input: PlanInput, isOfPool: (shard: Shard) => boolean): Plan {
  const { books, options, nowMs, survey } = input;
  const rows = survey.shards.filter(({ shard }) => isOfPool(shard));
  const orphans = rows.filter(({ owner }) => owner === null).map(({ shard }) => shard);
  const share = fairShare(input, rows.length);
  const mine = [...books.holdings].filter(([shard]) => isOfPool(shard));
  const held = mine.filter(([, { phase }]) => phase === 'held').map(([shard]) => shard);
  if (!isServing(books))
    return { claims: [], gives: gives(input, { held, share: 0, mine, orphans, rows }), isOverdue: false };
  const overdue = orphans.filter((shard) => nowMs - (books.orphanedSinceMs.get(shard) ?? nowMs) >= options.patienceMs);
  const fair = fromOwnPlace(input, orphans).slice(0, Math.max(0, share - mine.length));
  const beyond = overdue.filter((shard) => !fair.includes(shard));
  return {
    claims: [...fair, ...beyond],
    gives: gives(input, { held, share, mine, orphans, rows }),
    isOverdue: beyond.length > 0,
  };
}

/** Each node begins elsewhere: after a death all see the same orphans at the same time. */
function fromOwnPlace({ lease, survey }: PlanInput, orphans: readonly Shard[]): Shard[] {
  const owners = survey.nodes.filter(canOwn).map(({ nodeId }) => nodeId);
  const start = Math.floor((orphans.length * Math.max(0, owners.indexOf(lease.nodeId))) / Math.max(1, owners.length));
  return [...orphans.slice(start), ...orphans.slice(0, start)];
}

interface Pool {
  held: readonly Shard[];
  share: number;
  mine: readonly unknown[];
  orphans: readonly Shard[];
  rows: Survey['shards'];
}

/** As many as others ask for now: only shards that wait for nobody move, a few at a time. The last ones go first. */
function gives(input: PlanInput, { held, share, mine, orphans, rows }: Pool): Shard[] {
  const { books, options, nowMs } = input;
  if (nowMs < books.noGiveBeforeMs) return [];
  const inMotion = mine.length - held.length + orphans.length;
  const wanted = roomOfOthers(input, rows) - inMotion;
  const count = Math.min(held.length - share, wanted, options.movesAtOnce - inMotion);
  return count > 0 ? held.toSorted((a, b) => b - a).slice(0, count) : [];
}

/** How many shards others would take, who are not busy with the last ones. */
function roomOfOthers({ lease, survey }: PlanInput, rows: Survey['shards']): number {
  const owners = survey.nodes.filter(canOwn);
  const share = Math.ceil(rows.length / Math.max(1, owners.length));
  const others = owners.filter(({ nodeId, state }) => nodeId !== lease.nodeId && state === 'ready');
  return others.reduce((room, { nodeId }) => {
    const count = rows.filter(({ owner }) => owner === nodeId).length;
    return room + Math.max(0, share - count);
  }, 0);
}

/** Of this node, which counts whatever its row says: the survey may be older than its own state. */
function fairShare({ lease, survey, books }: PlanInput, size: number): number {
  if (!isServing(books)) return 0;
  const others = survey.nodes.filter((node) => node.nodeId !== lease.nodeId && canOwn(node)).length;
  return Math.ceil(size / (others + 1));
}

function isServing({ mode, lacks }: Pick<Books, 'mode' | 'lacks'>): boolean {
  return mode.kind === 'serving' && lacks?.length === 0;
}

function canOwn({ state }: NodeFact): boolean {
  return state === 'ready' || state === 'settling';
}
