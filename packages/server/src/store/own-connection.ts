/**
 * One PostgreSQL connection for work with a time limit of its own, outside of the pool: leases must be renewed while every
 * connection of the pool waits for something. Opened when it is needed; one that broke or was too slow is replaced.
 */
import type pg from 'pg';
import { BotServerError } from '../errors.ts';
import { Deadline } from './deadline.ts';
import { toStoreError } from './postgres-failure.ts';
import { BEGIN } from './postgres-hosts.ts';
import type { PostgresSettings } from './postgres-settings.ts';
import { toParameters } from './postgres-values.ts';
import type { Row, SqlValue } from './store.ts';

/** Runs one statement. Without names for statements: a pooler may give each to another connection. */
export type RunStatement = (sql: string, params?: readonly SqlValue[]) => Promise<Row[]>;

export class OwnConnection {
  readonly #settings: PostgresSettings;
  #client: pg.Client | undefined;
  #isClosed = false;

  constructor(settings: PostgresSettings) {
    this.#settings = settings;
  }

  /**
   * Connects when there is no connection, and works, in one transaction. Not for two pieces of work at once.
   * @param limitMs For all of it, in milliseconds of real time. Whether a statement that took longer was carried out is not known.
   * @throws BotServerError `store_unavailable`
   */
  async run<T>(work: (run: RunStatement) => Promise<T>, { limitMs }: { limitMs: number }): Promise<T> {
    const { database } = this.#settings;
    if (this.#isClosed) throw new BotServerError('store_unavailable', 'The connection was closed');
    const deadline = new Deadline(limitMs);
    try {
      const late = deadline.passed.then((): never => {
        const message = `The database ${database} did not answer within ${limitMs} ms`;
        throw new BotServerError('store_unavailable', message, { facts: { database } });
      });
      return await Promise.race([this.#work(work, limitMs), late]);
    } catch (error) {
      this.#drop();
      throw toStoreError(error, database);
    } finally {
      deadline.cancel();
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  async #work<T>(work: (run: RunStatement) => Promise<T>, limitMs: number): Promise<T> {
    const client = this.#client ?? (await this.#connect(limitMs));
    // The server has the limit too: what waits there for a lock would stay when this process hangs up, and what has one when this
    // process hangs, or its machine is gone. Set for the transaction only, because behind a pooler the session is somebody else's next.
    await client.query(
      `${BEGIN}; set local statement_timeout = ${limitMs}; set local idle_in_transaction_session_timeout = ${limitMs}`,
    );
    const result = await work(async (text, params = []) => {
      const query = { text, values: toParameters(params), queryMode: 'extended' };
      return (await client.query<Row>(query)).rows;
    });
    await client.query('commit');
    return result;
  }

  async #connect(limitMs: number): Promise<pg.Client> {
    const { hosts } = this.#settings;
    // A host that does not answer leaves time for the next.
    const limits = { connectionTimeoutMillis: Math.ceil(limitMs / hosts.count), query_timeout: limitMs };
    return await hosts.dial(limits, (client) => {
      // Known before it is open, so that a limit that passes meanwhile ends it.
      this.#client = client;
      const forget = () => {
        if (this.#client === client) this.#client = undefined;
      };
      // A connection that breaks between two statements is replaced by the next one.
      client.on('error', forget);
      client.on('end', forget);
    });
  }

  /** Cut off: a polite end waits for a server that may not answer any more. */
  #drop(): void {
    const client = this.#client as (pg.Client & { connection?: { stream?: { destroy(): void } } }) | undefined;
    this.#client = undefined;
    client?.connection?.stream?.destroy();
  }
}
