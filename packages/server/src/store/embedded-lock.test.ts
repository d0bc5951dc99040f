import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isServerRunning } from './embedded-lock.ts';
import { killProcess, makeFolder, nextMessage, openTestStore, startProcess } from './store-fixture.test-kit.ts';

async function aPath(): Promise<string> {
  return join(await makeFolder(), 'bot.db');
}

describe('embedded lock', () => {
  it('lets no second process serve the database, and names the pid of the first', async () => {
    const path = await aPath();
    const first = startProcess('lock', path);
    expect(await nextMessage(first)).toBe('locked');
    const second = startProcess('lock', path);
    const message = `The database ${path} is in use by another process, pid ${first.pid}`;
    expect(await nextMessage(second)).toEqual({ code: 'store_locked', message });
    expect(await isServerRunning(path)).toBe(first.pid);
  });

  it('is free as soon as its process was killed', async () => {
    const path = await aPath();
    const first = startProcess('lock', path);
    await nextMessage(first);
    await killProcess(first);
    expect(await isServerRunning(path)).toBeUndefined();
    const second = startProcess('lock', path);
    expect(await nextMessage(second)).toBe('locked');
    expect(await isServerRunning(path)).toBe(second.pid);
  });

  it('is free after the store was closed, and leaves no pid behind', async () => {
    const store = await openTestStore();
    await store.lock();
    await store.lock();
    expect(await isServerRunning(store.path)).toBe(process.pid);
    await store.close();
    expect(await isServerRunning(store.path)).toBeUndefined();
    await expect(stat(`${store.path}.pid`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is asked for without creating anything', async () => {
    const path = await aPath();
    expect(await isServerRunning(path)).toBeUndefined();
    await expect(stat(`${path}.lock`)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is known to be held even when its pid file was lost', async () => {
    const store = await openTestStore();
    await store.lock();
    await rm(`${store.path}.pid`);
    expect(await isServerRunning(store.path)).toBe('unknown');
  });

  it('does not stop the command line from working with the same database', async () => {
    const path = await aPath();
    const server = startProcess('lock', path);
    await nextMessage(server);
    const beside = await openTestStore({ path });
    expect(await beside.run('insert into oauth_use (state_hash, used_at_ms) values ($1, $2)', ['a', 1])).toBe(1);
  });

  it('that is lost ends every write, also what was begun before, and for good', async () => {
    const store = await openTestStore();
    const lost: unknown[] = [];
    await store.lock({ onLost: (error) => lost.push(error) });
    const insert = 'insert into oauth_use (state_hash, used_at_ms) values ($1, 1)';
    await store.run(insert, ['before']);
    const begun = store.transaction({ about: [] }, async (tx) => {
      await tx.run(insert, ['in a transaction']);
      await rename(`${store.path}.lock`, `${store.path}.away`);
    });
    const refusal = { code: 'store_unavailable', facts: { trouble: 'lock_lost' } };
    await expect(begun).rejects.toMatchObject(refusal);
    await expect(store.run(insert, ['alone'])).rejects.toMatchObject(refusal);
    // Whoever had it meanwhile may have read, and written.
    await rename(`${store.path}.away`, `${store.path}.lock`);
    await expect(store.together([{ sql: insert, params: ['together'] }])).rejects.toMatchObject(refusal);
    await expect(store.transaction({ about: [] }, (tx) => tx.run(insert, ['later']))).rejects.toMatchObject(refusal);
    expect(await store.all('select state_hash from oauth_use')).toEqual([{ state_hash: 'before' }]);
    expect(lost).toMatchObject([{ code: 'store_locked' }]);
  });

  it('says so when the lock file is something else', async () => {
    const path = await aPath();
    await writeFile(`${path}.lock`, 'not a database, '.repeat(100));
    await expect(isServerRunning(path)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
