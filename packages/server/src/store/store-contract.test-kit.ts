/** What every engine's store promises, as one suite: run it over each engine from that engine's test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Statements, Store } from './store.ts';

/** A database of a test's own. Every `open` gives another store over the same rows. */
export interface TestDatabase {
  open(options?: { transactionTimeoutMs?: number }): Promise<Store>;
  remove(): Promise<void>;
}

const SECRET = 'xoxb-test-parameter';
const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, $3)';

/** Runs the suite; `create` makes an empty database with the current schema. */
export function describeStore(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`store on ${engine}`, () => {
    let database: TestDatabase;
    let store: Store;

    beforeEach(async () => {
      database = await create();
      store = await database.open();
    });

    afterEach(async () => {
      await store.close();
      await database.remove();
    });

    const add = (to: Statements, hash: string) => to.run(INSERT, [hash, 1, null]);
    const hashes = async (from: Statements) =>
      (await from.all('select state_hash from oauth_use order by state_hash')).map((row) => row.state_hash);

    describe('statements', () => {
      it('gives back texts, whole numbers, nulls and bytes as they were stored', async () => {
        await store.run(
          `insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
           values ('T1', 0, 'active', 1, 0, 0, 0, $1, $1)`,
          [1_795_000_000_000],
        );
        await store.run(
          `insert into credential (installation_key, kind, user_id, install, refresh, token, scopes)
           values ('T1', 'bot', '', 1, 0, $1, $2)`,
          [Uint8Array.of(0, 255, 7), 'é😀'],
        );
        const row = await store.get(
          'select created_at_ms, app_id, scopes, token from credential join installation on key = installation_key',
        );
        expect(row).toEqual({
          created_at_ms: 1_795_000_000_000,
          app_id: null,
          scopes: 'é😀',
          token: Uint8Array.of(0, 255, 7),
        });
      });

      it('puts a parameter wherever its number stands, in any order', async () => {
        await store.run('insert into oauth_use (result, used_at_ms, state_hash) values ($3, $2, $1)', ['hash', 5, 'r']);
        const row = await store.get('select * from oauth_use where state_hash = $1 and $1 <> $2', ['hash', 'x']);
        expect(row).toEqual({ state_hash: 'hash', used_at_ms: 5, result: 'r' });
      });

      it('takes $1 inside a text for a text', async () => {
        await store.run("insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, 'it''s $1')", ['a', 1]);
        expect(await store.get('select result from oauth_use')).toEqual({ result: "it's $1" });
      });

      it('refuses too few and too many parameters', async () => {
        await expect(store.run(INSERT, ['a', 1])).rejects.toMatchObject({ code: 'store_unavailable' });
        await expect(store.run(INSERT, ['a', 1, null, 2])).rejects.toMatchObject({ code: 'store_unavailable' });
        expect(await hashes(store)).toEqual([]);
      });

      it('answers how many rows a statement changed', async () => {
        await add(store, 'a');
        await add(store, 'b');
        expect(await store.run('update oauth_use set used_at_ms = 2')).toBe(2);
        expect(await store.run('delete from oauth_use where used_at_ms = 9')).toBe(0);
      });

      it('answers the rows of a statement with returning', async () => {
        const rows = await store.all(`${INSERT}, ($4, $2, $3) returning state_hash`, ['a', 1, null, 'b']);
        expect(rows).toEqual([{ state_hash: 'a' }, { state_hash: 'b' }]);
      });

      it('answers the first row, or undefined', async () => {
        await add(store, 'a');
        await add(store, 'b');
        expect(await store.get('select state_hash from oauth_use order by state_hash')).toEqual({ state_hash: 'a' });
        expect(await store.get('select state_hash from oauth_use where used_at_ms = 9')).toBeUndefined();
      });

      it('says what failed without telling any parameter', async () => {
        await add(store, SECRET);
        const error = await store.run(INSERT, [SECRET, 1, SECRET]).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'value_refused', cause: expect.any(Error) });
        const { message, stack, cause, facts } = error as Error & { cause: Error; facts: unknown };
        expect([message, stack, cause.message, cause.stack, JSON.stringify(facts)].join()).not.toContain(SECRET);
      });

      it('fails a write with returning whose commit fails', async () => {
        await store.run('create table parent (id integer primary key)');
        await store.run('create table child (id integer references parent (id) deferrable initially deferred)');
        const insert = 'insert into child (id) values (1) returning id';
        await expect(store.get(insert)).rejects.toMatchObject({ code: 'value_refused' });
        await expect(store.all(insert)).rejects.toMatchObject({ code: 'value_refused' });
        await expect(store.transaction({ about: [] }, (tx) => tx.get(insert))).rejects.toMatchObject({
          code: 'value_refused',
        });
        expect(await store.all('select * from child')).toEqual([]);
      });

      it('stores U+FFFD for what cannot be stored, and finds it by the same text again', async () => {
        const odd = 'a\0b \ud83d. \udc00 😀';
        await store.run(INSERT, [odd, 1, odd]);
        await store.transaction({ about: [] }, (tx) => tx.run(INSERT, [`${odd}2`, 1, odd]));
        await store.together([{ sql: INSERT, params: [`${odd}3`, 1, odd] }]);
        const stored = 'a\ufffdb \ufffd. \ufffd 😀';
        expect(await hashes(store)).toEqual([stored, `${stored}2`, `${stored}3`]);
        expect((await store.get('select result from oauth_use where state_hash = $1', [odd]))?.result).toBe(stored);
      });

      it.each([
        ['1e300', 1e300],
        ['NaN', Number.NaN],
        ['2^53', 2 ** 53],
        ['a fraction', 1.5],
        ['undefined', undefined as never],
        ['a bigint', 1n as never],
        ['a text', 'soon'],
        ['null', null],
      ])('refuses %s for a time as that value’s fault, and goes on', async (_, value) => {
        const refused = { code: 'value_refused' };
        await add(store, 'before');
        await expect(store.run(INSERT, ['a', value, null])).rejects.toMatchObject(refused);
        await expect(store.together([{ sql: INSERT, params: ['a', value, null] }])).rejects.toMatchObject(refused);
        await expect(
          store.transaction({ about: [] }, (tx) => tx.run(INSERT, ['a', value, null])),
        ).rejects.toMatchObject(refused);
        expect(await hashes(store)).toEqual(['before']);
      });

      it('shows what was written as soon as the write is answered', async () => {
        await add(store, 'a');
        expect(await hashes(store)).toEqual(['a']);
      });
    });

    describe('statements together', () => {
      const insert = (hash: string) => ({ sql: `${INSERT} returning state_hash`, params: [hash, 1, null] });

      it('answers the rows of each', async () => {
        const update = { sql: 'update oauth_use set used_at_ms = $1 where state_hash = $2', params: [2, 'a'] };
        expect(await store.together([insert('a'), update, insert('b')])).toEqual([
          [{ state_hash: 'a' }],
          [],
          [{ state_hash: 'b' }],
        ]);
        expect(await store.get("select used_at_ms from oauth_use where state_hash = 'a'")).toEqual({ used_at_ms: 2 });
      });

      it('keeps none when one fails, and goes on afterwards', async () => {
        await expect(store.together([insert('a'), insert('a')])).rejects.toMatchObject({ code: 'value_refused' });
        expect(await hashes(store)).toEqual([]);
        await store.together([insert('b')]);
        expect(await hashes(store)).toEqual(['b']);
      });

      it('wait for a transaction that is open', async () => {
        const done: string[] = [];
        const open = store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          await add(tx, 'b');
          done.push('transaction');
        });
        await Promise.all([open, store.together([insert('c')]).then(() => done.push('together'))]);
        expect(await hashes(store)).toEqual(['a', 'b', 'c']);
      });
    });

    describe('transactions', () => {
      it('keeps all of a transaction and answers what its work returned', async () => {
        const answer = await store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          await add(tx, 'b');
          return 'done';
        });
        expect(answer).toBe('done');
        expect(await hashes(store)).toEqual(['a', 'b']);
      });

      it('keeps nothing of a transaction whose work throws, and throws the same', async () => {
        const thrown = new Error('changed my mind');
        const work = store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          throw thrown;
        });
        await expect(work).rejects.toBe(thrown);
        expect(await hashes(store)).toEqual([]);
      });

      it('shows an open transaction to itself only, and lets others read meanwhile', async () => {
        await store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          expect(await hashes(tx)).toEqual(['a']);
          expect(await hashes(store)).toEqual([]);
        });
        expect(await hashes(store)).toEqual(['a']);
      });

      it('loses no change when many transactions count at once', async () => {
        const other = await database.open();
        const count = (on: Store) =>
          on.transaction({ about: [] }, async (tx) => {
            const row = await tx.get('update meta set change_counter = change_counter + 1 returning change_counter');
            return row?.change_counter;
          });
        const counts = await Promise.all(Array.from({ length: 20 }, (_, i) => count(i % 2 === 0 ? store : other)));
        await other.close();
        expect(counts.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      });

      it('keeps nothing of a transaction in which a statement failed, even when its work goes on', async () => {
        const work = store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          await add(tx, 'a').catch(() => {});
          await add(tx, 'b').catch(() => {});
        });
        await expect(work).rejects.toMatchObject({ code: 'store_unavailable' });
        expect(await hashes(store)).toEqual([]);
      });

      it('rolls back a transaction that does not end in time, and serves the next one', async () => {
        const impatient = await database.open({ transactionTimeoutMs: 50 });
        const stuck = impatient.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          await new Promise(() => {});
        });
        const next = impatient.transaction({ about: [] }, (tx) => add(tx, 'b'));
        await expect(stuck).rejects.toMatchObject({
          code: 'store_unavailable',
          message: expect.stringContaining('50 ms'),
        });
        await next;
        expect(await hashes(impatient)).toEqual(['b']);
        await impatient.close();
      });

      it('runs nothing for a transaction that is over', async () => {
        let kept: Statements | undefined;
        await store.transaction({ about: [] }, async (tx) => {
          kept = tx;
        });
        await expect(kept?.run(INSERT, ['late', 1, null])).rejects.toMatchObject({ code: 'store_unavailable' });
        expect(await hashes(store)).toEqual([]);
      });
    });

    describe('closing', () => {
      it('waits for what is under way and refuses what comes later', async () => {
        const work = store.transaction({ about: [] }, async (tx) => {
          await add(tx, 'a');
          await add(tx, 'b');
        });
        const closed = store.close();
        await expect(add(store, 'late')).rejects.toMatchObject({ code: 'store_unavailable' });
        await Promise.all([work, closed]);
        const again = await database.open();
        expect(await hashes(again)).toEqual(['a', 'b']);
        await again.close();
      });

      it('may be asked for twice', async () => {
        await Promise.all([store.close(), store.close()]);
        await store.close();
      });
    });
  });
}
