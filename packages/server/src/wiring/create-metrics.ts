/** Joins /metrics with the parts of a server: what is counted in counters.ts, and what is looked up when somebody asks. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Config, isPostgresUrl } from '../config/config.ts';
import type { EngineCounts } from '../engine-counts.ts';
import { isBotServerError } from '../errors.ts';
import type { BotServerEventName, BotServerEvents } from '../events.ts';
import type { Readiness } from '../http/readiness.ts';
import { countKeptEvents } from '../inbox/kept-events-repository.ts';
import type { Roster } from '../installation/roster.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import { MetricsPage } from '../observability/metrics/metrics-page.ts';
import type { EventCounts, LeaseFacts, StoreFacts } from '../observability/metrics/sources.ts';
import type { Sample } from '../observability/metrics/tally.ts';
import type { Ownership } from '../ownership/ownership.ts';
import type { StatementObserver, Store } from '../store/store.ts';
import { troubleOf } from '../store/store-trouble.ts';
import { isIncidentOn } from '../team/breaker-repository.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { version } from '../version.ts';

export interface CreateMetricsDeps {
  counters: Counters;
  config: Pick<Config, 'slackTransport' | 'databaseUrl'>;
  roster: Pick<Roster, 'countsByDoubt'>;
  /** Undefined while the server does not run. */
  readonly engine: () => { counts: EngineCounts; ready(): Promise<Readiness> } | undefined;
  readonly ownership: () => Ownership | undefined;
  readonly store: () => Store | undefined;
  clock: Clock;
}

/** The database may take so long for a scrape, in milliseconds: Prometheus gives up after 10 s, and the rest is known without it. */
const STORE_LIMIT_MS = 1_000;
/** The same for what /readyz says, which may wait for a write. */
const READY_LIMIT_MS = 3_000;

/** What `GET /metrics` answers, for a server. */
export function createMetrics(deps: CreateMetricsDeps): MetricsPage {
  const { counters, config, roster, clock } = deps;
  const facts = storeFacts(deps);
  return new MetricsPage(counters, {
    build: {
      version,
      node_version: process.versions.node,
      transport: config.slackTransport,
      store: isPostgresUrl(config.databaseUrl) ? 'postgres' : 'sqlite',
    },
    teams: () => roster.countsByDoubt().map(asSample),
    events: () => eventCounts(deps),
    sockets: () => deps.engine()?.counts.sockets ?? [],
    lease: () => leaseFacts(deps),
    store: () => within(facts(), { clock, limitMs: STORE_LIMIT_MS, late: () => ({ isUp: false }) }),
    async ready() {
      const engine = deps.engine();
      if (!engine) return { server: 'stopped' };
      const late = () => ({ checks: { store: 'locked' } });
      return (await within(engine.ready(), { clock, limitMs: READY_LIMIT_MS, late })).checks;
    },
  });
}

type Told = (name: BotServerEventName, payload: unknown) => void;

/** Counts what the hook `error` is told, whether somebody listens or not; `next` is told of all hooks as well. */
export function countErrors({ errors }: Pick<Counters, 'errors'>, next: Told): Told {
  return (name, payload) => {
    next(name, payload);
    if (name === 'error') errors.add((payload as BotServerEvents['error']).where);
  };
}

/** Counts what goes to the database. A value that it refuses and what the work itself throws are no failure of it. */
export function countStatements({ statement, storeErrors }: Counters): StatementObserver {
  return (kind, ms, error) => {
    statement.observe(ms, kind);
    if (isBotServerError(error, 'store_unavailable')) storeErrors.add(kind, troubleOf(error));
  };
}

function asSample({ status, doubt, count }: ReturnType<Roster['countsByDoubt']>[number]): Sample {
  return { labels: { status, doubt }, value: count };
}

function eventCounts({ engine, clock }: CreateMetricsDeps): EventCounts | undefined {
  const counts = engine()?.counts;
  if (!counts) return undefined;
  const { handled, superseded, running, waiting, bytes, oldestAtMs } = counts.events;
  return {
    handled,
    superseded,
    running,
    waiting,
    bytes,
    oldestWaitMs: oldestAtMs === undefined ? 0 : Math.max(0, clock.now() - oldestAtMs),
    deliveries: counts.deliveries,
    unrouted: { ...counts.unrouted },
  };
}

function leaseFacts({ ownership, engine }: CreateMetricsDeps): LeaseFacts | undefined {
  const owner = ownership();
  if (!owner) return undefined;
  const { state, leaseAgeMs } = owner;
  return { state, ownedShards: engine()?.counts.ownedShards ?? 0, ageMs: leaseAgeMs };
}

/** A question that hangs is not asked again while it does: each scrape would take a connection more. */
function storeFacts({ store, config }: CreateMetricsDeps): () => Promise<StoreFacts> {
  let asking: Promise<StoreFacts> | undefined;
  return () => {
    const found = store();
    if (!found) return Promise.resolve({ isUp: false });
    asking ??= ask(found, config.databaseUrl).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

async function ask(store: Store, databaseUrl: string): Promise<StoreFacts> {
  const diskFreeBytes = await freeBytesOf(databaseUrl);
  const disk = diskFreeBytes === undefined ? {} : { diskFreeBytes };
  try {
    const [keptEvents, isIncident] = await Promise.all([countKeptEvents(store), isIncidentOn(store)]);
    return { isUp: true, keptEvents, isIncident, ...disk };
  } catch {
    // The log says why: whatever else asks the database fails as well.
    return { isUp: false, ...disk };
  }
}

/** Of the folder: no file of the database may be opened here, or its locks are gone. */
async function freeBytesOf(databaseUrl: string): Promise<number | undefined> {
  if (isPostgresUrl(databaseUrl)) return undefined;
  try {
    const { bavail, bsize } = await statfs(dirname(databaseUrl));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
