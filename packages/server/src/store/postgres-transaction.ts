/** One write transaction on one connection: statements in turn, none after a failure, none after the end. */
import type { ClientBase, QueryResult } from 'pg';
import { BotServerError } from '../errors.ts';
import { runStatement } from './postgres-statements.ts';
import type { Row, SqlValue, Statements } from './store.ts';

export class PostgresTransaction implements Statements {
  readonly #client: ClientBase;
  /** Tells the clock and turns errors into ours. */
  readonly #guard: <T>(work: Promise<T>) => Promise<T>;
  #last: Promise<unknown> = Promise.resolve();
  #end: string | undefined;

  constructor(client: ClientBase, guard: <T>(work: Promise<T>) => Promise<T>) {
    this.#client = client;
    this.#guard = guard;
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

  /** Commits after the statements that were given before. */
  async commit(): Promise<void> {
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
        throw error;
      }
    });
  }

  // A connection takes one statement at a time, and work may give several at once.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return this.#guard(result);
  }

  #requireUsable(): void {
    if (this.#end === undefined) return;
    throw new BotServerError('store_unavailable', `The transaction can do nothing more: ${this.#end}`);
  }
}
