/** Which fault comes when: the same seed makes the same plan. Pure. */
import { type ChaosTransport, type FaultKind, faultKinds } from './evidence.ts';

/** One fault of a plan. */
export interface PlannedFault {
  kind: FaultKind;
  /** Index of the node that it meets, where it meets one. */
  node: number | undefined;
  /** How long it lasts, in milliseconds; of a process that ends, until it is started again. */
  lastsMs: number;
  /** Until the next one begins, so that each can be judged by itself, in milliseconds. */
  pauseMs: number;
}

export interface PlanOptions {
  seed: number;
  transport: ChaosTransport;
  nodes: number;
  /** Kinds to choose from. @defaultValue all that this transport and this number of nodes make sense for */
  kinds?: readonly FaultKind[] | undefined;
}

/** From the shortest to the longest, in milliseconds. A lease is good for 10 s: what should cost a node its lease lasts longer. */
const lasting: Record<FaultKind, readonly [number, number]> = {
  kill: [500, 5_000],
  terminate: [0, 0],
  freeze: [12_000, 20_000],
  cut_database: [12_000, 20_000],
  cut_slack: [10_000, 15_000],
  database_restart: [3_000, 3_000],
  database_down: [8_000, 8_000],
  failover: [0, 0],
  primary_gone: [12_000, 16_000],
  slack_outage: [3_000, 8_000],
  mass_drop: [0, 0],
};

const ofOneNode: ReadonlySet<FaultKind> = new Set(['kill', 'terminate', 'freeze', 'cut_database', 'cut_slack']);

/** After a death: until the work is elsewhere; over RTM the dead node's teams have to be connected in addition. */
const PAUSE_MS: Record<ChaosTransport, readonly [number, number]> = {
  http: [16_000, 20_000],
  socket: [16_000, 20_000],
  rtm: [30_000, 36_000],
};

/** Faults without end: every kind comes before one comes again. */
export function* planOf({ seed, transport, nodes, kinds = kindsFor(transport) }: PlanOptions): Generator<PlannedFault> {
  const random = randomOf(seed);
  const between = ([from, to]: readonly [number, number]) => Math.round(from + random() * (to - from));
  for (;;) {
    for (const kind of shuffled(kinds, random)) {
      const node = Math.floor(random() * nodes);
      yield {
        kind,
        node: ofOneNode.has(kind) ? node : undefined,
        lastsMs: between(lasting[kind]),
        pauseMs: between(PAUSE_MS[transport]),
      };
    }
  }
}

/** Over HTTP there are no sockets to drop. */
function kindsFor(transport: ChaosTransport): readonly FaultKind[] {
  return transport === 'http' ? faultKinds.filter((kind) => kind !== 'mass_drop') : faultKinds;
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
