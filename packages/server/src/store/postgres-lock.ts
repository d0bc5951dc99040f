/**
 * Who has a PostgreSQL database alone: a session advisory lock on a connection of its own, which the database frees when the
 * process or its host dies. When the connection breaks the lock is taken again as soon as the database is back. Servers that share
 * the database by leases do not take it: it is refused while one of them runs, and none joins while it is held.
 */
import type pg from 'pg';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import { findLiveNodes, findLiveNodesAlone, type LiveNode, nameNodes } from './live-nodes.ts';
import { withConnection } from './postgres-connection.ts';
import { toStoreError } from './postgres-failure.ts';
import { BEGIN, isDirect } from './postgres-hosts.ts';
import { type LockKey, readLockKey, storeLocks } from './postgres-lock-key.ts';
import { type PostgresSettings, type PostgresTimeouts, postgresSettings, processOf } from './postgres-settings.ts';
import type { LockOptions, ServerHolder } from './store.ts';

/** Pause between two tries to take a lost lock again. */
const RETRY_MS = 1_000;

/** Between two statements, in milliseconds. */
const IDLE_LIMIT_MS = 2_000;

/** A host that vanished keeps its lock for about 25 s at most, whatever the server's own setting. */
const KEEPALIVE = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';

const HOLDER = `select coalesce(a.application_name, '') as name
  from pg_locks l left join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = $1 and l.objid = $2
    and l.database = (select oid from pg_database where datname = current_database()) limit 1`;

interface PostgresLockSettings extends LockOptions {
  settings: PostgresSettings;
  key: LockKey;
  clock: Pick<Clock, 'io' | 'sleep'>;
}

export class PostgresLock {
  readonly #settings: PostgresLockSettings;
  readonly #ending = new AbortController();
  #client: pg.Client | undefined;
  #retaking: Promise<void> | undefined;

  constructor(settings: PostgresLockSettings) {
    this.#settings = settings;
  }

  /** Takes the lock, or finds that this object holds it already. @throws BotServerError `store_locked`, `store_unavailable` */
  async take(): Promise<void> {
    if (this.#client) return;
    await this.#settings.clock.io(this.#connect(), 'store');
  }

  async release(): Promise<void> {
    this.#ending.abort();
    await this.#retaking;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => {});
  }

  async #connect(): Promise<void> {
    const { settings, key } = this.#settings;
    const { hosts, database } = settings;
    let client: pg.Client | undefined;
    try {
      client = await hosts.dial();
      if (!isDirect(client)) throw pooledError(database);
      await client.query(KEEPALIVE);
      const { rows } = await client.query('select pg_try_advisory_lock($1, $2)::int as taken', [
        storeLocks.server,
        key,
      ]);
      if (rows[0]?.taken !== 1) throw await lockedError(client, { key, database });
      await requireNoNodes(client, database);
    } catch (error) {
      await client?.end().catch(() => {});
      throw toStoreError(error, database);
    }
    this.#client = client;
    client.once('end', () => {
      if (this.#client === client) this.#retaking = this.#retake();
    });
  }

  async #retake(): Promise<void> {
    this.#client = undefined;
    let isReported = false;
    while (!this.#ending.signal.aborted) {
      try {
        await this.take();
        return;
      } catch (error) {
        if (!isReported && isBotServerError(error, 'store_locked')) {
          isReported = true;
          this.#settings.onLost?.(error);
        }
      }
      await this.#settings.clock.sleep(RETRY_MS, this.#ending.signal).catch(() => {});
    }
  }
}

/**
 * The server of the database at `url`, the oldest of several; undefined when none runs. Takes no lock and changes nothing.
 * @throws BotServerError `store_unavailable`
 */
export async function findPostgresServer(url: string, timeouts: PostgresTimeouts): Promise<ServerHolder | undefined> {
  const settings = postgresSettings(url, timeouts);
  return await withConnection(settings, async (client) => {
    const [node] = await findLiveNodes(client);
    if (node) return { pid: node.pid, host: node.host };
    return await findHolder(client, await readLockKey(client, settings.database));
  });
}

/** After the lock was taken: from then on none joins. */
async function requireNoNodes(client: pg.ClientBase, database: string): Promise<void> {
  // A process that hangs here must not keep all servers from renewing their leases.
  await client.query(`${BEGIN}; set local idle_in_transaction_session_timeout = ${IDLE_LIMIT_MS}`);
  const nodes = await findLiveNodesAlone(client);
  await client.query('commit');
  if (nodes.length > 0) throw nodesError(nodes, database);
}

/** What to tell who wants a database for itself that servers share. */
export function nodesError(nodes: readonly LiveNode[], database: string): BotServerError {
  const message = `The database ${database} is in use by another server, ${nameNodes(nodes)}`;
  const facts = { database, pid: nodes[0]?.pid, host: nodes[0]?.host, nodes: nodes.map(({ id }) => id).join(' ') };
  return new BotServerError('store_locked', message, { facts });
}

/** A lock of a session that is somebody else's next would hold nobody off. */
function pooledError(database: string): BotServerError {
  const message = `A pooler stands before the database ${database}; set DATABASE_DIRECT_URL to an address past it`;
  return new BotServerError('invalid_configuration', message, { facts: { database } });
}

/** What to tell the second server. */
export async function lockedError(
  client: pg.ClientBase,
  { key, database }: { key: LockKey; database: string },
): Promise<BotServerError> {
  const { pid = 'unknown', host } = (await findHolder(client, key)) ?? {};
  const holder = host === undefined ? `pid ${pid}` : `pid ${pid} on ${host}`;
  const message = `The database ${database} is in use by another process, ${holder}`;
  return new BotServerError('store_locked', message, { facts: { database, pid, host } });
}

async function findHolder(client: pg.ClientBase, key: LockKey): Promise<ServerHolder | undefined> {
  const { rows } = await client.query<{ name: string }>(HOLDER, [storeLocks.server, key]);
  return rows[0] && (processOf(rows[0].name) ?? { pid: 'unknown' });
}
