/**
 * What every feature's repository sees of a database: statements with `$1` parameters and transactions.
 * SQLite (sqlite-store.ts) and PostgreSQL (postgres-store.ts) implement it, with the same contract tests.
 */
import type { BotServerError } from '../errors.ts';
import type { Notices, NoticeTopic } from './notices.ts';

/** A value that both engines store: JSON and booleans are the repository's business. */
export type SqlValue = string | number | null | Uint8Array;

/** A row as the engine returned it; map it to an entity in the repository. */
export type Row = Record<string, SqlValue>;

/** A statement with its parameters. */
export interface Statement {
  sql: string;
  params: readonly SqlValue[];
}

/** Asks, and changes nothing. */
export interface Queries {
  /** All rows of a query, or of a statement with `returning`. */
  all(sql: string, params?: readonly SqlValue[]): Promise<Row[]>;
  /** The first row, if any. */
  get(sql: string, params?: readonly SqlValue[]): Promise<Row | undefined>;
}

/** Runs statements, inside a transaction or (on Store itself) each in one of its own. */
export interface Statements extends Queries {
  /** Runs a statement; answers how many rows it changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
}

/**
 * What a transaction is about: those about the same thing run one after the other, in all processes. `installation:` takes the key
 * of an installation or the id of a workspace, which for a workspace's own installation is the same.
 */
export type Subject = 'inbox' | 'socket slots' | `${'installation' | 'job' | 'document'}:${string}`;

/** What transactions of all installations are about; see Transaction.enter. */
export type SharedSubject = 'breaker';

/** How a transaction runs. */
export interface TransactionOptions {
  /** Everything that it reads to decide what it writes, unless the writing statement itself compares. Locked before it begins. */
  about: readonly Subject[];
}

/** The statements of a transaction. */
export interface Transaction extends Statements {
  /**
   * For what only a statement of the transaction can tell: does nothing when the transaction is about these already, and otherwise
   * undoes it and runs its work from the beginning, about these as well. So locks are always taken in one order.
   */
  alsoAbout(...subjects: readonly Subject[]): Promise<void>;
  /**
   * Waits for its turn with what all installations share, and keeps it to its end. Call it once, when the rows of its own are locked:
   * a transaction that waits for those must not have what all others wait for.
   */
  enter(subject: SharedSubject): Promise<void>;
  /** Tells the other processes once it is committed; see notices.ts. */
  notify(topic: NoticeTopic): void;
}

/**
 * An opened database with the current schema.
 * Text is stored with U+FFFD for NUL and for half a surrogate pair; see storable-text.ts.
 * @throws BotServerError `store_unavailable` from every method when the engine fails, `value_refused` when it takes everything
 *   but what this statement wants to store: no outage, and no reason to try it again
 */
export interface Store extends Statements {
  /** For the rare statement whose text cannot be the same on both. */
  readonly engine: 'sqlite' | 'postgres';
  readonly notices: Notices;
  /**
   * Runs `work` in one write transaction: all of it is committed and durable when this resolves, or none.
   * Transactions that share a subject run one after the other, also those of other processes. Others run side by side on
   * PostgreSQL (READ COMMITTED: each statement sees what was committed before it), and one at a time on SQLite.
   *
   * `work` may run again from its beginning: after `alsoAbout`, and up to 4 times when PostgreSQL undid it because of others (a
   * deadlock or a serialization failure). So it changes nothing but through `tx`, and answers by its result.
   *
   * A statement that fails ends the transaction, also when `work` catches it. One that lasts longer than 10 s is rolled
   * back, and so is one on SQLite whose `work` waits for a write on the store itself instead of `tx`: that write waits for its turn.
   */
  transaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs the statements in one transaction and, where the engine can, in one round trip: for writes that come together
   * thousands of times a second. Answers the rows of each.
   */
  together(statements: readonly Statement[]): Promise<Row[][]>;
  /** Refuses new work and waits for what is under way. */
  close(): Promise<void>;
}

/** For what operators ask; see side-reads.ts. */
export type Reads = Queries & Pick<Store, 'engine'>;

/** Which way work went to the store: rows were asked for, a statement changed rows, a transaction, several statements at once. */
export type StatementKind = 'query' | 'change' | 'transaction' | 'batch';

/** Told how long work took, in milliseconds of real time, and with what it failed. On every statement: must cost nothing, and not throw. */
export type StatementObserver = (kind: StatementKind, ms: number, error?: unknown) => void;

/** Where the store says what an operator wants to know of its connections. */
export interface StoreLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** Who serves a database; `pid` is unknown when it cannot be read any more, `host` is only known from PostgreSQL. */
export interface ServerHolder {
  pid: number | 'unknown';
  host?: string;
}

/** What a server wants to know of its lock on the database. */
export interface LockOptions {
  /**
   * Called once when another server may have the database: on PostgreSQL when the connection broke and another one, which the error
   * names, took the lock meanwhile; on SQLite when somebody deleted or replaced the lock or the database.
   */
  onLost?: (error: BotServerError) => void;
}
