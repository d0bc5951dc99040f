/** The store on PostgreSQL: statements on a small pool of connections; transactions are postgres-transactions.ts. */
import type pg from 'pg';
import { BotServerError } from '../errors.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { Deadline } from './deadline.ts';
import { observed } from './observed.ts';
import { OwnConnection } from './own-connection.ts';
import { withConnection } from './postgres-connection.ts';
import { isConflict, isFatal, toStoreError } from './postgres-failure.ts';
import { isDirect } from './postgres-hosts.ts';
import { lockedError, PostgresLock } from './postgres-lock.ts';
import { type LockKey, readLockKey } from './postgres-lock-key.ts';
import { migratePostgres, requireServer } from './postgres-migrate.ts';
import { PostgresNotices } from './postgres-notices.ts';
import { HostPool } from './postgres-pool.ts';
import { type PostgresSettings, postgresSettings } from './postgres-settings.ts';
import { runStatement } from './postgres-statements.ts';
import { PostgresTransactions } from './postgres-transactions.ts';
import type {
  LockOptions,
  Row,
  SqlValue,
  Statement,
  StatementKind,
  StatementObserver,
  Store,
  StoreLog,
  Transaction,
  TransactionOptions,
} from './store.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with the parameters that `pg` knows; several hosts: see postgres-url.ts. */
  url: string;
  /** Refuses a database without our tables instead of making them. @defaultValue false */
  mustExist?: boolean;
  /** Whether an older schema is brought to the current one, or refused. @defaultValue true */
  mayMigrate?: boolean;
  /** Connections at most, besides the one that holds the lock. @defaultValue 10 */
  maxConnections?: number;
  /** How long, in ms, connecting or waiting for a free connection may take. @defaultValue 5000 */
  connectTimeoutMs?: number;
  /** After how many ms a statement is cancelled. @defaultValue 30000 */
  statementTimeoutMs?: number;
  /** After how many ms (of real time) a transaction that has not ended is rolled back. @defaultValue 10000 */
  transactionTimeoutMs?: number;
  /** Past a pooler: for LISTEN, which needs a session. @defaultValue `url` */
  directUrl?: string | undefined;
  /** Between two heartbeats of LISTEN, in ms of real time. @defaultValue 5000 */
  noticeBeatMs?: number;
  /** Told how the database is reached. @defaultValue nobody */
  log?: StoreLog;
  /** Is told of work in progress, so that a moved clock waits for it. @defaultValue the machine's */
  clock?: Pick<Clock, 'io' | 'sleep'>;
  /** @defaultValue nobody counts */
  onStatement?: StatementObserver | undefined;
}

export const postgresStoreDefaults = {
  mustExist: false,
  mayMigrate: true,
  maxConnections: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 30_000,
  transactionTimeoutMs: 10_000,
  directUrl: undefined,
  noticeBeatMs: 5_000,
  log: { info: () => {}, warn: () => {} },
  clock: systemClock,
  onStatement: undefined,
} as const satisfies Required<Omit<PostgresStoreOptions, 'url'>>;

/** For single statements, the inbox's above all, however many transactions hang. */
const RESERVED_CONNECTIONS = 3;
/** How long closing waits for connections that do not answer any more. */
const CLOSE_TIMEOUT_MS = 5_000;
const MAX_TRIES = 5;

/**
 * Connects, and brings the database to the current schema.
 * @throws BotServerError `store_unavailable`, `store_newer`, `store_older`, `store_locked` when it is older and a server runs on it, or
 *   `invalid_configuration` for the database of another program or a server older than 15
 * @example
 * const store = await openPostgresStore({ url: 'postgres://bot:secret@localhost/bot' });
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const complete = { ...postgresStoreDefaults, ...options };
  const store = new PostgresStore(complete, postgresSettings(complete.url, complete));
  await store.open();
  return store;
}

/** A Store that can also be locked against a second server. */
export class PostgresStore implements Store {
  readonly engine = 'postgres';
  readonly #options: Required<PostgresStoreOptions>;
  readonly #settings: PostgresSettings;
  /** Past a pooler, if an address for that is known. */
  readonly #direct: PostgresSettings;
  readonly #pool: HostPool;
  readonly #transactions: PostgresTransactions;
  readonly notices: PostgresNotices;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #onStatement: StatementObserver | undefined;
  #key: LockKey = 0;
  #lock: PostgresLock | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: Required<PostgresStoreOptions>, settings: PostgresSettings) {
    this.#options = options;
    this.#onStatement = options.onStatement;
    this.#settings = settings;
    this.#direct = options.directUrl === undefined ? settings : postgresSettings(options.directUrl, options);
    const poolConfig = { ...settings.config, max: options.maxConnections, idleTimeoutMillis: 30_000 };
    this.#pool = new HostPool(settings.hosts, poolConfig, options.log);
    const { database } = settings;
    const { transactionTimeoutMs, maxConnections, clock } = options;
    const maxTransactions = Math.max(1, maxConnections - RESERVED_CONNECTIONS);
    this.notices = new PostgresNotices({
      run: (sql, params) => this.#runAlone(sql, params),
      connect: () => this.#connectDirectly(),
      log: options.log,
      beatMs: options.noticeBeatMs,
    });
    this.#transactions = new PostgresTransactions({
      pool: this.#pool,
      database,
      transactionTimeoutMs,
      maxTransactions,
      notices: this.notices,
      clock,
    });
  }

  /** Called once, by openPostgresStore. */
  async open(): Promise<void> {
    try {
      await this.#options.clock.io(
        withConnection(this.#settings, (client) => this.#prepare(client)),
        'store',
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  all(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#track('query', async () => (await this.#runAlone(sql, params)).rows);
  }

  get(sql: string, params: readonly SqlValue[] = []): Promise<Row | undefined> {
    return this.#track('query', async () => (await this.#runAlone(sql, params)).rows[0]);
  }

  run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return this.#track('change', async () => (await this.#runAlone(sql, params)).rowCount ?? 0);
  }

  transaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#track('transaction', () => this.#transactions.run(options, work));
  }

  together(statements: readonly Statement[]): Promise<Row[][]> {
    return this.transaction({ about: [] }, async (tx) => {
      const results: Row[][] = [];
      for (const { sql, params } of statements) results.push(await tx.all(sql, params));
      return results;
    });
  }

  /**
   * Makes this process the server of the database for as long as this store is open; see postgres-lock.ts.
   * @throws BotServerError `store_locked`
   */
  lock(options: LockOptions = {}): Promise<void> {
    return this.#track(undefined, () => {
      const { clock } = this.#options;
      this.#lock ??= new PostgresLock({ settings: this.#direct, key: this.#key, clock, ...options });
      return this.#lock.take();
    });
  }

  /** For work that must not wait for this store's connections; its owner closes it. */
  ownConnection(): OwnConnection {
    return new OwnConnection(this.#settings);
  }

  /** Refuses new work, waits for what is under way, then closes the connections and frees the lock. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.notices.close();
    const ended = this.#pool.end();
    const deadline = new Deadline(CLOSE_TIMEOUT_MS);
    await Promise.race([ended, deadline.passed]);
    deadline.cancel();
    await this.#lock?.release();
  }

  async #prepare(client: pg.ClientBase): Promise<void> {
    const { database } = this.#settings;
    this.#tellMode(isDirect(client));
    const { rows } = await client.query(
      `select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as "synchronousCommit"`,
    );
    requireServer(rows[0], database);
    this.#key = await readLockKey(client, database);
    this.#transactions.schema = this.#key;
    this.notices.channel = `slack_bot_server_${this.#key}`;
    const lockedBy = () => lockedError(client, { key: this.#key, database });
    const { mustExist, mayMigrate } = this.#options;
    await migratePostgres(client, { database, key: this.#key, lockedBy, mustExist, mayMigrate });
  }

  #tellMode(isStraight: boolean): void {
    const hasDirectUrl = this.#options.directUrl !== undefined;
    const facts = { pooler: !isStraight, direct_url: hasDirectUrl };
    this.#options.log.info(facts, 'connected to PostgreSQL');
  }

  async #connectDirectly(): Promise<pg.Client | undefined> {
    const client = await this.#direct.hosts.dial();
    if (isDirect(client)) return client;
    await client.end().catch(() => {});
    return undefined;
  }

  async #runAlone(sql: string, params: readonly SqlValue[], tries = 1): Promise<pg.QueryResult<Row>> {
    try {
      return await this.#options.clock.io(
        this.#withClient((client) => runStatement(client, sql, params)),
        'store',
      );
    } catch (error) {
      const isWorthAnother = isConflict(error) || (tries === 1 && (await this.#pool.leaveReadOnly(error)));
      if (isWorthAnother && tries < MAX_TRIES) return await this.#runAlone(sql, params, tries + 1);
      throw toStoreError(error, this.#settings.database);
    }
  }

  async #withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      // What was refused before it was sent leaves the connection as it is.
      client.release(isFatal(error) && !(error instanceof BotServerError));
      throw error;
    }
  }

  #track<T>(kind: StatementKind | undefined, start: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new BotServerError('store_unavailable', 'The store was closed'));
    const work = kind === undefined ? start() : observed(this.#onStatement, kind, start);
    this.#underWay.add(work);
    const forget = () => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
  }
}
