import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError } from '../errors.ts';
import { type MigrateOptions, migrate, requireCurrentSchema } from './migrate.ts';
import { makeFolder } from './store-fixture.test-kit.ts';

const FIRST = 'create table meta (schema_version integer); insert into meta values (0); create table a (x);';

async function aFolder(files: Record<string, string>): Promise<URL> {
  const folder = join(await makeFolder(), 'migrations');
  await mkdir(folder);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return pathToFileURL(`${folder}/`);
}

function aDatabase(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  onTestFinished(() => db.close());
  return db;
}

function options(folder: URL): MigrateOptions {
  return { path: 'test.db', folder, lock: { take: vi.fn(), release: vi.fn() } };
}

const versionOf = (db: DatabaseSync) => db.prepare('select schema_version from meta').get()?.schema_version;

describe('migrate', () => {
  it('applies what is missing, in the order of the numbers', async () => {
    const db = aDatabase();
    migrate(db, options(await aFolder({ '0001-first.sql': FIRST })));
    const three = { '0001-first.sql': FIRST, '0010-c.sql': 'alter table b add z', '0002-b.sql': 'create table b (y)' };
    migrate(db, options(await aFolder(three)));
    expect(versionOf(db)).toBe(10);
    expect(db.prepare('select y, z from b').all()).toEqual([]);
  });

  it('applies all or nothing', async () => {
    const db = aDatabase();
    const broken = await aFolder({ '0001-first.sql': FIRST, '0002-broken.sql': 'create table b (y); create tabel c' });
    expect(() => migrate(db, options(broken))).toThrow('syntax error');
    expect(db.isTransaction).toBe(false);
    expect(db.prepare("select count(*) as total from sqlite_master where type = 'table'").get()).toEqual({ total: 0 });
  });

  it('refuses a database of a newer version', async () => {
    const db = aDatabase();
    migrate(db, options(await aFolder({ '0001-first.sql': FIRST, '0002-b.sql': 'create table b (y)' })));
    const older = await aFolder({ '0001-first.sql': FIRST });
    expect(() => migrate(db, options(older))).toThrow(expect.objectContaining({ code: 'store_newer' }));
    expect(() => requireCurrentSchema(db, 'test.db', older)).toThrow(expect.objectContaining({ code: 'store_newer' }));
  });

  it('refuses the database of another program', async () => {
    const db = aDatabase();
    db.exec('create table meta (somebody text)');
    const folder = await aFolder({ '0001-first.sql': FIRST });
    expect(() => migrate(db, options(folder))).toThrow(expect.objectContaining({ code: 'invalid_configuration' }));
  });

  it('upgrades only while no server runs on the older schema, and creates without asking', async () => {
    const db = aDatabase();
    const creating = options(await aFolder({ '0001-first.sql': FIRST }));
    migrate(db, creating);
    expect(creating.lock.take).not.toHaveBeenCalled();

    const upgrading = options(await aFolder({ '0001-first.sql': FIRST, '0002-b.sql': 'create table b (y)' }));
    vi.mocked(upgrading.lock.take).mockImplementation(() => {
      throw new BotServerError('store_locked', 'The database test.db is in use by another server, pid 7');
    });
    const message =
      'The database test.db is in use by another server, pid 7; its schema 1 cannot become 2, which this version needs, while that runs';
    expect(() => migrate(db, upgrading)).toThrow(expect.objectContaining({ code: 'store_locked', message }));
    expect(versionOf(db)).toBe(1);
  });

  it('asks for a start of the server before a read-only one of an older schema', async () => {
    const db = aDatabase();
    migrate(db, options(await aFolder({ '0001-first.sql': FIRST })));
    const newer = await aFolder({ '0001-first.sql': FIRST, '0002-b.sql': 'create table b (y)' });
    expect(() => requireCurrentSchema(db, 'test.db', newer)).toThrow(
      expect.objectContaining({ code: 'store_older', message: expect.stringContaining('start the server once') }),
    );
  });
});
