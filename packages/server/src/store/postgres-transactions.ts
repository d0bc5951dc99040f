/**
 * Transactions side by side on the pool: each waits for those about the same, in this process (subject-turns.ts) and by locks for
 * those of others, and no other one. See docs/adr/0006.
 */
import type pg from 'pg';
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from './deadline.ts';
import type { Notices } from './notices.ts';
import { isConflict, isRefusedWrite, toStoreError } from './postgres-failure.ts';
import { BEGIN } from './postgres-hosts.ts';
import type { LockKey } from './postgres-lock-key.ts';
import type { HostPool } from './postgres-pool.ts';
import { lockSubjectsSql } from './postgres-subjects.ts';
import { PostgresTransaction } from './postgres-transaction.ts';
import { Semaphore } from './semaphore.ts';
import type { Subject, Transaction, TransactionOptions } from './store.ts';
import { SubjectTurns } from './subject-turns.ts';

export interface TransactionsSettings {
  pool: HostPool;
  /** What messages call the database. */
  database: string;
  transactionTimeoutMs: number;
  /** How many run at once; the other connections of the pool are for single statements. */
  maxTransactions: number;
  notices: Pick<Notices, 'notify'>;
  clock: Pick<Clock, 'io'>;
}

/** How much later than this process the server ends a transaction: for when this process hangs or is cut off. */
const SERVER_PATIENCE_MS = 1_000;
const MAX_TRIES = 5;

export class PostgresTransactions {
  readonly #settings: TransactionsSettings;
  readonly #turns = new SubjectTurns();
  readonly #connections: Semaphore;
  /** Of the schema; known when the store is open. */
  schema: LockKey = 0;

  constructor(settings: TransactionsSettings) {
    this.#settings = settings;
    this.#connections = new Semaphore(settings.maxTransactions);
  }

  /** See Store.transaction. */
  async run<T>({ about }: TransactionOptions, work: (tx: Transaction) => Promise<T>): Promise<T> {
    let subjects = about;
    let isMoved = false;
    for (let conflicts = 0; ; ) {
      const outcome = await this.#inTurn(subjects, work);
      if (outcome.kind === 'done') return outcome.result;
      if (outcome.kind === 'more') subjects = [...subjects, ...outcome.subjects];
      else if (outcome.kind === 'refused') {
        // Once: if it is not another host that takes writes, none does.
        if (isMoved || !(await this.#settings.pool.leaveReadOnly(outcome.error)))
          throw toStoreError(outcome.error, this.#settings.database);
        isMoved = true;
      } else if (++conflicts === MAX_TRIES) throw outcome.error;
    }
  }

  async #inTurn<T>(subjects: readonly Subject[], work: (tx: Transaction) => Promise<T>): Promise<Outcome<T>> {
    const endTurn = await this.#turns.take(subjects);
    try {
      return await this.#connections.within(() => this.#attempt(subjects, work));
    } finally {
      endTurn();
    }
  }

  async #attempt<T>(subjects: readonly Subject[], work: (tx: Transaction) => Promise<T>): Promise<Outcome<T>> {
    let tx: PostgresTransaction | undefined;
    try {
      const client = await this.#guard(this.#settings.pool.connect());
      await this.#guard(this.#begin(client, subjects));
      tx = this.#open(client, subjects);
      const result = await this.#complete(tx, client, work);
      for (const topic of tx.topics) this.#settings.notices.notify(topic);
      return { kind: 'done', result };
    } catch (error) {
      // Whatever its work made of that.
      if (tx?.missing) return { kind: 'more', subjects: tx.missing.subjects };
      const met = tx?.failure ?? error;
      if (isConflict(met)) return { kind: 'conflict', error };
      if (isRefusedWrite(met)) return { kind: 'refused', error: met };
      throw error;
    } finally {
      tx?.leave();
    }
  }

  #open(client: pg.PoolClient, subjects: readonly Subject[]): PostgresTransaction {
    return new PostgresTransaction(client, {
      guard: (statement) => this.#guard(statement),
      subjects,
      takeTurn: (shared) => this.#turns.take([shared]),
      lockSql: (shared) => lockSubjectsSql([shared], this.schema),
    });
  }

  async #complete<T>(
    tx: PostgresTransaction,
    client: pg.PoolClient,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.#settings.transactionTimeoutMs);
    try {
      const result = await Promise.race([work(tx), deadline.passed.then(() => this.#failExpired())]);
      await tx.commit();
      client.release();
      return result;
    } catch (error) {
      await this.#abandon(tx, client, deadline);
      throw error;
    } finally {
      deadline.cancel();
    }
  }

  async #begin(client: pg.PoolClient, subjects: readonly Subject[]): Promise<void> {
    const serverTimeoutMs = this.#settings.transactionTimeoutMs + SERVER_PATIENCE_MS;
    try {
      // Limits first, so that they hold for the locks as well; of the transaction, because a session may be another's next.
      await client.query(
        `${BEGIN}; set local statement_timeout = ${serverTimeoutMs}; set local idle_in_transaction_session_timeout = ${serverTimeoutMs};
         ${lockSubjectsSql(subjects, this.schema)}`,
      );
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  // Closing the connection rolls back as well: when the transaction is stuck, or when the connection is broken.
  async #abandon(tx: PostgresTransaction, client: pg.PoolClient, deadline: Deadline): Promise<void> {
    tx.end();
    if (deadline.hasPassed) return client.release(true);
    try {
      await tx.rollBack();
      client.release();
    } catch {
      client.release(true);
    }
  }

  #failExpired(): never {
    const { transactionTimeoutMs, database } = this.#settings;
    const message = `A transaction did not end within ${transactionTimeoutMs} ms and was rolled back`;
    throw new BotServerError('store_unavailable', message, { facts: { database } });
  }

  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await this.#settings.clock.io(work, 'store');
    } catch (error) {
      throw toStoreError(error, this.#settings.database);
    }
  }
}

type Outcome<T> =
  | { kind: 'done'; result: T }
  | { kind: 'more'; subjects: readonly Subject[] }
  | { kind: 'conflict'; error: unknown }
  | { kind: 'refused'; error: unknown };
