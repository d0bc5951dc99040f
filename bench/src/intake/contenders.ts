/** Who is measured, at how many events in flight, and on which store. */
import type { StoreName } from '../databases/databases.ts';
import type { Watching } from '../observability/report.ts';
import type { ServerKind } from '../processes/messages.ts';

/** What the events of a measurement are. */
export type EventLoad = 'new' | 'repeats' | 'mixed';

/** One server in one configuration. */
export interface Contender {
  name: string;
  /** What it is, for the legend under the table. */
  about: string;
  kind: ServerKind;
  /** Events in flight, one measurement each. */
  levels: readonly number[];
  /** These of our server only. */
  store?: StoreName;
  rememberedIds?: number;
  commitDelayMs?: number;
  /** Of `bench observability`. */
  watching?: Watching;
  /** `repeats`: events that were answered before; `mixed`: every second one is. @defaultValue new */
  load?: EventLoad;
  /** A variation: measured at fewer levels and left out of a quick run. */
  isExtra: boolean;
}

const LEVELS = [64, 16, 1] as const;
const COMMIT_DELAY_MS = 5;
const usual = { levels: LEVELS, isExtra: false } as const;

/** Not a server to compare with: it shows how fast the generator can be. */
export const constant: Contender = {
  ...usual,
  name: 'constant answer',
  about: 'answers the same bytes to every request without reading it: how fast the generator can be',
  kind: 'constant',
};

export const floor: Contender = {
  ...usual,
  name: 'floor',
  about: 'node:http, signature, JSON.parse, 200',
  kind: 'floor',
};

export const bolt: Contender = {
  ...usual,
  name: 'Bolt',
  about: "Bolt's App with its HTTPReceiver and one listener; stores nothing",
  kind: 'bolt',
};

/** Our server on one store, with so many remembered ids. */
export function ours(store: StoreName, rememberedIds: number): Contender {
  return {
    ...usual,
    name: `ours, ${titleOf(store)}`,
    about: `slack-bot-server on ${titleOf(store)} with ${rememberedIds} remembered ids and one listener`,
    kind: 'server',
    store,
    rememberedIds,
  };
}

/** The same with no remembered ids: what remembering costs. */
function oursEmpty(store: StoreName): Contender {
  return {
    ...ours(store, 0),
    name: `ours, ${titleOf(store)}, 0 ids`,
    about: `the same on ${titleOf(store)} without remembered ids`,
    levels: [64],
    isExtra: true,
  };
}

/** As after an outage, when Slack posts again what it believes unanswered. */
export function oursAgain(store: StoreName, rememberedIds: number, load: 'repeats' | 'mixed'): Contender {
  return {
    ...ours(store, rememberedIds),
    name: `ours, ${titleOf(store)}, ${load}`,
    about: `the same on ${titleOf(store)}; ${load === 'mixed' ? 'every second event was' : 'all events were'} answered before`,
    levels: [64],
    load,
    isExtra: true,
  };
}

/** On a slow disk. */
function oursOnSlowDisk(rememberedIds: number): Contender {
  return {
    ...ours('sqlite', rememberedIds),
    name: `ours, SQLite, +${COMMIT_DELAY_MS} ms`,
    about: `the same on SQLite with ${COMMIT_DELAY_MS} ms added to each commit`,
    levels: [64, 16],
    commitDelayMs: COMMIT_DELAY_MS,
    isExtra: true,
  };
}

/** Everything that a run measures. */
export function contendersOf({ stores, ids }: { stores: readonly StoreName[]; ids: number }): readonly Contender[] {
  const empty = ids === 0 ? [] : stores.map(oursEmpty);
  const slow = stores.includes('sqlite') ? [oursOnSlowDisk(ids)] : [];
  const again = stores.flatMap((store) => [oursAgain(store, ids, 'repeats'), oursAgain(store, ids, 'mixed')]);
  return [constant, floor, bolt, ...stores.map((store) => ours(store, ids)), ...again, ...empty, ...slow];
}

function titleOf(store: StoreName): string {
  return store === 'sqlite' ? 'SQLite' : 'PostgreSQL';
}
