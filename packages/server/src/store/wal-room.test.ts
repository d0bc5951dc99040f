import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mountSmallDisk, type SmallDisk } from './small-disk.test-kit.ts';
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts';

const MIB = 1_048_576;
const ROW_BYTES = 8_000;

let disk: SmallDisk;
let store: SqliteStore;

beforeEach(async ({ skip }) => {
  const mounted = mountSmallDisk(20);
  if (typeof mounted === 'string') return skip(mounted);
  disk = mounted;
  store = await openSqliteStore({ path: join(disk.path, 'bot.db') });
  await store.run('create table filling (id integer primary key, body blob not null)');
});

afterEach(async () => {
  await store.close();
  disk.remove();
});

const insert = (rows = 1) => {
  const statement = { sql: 'insert into filling (body) values ($1)', params: [randomBytes(ROW_BYTES)] };
  return store.together(Array.from({ length: rows }, () => statement));
};

/** Until the disk is full; answers how many bytes were stored. */
async function fill(rows: number): Promise<number> {
  for (let stored = 0; ; stored += rows * ROW_BYTES) {
    try {
      await insert(rows);
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_unavailable', facts: { sqliteCode: 13 } });
      return stored;
    }
  }
}

const walBytes = () => statSync(join(disk.path, 'bot.db-wal')).size;

it.each([1, 20])(
  'a small disk holds data and not a log of it, and what is deleted makes room (%s rows at once)',
  async (rows) => {
    expect(await fill(rows)).toBeGreaterThan(11 * MIB);
    expect(walBytes()).toBeLessThan(6 * MIB);
    // Full, and still: what housekeeping deletes can be written, and then there is room again.
    for (let id = 1; id < 800; id += 10) {
      await store.run('delete from filling where id between $1 and $1 + 9', [id]);
    }
    for (let n = 0; n < 100; n++) await insert();
  },
  60_000,
);

it('writes go on as soon as somebody makes room on a disk that others had filled', async () => {
  for (let n = 0; n < 100; n++) await insert();
  const other = join(disk.path, 'other');
  for (let size = 20 * MIB; size > 4_096; size /= 2) {
    try {
      writeFileSync(other, Buffer.alloc(size), { flag: 'a' });
    } catch {}
  }
  await fill(1);
  rmSync(other);
  for (let n = 0; n < 100; n++) await insert();
}, 180_000);
