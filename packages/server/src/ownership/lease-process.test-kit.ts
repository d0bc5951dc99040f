/**
 * A process that owns shards by a lease and says every few milliseconds for which it would act now: like a server that is
 * always about to send. Arguments: the database, the options of the lease as JSON.
 */
import { hostname } from 'node:os';
import { isBotServerError } from '../errors.ts';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { openPostgresStore, type PostgresStore } from '../store/postgres-store.ts';
import { systemClock } from '../time/clock.ts';
import { LeaseOwner } from './lease-owner.ts';
import type { LeaseOptions } from './node-model.ts';
import { createNodeRepository, type NodeRepository } from './node-repository.ts';

/** What the parent hears. Times are the machine's wall clock, the same for all processes. */
export type LeaseReport =
  | { type: 'told'; what: string; atMs: number; shards: number }
  /** It looked at the rows, and when it began to. */
  | { type: 'surveyed'; fromMs: number }
  /** Before and after it was asked. None at all is said once. */
  | { type: 'acts'; fromMs: number; toMs: number; shards: number[] };

const ACT_EVERY_MS = 5;

async function main(url: string, options: LeaseOptions): Promise<void> {
  const store = await openPostgresStore({ url });
  for (;;) {
    try {
      return await own(store, options);
    } catch (error) {
      // As a supervisor does, again for as long as the database has no time for it.
      if (!isBotServerError(error, 'store_unavailable')) throw error;
    }
  }
}

async function own(store: PostgresStore, options: LeaseOptions): Promise<void> {
  const connection = store.ownConnection();
  const say = (report: LeaseReport) => process.send?.(report);
  const tell = (what: string, shards: number) => say({ type: 'told', what, atMs: systemClock.now(), shards });
  const quiet = { info() {}, warn() {}, error() {} };
  const rows = createNodeRepository(connection, { limitMs: options.queryLimitMs ?? 2_000 });
  const survey: NodeRepository['survey'] = async () => {
    const fromMs = systemClock.now();
    const facts = await rows.survey();
    say({ type: 'surveyed', fromMs });
    return facts;
  };
  const owner = new LeaseOwner({
    repository: { ...rows, survey },
    closeRepository: () => connection.close(),
    identity: {
      host: hostname(),
      pid: process.pid,
      packageVersion: '0',
      schemaVersion: bundledSchemaVersion('postgres'),
      sealsWith: 'k',
      facts: {},
    },
    opens: ['k'],
    clock: systemClock,
    log: quiet,
    options,
  });
  const numbers = Array.from({ length: options.shards ?? 256 }, (_, shard) => shard);
  let isActing = true;
  const act = () => {
    const fromMs = systemClock.now();
    const shards = numbers.filter((shard) => owner.owns(shard));
    if (shards.length > 0 || isActing) say({ type: 'acts', fromMs, toMs: systemClock.now(), shards });
    isActing = shards.length > 0;
    systemClock.after(ACT_EVERY_MS, act);
  };
  owner.follow({
    gained: (shards) => tell('gained', shards.length),
    drain: () => Promise.resolve(),
    lost: (shards) => tell('lost', shards.length),
    fenced: () => tell('fenced', 0),
    resumed: () => tell('resumed', 0),
  });
  await owner.start();
  act();
  process.on('message', () => void owner.stop({ graceMs: 1_000 }).then(() => process.exit(0)));
}

const [url = '', options = '{}'] = process.argv.slice(2);
await main(url, JSON.parse(options) as LeaseOptions);
