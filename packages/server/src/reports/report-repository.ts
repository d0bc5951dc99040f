/** The rows in which processes tell of themselves. Bounded: one per process, per connection, and per installation and method of a day. */
import { readObject } from '../read-json.ts';
import type { Queries, Reads, Row, Statement, Store } from '../store/store.ts';
import type { InstallationKey } from '../team/installation.ts';
import { type ConnectionReport, GONE_AFTER_MS, type RateLimit, type ToldProcess } from './process-report.ts';

type Rows = Pick<Store, 'engine' | 'run' | 'together'>;

/** Several rows as one parameter: the text of the statement is the same however many there are. */
function given(engine: Store['engine'], columns: Readonly<Record<string, 'text' | 'bigint'>>): string {
  const names = Object.keys(columns);
  if (engine === 'postgres') {
    const typed = names.map((name) => `${name} ${columns[name]}`);
    return `select * from jsonb_to_recordset($1::jsonb) as given (${typed.join(', ')}) where true`;
  }
  const values = names.map((name) => `value ->> '$.${name}' as ${name}`);
  return `select ${values.join(', ')} from json_each($1) where true`;
}

const CONNECTION = {
  installation_key: 'text',
  node: 'text',
  state: 'text',
  reason: 'text',
  attempt: 'bigint',
  since_ms: 'bigint',
  retry_at_ms: 'bigint',
} as const;

/** What became of connections; undefined: there is none any more. One that another process has by now stays. */
export async function tellConnections(
  store: Rows,
  node: string,
  connections: ReadonlyMap<InstallationKey, ConnectionReport | undefined>,
): Promise<void> {
  const told: object[] = [];
  const gone: Statement[] = [];
  for (const [key, report] of connections) {
    if (!report) {
      gone.push({
        sql: 'delete from connection_report where installation_key = $1 and node = $2',
        params: [key, node],
      });
      continue;
    }
    const { state, reason, attempt, sinceMs, retryAtMs } = report;
    told.push({ installation_key: key, node, state, reason, attempt, since_ms: sinceMs, retry_at_ms: retryAtMs });
  }
  const columns = Object.keys(CONNECTION);
  const changes = columns.slice(1).map((column) => `${column} = excluded.${column}`);
  const upsert = `insert into connection_report (${columns.join(', ')}) ${given(store.engine, CONNECTION)}
    on conflict (installation_key) do update set ${changes.join(', ')}`;
  await store.together([...gone, ...(told.length > 0 ? [{ sql: upsert, params: [JSON.stringify(told)] }] : [])]);
}

const LIMIT = {
  installation_key: 'text',
  method: 'text',
  hits: 'bigint',
  last_at_ms: 'bigint',
  retry_after_ms: 'bigint',
  until_ms: 'bigint',
} as const;

/** Adds to what is known of each installation and method. */
export async function tellLimits(store: Rows, limits: readonly RateLimit[]): Promise<void> {
  const rows = limits.map(({ key, method, hits, lastAtMs, retryAfterMs, untilMs }) => ({
    installation_key: key,
    method,
    hits,
    last_at_ms: lastAtMs,
    retry_after_ms: retryAfterMs,
    until_ms: untilMs,
  }));
  await store.run(
    `insert into rate_limit (${Object.keys(LIMIT).join(', ')}) ${given(store.engine, LIMIT)}
     on conflict (installation_key, method) do update set hits = rate_limit.hits + excluded.hits,
       last_at_ms = excluded.last_at_ms, retry_after_ms = excluded.retry_after_ms, until_ms = excluded.until_ms`,
    [JSON.stringify(rows)],
  );
}

/** Says that the process lives, and how it is. */
export async function tellProcess(store: Pick<Store, 'run'>, { node, toldAtMs, ...facts }: ToldProcess): Promise<void> {
  await store.run(
    `insert into process_report (node, told_at_ms, facts) values ($1, $2, $3)
     on conflict (node) do update set told_at_ms = excluded.told_at_ms, facts = excluded.facts`,
    [node, toldAtMs, JSON.stringify(facts)],
  );
}

/** Takes back all that these processes told: they have ended. */
export async function forgetProcesses(store: Pick<Store, 'together'>, nodes: readonly string[]): Promise<void> {
  await store.together(
    nodes.flatMap((node) => [
      { sql: 'delete from connection_report where node = $1', params: [node] },
      { sql: 'delete from process_report where node = $1', params: [node] },
    ]),
  );
}

/** Takes back what all others told: on SQLite those of before were killed, whatever the clock says. */
export async function forgetOthers(store: Pick<Store, 'together'>, node: string): Promise<void> {
  await store.together([
    { sql: 'delete from connection_report where node <> $1', params: [node] },
    { sql: 'delete from process_report where node <> $1', params: [node] },
  ]);
}

/** Forgets limits that are old, and processes that told nothing for long, whatever ended them. */
export async function pruneReports(
  store: Pick<Store, 'run'>,
  { limitsBeforeMs, toldBeforeMs }: { limitsBeforeMs: number; toldBeforeMs: number },
): Promise<void> {
  await store.run('delete from rate_limit where last_at_ms < $1', [limitsBeforeMs]);
  await store.run('delete from process_report where told_at_ms < $1', [toldBeforeMs]);
  await store.run('delete from connection_report where node not in (select node from process_report)');
}

/** Those that live, the oldest first. */
export async function selectProcesses(reads: Reads, nowMs: number): Promise<ToldProcess[]> {
  const rows = await reads.all('select node, told_at_ms, facts from process_report where told_at_ms >= $1', [
    nowMs - GONE_AFTER_MS,
  ]);
  const told = rows.flatMap((row) => toProcess(row) ?? []).sort((a, b) => a.startedAtMs - b.startedAtMs);
  const newestMs = Math.max(...told.map(({ startedAtMs }) => startedAtMs));
  // SQLite is held by one process at a time: what one told that was killed before another started is not true any more.
  return reads.engine === 'sqlite' ? told.filter(({ startedAtMs }) => startedAtMs >= newestMs) : told;
}

/** Undefined of what no process has written: the one that lives writes its row again. */
function toProcess(row: Row): ToldProcess | undefined {
  const facts = readObject(row.facts) as Omit<ToldProcess, 'node' | 'toldAtMs'> | undefined;
  if (typeof facts?.startedAtMs !== 'number' || !facts.connections) return undefined;
  return { ...facts, node: String(row.node), toldAtMs: Number(row.told_at_ms) };
}

/** What was told of the connections of these installations, with the process that told it. */
export async function connectionsOf(
  reads: Queries,
  keys: readonly InstallationKey[],
): Promise<Map<InstallationKey, ConnectionReport & { node: string }>> {
  if (keys.length === 0) return new Map();
  const sql = `select * from connection_report where installation_key in (${keys.map((_, index) => `$${index + 1}`).join(', ')})`;
  const rows = await reads.all(sql, keys);
  return new Map(
    rows.map((row) => [
      String(row.installation_key),
      {
        node: String(row.node),
        state: String(row.state),
        reason: String(row.reason),
        attempt: Number(row.attempt),
        sinceMs: Number(row.since_ms),
        retryAtMs: row.retry_at_ms === null ? null : Number(row.retry_at_ms),
      },
    ]),
  );
}

/** Which limits. */
export interface LimitPage {
  key?: InstallationKey | undefined;
  /** Only those whose pause is not over. */
  pausedAtMs?: number | undefined;
  after?: { lastAtMs: number; key: InstallationKey; method: string } | undefined;
  limit: number;
}

/** The newest first. */
export async function selectLimits(reads: Queries, { key, pausedAtMs, after, limit }: LimitPage): Promise<RateLimit[]> {
  const params: (string | number)[] = [limit];
  const where = ['1 = 1'];
  if (key !== undefined) where.push(`installation_key = $${params.push(key)}`);
  if (pausedAtMs !== undefined) where.push(`until_ms > $${params.push(pausedAtMs)}`);
  if (after) {
    const place = [after.lastAtMs, after.key, after.method].map((value) => `$${params.push(value)}`);
    where.push(`(last_at_ms, installation_key, method) < (${place.join(', ')})`);
  }
  const rows = await reads.all(
    `select * from rate_limit where ${where.join(' and ')} order by last_at_ms desc, installation_key desc, method desc limit $1`,
    params,
  );
  return rows.map((row) => ({
    key: String(row.installation_key),
    method: String(row.method),
    hits: Number(row.hits),
    lastAtMs: Number(row.last_at_ms),
    retryAfterMs: Number(row.retry_after_ms),
    untilMs: Number(row.until_ms),
  }));
}
