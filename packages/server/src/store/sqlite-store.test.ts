import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IoPartner } from '../time/clock.ts';
import { bundledMigrations, latestOf, listMigrations } from './migration-files.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { describeStore } from './store-contract.test-kit.ts';
import { killProcess, makeFolder, nextMessage, openTestStore, startProcess } from './store-fixture.test-kit.ts';

const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, $3)';

describeStore('SQLite', async () => {
  const path = join(await makeFolder(), 'contract.db');
  return { open: (options) => openSqliteStore({ path, ...options }), remove: async () => {} };
});

describe('SQLite file', () => {
  it('is created in a new folder, both for this user only', async () => {
    const folder = join(await makeFolder(), 'new', 'data');
    const store = await openTestStore({ path: join(folder, 'bot.db') });
    await store.run(INSERT, ['a', 1, null]);
    const modes = await Promise.all([folder, ...['', '-wal', '-shm'].map((suffix) => store.path + suffix)].map(modeOf));
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  it('is brought to the current schema once when many processes open it first', async () => {
    const path = join(await makeFolder(), 'shared.db');
    const latest = latestOf(listMigrations(bundledMigrations('sqlite')));
    const processes = Array.from({ length: 4 }, () => startProcess('open', path));
    const answers = await Promise.all(processes.map(nextMessage));
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ schema_version: latest })));
  });

  it('that is no database is refused and left alone', async () => {
    const path = join(await makeFolder(), 'notes.txt');
    await writeFile(path, 'Dear diary, '.repeat(100));
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('not an SQLite database'),
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'is refused where no folder can be made, instead of trying for ever',
    async () => {
      await expect(openSqliteStore({ path: '/proc/none/bot.db' })).rejects.toMatchObject({ code: 'store_unavailable' });
    },
  );

  it('in a folder that is a file is refused with its path', async () => {
    const file = join(await makeFolder(), 'file');
    await writeFile(file, '');
    const path = join(file, 'bot.db');
    await expect(openSqliteStore({ path })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(path),
    });
  });

  it('that is deleted while in use fails every later call instead of losing rows silently', async () => {
    const store = await openTestStore();
    await rm(join(store.path, '..'), { recursive: true });
    const deleted = { code: 'store_unavailable', message: expect.stringContaining('was deleted or replaced') };
    await expect(store.run(INSERT, ['a', 1, null])).rejects.toMatchObject(deleted);
    await expect(store.all('select * from oauth_use')).rejects.toMatchObject(deleted);
    await expect(store.transaction({ about: [] }, async () => {})).rejects.toMatchObject(deleted);
  });

  it('that cannot grow keeps what is committed and says that the disk is full', async () => {
    const store = await openTestStore();
    await store.run(INSERT, ['before', 1, null]);
    const pages = await store.get('select page_count from pragma_page_count()');
    // Through all(): a statement on the connection that writes, where the limit is per connection.
    await store.all(`pragma max_page_count = ${String(pages?.page_count)}`);
    const work = store.transaction({ about: [] }, async (tx) => {
      await tx.run(INSERT, ['during', 1, 'x'.repeat(100_000)]);
    });
    await expect(work).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('disk is full'),
    });
    expect(await store.all('select state_hash from oauth_use')).toEqual([{ state_hash: 'before' }]);
  });

  it('loses nothing that was committed when the process is killed while it writes', async () => {
    const path = join(await makeFolder(), 'killed.db');
    const writer = startProcess('write', path);
    let lastCommitted = 0;
    writer.on('message', (message) => {
      lastCommitted = Number(message);
    });
    while (lastCommitted < 40) await nextMessage(writer);
    await killProcess(writer);

    const store = await openTestStore({ path });
    const rows = await store.all(
      'select used_at_ms as n, count(*) as halves from oauth_use group by used_at_ms order by 1',
    );
    // Later ones may be there too, their messages died with the process; but never a half of one.
    expect(rows.length).toBeGreaterThanOrEqual(lastCommitted);
    expect(rows).toEqual(Array.from({ length: rows.length }, (_, i) => ({ n: i + 1, halves: 2 })));
    expect(await store.get('select integrity_check from pragma_integrity_check()')).toEqual({ integrity_check: 'ok' });
  });
});

describe('SQLite opened read-only', () => {
  it('reads beside a writer and refuses to write', async () => {
    const writer = await openTestStore();
    await writer.run(INSERT, ['a', 1, null]);
    const reader = await openTestStore({ path: writer.path, readOnly: true });
    expect(await reader.all('select state_hash from oauth_use')).toEqual([{ state_hash: 'a' }]);
    const refused = { code: 'store_unavailable', message: expect.stringContaining('read-only') };
    await expect(reader.run(INSERT, ['b', 1, null])).rejects.toMatchObject(refused);
    await expect(reader.transaction({ about: [] }, (tx) => tx.run(INSERT, ['b', 1, null]))).rejects.toMatchObject(
      refused,
    );
  });

  it('creates nothing when there is no database', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'none', 'bot.db');
    await expect(openSqliteStore({ path, readOnly: true })).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('There is no database'),
    });
    await expect(stat(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('SQLite statements', () => {
  it('run in the order in which they were given, without waiting for each other', async () => {
    const store = await openTestStore();
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      store
        .transaction({ about: [] }, async (tx) => void (await tx.run(INSERT, ['a', 1, null])))
        .then(note('first transaction')),
      store.run('update oauth_use set used_at_ms = used_at_ms + 1').then(note('write')),
      store
        .transaction({ about: [] }, async (tx) => void (await tx.run(INSERT, ['b', 1, null])))
        .then(note('second transaction')),
      store.run('update oauth_use set used_at_ms = used_at_ms * 10').then(note('last write')),
    ]);
    expect(order).toEqual(['first transaction', 'write', 'second transaction', 'last write']);
    const rows = await store.all('select state_hash, used_at_ms from oauth_use order by state_hash');
    expect(rows).toEqual([
      { state_hash: 'a', used_at_ms: 20 },
      { state_hash: 'b', used_at_ms: 10 },
    ]);
  });

  it('take a whole number for an integer wherever it stands', async () => {
    const store = await openTestStore();
    expect(await store.get("select 'x' || $1 as text, typeof($2) as kind", [5, 0.5])).toEqual({
      text: 'x5',
      kind: 'real',
    });
  });

  it('wait for a moved clock as long as they are in progress', async () => {
    const seen: (IoPartner | undefined)[] = [];
    const clock = {
      io<T>(work: Promise<T>, from?: IoPartner) {
        seen.push(from);
        return work;
      },
    };
    const store = await openTestStore({ clock });
    await store.transaction({ about: [] }, (tx) => tx.run(INSERT, ['a', 1, null]));
    // open, begin, insert, commit
    expect(seen).toEqual(['store', 'store', 'store', 'store']);
  });
});

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}
