/** How this process introduces itself to PostgreSQL, and what it asks of each connection. */
import { hostname } from 'node:os';
import pg from 'pg';
import { toStoreError } from './postgres-failure.ts';
import { PostgresHosts } from './postgres-hosts.ts';
import { splitHosts } from './postgres-url.ts';
import { valueTypes } from './postgres-values.ts';

/** What `pg` needs for one connection but its host, the name of the database for messages (without the password), and its hosts. */
export interface PostgresSettings {
  readonly config: pg.ClientConfig;
  readonly database: string;
  readonly hosts: PostgresHosts;
}

/** How long things may take; see PostgresStoreOptions. */
export interface PostgresTimeouts {
  connectTimeoutMs: number;
  statementTimeoutMs: number;
}

/** PostgreSQL cuts longer names off. */
const MAX_NAME_LENGTH = 63;

const APPLICATION = 'slack-bot-server';

/**
 * Reads the URL; connects to nothing.
 * @throws BotServerError `store_unavailable` when it cannot be read
 */
export function postgresSettings(
  url: string,
  { connectTimeoutMs, statementTimeoutMs }: PostgresTimeouts,
): PostgresSettings {
  const config: pg.ClientConfig = {
    application_name: applicationName(),
    connectionTimeoutMillis: connectTimeoutMs,
    // The server has its own limit where the session is ours (postgres-hosts.ts); it comes first, unless it cannot be heard any more.
    query_timeout: statementTimeoutMs + connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: valueTypes,
  };
  try {
    const { urls, target } = splitHosts(url);
    const configs = urls.map((connectionString) => ({ ...config, connectionString }));
    const clients = configs.map((one) => new pg.Client(one));
    const name = `${clients[0]?.database ?? ''} on ${clients.map(({ host, port }) => `${host}:${port}`).join(',')}`;
    return {
      config,
      database: name,
      hosts: new PostgresHosts({ configs, target, database: name, statementTimeoutMs }),
    };
  } catch (error) {
    throw toStoreError(error, 'in DATABASE_URL');
  }
}

/** Under this name operators find the process in pg_stat_activity, and other servers learn who holds the lock. */
export function applicationName(): string {
  return `${APPLICATION} ${process.pid}@${hostname()}`.slice(0, MAX_NAME_LENGTH);
}

/** The process behind an application name; undefined when it is not one of ours. */
export function processOf(name: string): { pid: number; host: string } | undefined {
  const found = new RegExp(`^${APPLICATION} (\\d+)@(.*)$`).exec(name);
  return found ? { pid: Number(found[1]), host: found[2] ?? '' } : undefined;
}
