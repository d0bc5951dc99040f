import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BotServerError } from '../errors.ts';
import { bundledMigrations, latestOf, listMigrations } from './migration-files.ts';
import { migratePostgres, requireServer } from './postgres-migrate.ts';
import { openPostgresStore } from './postgres-store.ts';
import { administer, makeDatabaseUrl, makeFolder, openTestStore } from './store-fixture.test-kit.ts';

const FIRST = 'create table meta (schema_version integer); insert into meta values (0); create table a (x text);';
const SECOND = 'create table b (y text)';

async function aFolder(files: Record<string, string>): Promise<URL> {
  const folder = join(await makeFolder(), 'migrations');
  await mkdir(folder);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return pathToFileURL(`${folder}/`);
}

async function aConnection(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  onTestFinished(() => client.end());
  await client.connect();
  return client;
}

const lockedBy = async () => new BotServerError('store_locked', 'locked');
const migrate = (client: pg.Client, folder: URL) =>
  migratePostgres(client, { database: 'test', key: 1, lockedBy, folder });

const versionOf = async (client: pg.Client) => (await client.query('select schema_version from meta')).rows;

describe('the migrations of this package', () => {
  it('have the same versions on both engines, each once', () => {
    const [sqlite, postgres] = (['sqlite', 'postgres'] as const).map((engine) =>
      listMigrations(bundledMigrations(engine)).map(({ version }) => version),
    );
    expect(postgres).toEqual(sqlite);
    // Of two with one number, which two branches have taken, only one would run.
    expect(sqlite).toEqual(sqlite?.map((_, index) => index + 1));
  });

  it('give both engines the same tables and columns, but for the batches of SQLite', async () => {
    const sqlite = await openTestStore();
    const postgres = await openTestStore({ engine: 'postgres' });
    const expected = await sqlite.all(
      `select t.name as tab, c.name as col from sqlite_master t join pragma_table_info(t.name) c
       where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like 'inbox_batch%' order by tab, col`,
    );
    const found = await postgres.all(
      `select table_name as tab, column_name as col from information_schema.columns
       where table_schema = current_schema() order by table_name collate "C", column_name collate "C"`,
    );
    expect(found).toEqual(expected);
  });
});

describe('migratePostgres', () => {
  it('applies what is missing, in the order of the numbers', async () => {
    const client = await aConnection(await makeDatabaseUrl('postgres'));
    await migrate(client, await aFolder({ '0001-first.sql': FIRST }));
    const three = { '0001-first.sql': FIRST, '0010-c.sql': 'alter table b add z text', '0002-b.sql': SECOND };
    await migrate(client, await aFolder(three));
    expect(await versionOf(client)).toEqual([{ schema_version: 10 }]);
    expect((await client.query('select y, z from b')).rows).toEqual([]);
  });

  it('applies all or nothing', async () => {
    const client = await aConnection(await makeDatabaseUrl('postgres'));
    const broken = await aFolder({ '0001-first.sql': FIRST, '0002-broken.sql': `${SECOND}; create tabel c` });
    await expect(migrate(client, broken)).rejects.toThrow('syntax error');
    const tables = await client.query("select * from information_schema.tables where table_schema = 'public'");
    expect(tables.rows).toEqual([]);
  });

  it('keeps the locks of a process that hangs in the middle for five seconds at most, and lasts as long as its statements take', async () => {
    const client = await aConnection(await makeDatabaseUrl('postgres'));
    const limit = (name: string) => `current_setting('${name}')`;
    const asked = `create table seen as select ${limit('idle_in_transaction_session_timeout')} as idle, ${limit('statement_timeout')} as statement`;
    await migrate(client, await aFolder({ '0001-first.sql': FIRST, '0002-seen.sql': asked }));
    expect((await client.query('select * from seen')).rows).toEqual([{ idle: '5s', statement: '0' }]);
  });

  it('happens once when many connections begin it together', async () => {
    const url = await makeDatabaseUrl('postgres');
    const folder = await aFolder({ '0001-first.sql': `${FIRST} select pg_sleep(0.1);` });
    const clients = await Promise.all(Array.from({ length: 5 }, () => aConnection(url)));
    await Promise.all(clients.map((client) => migrate(client, folder)));
    expect(await versionOf(clients[0] as pg.Client)).toEqual([{ schema_version: 1 }]);
  });

  it('upgrades only while no server runs on the older schema', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await store.lock();
    // The newest migrations may be compatible: those run under servers.
    await store.run('update meta set schema_version = 1');
    const second = openPostgresStore({ url: store.url });
    await expect(second).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining(`pid ${process.pid} on `),
    });
  });
});

describe('a database is refused', () => {
  it('when a newer version wrote it', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const latest = latestOf(listMigrations(bundledMigrations('postgres')));
    await store.run('update meta set schema_version = schema_version + 1, oldest_reader = schema_version + 1');
    await expect(openPostgresStore({ url: store.url })).rejects.toMatchObject({
      code: 'store_newer',
      message: expect.stringContaining(`has schema ${latest + 1}; this version knows schemas up to ${latest}`),
    });
  });

  it('when it is older and whoever opens it only looks, which leaves it as it is', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const latest = latestOf(listMigrations(bundledMigrations('postgres')));
    await store.run('update meta set schema_version = schema_version - 1');
    await expect(openPostgresStore({ url: store.url, mayMigrate: false })).rejects.toMatchObject({
      code: 'store_older',
      message: expect.stringContaining(`has schema ${latest - 1} and this version needs ${latest}`),
    });
    expect(await store.get('select schema_version from meta')).toEqual({ schema_version: latest - 1 });
  });

  it.each(['create table meta (somebody text)', 'create table other (id int)'])(
    'when another program uses it: %s',
    async (sql) => {
      const url = await makeDatabaseUrl('postgres');
      await administer(url, sql);
      await expect(openPostgresStore({ url })).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('used by another program'),
      });
    },
  );

  it('when its user has no schema to create tables in', async () => {
    const url = `${await makeDatabaseUrl('postgres')}?options=-c%20search_path%3Dnowhere`;
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('no schema in the search_path'),
    });
  });

  it('when its user may not create tables', async () => {
    const url = await makeDatabaseUrl('postgres');
    const name = `guest_${process.pid}`;
    await administer(url, `create role ${name} login password 'x'`);
    onTestFinished(() => administer(url, `drop role ${name}`));
    const guestUrl = Object.assign(new URL(url), { username: name, password: 'x' }).href;
    await expect(openPostgresStore({ url: guestUrl })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('lacks a permission'),
    });
  });

  it('when it is older than PostgreSQL 15', () => {
    expect(() => requireServer({ version: 150_000, synchronousCommit: 'on' }, 'bot')).not.toThrow();
    expect(() => requireServer({ version: 140_011, synchronousCommit: 'on' }, 'bot')).toThrow(
      'The database bot is PostgreSQL 14; 15 or newer is needed',
    );
  });

  it('when it would lose what it has committed', async () => {
    const url = `${await makeDatabaseUrl('postgres')}?options=-c%20synchronous_commit%3Doff`;
    await expect(openPostgresStore({ url })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('synchronous_commit = off'),
    });
  });
});

describe('a migration beside servers that share the database', () => {
  const node = (id: string) =>
    `insert into node (id, host, pid, package_version, schema_version, state, seals_with, expires_at)
       values ('${id}', 'far', 42, '1', 11, 'ready', 'k', clock_timestamp() + interval '1 minute')`;
  const compatible = '-- compatible: nobody of before reads it\ncreate table later (x text)';

  /** The bundled migrations and one more. */
  async function withOneMore(text: string): Promise<{ client: pg.Client; folder: URL; latest: number }> {
    const url = await makeDatabaseUrl('postgres');
    const store = await openPostgresStore({ url });
    await store.close();
    const bundled = listMigrations(bundledMigrations('postgres'));
    const latest = latestOf(bundled) + 1;
    const files = Object.fromEntries(
      bundled.map((one) => [`${String(one.version).padStart(4, '0')}-x.sql`, one.text()]),
    );
    const folder = await aFolder({ ...files, [`${String(latest).padStart(4, '0')}-more.sql`]: text });
    return { client: await aConnection(url), folder, latest };
  }

  it('that they could not read is refused, and names each of them', async () => {
    const { client, folder, latest } = await withOneMore('create table later (x text)');
    await client.query(node('one'));
    await expect(migrate(client, folder)).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining('pid 42 on far'),
    });
    await client.query('delete from node');
    await migrate(client, folder);
    const { rows } = await client.query('select schema_version, oldest_reader from meta');
    expect(rows).toEqual([{ schema_version: latest, oldest_reader: latest }]);
    await expect(migrate(client, bundledMigrations('postgres'))).rejects.toMatchObject({ code: 'store_newer' });
  });

  it('that says it is compatible runs beside them, and they may start again', async () => {
    const { client, folder, latest } = await withOneMore(compatible);
    const before = (await client.query('select oldest_reader from meta')).rows[0].oldest_reader;
    await client.query(node('one'));
    await migrate(client, folder);
    const { rows } = await client.query('select schema_version, oldest_reader from meta');
    expect(rows).toEqual([{ schema_version: latest, oldest_reader: before }]);
    await migrate(client, bundledMigrations('postgres'));
  });
});
