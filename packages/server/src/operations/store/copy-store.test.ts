/** Moving house on real databases: everything goes along, both ways; what was cut off goes on; what is half is not served. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInbox } from '../../inbox/create-inbox.ts';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import type { Row, Store } from '../../store/store.ts';
import { type Engine, engines, makeDatabaseUrl, openTestStore } from '../../store/store-fixture.test-kit.ts';
import type { InstallationKey, TeamId } from '../../team/installation.ts';
import { TestClock } from '../../time/test-clock.ts';
import { copyDatabases } from '../../wiring/copy-databases.ts';
import { install, installOrganization, keyOf, NOW_MS, openOperations } from '../operations.test-kit.ts';
import { readBatches } from './batched-events.ts';
import { columnsOf, tablesOf } from './copy-repository.ts';
import { copyStore } from './copy-store.ts';
import { BATCHES, copiedFields, copiedTables, notCopied } from './copy-tables.ts';

const OTHER: Record<Engine, Engine> = { sqlite: 'postgres', postgres: 'sqlite' };
const ENVIRONMENT = { encryptionKeys: keyOf(7) };

/** Everything that is copied, in one form: batches as rows, in the order of keys. */
async function dump(store: Store): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {};
  for (const { name, key } of copiedTables) {
    const columns = await columnsOf(store, name);
    found[name] = await store.all(`select ${columns.join(', ')} from ${name} order by ${key.join(', ')}`);
  }
  if (store.engine === 'sqlite') {
    const empty = {
      takeovers: 0,
      run_at_ms: 0,
      alone_at_ms: null,
      lone_deaths: 0,
      error_code: null,
      error: null,
      error_at: null,
      traceparent: null,
      tracestate: null,
      replay_id: null,
    };
    const { rows } = await readBatches(store, { after: 0, limit: 1_000 });
    found.inbox = [...(found.inbox ?? []), ...rows.map((row): Row => ({ ...empty, ...row }))].sort(
      (a, b) => Number(a.seq) - Number(b.seq),
    );
  }
  for (const [table, fields] of Object.entries(copiedFields)) {
    found[table] = await store.all(`select ${fields.join(', ')} from ${table}`);
  }
  return found;
}

/** A database with something in every table; nobody serves it any more. */
async function aFullDatabase(engine: Engine): Promise<{ url: string; whole: Record<string, Row[]> }> {
  const operations = await openOperations(engine, ENVIRONMENT);
  const { storage, context, url } = operations;
  const { store } = storage;
  await install(operations, 'T1', 'T2');
  await installOrganization(operations, 'E1', 'T3', 'T4');
  await storage.data('T1').set('greeting', { text: 'hello\u0000 ☕' });
  await storage.data('T2').set('count', 7);
  await context.inbox.takeOver('n1');
  const envelopes = Array.from({ length: 9 }, (_, n) =>
    anEnvelope(`Ev${n}`, { teamId: (n % 2 ? 'T3' : 'T1') as TeamId }),
  );
  const seqs = await context.inbox.insert(envelopes);
  const seqOf = (id: string) => seqs.get(id) ?? 0;
  await context.inbox.finish([seqOf('Ev0'), seqOf('Ev1')]);
  await context.inbox.fail(seqOf('Ev2'), { code: 'listener_failed', message: 'no' });
  await context.inbox.retry(seqOf('Ev3'), {
    runAtMs: NOW_MS + 60_000,
    failure: { code: 'listener_failed', message: 'later' },
  });
  const old = await context.inbox.insert([anEnvelope('EvOld')]);
  await context.inbox.finish([...old.values()]);
  await store.run(`insert into oauth_use (state_hash, used_at_ms, result) values ('h1', 5, null), ('h2', 6, 'T1')`);
  await store.run(`insert into job (name, schedule, is_per_team, seen_at_ms) values ('daily', '"day"', 0, 1)`);
  await store.run(`insert into replay (filter, who, asked_at_ms, total, upto_seq) values ('{}', 'cli:ann', 1, 1, 1)`);
  await store.run(
    `insert into broadcast (message, query, per_minute, who, asked_at_ms) values ('{"text":"hi"}', '{}', 60, 'cli:ann', 1)`,
  );
  await store.run(`insert into broadcast_team (broadcast_id, team_id, shard) values (1, 'T1', 3)`);
  await store.run(
    `insert into audit (at_ms, who, origin, operation, input) values (1, 'cli:ann', 'here', 'teams.purge', '{}')`,
  );
  await store.run(
    `insert into event_fact (at_ms, node, kind, event_id, details) values (7, 'n1', 'failed', 'Ev2', '{}')`,
  );
  await store.run(`insert into job_slot (name, slot_ms, owner, started_at_ms) values ('daily', 1, 'n1', 1)`);
  await store.run(`insert into job_team (name, team_id, last_run_ms) values ('greet', 'T1', 3)`);
  await store.run(`insert into breaker_count (installation_key, at_ms) values ('T2', 4)`);
  await store.run(`insert into hint (installation_key, subject, content) values ('T1', 'probe', '{}')`);
  await store.run('update breaker set verdicts = 1, tripped_at_ms = 9, began_at_ms = 9');
  const whole = await dump(store);
  await storage.close();
  return { url, whole };
}

describe.each(engines)('a full database on %s', (engine) => {
  it('is the same on the other engine, and the same again back', async () => {
    const { url, whole } = await aFullDatabase(engine);
    const [there, back] = [await makeDatabaseUrl(OTHER[engine]), await makeDatabaseUrl(engine)];
    for (const [table, rows] of Object.entries(whole)) expect([table, rows.length]).not.toEqual([table, 0]);
    const first = await copyDatabases({ from: url, to: there });
    expect(first).toMatchObject({ isResumed: false, rows: { installation: 3, team: 5, inbox: 10, data: 2 } });
    expect(await dump(await openTestStore({ engine: OTHER[engine], url: there }))).toEqual(whole);
    await copyDatabases({ from: there, to: back });
    expect(await dump(await openTestStore({ engine, url: back }))).toEqual(whole);
  });

  it('keeps its tokens, unfinished events and the ids of those that are done, and numbers go on', async () => {
    const { url, whole } = await aFullDatabase(engine);
    const to = await makeDatabaseUrl(OTHER[engine]);
    const { keyFingerprint } = await copyDatabases({ from: url, to });
    const { storage, context } = await openOperations(OTHER[engine], { ...ENVIRONMENT, url: to });
    expect(keyFingerprint).toBe(storage.vault.fingerprint);
    expect(await storage.installations.botCredential('T1' as InstallationKey)).toMatchObject({ token: 'xoxb-test-T1' });
    expect(await context.inbox.takeOver('n2')).toMatchObject({ hadDied: true, unfinished: 6 });
    const seqs = await context.inbox.insert(['Ev0', 'Ev4', 'EvOld', 'EvNew'].map((id) => anEnvelope(id)));
    expect([...seqs.keys()]).toEqual(['EvNew']);
    expect(seqs.get('EvNew')).toBeGreaterThan(Math.max(...(whole.inbox ?? []).map(({ seq }) => Number(seq))));
  });

  it('goes on where it was cut off, and is served by nobody until then', async () => {
    const { url } = await aFullDatabase(engine);
    const source = await openTestStore({ engine, url });
    for (let n = 0; n < 4; n++) {
      const rows = Array.from({ length: 400 }, (_, i) => `('T1', 'k${1_000 * n + i}', 1, '${i}', 1)`);
      await source.run(`insert into data (team_id, key, version, value, updated_at_ms) values ${rows.join(', ')}`);
    }
    const whole = await dump(source);
    await source.close();
    const to = await makeDatabaseUrl(OTHER[engine]);
    const cut = new AbortController();
    const copying = copyDatabases({
      from: url,
      to,
      signal: cut.signal,
      onProgress: ({ table, rows }) => table === 'data' && rows > 500 && cut.abort(),
    });
    await expect(copying).rejects.toThrow('aborted');
    await expect(openOperations(OTHER[engine], { ...ENVIRONMENT, url: to })).rejects.toMatchObject({
      code: 'store_half_copied',
    });
    const pages: string[] = [];
    const copied = await copyDatabases({
      from: url,
      to,
      onProgress: ({ table, rows }) => pages.push(`${table} ${rows}`),
    });
    expect(copied).toMatchObject({ isResumed: true, rows: { data: 1_602 } });
    expect(pages[0]).toBe('data 1500');
    expect(await dump(await openTestStore({ engine: OTHER[engine], url: to }))).toEqual(whole);
  });

  it('does not go on when a server used what it had read from', async () => {
    const { url } = await aFullDatabase(engine);
    const to = await makeDatabaseUrl(OTHER[engine]);
    await expect(copyDatabases({ from: url, to, signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const { storage } = await openOperations(engine, { ...ENVIRONMENT, url });
    await storage.acquireLock();
    await storage.close();
    await expect(copyDatabases({ from: url, to })).rejects.toMatchObject({ code: 'store_copy_stale' });
  });

  it('is not copied beside a server, nor into a database that is not empty', async () => {
    const { url } = await aFullDatabase(engine);
    const to = await makeDatabaseUrl(OTHER[engine]);
    const { storage } = await openOperations(engine, { ...ENVIRONMENT, url });
    await storage.acquireLock();
    await expect(copyDatabases({ from: url, to })).rejects.toMatchObject({ code: 'store_locked' });
    await storage.close();
    const full = await aFullDatabase(OTHER[engine]);
    await expect(copyDatabases({ from: url, to: full.url })).rejects.toMatchObject({ code: 'store_not_empty' });
    const other = await openOperations(OTHER[engine], { ...ENVIRONMENT, url: full.url });
    await other.storage.acquireLock();
    await expect(copyDatabases({ from: url, to: full.url })).rejects.toMatchObject({ code: 'store_locked' });
  });

  it('has no table or column that nobody decided about', async () => {
    const store = await openTestStore({ engine });
    const names = [...copiedTables.map(({ name }) => name), BATCHES, ...notCopied.tables, ...Object.keys(copiedFields)];
    expect(names).toEqual(expect.arrayContaining(await tablesOf(store)));
    for (const [table, fields] of Object.entries(copiedFields)) {
      const known = [...fields, ...notCopied.fields[table as keyof typeof copiedFields]];
      expect(await columnsOf(store, table)).toEqual(known.toSorted());
    }
  });
});

it('says when somebody writes to the source meanwhile', async () => {
  const { url } = await aFullDatabase('sqlite');
  const from = await openTestStore({ engine: 'sqlite', url });
  const to = await openTestStore({ engine: 'postgres' });
  const late = `insert into data (team_id, key, version, value, updated_at_ms) values ('A', 'late', 1, '1', 1)`;
  const copying = copyStore({
    from,
    to,
    sourceName: url,
    onProgress: ({ table }) => table === 'job_slot' && void from.run(late),
  });
  await expect(copying).rejects.toThrow('data has 3 rows in the database to copy from, and 2 were copied');
});

it('copies any documents and events there and back', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((word) => word.replaceAll('\u0000', ''));
  const documents = fc.uniqueArray(fc.record({ key: text, value: text }), {
    selector: ({ key }) => key,
    maxLength: 20,
  });
  const events = fc.uniqueArray(
    fc.record({ id: text, team: fc.constantFrom('T1', 'T2'), body: text, isDone: fc.boolean() }),
    { selector: ({ id }) => id, maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(documents, events, async (documentList, eventList) => {
      const from = await openTestStore({ engine: 'sqlite' });
      const there = await openTestStore({ engine: 'postgres' });
      const back = await openTestStore({ engine: 'sqlite' });
      for (const { key, value } of documentList) {
        const sql = 'insert into data (team_id, key, version, value, updated_at_ms) values ($1, $2, 1, $3, 1)';
        await from.run(sql, ['T1', key, JSON.stringify(value)]);
      }
      const inbox = createInbox({ store: from, clock: new TestClock(NOW_MS) });
      await inbox.takeOver('n1');
      const seqs = await inbox.insert(
        eventList.map(({ id, team, body }) => anEnvelope(id, { teamId: team as TeamId, body: { body } })),
      );
      await inbox.finish(eventList.flatMap(({ id, isDone }) => (isDone ? [seqs.get(id) ?? 0] : [])));
      const whole = await dump(from);
      await copyStore({ from, to: there, sourceName: 'a' });
      expect(await dump(there)).toEqual(whole);
      await copyStore({ from: there, to: back, sourceName: 'b' });
      expect(await dump(back)).toEqual(whole);
      for (const store of [from, there, back]) await store.close();
    }),
    { numRuns: 4 },
  );
});
