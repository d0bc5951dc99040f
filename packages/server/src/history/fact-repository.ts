/** Facts in rows: failures, drops, repeats and what was not taken. Bounded by age and by number. */
import { readObject } from '../read-json.ts';
import type { Queries, Row, SqlValue, Statements } from '../store/store.ts';
import type { Fact, FactKind, FactSubject } from './fact.ts';

/** Rows of all together; beyond that the oldest go, however young they are. Some 60 MB. */
const MOST_ROWS = 200_000;

/** A fact with the process that wrote it. */
export interface StoredFact extends Fact {
  node: string;
}

const COLUMNS = 'at_ms, node, kind, event_id, team_id, type, channel, ts, details';

/** All in one statement; at most some hundred at a time. */
export async function insertFacts(store: Statements, node: string, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  const params: SqlValue[] = [];
  const rows = facts.map(({ atMs, kind, eventId, teamId, type, channel, ts, details }) => {
    const values = [Math.round(atMs), node, kind, eventId, teamId, type, channel, ts, JSON.stringify(details)];
    return `(${values.map((value) => `$${params.push(value)}`).join(', ')})`;
  });
  await store.run(`insert into event_fact (${COLUMNS}) values ${rows.join(', ')}`, params);
}

/** Those about an event or a message, the oldest first. */
export async function factsAbout(reads: Queries, subject: FactSubject, limit: number): Promise<StoredFact[]> {
  const [where, params]: [string, SqlValue[]] =
    'eventId' in subject
      ? ['event_id = $1', [subject.eventId]]
      : ['channel = $1 and ts = $2', [subject.channel, subject.ts]];
  const limited = `$${params.push(limit)}`;
  const rows = await reads.all(`select * from event_fact where ${where} order by id desc limit ${limited}`, params);
  return rows.map(toFact).toReversed();
}

export interface FactWindow {
  kinds: readonly FactKind[];
  fromMs: number;
  toMs: number;
  limit: number;
  /** Which are read of more than `limit`. @defaultValue the oldest */
  keep?: 'oldest' | 'newest';
}

/** Those of these kinds within a time, the oldest first. */
export async function factsWithin(reads: Queries, window: FactWindow): Promise<StoredFact[]> {
  const { kinds, fromMs, toMs, limit, keep = 'oldest' } = window;
  const params: SqlValue[] = [Math.floor(fromMs), Math.ceil(toMs), limit];
  const list = kinds.map((kind) => `$${params.push(kind)}`).join(', ');
  const order = keep === 'oldest' ? 'at_ms, id' : 'at_ms desc, id desc';
  const rows = await reads.all(
    `select * from event_fact where at_ms >= $1 and at_ms <= $2 and kind in (${list}) order by ${order} limit $3`,
    params,
  );
  const facts = rows.map(toFact);
  return keep === 'oldest' ? facts : facts.toReversed();
}

/** When each of these processes wrote something last, as far as that is kept. */
export async function lastSigns(reads: Queries, nodes: readonly string[]): Promise<Map<string, number>> {
  if (nodes.length === 0) return new Map();
  const list = nodes.map((_, index) => `$${index + 1}`).join(', ');
  const rows = await reads.all(
    `select node, max(at_ms) as last_ms from (
       select node, at_ms from event_fact where node in (${list})
       union all select node, at_ms from minute_report where node in (${list})) as told
     group by node`,
    [...nodes],
  );
  return new Map(rows.map((row) => [String(row.node), Number(row.last_ms)]));
}

/** When the oldest was written; undefined without any. */
export async function oldestFactMs(reads: Queries): Promise<number | undefined> {
  const row = await reads.get('select min(at_ms) as oldest from event_fact');
  return typeof row?.oldest === 'number' ? row.oldest : undefined;
}

/** Forgets what is old, and the oldest of what is too much; answers how many. */
export async function pruneFacts(store: Statements, beforeMs: number): Promise<number> {
  const old = await store.run('delete from event_fact where at_ms < $1', [Math.floor(beforeMs)]);
  const surplus = 'delete from event_fact where id <= (select max(id) from event_fact) - $1';
  return old + (await store.run(surplus, [MOST_ROWS]));
}

/** Of a team that is purged. */
export async function purgeTeamFacts(tx: Statements, teamId: string): Promise<void> {
  await tx.run('delete from event_fact where team_id = $1', [teamId]);
}

function toFact(row: Row): StoredFact {
  const text = (value: SqlValue | undefined) => (typeof value === 'string' ? value : null);
  return {
    atMs: Number(row.at_ms),
    node: String(row.node),
    kind: row.kind as FactKind,
    eventId: text(row.event_id),
    teamId: text(row.team_id),
    type: text(row.type),
    channel: text(row.channel),
    ts: text(row.ts),
    details: readObject(row.details) ?? {},
  };
}
