/**
 * Who should have which shard. Pure. Shards of installations and Socket Mode slots are shared out apart; in each, the fair
 * share is ceil(shards / nodes): who has less claims orphans, who has more gives back, and nobody else moves anything.
 */
import type { Books, Holding, Lease, NodeEnv, NodeFact, PublishedState, Survey } from './node-model.ts';
import { FIRST_SOCKET_SLOT, type Shard } from './ownership.ts';

export interface PlanInput {
  lease: Pick<Lease, 'nodeId'>;
  survey: Survey;
  books: Pick<Books, 'holdings' | 'mode' | 'lacks' | 'orphanedSinceMs'>;
  env: NodeEnv;
}

export interface Plan {
  /** Orphans to be claimed. */
  claims: readonly Shard[];
  /** Held ones to be given back. */
  gives: readonly Shard[];
  /** Those of the claims that are beyond the share: nobody took them in time. */
  overdue: readonly Shard[];
}

/** What drains for longer waits for somebody's listener, in milliseconds, and holds up no other shard. */
const SLOW_DRAIN_MS = 2_000;
/** The app must not be without a connection while its slots move. */
const SOCKETS_AT_ONCE = 1;

/** What others see of a node. */
export function publishedState({ mode, lacks }: Pick<Books, 'mode' | 'lacks'>, isSettled: boolean): PublishedState {
  if (mode.kind !== 'serving') return 'draining';
  if (lacks === undefined) return 'settling';
  if (lacks.length > 0) return 'keyless';
  return isSettled ? 'ready' : 'settling';
}

export function planShards(input: PlanInput): Plan {
  const { shards, socketSlots, movesAtOnce } = input.env.options;
  const isSlot = (shard: Shard) => shard >= FIRST_SOCKET_SLOT && shard < FIRST_SOCKET_SLOT + socketSlots;
  const pools = [
    planPool(input, { isOfPool: (shard) => shard < shards, atOnce: movesAtOnce }),
    planPool(input, { isOfPool: isSlot, atOnce: SOCKETS_AT_ONCE }),
  ];
  return {
    claims: pools.flatMap(({ claims }) => claims),
    gives: pools.flatMap(({ gives }) => gives),
    overdue: pools.flatMap(({ overdue }) => overdue),
  };
}

/** Whether any other node could take what this one gives up. */
export function hasHeir(lease: PlanInput['lease'], survey: Survey): boolean {
  return survey.nodes.some((node) => node.nodeId !== lease.nodeId && canOwn(node));
}

interface PoolRules {
  isOfPool: (shard: Shard) => boolean;
  /** Shards on their way at the same time. */
  atOnce: number;
}

function planPool(input: PlanInput, { isOfPool, atOnce }: PoolRules): Plan {
  const { books, survey } = input;
  const { nowMs, options } = input.env;
  const rows = survey.shards.filter(({ shard }) => isOfPool(shard));
  const orphans = rows.filter(({ owner }) => owner === null).map(({ shard }) => shard);
  const share = fairShare(input, rows.length);
  const mine = [...books.holdings].filter(([shard]) => isOfPool(shard));
  const gives = givesOf(input, { share, mine, orphans, rows, atOnce });
  if (!isServing(books)) return { claims: [], gives, overdue: [] };
  const late = orphans.filter((shard) => nowMs - (books.orphanedSinceMs.get(shard) ?? nowMs) >= options.patienceMs);
  const fair = fromOwnPlace(input, orphans).slice(0, Math.max(0, share - mine.length));
  const overdue = late.filter((shard) => !fair.includes(shard));
  return { claims: [...fair, ...overdue], gives, overdue };
}

/** Each node begins elsewhere: after a death all see the same orphans at the same time. */
function fromOwnPlace({ lease, survey }: PlanInput, orphans: readonly Shard[]): Shard[] {
  const owners = survey.nodes.filter(canOwn).map(({ nodeId }) => nodeId);
  const start = Math.floor((orphans.length * Math.max(0, owners.indexOf(lease.nodeId))) / Math.max(1, owners.length));
  return [...orphans.slice(start), ...orphans.slice(0, start)];
}

interface Pool {
  share: number;
  mine: readonly (readonly [Shard, Holding])[];
  orphans: readonly Shard[];
  rows: Survey['shards'];
  atOnce: number;
}

/** As many as others ask for now: only shards that wait for nobody move, a few at a time. The last ones go first. */
function givesOf(input: PlanInput, pool: Pool): Shard[] {
  const { share, mine, orphans, rows, atOnce } = pool;
  const held = mine.filter(([, { phase }]) => phase === 'held').map(([shard]) => shard);
  const inMotion = mine.length - held.length + orphans.length;
  const wanted = roomOfOthers(input, rows) - inMotion;
  const count = Math.min(held.length - share, wanted, atOnce - inMotion);
  if (count <= 0) return [];
  return withFewConnections(input, pool, held.toSorted((a, b) => b - a).slice(0, count));
}

/** A team is without a connection from when its shard is let go until the new owner has made one, and that makes so many a second. */
function withFewConnections(input: PlanInput, { mine, orphans, rows }: Pool, candidates: readonly Shard[]): Shard[] {
  const { nowMs, options, connectionsByShard } = input.env;
  const connections = connectionsByShard?.();
  if (!connections || connections.size === 0) return [...candidates];
  const leaving = mine.filter(([, holding]) => isLeaving(holding, nowMs)).map(([shard]) => shard);
  const sumOf = (shards: readonly Shard[]) => shards.reduce((sum, shard) => sum + (connections.get(shard) ?? 0), 0);
  const room = options.connectionsAtOnce / giversIn(input, rows);
  let moving = sumOf([...leaving, ...orphans]);
  const gives: Shard[] = [];
  for (const shard of candidates) {
    const more = sumOf([shard]);
    if (moving > 0 && moving + more > room) break;
    moving += more;
    gives.push(shard);
  }
  return gives;
}

function isLeaving(holding: Holding, nowMs: number): boolean {
  if (holding.phase === 'draining') return nowMs - holding.sinceMs < SLOW_DRAIN_MS;
  return holding.phase === 'releasing';
}

/** How many nodes have more than their share, this one included: each sees only its own drains. */
function giversIn({ lease, survey }: PlanInput, rows: Survey['shards']): number {
  const share = Math.ceil(rows.length / Math.max(1, survey.nodes.filter(canOwn).length));
  const others = survey.nodes.filter(({ nodeId, state }) => {
    if (nodeId === lease.nodeId) return false;
    return rows.filter(({ owner }) => owner === nodeId).length > (state === 'draining' ? 0 : share);
  });
  return others.length + 1;
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
