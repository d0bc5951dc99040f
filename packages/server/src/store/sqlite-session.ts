/**
 * The database inside the store's worker: answers calls one after the other. Reads that stand alone go to a connection of
 * their own and never wait; writes and transactions take turns:
 *
 *   turn free ──begin──▶ open ──commit, rollback──▶ turn free ──▶ next waiting call
 *                         └──deadline──▶ rolled back, the caller is told ──▶ turn free
 */

import { assertNever } from '../assert-never.ts';
import { BotServerError } from '../errors.ts';
import { LockFile } from './lock-file.ts';
import { blockThread, fileIdentity } from './sqlite-connection.ts';
import { type Connections, connect } from './sqlite-connections.ts';
import { isFull, toFailure } from './sqlite-failure.ts';
import type {
  Call,
  CallOf,
  Request,
  Results,
  StatementCall,
  WorkerMessage,
  WorkerSettings,
} from './sqlite-messages.ts';
import type { StatementCache } from './statement-cache.ts';
import type { SqlValue } from './store.ts';

/** Between two looks whether the lock is still held, in milliseconds. */
const WATCH_MS = 1_000;

interface OpenTransaction {
  tx: number;
  deadline: NodeJS.Timeout;
  /** A statement failed: everything is rolled back already and nothing more may run, as PostgreSQL has it. */
  failed: boolean;
}

export class SqliteSession {
  readonly #settings: WorkerSettings;
  readonly #post: (message: WorkerMessage) => void;
  readonly #lock: LockFile;
  #connections: Connections | undefined;
  #identity: string | undefined;
  #open: OpenTransaction | undefined;
  #waiting: Request[] = [];
  #watching: NodeJS.Timeout | undefined;
  /** Once lost it stays lost: another server may have read and written meanwhile. */
  #loss: BotServerError | undefined;

  constructor(settings: WorkerSettings, post: (message: WorkerMessage) => void) {
    this.#settings = settings;
    this.#post = post;
    this.#lock = new LockFile(settings.path);
  }

  /** Answers the request now, or when its turn has come. */
  handle(request: Request): void {
    if (this.#open && takesTurn(request.call)) {
      this.#waiting.push(request);
      return;
    }
    this.#answer(request);
    while (!this.#open && this.#waiting.length > 0) {
      const next = this.#waiting.shift();
      if (next) this.#answer(next);
    }
  }

  #answer({ id, call }: Request): void {
    try {
      this.#post({ kind: 'result', id, value: this.#perform(call) });
    } catch (error) {
      this.#post({ kind: 'failed', id, failure: toFailure(error, this.#settings.path) });
      // For the next one: whoever asked tries again, or Slack does.
      if (isFull(error) && !this.#open) this.#connections?.walRoom?.relieve();
    }
  }

  #perform(call: Call): Results[keyof Results] {
    switch (call.op) {
      case 'all':
      case 'get':
      case 'run':
        return call.tx === undefined ? this.#runAlone(call) : this.#runInTransaction(call, call.tx);
      case 'together':
        return this.#runTogether(call);
      case 'begin':
        return this.#begin(call.tx);
      case 'commit':
        return this.#commit(call.tx);
      case 'rollback':
        return this.#rollback(call.tx);
      case 'open':
        return this.#openDatabase();
      case 'lock':
        return this.#takeLock();
      case 'close':
        return this.#close();
      default:
        return assertNever(call, 'call of the database worker');
    }
  }

  #openDatabase(): undefined {
    this.#connections = connect(this.#settings, this.#lock);
    this.#identity = fileIdentity(this.#settings.path);
  }

  #takeLock(): undefined {
    this.#lock.take();
    this.#watching ??= setInterval(() => this.#watch(), WATCH_MS);
  }

  /** A database that is not there is no other process's: each call says that it is missing. */
  #watch(): void {
    const { path } = this.#settings;
    const isReplaced = ![undefined, this.#identity].includes(fileIdentity(path));
    if (isReplaced) this.#lose(`The database file ${path} was replaced`);
    else this.#isLockLost();
  }

  #isLockLost(): boolean {
    if (this.#loss) return true;
    if (!this.#lock.isLost()) return false;
    this.#lose(`The lock ${this.#settings.path}.lock was deleted or replaced`);
    return true;
  }

  #lose(what: string): void {
    clearInterval(this.#watching);
    if (this.#loss) return;
    const { path } = this.#settings;
    const message = `${what} while this server used it, so that another one may use the database: stop any other, and start this one again`;
    const facts = { path, trouble: 'lock_lost' };
    this.#loss = new BotServerError('store_unavailable', message, { facts });
    this.#post({ kind: 'lock_lost', failure: { code: 'store_locked', message, facts } });
  }

  /**
   * Asked before each write, and after each commit before it is answered: another server reads what is stored when it takes the lock,
   * and nothing that is written afterwards. What was committed while the lock was held it finds, for it cannot have begun earlier.
   * @throws BotServerError `store_unavailable`
   */
  #requireLock(): void {
    this.#isLockLost();
    if (this.#loss) throw this.#loss;
  }

  #runAlone(call: StatementCall): Results['all' | 'run'] {
    const { reads, writes, walRoom } = this.#usable();
    if (isRead(call)) return execute(reads, call);
    this.#requireLock();
    walRoom?.look();
    const result = execute(writes, call);
    this.#delayCommit();
    this.#requireLock();
    return result;
  }

  #runInTransaction(call: StatementCall, tx: number): Results['all' | 'run'] {
    const open = this.#requireOpen(tx);
    try {
      return execute(this.#usable().writes, call);
    } catch (error) {
      open.failed = true;
      this.#undo();
      throw error;
    }
  }

  #runTogether({ statements, params }: CallOf<'together'>): Results['together'] {
    const { writer, writes, walRoom } = this.#usable();
    this.#requireLock();
    walRoom?.look();
    writer.exec('begin immediate');
    try {
      let from = 0;
      const tables = statements.map(({ sql, paramCount }) => {
        const own = params.slice(from, from + paramCount);
        from += paramCount;
        return execute(writes, { op: 'all', sql, params: own }) as Results['all'];
      });
      writer.exec('commit');
      this.#delayCommit();
      this.#requireLock();
      return tables;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #begin(tx: number): undefined {
    const { writer, walRoom } = this.#usable();
    this.#requireLock();
    walRoom?.look();
    writer.exec('begin immediate');
    const deadline = setTimeout(() => this.#expire(tx), this.#settings.transactionTimeoutMs);
    this.#open = { tx, deadline, failed: false };
  }

  #commit(tx: number): undefined {
    this.#requireOpen(tx);
    try {
      const { writer } = this.#usable();
      this.#requireLock();
      writer.exec('commit');
      this.#delayCommit();
    } finally {
      this.#end();
    }
    this.#requireLock();
  }

  /** Nothing, unless a benchmark wants to know what a slow disk does. */
  #delayCommit(): void {
    if (this.#settings.commitDelayMs > 0) blockThread(this.#settings.commitDelayMs);
  }

  #rollback(tx: number): undefined {
    if (this.#open?.tx === tx) this.#end();
  }

  #expire(tx: number): void {
    if (this.#open?.tx !== tx) return;
    this.#end();
    const message = `A transaction did not end within ${this.#settings.transactionTimeoutMs} ms and was rolled back`;
    const failure = { code: 'store_unavailable', message, facts: { path: this.#settings.path } } as const;
    this.#post({ kind: 'expired', tx, failure });
    const [next, ...rest] = this.#waiting;
    this.#waiting = rest;
    if (next) this.handle(next);
  }

  #requireOpen(tx: number): OpenTransaction {
    if (this.#open?.tx === tx && !this.#open.failed) return this.#open;
    const why = this.#open?.tx === tx ? 'one of its statements failed' : 'it is over';
    throw new BotServerError('store_unavailable', `The transaction can do nothing more: ${why}`);
  }

  #end(): void {
    clearTimeout(this.#open?.deadline);
    this.#open = undefined;
    this.#undo();
  }

  // SQLite rolls back by itself after some errors (a full disk), and then refuses a second rollback.
  #undo(): void {
    const writer = this.#connections?.writer;
    if (writer?.isTransaction) writer.exec('rollback');
  }

  #usable(): Connections {
    if (!this.#connections) throw new BotServerError('store_unavailable', 'The database is not open');
    if (fileIdentity(this.#settings.path) === this.#identity) return this.#connections;
    const message = `The database file ${this.#settings.path} was deleted or replaced while it was in use`;
    throw new BotServerError('store_unavailable', message, {
      facts: { path: this.#settings.path, trouble: 'missing' },
    });
  }

  #close(): undefined {
    clearInterval(this.#watching);
    this.#connections?.close();
    this.#connections = undefined;
    this.#lock.release();
  }
}

function execute(cache: StatementCache, call: StatementCall): Results['all' | 'run'] {
  const { statement, bind } = cache.prepare(call.sql);
  const params = bind(call.params);
  if (call.op === 'run') return Number(statement.run(...params).changes);
  // get() ends a statement without asking whether its commit worked [tried], so a write that returns rows runs to its end.
  const rows: unknown[] = call.op === 'get' && isRead(call) ? [statement.get(...params)] : statement.all(...params);
  const columns = statement.columns().map((column) => column.name);
  // The statements of the cache return arrays, for which node:sqlite has no type.
  return { columns, rows: rows.filter((row) => row !== undefined) as SqlValue[][] };
}

/** Calls that change the database wait until no transaction is open; those of the open transaction do not. */
function takesTurn(call: Call): boolean {
  switch (call.op) {
    case 'begin':
    case 'together':
      return true;
    case 'all':
    case 'get':
    case 'run':
      return call.tx === undefined && !isRead(call);
    case 'commit':
    case 'rollback':
    case 'open':
    case 'lock':
    case 'close':
      return false;
    default:
      return assertNever(call, 'call of the database worker');
  }
}

// What is taken for a write only waits for its turn; the reading connection refuses what is wrongly taken for a read.
function isRead(call: StatementCall): boolean {
  if (/^\s*(?:select|values)\b/.test(call.sql)) return true;
  return /^\s*with\b/.test(call.sql) && !/\b(?:insert|update|delete|replace)\b/.test(call.sql);
}
