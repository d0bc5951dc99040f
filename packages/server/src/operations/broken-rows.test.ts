/**
 * One row that something else has written, or a disk has lost, breaks no list and no status (promise P12): each value of a row of each
 * table is broken by itself, and every question of an operator that reads the table is asked.
 */
import { expect, it, vi } from 'vitest';
import { createBroadcast } from '../broadcast/broadcast-repository.ts';
import { insertFacts } from '../history/fact-repository.ts';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { registerJob } from '../jobs/job-rows-repository.ts';
import { createJobSlots } from '../jobs/job-slots-repository.ts';
import { tellMinute } from '../reports/minute-repository.ts';
import { tellConnections, tellLimits, tellProcess } from '../reports/report-repository.ts';
import type { Row, SqlValue } from '../store/store.ts';
import { replayEvents } from './events/replay-events.ts';
import { install, NOW_MS, type Operations, openOperations } from './operations.test-kit.ts';
import { operations as all } from './operations.ts';
import { deactivateTeam } from './teams/deactivate-team.ts';

/** What is asked, where one question without any words is not enough. */
const inputs: Readonly<Record<string, object[]>> = {
  'why.explain': [{ about: 'T1' }],
  'teams.show': [{ teamId: 'T1' }],
  'teams.timeline': [{ teamId: 'T1' }],
  'broadcast.show': [{ broadcast: 1 }],
  'events.show': [{ eventId: 'Ev1' }],
  'events.list': [{}, { query: 'status:done,waiting,failed' }, { query: 'field:event.user=U1' }],
};

const questions = all
  .filter(({ role }) => role === 'read')
  .flatMap((operation) => (inputs[operation.name] ?? [{}]).map((input) => ({ operation, input })));

/** Two of each, so that there is one to be shown beside the broken one. */
async function withRows(): Promise<Operations> {
  const operations = await openOperations('sqlite');
  const { run, storage, context, clock } = operations;
  const { store } = storage;
  await install(operations, 'T1', 'T2');
  await store.run('update credential set expires_at_ms = $1', [NOW_MS]);
  await store.run('update installation set incident_since_ms = $1', [NOW_MS]);
  for (const teamId of ['T1', 'T2']) await run(deactivateTeam, { teamId });
  await store.run("update installation set status = 'active'");
  const envelopes = ['Ev1', 'Ev2'].map((id) => anEnvelope(id, { teamId: 'T1' }));
  const seqs = await context.inbox.insert(envelopes);
  for (const { id } of envelopes) {
    await context.inbox.fail(seqs.get(id) ?? 0, { code: 'listener_failed', message: 'x' });
  }
  for (const id of ['Ev3', 'Ev4']) await context.inbox.insert([anEnvelope(id, { teamId: 'T1' })]);
  for (const n of [1, 2]) {
    const [node, key, teamId, name] = [`n${n}`, `T${n}`, `T${n}`, `job ${n}`];
    const facts = { host: 'h', pid: 7, version: '1.2.3', transport: 'rtm', connections: { open: 1 } } as const;
    await tellProcess(store, { ...facts, node, startedAtMs: NOW_MS - 60_000, toldAtMs: NOW_MS });
    const told = { state: 'open', reason: 'hello', attempt: 1, sinceMs: NOW_MS, retryAtMs: NOW_MS };
    await tellConnections(store, node, new Map([[key, told]]));
    const limit = { method: 'chat.postMessage', hits: 2, retryAfterMs: 30_000 };
    await tellLimits(store, [{ ...limit, key, lastAtMs: NOW_MS, untilMs: NOW_MS + 20_000 }]);
    await registerJob(store, { name, schedule: { cron: '0 7 * * *' }, isPerTeam: false }, NOW_MS);
    await createJobSlots({ store, clock, owner: () => node }).claim({ name, slotMs: NOW_MS });
    await store.run('insert into job_team (name, team_id, last_run_ms) values ($1, $2, $3)', [name, teamId, NOW_MS]);
    const message = { message: { text: 'x' }, query: { to: 'C1' }, perMinute: 60, who: 'x', askedAtMs: NOW_MS };
    await createBroadcast(store, message);
    const counts = { accepted: 1, repeated: 0, handled: 1, failed: 0, connects: 0, closes: 0, timed: 1, takenMs: 5 };
    await tellMinute(store, node, { ...counts, waiting: 0, open: 1, atMs: NOW_MS - 120_000 });
    await insertFacts(store, node, [
      {
        atMs: NOW_MS - 5,
        kind: 'failed',
        eventId: 'Ev1',
        teamId,
        type: 'message',
        channel: 'C1',
        ts: '1.1',
        details: { code: 'listener_failed' },
      },
    ]);
    await run(replayEvents, { teamId: 'T1' });
  }
  return operations;
}

/** Tables that an answer is made of, one by one. */
async function tablesOf(ask: () => Promise<unknown>, { storage, context }: Operations): Promise<Set<string>> {
  const { store } = storage;
  const spies = [store, context.reads].flatMap((one) => [vi.spyOn(one, 'all'), vi.spyOn(one, 'get')]);
  await ask();
  const words = spies.flatMap(({ mock }) => mock.calls.flatMap(([sql]) => String(sql).match(/\w+/g) ?? []));
  for (const spy of spies) spy.mockRestore();
  return new Set(words);
}

/** What no column of that kind should hold. */
function brokenOf(type: string, value: SqlValue | undefined): SqlValue[] {
  if (type === 'INTEGER') return [9_000_000_000_000_000, -9_000_000_000_000_000];
  if (type === 'BLOB') return [Buffer.from('{')];
  return /^[[{]/.test(String(value)) ? ['{', 'null', '[]', '{}', '[null]', '{"a":{"b":[1]}}'] : [];
}

/** How many lines the lists of an answer have. */
function linesOf(answer: object): number {
  return Object.values(answer).reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
}

it('shows all others when one value of one row is broken', async () => {
  const operations = await withRows();
  const { store } = operations.storage;
  const asked = await Promise.all(
    questions.map(async ({ operation, input }) => {
      const ask = async () => (await operations.run(operation, input)) as object;
      const lines = linesOf(await ask());
      return { name: `${operation.name} ${JSON.stringify(input)}`, ask, lines, tables: new Set<string>() };
    }),
  );
  for (const question of asked) question.tables = await tablesOf(question.ask, operations);
  const broken: string[] = [];
  const failures: string[] = [];
  for (const { name } of await store.all("select name from sqlite_master where type = 'table'")) {
    const table = String(name);
    const readers = asked.filter(({ tables }) => tables.has(table));
    const columns = await store.all(`select name, type, pk from pragma_table_info('${table}')`);
    const isKey = ({ pk }: Row) => Number(pk) > 0;
    const key = columns.filter(isKey).map((column) => String(column.name));
    const [row] = await store.all(`select * from "${table}" order by ${key.join(', ') || '1'} desc`);
    if (!row || readers.length === 0) continue;
    broken.push(table);
    const where = key.map((column, n) => `${column} = $${n + 2}`).join(' and ');
    const keyed = key.map((column) => row[column] ?? null);
    for (const column of columns.filter((one) => !isKey(one))) {
      const before = row[String(column.name)] ?? null;
      for (const value of brokenOf(String(column.type), before)) {
        const set = (to: SqlValue) =>
          store.run(`update "${table}" set ${String(column.name)} = $1 where ${where}`, [to, ...keyed]);
        const isTaken = await set(value).then(
          () => true,
          () => false,
        );
        if (!isTaken) continue;
        for (const { name: question, ask, lines } of readers) {
          const what = `${table}.${String(column.name)} = ${String(value)}: ${question}`;
          const left = await ask().then(linesOf, (error: unknown) => String(error).slice(0, 200));
          if (typeof left === 'string' || left < lines - 1) failures.push(`${what}: ${left}`);
        }
        await set(before);
      }
    }
  }
  expect(failures).toEqual([]);
  expect(broken.toSorted()).toEqual([
    'audit',
    'breaker',
    'broadcast',
    'broadcast_team',
    'connection_report',
    'credential',
    'inbox',
    'inbox_batch',
    'inbox_batch_payload',
    'installation',
    'job',
    'job_slot',
    'job_team',
    'meta',
    'minute_report',
    'process_report',
    'rate_limit',
    'replay',
    'shard',
    'team',
    'timeline',
  ]);
});
