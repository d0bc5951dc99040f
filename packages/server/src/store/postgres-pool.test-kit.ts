/**
 * Databases with the current schema that tests use one after the other: emptied between two of them, because to make one and
 * to drop it takes longer than most tests. Part of the process that runs vitest; tests ask for them over HTTP.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openPostgresStore } from './postgres-store.ts';

/** What must be the same before a database may be used again: a test may have changed more than rows. */
const SHAPE = `select md5(string_agg(line, chr(10) order by line)) as shape from (
    select concat_ws(' ', 'relation', c.relname, c.relkind, c.relnatts, c.relacl) as line from pg_class c
      join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'pristine')
    union all select concat_ws(' ', 'constraint', conname, pg_get_constraintdef(c.oid)) from pg_constraint c
      join pg_namespace n on n.oid = c.connamespace where n.nspname = 'public'
    union all select concat_ws(' ', 'trigger', tgname) from pg_trigger where not tgisinternal
    union all select concat_ws(' ', 'function', proname) from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
    union all select concat_ws(' ', 'schema', nspname, nspacl) from pg_namespace where nspname !~ '^pg_(toast_)?temp'
    union all select concat_ws(' ', 'setting', setconfig::text) from pg_db_role_setting
      join pg_database d on d.oid = setdatabase where datname = current_database()
  ) lines`;

const END_OTHERS = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;

/** How an emptied database looks. */
interface Pristine {
  template: string;
  shape: string;
  /** Statements that bring one back to that. */
  restore: string;
}

/** The databases of one run. */
export class PostgresPool {
  readonly adminUrl: string;
  readonly #pristine: Pristine;
  /** Those that nobody uses; undefined for one that could not be emptied. */
  readonly #free: Promise<string | undefined>[] = [];
  readonly #made = new Set<string>();
  /** A connection to each, for emptying it: to make one takes longer than that. */
  readonly #clients = new Map<string, pg.Client>();

  private constructor(adminUrl: string, pristine: Pristine) {
    this.adminUrl = adminUrl;
    this.#pristine = pristine;
  }

  /** Makes the template. @param adminUrl Of a user who may create databases. */
  static async open(adminUrl: string): Promise<PostgresPool> {
    const template = nameOf('template');
    await administer(adminUrl, `create database ${template}`);
    const url = urlOf(adminUrl, template);
    const store = await openPostgresStore({ url });
    await store.close();
    return new PostgresPool(adminUrl, { template, ...(await withClient(url, preserve)) });
  }

  /** The URL of an empty database with the current schema, for one test. */
  async take(): Promise<string> {
    for (let next = this.#free.shift(); next; next = this.#free.shift()) {
      const name = await next;
      if (name) return urlOf(this.adminUrl, name);
    }
    const name = nameOf('test');
    this.#made.add(name);
    await administer(this.adminUrl, `create database ${name} template ${this.#pristine.template}`);
    return urlOf(this.adminUrl, name);
  }

  /** Takes it back. */
  give(url: string): void {
    const name = new URL(url).pathname.slice(1);
    const emptied = this.#empty(name).catch(() => this.#drop(name));
    // At the end of the run the server stops under it.
    this.#free.push(emptied.catch(() => undefined));
  }

  /** Drops everything. For a PostgreSQL that lives on. */
  async remove(): Promise<void> {
    await Promise.all(this.#free);
    for (const name of this.#made) await this.#drop(name);
    await administer(this.adminUrl, `drop database ${this.#pristine.template}`);
  }

  async #empty(name: string): Promise<string> {
    const { restore, shape } = this.#pristine;
    const client = await this.#clientOf(name);
    await client.query(END_OTHERS);
    await client.query(restore);
    const { rows } = await client.query<{ shape: string }>(SHAPE);
    if (rows[0]?.shape !== shape) throw new Error('A test changed more than rows');
    return name;
  }

  async #clientOf(name: string): Promise<pg.Client> {
    const known = this.#clients.get(name);
    if (known) return known;
    const client = new pg.Client(urlOf(this.adminUrl, name));
    // Some tests end all connections of their database.
    client.on('error', () => void this.#clients.delete(name));
    await client.connect();
    this.#clients.set(name, client);
    return client;
  }

  async #drop(name: string): Promise<undefined> {
    this.#made.delete(name);
    await this.#clients.get(name)?.end();
    this.#clients.delete(name);
    await administer(this.adminUrl, `drop database if exists ${name} with (force)`);
  }
}

/** Keeps what the migrations have written, and tells how to come back to it. */
async function preserve(client: pg.Client): Promise<Omit<Pristine, 'template'>> {
  const tables = await names(
    client,
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
  );
  const sequences = await names(
    client,
    `select quote_literal(quote_ident(sequencename)) as name from pg_sequences where schemaname = 'public'`,
  );
  await client.query('create schema pristine');
  for (const table of tables) await client.query(`create table pristine.${table} as table ${table}`);
  const restore = [
    // In any order: no foreign key is asked.
    'begin; set local session_replication_role = replica',
    ...tables.map((table) => `delete from ${table}; insert into ${table} select * from pristine.${table}`),
    ...sequences.map((sequence) => `select setval(${sequence}, 1, false)`),
    'commit',
  ].join('; ');
  const { rows } = await client.query<{ shape: string }>(SHAPE);
  return { restore, shape: rows[0]?.shape ?? '' };
}

async function names(client: pg.Client, sql: string): Promise<string[]> {
  return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);
}

function nameOf(what: string): string {
  return `${what}_${randomUUID().replaceAll('-', '')}`;
}

/** The URL of another database of the same PostgreSQL. */
export function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement on a connection of its own, as the administrator of the tests' PostgreSQL. */
export async function administer(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  // The database may go away under it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
