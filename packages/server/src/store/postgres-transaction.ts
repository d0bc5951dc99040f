/** One write transaction on one connection: statements in turn, none after a failure, none after the end. */
import type { ClientBase, QueryResult } from 'pg';
import { BotServerError } from '../errors.ts';
import type { NoticeTopic } from './notices.ts';
import { runStatement } from './postgres-statements.ts';
import type { Row, SharedSubject, SqlValue, Subject, Transaction } from './store.ts';

/** Thrown through the work of a transaction that is about more than was known: it begins anew. */
class MoreSubjects extends Error {
  readonly subjects: readonly Subject[];

  constructor(subjects: readonly Subject[]) {
    super('The transaction begins anew, about more');
    this.subjects = subjects;
  }
}

export interface PostgresTransactionOptions {
  /** Tells the clock and turns errors into ours. */
  guard: <T>(work: Promise<T>) => Promise<T>;
  /** What it is about. */
  subjects: readonly Subject[];
  /** Waits for its turn in this process; the answer ends it. */
  takeTurn: (subject: SharedSubject) => Promise<() => void>;
  /** Takes a lock in the database. */
  lockSql: (subject: SharedSubject) => string;
}

export class PostgresTransaction implements Transaction {
  readonly #client: ClientBase;
  readonly #options: PostgresTransactionOptions;
  #last: Promise<unknown> = Promise.resolve();
  #end: string | undefined;
  /** What it was not known to be about. */
  missing: MoreSubjects | undefined;
  #endTurn: (() => void) | undefined;
  #isOver = false;
  /** What to tell when it is committed. */
  readonly topics = new Set<NoticeTopic>();
  /** Why a statement failed first. */
  failure: unknown;

  constructor(client: ClientBase, options: PostgresTransactionOptions) {
    this.#client = client;
    this.#options = options;
  }

  async alsoAbout(...subjects: readonly Subject[]): Promise<void> {
    if (subjects.every((subject) => this.#options.subjects.includes(subject))) return;
    this.missing = new MoreSubjects(subjects);
    this.#end ??= 'it begins anew';
    throw this.missing;
  }

  async all(sql: string, params: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#query(sql, params)).rows;
  }

  async get(sql: string, params: readonly SqlValue[] = []): Promise<Row | undefined> {
    return (await this.#query(sql, params)).rows[0];
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<number> {
    return (await this.#query(sql, params)).rowCount ?? 0;
  }

  async enter(subject: SharedSubject): Promise<void> {
    const { takeTurn, lockSql } = this.#options;
    const endTurn = await takeTurn(subject);
    if (this.#isOver) endTurn();
    else this.#endTurn = endTurn;
    await this.#inTurn(async () => {
      this.#requireUsable();
      await this.#client.query(lockSql(subject));
    });
  }

  notify(topic: NoticeTopic): void {
    this.topics.add(topic);
  }

  /** Lets the next one have what it entered. */
  leave(): void {
    this.#isOver = true;
    this.#endTurn?.();
  }

  /** Commits after the statements that were given before. */
  async commit(): Promise<void> {
    // Whatever its work made of that.
    if (this.missing) throw this.missing;
    await this.#inTurn(async () => {
      this.#requireUsable();
      this.#end = 'it is over';
      await this.#client.query('commit');
    });
  }

  /** Refuses further statements at once. */
  end(): void {
    this.#end ??= 'it is over';
  }

  /** Ends it and undoes what it did, after the statement that runs now. */
  async rollBack(): Promise<void> {
    this.end();
    await this.#inTurn(() => this.#client.query('rollback'));
  }

  #query(sql: string, params: readonly SqlValue[]): Promise<QueryResult<Row>> {
    return this.#inTurn(async () => {
      this.#requireUsable();
      try {
        return await runStatement(this.#client, sql, params);
      } catch (error) {
        this.#end ??= 'one of its statements failed';
        this.failure ??= error;
        throw error;
      }
    });
  }

  // A connection takes one statement at a time, and work may give several at once.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return this.#options.guard(result);
  }

  #requireUsable(): void {
    if (this.#end === undefined) return;
    throw new BotServerError('store_unavailable', `The transaction can do nothing more: ${this.#end}`);
  }
}
