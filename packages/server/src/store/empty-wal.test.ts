import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { emptyWal } from './empty-wal.ts';
import { nextMessage, openTestStore, startProcess } from './store-fixture.test-kit.ts';

describe('what was deleted', () => {
  it('stands nowhere in the files any more, although pages were split, merged and given back', async () => {
    const store = await openTestStore();
    const words = Array.from({ length: 1_000 }, (_, index) => hash('sha256', String(index)));
    await store.transaction({ about: [] }, async (tx) => {
      for (const word of words) await tx.run('insert into oauth_use (state_hash, used_at_ms) values ($1, 1)', [word]);
    });
    const [kept = '', ...deleted] = words;
    for (let from = 0; from < deleted.length; from += 111) {
      await store.transaction({ about: [] }, async (tx) => {
        for (const word of deleted.slice(from, from + 111))
          await tx.run('delete from oauth_use where state_hash = $1', [word]);
      });
    }
    await emptyWal(store);
    const told = await nextMessage(startProcess('scan', store.path, ...words));
    expect(told).toMatchObject({ found: [kept] });
  });
});
