/**
 * The servers of DATABASE_URL: which of them takes writes now, and what each connection to it is: straight or through a pooler. New
 * connections go to the one that was last found to do; who meets a wrong one asks for a search. Shared by all connections of a store.
 */
import pg from 'pg';
import { BotServerError } from '../errors.ts';
import { explanations } from './postgres-failure.ts';
import type { SessionTarget } from './postgres-url.ts';

export interface PostgresHostsSettings {
  /** What `pg` needs, one for each host, in the order in which they are tried. */
  configs: readonly pg.ClientConfig[];
  target: SessionTarget;
  /** What messages call the database. */
  database: string;
  statementTimeoutMs: number;
}

/** What is known of a connection. */
interface Connected {
  host: number;
  era: number;
}

/**
 * A pooler tells its own number for the connection, not the one of the server's process. What is of the session is set where the session
 * is ours, and not at start-up, which poolers refuse by default. A database or a role may have defaults for others' work: a snapshot for
 * the whole transaction would let a node decide by rows as they were, limits on idle sessions would end LISTEN, and one on transactions
 * (PostgreSQL 17 has it) would end imports, copies and migrations. No statement here is worth more cores or compiling: what an operator
 * asks would take them from the events. Rows are found by indexes that stay in memory, where the default, 4, is for disks that turn.
 */
const GREETING = `select pg_backend_pid() as pid, pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only') as "readOnly",
  (select set_config('statement_timeout', $1, false) || set_config('default_transaction_isolation', 'read committed', false)
     || set_config('lock_timeout', '0', false) || set_config('idle_session_timeout', '0', false)
     || set_config('max_parallel_workers_per_gather', '0', false) || set_config('jit', 'off', false)
     || set_config('random_page_cost', '1.1', false)
     || coalesce((select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout'), '')
   where pg_backend_pid() = $2::int)`;

/** What a transaction begins with, whatever the defaults of the database are; also where a pooler is between. */
export const BEGIN = 'begin isolation level read committed; set local lock_timeout = 0';

const direct = new WeakSet<pg.ClientBase>();

/** Whether the connection is a session of the server, on which statements may have names. Otherwise a pooler is between. */
export function isDirect(client: pg.ClientBase): boolean {
  return direct.has(client);
}

export class PostgresHosts {
  readonly #settings: PostgresHostsSettings;
  readonly #connected = new WeakMap<pg.ClientBase, Connected>();
  #current = 0;
  /** Connections of earlier eras are not trusted any more. */
  #era = 0;
  #searching: Promise<void> | undefined;

  constructor(settings: PostgresHostsSettings) {
    this.#settings = settings;
  }

  get count(): number {
    return this.#settings.configs.length;
  }

  /** For one more connection. Tell `greet` before it is used. */
  create(overrides: pg.ClientConfig = {}, host = this.#current): pg.Client {
    const client = new pg.Client({ ...this.#settings.configs[host], ...overrides });
    // A connection that breaks fails its statement; as an event nobody could handle it would end the process.
    client.on('error', () => {});
    this.#connected.set(client, { host, era: this.#era });
    return client;
  }

  /** Learns what a new connection is. @throws BotServerError `store_unavailable` when its host does not take writes and others may */
  async greet(client: pg.ClientBase): Promise<void> {
    const { target, database, statementTimeoutMs } = this.#settings;
    const { processID } = client as pg.ClientBase & { processID?: number };
    const { rows } = await client.query(GREETING, [String(statementTimeoutMs), processID ?? 0]);
    const { pid, isStandby, readOnly } = rows[0] as { pid: number; isStandby: number; readOnly: string };
    if (pid === processID) direct.add(client);
    const isWrong = target === 'primary' ? isStandby === 1 : target === 'read-write' && readOnly === 'on';
    if (!isWrong) return;
    const message = `The database ${database} failed: ${explanations['25006']}`;
    throw new BotServerError('store_unavailable', message, { facts: { database, code: '25006' } });
  }

  /** Connects to the first host that does, beginning with the one that did last. @param onClient Told each client before it connects */
  async dial(overrides: pg.ClientConfig = {}, onClient: (client: pg.Client) => void = () => {}): Promise<pg.Client> {
    const { configs } = this.#settings;
    const order = Array.from(configs, (_, index) => (this.#current + index) % configs.length);
    let failure: unknown;
    for (const host of order) {
      const client = this.create(overrides, host);
      onClient(client);
      try {
        await client.connect();
        await this.greet(client);
        this.#current = host;
        return client;
      } catch (error) {
        failure ??= error;
        void client.end().catch(() => {});
      }
    }
    throw failure;
  }

  /** Looks for the host that takes writes now; one search for all who ask meanwhile. Never throws: whoever connects next learns it. */
  async search(): Promise<void> {
    if (this.count === 1) return;
    this.#searching ??= this.dial()
      .then(
        (client) => void client.end().catch(() => {}),
        () => {},
      )
      .finally(() => {
        this.#searching = undefined;
      });
    await this.#searching;
  }

  /** No connection from before is used again: their host refused a write. */
  distrust(): void {
    this.#era++;
  }

  /** Whether a connection goes to another host than new ones, or is distrusted. */
  isStale(client: pg.ClientBase): boolean {
    const { host, era } = this.#connected.get(client) ?? { host: this.#current, era: this.#era };
    return host !== this.#current || era < this.#era;
  }
}
