/** The store on SQLite: passes statements to one worker thread (sqlite-worker.ts), which holds the only connections. */
import { resolve } from 'node:path';
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { noNotices } from './notices.ts';
import { observed } from './observed.ts';
import { type CallOf, IN_MEMORY, type Results, type Table } from './sqlite-messages.ts';
import { startWorker } from './start-worker.ts';
import type {
  LockOptions,
  Row,
  SqlValue,
  Statement,
  StatementKind,
  StatementObserver,
  Store,
  Transaction,
  TransactionOptions,
} from './store.ts';
import { WorkerPort } from './worker-port.ts';

export interface SqliteStoreOptions {
  /** The database file; it and its folder are created, for this user only, when missing. */
  path: string;
  /** Opens an existing database of the current schema and refuses every write. @defaultValue false */
  readOnly?: boolean;
  /** Whether an older schema is brought to the current one, or refused. @defaultValue true */
  mayMigrate?: boolean;
  /** How long, in ms, to wait for another process that writes to the same file. @defaultValue 5000 */
  busyTimeoutMs?: number;
  /** After how many ms (of real time) a transaction that has not ended is rolled back. @defaultValue 10000 */
  transactionTimeoutMs?: number;
  /** For benchmarks: after each commit the worker waits so long, in ms, as on a slow disk. @defaultValue 0 */
  commitDelayMs?: number;
  /** Is told of work in progress, so that a moved clock waits for it. @defaultValue tells nobody */
  clock?: Pick<Clock, 'io'>;
  /** @defaultValue nobody counts */
  onStatement?: StatementObserver | undefined;
}

const sqliteStoreDefaults = {
  readOnly: false,
  mayMigrate: true,
  busyTimeoutMs: 5_000,
  transactionTimeoutMs: 10_000,
  commitDelayMs: 0,
  clock: { io: (work) => work },
  onStatement: undefined,
} as const satisfies Required<Omit<SqliteStoreOptions, 'path'>>;

/**
 * Opens the database and brings it to the current schema. The thread keeps the process alive until `close()`.
 * @throws BotServerError `store_unavailable`, `store_newer`, `store_older`, or `invalid_configuration` for the file of another program
 * @example
 * const store = await openSqliteStore({ path: './data/slack-bot-server.db' });
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const store = new SqliteStore({ ...sqliteStoreDefaults, ...options, path: resolve(options.path) });
  await store.open();
  return store;
}

/**
 * Opens an empty database of the current schema in memory, which is gone when it is closed: for what is to leave no trace.
 * @throws BotServerError `store_unavailable`
 */
export async function openMemoryStore({ clock }: Pick<SqliteStoreOptions, 'clock'> = {}): Promise<SqliteStore> {
  const store = new SqliteStore({ ...sqliteStoreDefaults, ...(clock && { clock }), path: IN_MEMORY });
  await store.open();
  return store;
}

/** A Store that can also be locked against a second server; see embedded-lock.ts. */
export class SqliteStore implements Store {
  readonly engine = 'sqlite';
  readonly notices = noNotices;
  readonly #port: WorkerPort;
  readonly #clock: Pick<Clock, 'io'>;
  readonly #onStatement: StatementObserver | undefined;
  readonly #expirable = new Map<number, (error: BotServerError) => void>();
  readonly #underWay = new Set<Promise<unknown>>();
  #onLost: LockOptions['onLost'];
  #lastTx = 0;
  #closed: Promise<void> | undefined;

  constructor({ clock, onStatement, ...settings }: Required<SqliteStoreOptions>) {
    this.#clock = clock;
    this.#onStatement = onStatement;
    const onExpired = (tx: number, error: BotServerError) => this.#expirable.get(tx)?.(error);
    const onLockLost = (error: BotServerError) => this.#onLost?.(error);
    this.#port = new WorkerPort(startWorker({ kind: 'session', settings }), { onExpired, onLockLost });
  }

  /** Called once, by openSqliteStore. */
  async open(): Promise<void> {
    try {
      await this.#call({ op: 'open' });
    } catch (error) {
      await this.#port.terminate();
      throw error;
    }
  }

  all(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#track('query', async () => toRows(await this.#call({ op: 'all', sql, params })));
  }

  get(sql: string, params: readonly SqlValue[] = []): Promise<Row | undefined> {
    return this.#track('query', async () => toRows(await this.#call({ op: 'get', sql, params }))[0]);
  }

  run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return this.#track('change', () => this.#call({ op: 'run', sql, params }));
  }

  together(statements: readonly Statement[]): Promise<Row[][]> {
    const texts = statements.map(({ sql, params }) => ({ sql, paramCount: params.length }));
    const params = statements.flatMap((statement) => statement.params);
    return this.#track('batch', async () =>
      (await this.#call({ op: 'together', statements: texts, params })).map(toRows),
    );
  }

  /** What it is about does not matter: the file takes one writer at a time. */
  transaction<T>(_options: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#track('transaction', () => this.#transact(work));
  }

  /** Takes the lock of embedded-lock.ts for as long as this store is open. @throws BotServerError `store_locked` */
  lock({ onLost }: LockOptions = {}): Promise<void> {
    this.#onLost = onLost;
    return this.#track(undefined, () => this.#call({ op: 'lock' }));
  }

  /** Refuses new work, waits for what is under way, then closes the file and frees the lock. */
  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    if (this.#port.isDead) return;
    await this.#call({ op: 'close' });
  }

  #track<T>(kind: StatementKind | undefined, start: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new BotServerError('store_unavailable', 'The store was closed'));
    const work = kind === undefined ? start() : observed(this.#onStatement, kind, start);
    this.#underWay.add(work);
    const forget = () => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  async #transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = ++this.#lastTx;
    const expired = Promise.withResolvers<never>();
    this.#expirable.set(tx, expired.reject);
    try {
      await this.#call({ op: 'begin', tx });
      const result = await Promise.race([work(this.#statementsOf(tx)), expired.promise]);
      await this.#call({ op: 'commit', tx });
      return result;
    } catch (error) {
      // What went wrong is the news; a thread that cannot roll back is dead, and so is its transaction.
      await this.#call({ op: 'rollback', tx }).catch(() => {});
      throw error;
    } finally {
      this.#expirable.delete(tx);
    }
  }

  #statementsOf(tx: number): Transaction {
    return {
      alsoAbout: () => Promise.resolve(),
      enter: () => Promise.resolve(),
      notify: () => {},
      all: async (sql, params = []) => toRows(await this.#call({ op: 'all', sql, params, tx })),
      get: async (sql, params = []) => toRows(await this.#call({ op: 'get', sql, params, tx }))[0],
      run: (sql, params = []) => this.#call({ op: 'run', sql, params, tx }),
    };
  }

  #call<Op extends keyof Results>(call: CallOf<Op>): Promise<Results[Op]> {
    return this.#clock.io(this.#port.call(call), 'store');
  }
}

function toRows({ columns, rows }: Table): Row[] {
  return rows.map((values) => {
    const row: Row = {};
    columns.forEach((column, index) => {
      row[column] = values[index] ?? null;
    });
    return row;
  });
}
