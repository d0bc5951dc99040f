import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { aCertificate } from '../doctor/certificate.test-kit.ts';
import type { BotServerError } from '../errors.ts';
import type { IoPartner } from '../time/clock.ts';
import { findPostgresServer } from './postgres-lock.ts';
import { startPostgres } from './postgres-server.test-kit.ts';
import { openPostgresStore, postgresStoreDefaults } from './postgres-store.ts';
import { describeStore } from './store-contract.test-kit.ts';
import {
  administer,
  createPostgresDatabase,
  killProcess,
  makeDatabaseUrl,
  nextMessage,
  openTestStore,
  startProcess,
} from './store-fixture.test-kit.ts';

const INSERT = 'insert into oauth_use (state_hash, used_at_ms, result) values ($1, $2, $3)';
const END_ALL = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;
const UNAVAILABLE = { code: 'store_unavailable' };

describeStore('PostgreSQL', async () => {
  const database = await createPostgresDatabase({ hasSchema: true });
  return {
    open: (options) => openPostgresStore({ url: database.url, ...options }),
    remove: () => database.drop(),
  };
});

/** A URL like that of the tests' database, with something else in it. */
function changed(url: string, changes: Partial<Record<'host' | 'username' | 'password' | 'pathname', string>>): string {
  return Object.assign(new URL(url), changes).href;
}

async function errorOf(work: Promise<unknown>): Promise<BotServerError & { cause: Error }> {
  return await work.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as BotServerError & { cause: Error },
  );
}

const authority = aCertificate('Test CA', { isAuthority: true, names: [] });

/** Lets a server have a weak certificate, which only its clients refuse then. */
const WEAK_TOO = 'DEFAULT@SECLEVEL=0';

function answerInTls(socket: Socket, { cert, key }: { cert: string; key: string }): void {
  new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key, ciphers: WEAK_TOO }) }).on(
    'error',
    () => {},
  );
}

describe('a PostgreSQL that cannot be used', () => {
  let url: string;

  beforeEach(async () => {
    url = await makeDatabaseUrl('postgres');
  });

  it.each([
    ['a wrong password', { password: 'wrong-hush-1' }, 'user name or the password in DATABASE_URL is wrong'],
    ['a user that does not exist', { username: 'nobody' }, 'user name or the password in DATABASE_URL is wrong'],
    ['no password', { password: '' }, 'asks for a password'],
    ['a database that does not exist', { pathname: '/nowhere' }, 'there is no such database'],
    ['a port where nothing listens', { host: '127.0.0.1:1' }, 'nothing listens there'],
    ['a host that does not exist', { host: 'nowhere.invalid' }, 'host name'],
  ])('because of %s is named, without the password', async (_what, changes, explanation) => {
    const wrongUrl = changed(url, changes);
    const error = await errorOf(openPostgresStore({ url: wrongUrl }));
    expect(error).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining(explanation) });
    expect(error.message).toContain(new URL(wrongUrl).pathname.slice(1));
    const everything = [error.stack, error.cause.stack, JSON.stringify(error.facts)].join();
    expect(everything).not.toMatch(/hush/);
  });

  it('because its URL cannot be read is named, without the password', async () => {
    const error = await errorOf(openPostgresStore({ url: 'postgres://bot:hush#1@localhost:x/bot' }));
    expect(error).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('is not a URL') });
    expect([error.stack, error.cause.stack, JSON.stringify(error.facts)].join()).not.toMatch(/hush/);
  });

  it.each([
    ['nobody trusts', aCertificate('alone'), 'its certificate is not trusted here'],
    ['is too old', aCertificate('old', { issuer: authority, validTo: '2021-01-01T00:00:00Z' }), 'has expired'],
    ['is too young', aCertificate('young', { issuer: authority, validFrom: '2090-01-01T00:00:00Z' }), 'not valid yet'],
    ['is for others', aCertificate('other', { issuer: authority, names: ['db.example.com'] }), 'is for another name'],
    [
      'is weak',
      aCertificate('weak', { issuer: authority, isWeak: true }),
      /not accepted here; .* \(EE certificate key too weak\)/,
    ],
  ])('because of a certificate that %s is named', async (_which, { cert, key }, explanation) => {
    const known = getCACertificates('default');
    setDefaultCACertificates([...known, authority.cert]);
    onTestFinished(() => setDefaultCACertificates(known));
    // Of all that PostgreSQL says: it is ready for TLS.
    const server = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.write('S', () => answerInTls(socket, { cert, key })));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const wrongUrl = `postgres://bot:hush@127.0.0.1:${port}/bot?sslmode=verify-full`;
    const error = await errorOf(openPostgresStore({ url: wrongUrl }));
    expect(error).toMatchObject({ ...UNAVAILABLE, message: expect.stringMatching(explanation) });
  });

  it('because nobody answers is given up in time', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const opening = openPostgresStore({ url: changed(url, { host: `127.0.0.1:${port}` }), connectTimeoutMs: 50 });
    await expect(opening).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('its host does not answer'),
    });
  });
});

describe('PostgreSQL that comes back', () => {
  it('after every connection was ended serves the next call, and this process goes on', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await Promise.all(Array.from({ length: 6 }, (_, i) => store.run(INSERT, [`a${i}`, 1, null])));
    const stuck = store.transaction({ about: [] }, async (tx) => {
      await tx.run(INSERT, ['lost', 1, null]);
      await administer(store.url, END_ALL);
      await tx.run(INSERT, ['never', 1, null]);
    });
    await expect(stuck).rejects.toMatchObject(UNAVAILABLE);
    await vi.waitFor(() => store.run(INSERT, ['back', 1, null]));
    expect(await store.get('select count(*) as total from oauth_use')).toEqual({ total: 7 });
  });

  it('after a restart has what was committed, and the server has its lock again', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.remove());
    const store = await openPostgresStore({ url: server.url });
    onTestFinished(() => store.close());
    await store.lock();
    await store.run(INSERT, ['before', 1, null]);
    await server.stop();
    const failed = await errorOf(store.run(INSERT, ['while', 1, null]));
    expect(failed).toMatchObject(UNAVAILABLE);
    await expect(store.transaction({ about: [] }, (tx) => tx.run(INSERT, ['while', 1, null]))).rejects.toMatchObject(
      UNAVAILABLE,
    );
    await server.start();
    await vi.waitFor(() => store.run(INSERT, ['after', 1, null]), { timeout: 5_000 });
    const rows = await store.all('select state_hash from oauth_use order by state_hash');
    expect(rows).toEqual([{ state_hash: 'after' }, { state_hash: 'before' }]);
    const findServer = () => findPostgresServer(server.url, postgresStoreDefaults);
    await vi.waitFor(async () => expect(await findServer()).toMatchObject({ pid: process.pid }), { timeout: 5_000 });
  });
});

describe('statements on PostgreSQL', () => {
  it('run by the rules of this program, whatever the database has for defaults', async () => {
    const url = await makeDatabaseUrl('postgres');
    const name = new URL(url).pathname.slice(1);
    const defaults = [
      "default_transaction_isolation = 'serializable'",
      "lock_timeout = '1ms'",
      "idle_session_timeout = '100ms'",
      "bytea_output = 'escape'",
    ];
    const newer = `alter database "${name}" set transaction_timeout = '300ms'`;
    // In one session: they count for each one after it, also of a test.
    const all = [
      ...defaults.map((one) => `alter database "${name}" set ${one}`),
      `do $do$ begin
         if current_setting('server_version_num')::int >= 170000 then execute $sql$${newer}$sql$; end if;
       end $do$`,
    ];
    await administer(url, all.join(';\n'));
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    const sql = `select current_setting('transaction_isolation') as isolation, current_setting('lock_timeout') as lock`;
    const ours = { isolation: 'read committed', lock: '0' };
    expect(await store.get(sql)).toEqual(ours);
    expect(await store.transaction({ about: [] }, (tx) => tx.get(sql))).toEqual(ours);
    const connection = store.ownConnection();
    onTestFinished(() => connection.close());
    expect(await connection.run((run) => run(sql), { limitMs: 5_000 })).toEqual([ours]);
    expect(await store.get(`select current_setting('idle_session_timeout') as idle`)).toEqual({ idle: '0' });
    const planner = `select current_setting('max_parallel_workers_per_gather') as helpers, current_setting('jit') as jit`;
    expect(await store.get(planner)).toEqual({ helpers: '0', jit: 'off' });
    const slow = await store.transaction({ about: [] }, (tx) => tx.get('select 1 as one from pg_sleep(0.4)'));
    expect(slow).toEqual({ one: 1 });
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    expect(await store.get('select $1::bytea as bytes', [bytes])).toEqual({ bytes });
  });

  it('that take too long are cancelled, and the next one runs', async () => {
    const store = await openTestStore({ engine: 'postgres', statementTimeoutMs: 1_000 });
    await expect(store.all('select pg_sleep(20)')).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('took too long'),
    });
    expect(await store.get('select 1 as one')).toEqual({ one: 1 });
  });

  it('of a transaction may be given all at once', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await store.transaction({ about: [] }, async (tx) => {
      await Promise.all(Array.from({ length: 20 }, (_, i) => tx.run(INSERT, [`a${i}`, i, null])));
    });
    expect(await store.get('select sum(used_at_ms) as total from oauth_use')).toEqual({ total: 190 });
  });

  it('are prepared once when their text comes again, and not without end', async () => {
    const store = await openTestStore({ engine: 'postgres', maxConnections: 1 });
    const known = async () => (await store.get('select count(*) as total from pg_prepared_statements'))?.total;
    for (let i = 0; i < 3; i++) await store.run('delete from oauth_use where used_at_ms = $1', [i]);
    expect(await known()).toBe(1);
    for (let i = 0; i < 150; i++) {
      await store.get(`select ${i} as i`);
      await store.get(`select ${i} as i`);
    }
    expect(await known()).toBe(100);
  });

  it('that meet in a deadlock are tried again', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await store.run(INSERT, ['a', 1, null]);
    await store.run(INSERT, ['b', 1, null]);
    const update = (order: string) =>
      store.run(
        `with locked as materialized (select state_hash, pg_sleep(0.1) from (
           select state_hash from oauth_use order by state_hash ${order} for update) rows)
         update oauth_use set used_at_ms = used_at_ms + 1 where state_hash in (select state_hash from locked)`,
      );
    expect(await Promise.all([update('asc'), update('desc')])).toEqual([2, 2]);
    expect(await store.all('select used_at_ms from oauth_use')).toEqual([{ used_at_ms: 3 }, { used_at_ms: 3 }]);
  });

  it('with a key that is too long for its index, or that a trigger refuses, are refused as that value’s fault', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const refused = { code: 'value_refused' };
    // Random, because PostgreSQL compresses what it indexes.
    await expect(store.run(INSERT, [randomBytes(5_000).toString('hex'), 1, null])).rejects.toMatchObject(refused);
    await store.run(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not %', new.result; end $$`,
    );
    await store.run('create trigger refuse before insert on oauth_use for each row execute function refuse()');
    const error = await store.run(INSERT, ['a', 1, 'secret']).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(refused);
    expect(JSON.stringify(error) + String(error) + String((error as Error).cause)).not.toContain('secret');
  });

  it('that a read-only server refuses fail the same in a transaction as alone', async () => {
    const url = await makeDatabaseUrl('postgres');
    const store = await openTestStore({ engine: 'postgres', url });
    await administer(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    await administer(url, END_ALL);
    const sql = 'delete from oauth_use';
    const refused = { code: 'store_unavailable', facts: { code: '25006' } };
    await expect.poll(() => store.run(sql).catch((error: unknown) => error)).toMatchObject(refused);
    await expect(store.transaction({ about: [] }, (tx) => tx.run(sql))).rejects.toMatchObject(refused);
  });

  it('wait for a moved clock as long as they are in progress', async () => {
    const seen: (IoPartner | undefined)[] = [];
    const clock = {
      sleep: () => Promise.resolve(),
      io<T>(work: Promise<T>, from?: IoPartner) {
        seen.push(from);
        return work;
      },
    };
    const store = await openTestStore({ engine: 'postgres', clock });
    await store.transaction({ about: [] }, (tx) => tx.run(INSERT, ['a', 1, null]));
    // open, connect, begin, insert, commit
    expect(seen).toEqual(['store', 'store', 'store', 'store', 'store']);
  });
});

describe('many processes on one PostgreSQL', () => {
  it('bring it to the current schema once when they open it first', async () => {
    const url = await makeDatabaseUrl('postgres');
    const processes = Array.from({ length: 4 }, () => startProcess('open', url));
    const answers = await Promise.all(processes.map(nextMessage));
    expect(answers).toEqual(Array(4).fill({ schema_version: expect.any(Number) }));
  });

  it('lose nothing that was committed when one is killed while it writes', async () => {
    const url = await makeDatabaseUrl('postgres');
    const writer = startProcess('write', url);
    let lastCommitted = 0;
    writer.on('message', (message) => {
      lastCommitted = Number(message);
    });
    while (lastCommitted < 40) await nextMessage(writer);
    await killProcess(writer);
    const store = await openTestStore({ engine: 'postgres', url });
    const rows = await store.all(
      'select used_at_ms as n, count(*) as halves from oauth_use group by used_at_ms order by 1',
    );
    expect(rows.length).toBeGreaterThanOrEqual(lastCommitted);
    expect(rows).toEqual(Array.from({ length: rows.length }, (_, i) => ({ n: i + 1, halves: 2 })));
  });
});
