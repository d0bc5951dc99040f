/** Everything but LISTEN works behind a pooler in transaction mode, as Debian's package sets it up. */
import { describe, expect, it, vi } from 'vitest';
import { hasPgbouncer, startPgbouncer } from './pgbouncer.test-kit.ts';
import { openPostgresStore } from './postgres-store.ts';
import { makeDatabaseUrl, openTestStore } from './store-fixture.test-kit.ts';

const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, $3)';

function aLog() {
  const lines: string[] = [];
  const log = (facts: object, message: string) => void lines.push(`${message} ${JSON.stringify(facts)}`);
  return { lines, log: { info: log, warn: log } };
}

/** Not skipped in .ci/run, which installs it. */
describe.skipIf(!hasPgbouncer)('PostgreSQL behind pgbouncer (skipped where that is not installed)', () => {
  it('is opened and migrated with the defaults of pgbouncer, and the log says that a pooler is there', async () => {
    const url = await makeDatabaseUrl('postgres');
    const { lines, log } = aLog();
    const store = await openTestStore({ engine: 'postgres', url: await startPgbouncer(url), log });
    expect(await store.get('select count(*) as total from installation')).toEqual({ total: 0 });
    expect(lines).toEqual(['connected to PostgreSQL {"pooler":true,"direct_url":false}']);
    const straight = aLog();
    await openTestStore({ engine: 'postgres', url, log: straight.log });
    expect(straight.lines).toEqual(['connected to PostgreSQL {"pooler":false,"direct_url":false}']);
  });

  it('takes different statements of two clients, however often each comes again', async () => {
    const url = await startPgbouncer(await makeDatabaseUrl('postgres'));
    const one = await openTestStore({ engine: 'postgres', url });
    const two = await openTestStore({ engine: 'postgres', url });
    for (let i = 0; i < 5; i++) {
      expect(await one.get('select cast($1 as text) as one', [`a${i}`])).toEqual({ one: `a${i}` });
      expect(await two.get('select cast($1 as integer) + 1 as two', [i])).toEqual({ two: i + 1 });
    }
    await Promise.all(
      [one, two].flatMap((store, n) =>
        Array.from({ length: 20 }, (_, i) =>
          store.transaction({ about: ['installation:T1'] }, async (tx) => {
            await tx.run(INSERT, [`${n} ${i}`, 1, null]);
            await tx.run('update oauth_use set used_at_ms = used_at_ms + 1 where state_hash = $1', [`${n} ${i}`]);
          }),
        ),
      ),
    );
    expect(await one.get('select sum(used_at_ms) as total from oauth_use')).toEqual({ total: 80 });
  });

  it('leaves nothing in the session of the next client: no names, no limits, no locks', async () => {
    const direct = await makeDatabaseUrl('postgres');
    const url = await startPgbouncer(direct);
    const store = await openTestStore({ engine: 'postgres', url, statementTimeoutMs: 7_777 });
    for (let i = 0; i < 3; i++) await store.run(INSERT, [`a${i}`, 1, null]);
    await store.transaction({ about: ['job:x'] }, (tx) => tx.run(INSERT, ['b', 1, null]));
    const left = `select current_setting('statement_timeout') as "limit", (select count(*) from pg_prepared_statements) as names,
      (select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())) as locks`;
    expect(await store.get(left)).toEqual({ limit: '0', names: 0, locks: 0 });
  });

  it('ends what a transaction takes too long for by a limit of its own', async () => {
    const url = await startPgbouncer(await makeDatabaseUrl('postgres'));
    const store = await openTestStore({ engine: 'postgres', url, transactionTimeoutMs: 500 });
    const slow = store.transaction({ about: [] }, (tx) => tx.all('select pg_sleep(20)'));
    await expect(slow).rejects.toMatchObject({ code: 'store_unavailable' });
    await vi.waitFor(() => store.get('select 1 as one'), { timeout: 10_000 });
  });

  it('polls and says so, unless there is an address past it: then notices arrive', async () => {
    const direct = await makeDatabaseUrl('postgres');
    const url = await startPgbouncer(direct);
    const { lines, log } = aLog();
    const polling = await openTestStore({ engine: 'postgres', url, log });
    polling.notices.on('rows', () => {});
    await vi.waitFor(() => expect(lines.join()).toContain('LISTEN needs DATABASE_DIRECT_URL'));
    expect(polling.notices.isLive).toBe(false);
    const hearing = await openTestStore({ engine: 'postgres', url, directUrl: direct });
    const heard: string[] = [];
    hearing.notices.on('inbox', (payload) => void heard.push(payload));
    await vi.waitFor(() => expect(heard).toEqual(['']));
    polling.notices.notify('inbox', '7');
    await vi.waitFor(() => expect(heard).toEqual(['', '7']));
  });

  it('names the parameter that the pooler refuses, and what to do', async () => {
    const url = await startPgbouncer(await makeDatabaseUrl('postgres'));
    await expect(openPostgresStore({ url: `${url}?options=-c%20search_path%3Dx` })).rejects.toMatchObject({
      message: expect.stringContaining('the pooler before it refuses options: leave it out of DATABASE_URL'),
    });
  });

  it('takes no lock that would hold nobody off, and says what is missing', async () => {
    const direct = await makeDatabaseUrl('postgres');
    const url = await startPgbouncer(direct);
    const store = await openTestStore({ engine: 'postgres', url });
    await expect(store.lock()).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('set DATABASE_DIRECT_URL to an address past it'),
    });
    const past = await openTestStore({ engine: 'postgres', url, directUrl: direct });
    await past.lock();
  });
});
