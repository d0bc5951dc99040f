/** The pool of a store, on the host that takes writes: follows it when another one does. */
import pg from 'pg';
import { LostConnections } from './lost-connections.ts';
import { isRefusedWrite } from './postgres-failure.ts';
import type { PostgresHosts } from './postgres-hosts.ts';
import type { StoreLog } from './store.ts';

/** Connects through `hosts`. */
export class HostPool {
  readonly #hosts: PostgresHosts;
  readonly #pool: pg.Pool;

  constructor(hosts: PostgresHosts, config: pg.PoolConfig, log: StoreLog) {
    this.#hosts = hosts;
    // `pg` makes its clients by calling `new`; an object that a constructor returns takes the place of its own.
    const Client = function () {
      return hosts.create();
    } as unknown as new () => pg.ClientBase;
    // `pg` waits for what it answers, which its types do not say.
    const greet: (client: pg.ClientBase) => unknown = (client) => hosts.greet(client);
    this.#pool = new pg.Pool({ ...config, Client, onConnect: greet });
    // Connections break when the database restarts. Whoever uses one learns it from its statement; nobody else has to.
    this.#pool.on('error', () => {});
    const lost = new LostConnections({ hosts, log });
    this.#pool.on('acquire', (client) => lost.begin(client));
    this.#pool.on('release', (_error, client) => lost.end(client));
  }

  /** A connection to the host that takes writes. */
  async connect(): Promise<pg.PoolClient> {
    let isSearched = false;
    for (;;) {
      try {
        const client = await this.#pool.connect();
        if (!this.#hosts.isStale(client)) return client;
        client.release(true);
      } catch (error) {
        // One that waited in vain for a free connection would wait in vain for another host's as well.
        if (isSearched || this.#hosts.count === 1 || isFull(error)) throw error;
        isSearched = true;
        await this.#hosts.search();
      }
    }
  }

  /** Gives up all connections when a statement was refused because its server takes no writes (any more); whether it may run again. */
  async leaveReadOnly(error: unknown): Promise<boolean> {
    if (!isRefusedWrite(error)) return false;
    this.#hosts.distrust();
    await this.#hosts.search();
    return true;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}
