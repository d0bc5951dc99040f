/** Rows of the bots' documents. A version never comes back, not even when a document was deleted and made anew. */
import type { Row, SqlValue, Statements, Store, Subject } from '../store/store.ts';

/** A document as it is stored. */
export interface DocumentRow {
  key: string;
  text: string;
  version: number;
}

/** Whose document, and which. */
export interface DocumentId {
  teamId: string;
  key: string;
}

/** Under this key, which no document can have, a team keeps the highest version that was ever deleted. */
const DELETED = '';

const NEXT_VERSION = `coalesce((select version from data where team_id = $1 and key = '${DELETED}'), 0) + 1`;

const INSERT = `insert into data (team_id, key, value, updated_at_ms, version) values ($1, $2, $3, $4, ${NEXT_VERSION})`;

export async function selectDocument(store: Statements, { teamId, key }: DocumentId): Promise<DocumentRow | undefined> {
  const row = await store.get('select key, value, version from data where team_id = $1 and key = $2', [teamId, key]);
  return row && toDocument(row);
}

/** Writes whatever is there now; answers the new version. */
export async function upsertDocument(store: Store, id: DocumentId, content: Content): Promise<number> {
  const known = await store.get(
    `update data set version = version + 1, value = $3, updated_at_ms = $4
     where team_id = $1 and key = $2 returning version`,
    parameters(id, content),
  );
  if (known) return Number(known.version);
  const conflict = `on conflict (team_id, key) do update
    set version = data.version + 1, value = excluded.value, updated_at_ms = excluded.updated_at_ms`;
  return Number((await insertInTurn(store, id, { content, conflict }))?.version);
}

/** Writes only if there is no such document; answers its version, or undefined when there is one. */
export async function insertDocument(store: Store, id: DocumentId, content: Content): Promise<number | undefined> {
  const row = await insertInTurn(store, id, { content, conflict: 'on conflict (team_id, key) do nothing' });
  return row && Number(row.version);
}

/** After a deletion that is under way: a statement that had begun before it would not see the version that was deleted. */
function insertInTurn(
  store: Store,
  id: DocumentId,
  { content, conflict }: { content: Content; conflict: string },
): Promise<Row | undefined> {
  return store.transaction({ about: about(id) }, (tx) =>
    tx.get(`${INSERT} ${conflict} returning version`, parameters(id, content)),
  );
}

/** Writes only if the version is still `version`; answers the new one, or undefined. */
export async function replaceDocument(
  store: Statements,
  id: DocumentId,
  content: Content & { version: number },
): Promise<number | undefined> {
  const row = await store.get(
    `update data set version = version + 1, value = $3, updated_at_ms = $4
     where team_id = $1 and key = $2 and version = $5 returning version`,
    [...parameters(id, content), content.version],
  );
  return row && Number(row.version);
}

/** Deletes the document, if `version` is given only that one of it; answers whether it did. */
export function deleteDocument(store: Store, { teamId, key }: DocumentId, version?: number): Promise<boolean> {
  const condition = version === undefined ? '' : 'and version = $3';
  const params: SqlValue[] = version === undefined ? [teamId, key] : [teamId, key, version];
  return store.transaction({ about: about({ teamId, key }) }, async (tx) => {
    const row = await tx.get(
      `delete from data where team_id = $1 and key = $2 ${condition} returning version, updated_at_ms`,
      params,
    );
    if (!row) return false;
    await tx.run(
      `insert into data (team_id, key, version, value, updated_at_ms) values ($1, '${DELETED}', $2, 'null', $3)
       on conflict (team_id, key) do update set version = excluded.version where excluded.version > data.version`,
      [teamId, row.version ?? null, row.updated_at_ms ?? null],
    );
    return true;
  });
}

/** Documents in the order of their keys, from `afterKey` (exclusive), at least `fromKey` and below `belowKey`. */
export async function selectDocuments(
  store: Statements,
  range: { teamId: string; afterKey: string; fromKey: string; belowKey: string | undefined; limit: number },
): Promise<DocumentRow[]> {
  const { teamId, afterKey, fromKey, belowKey, limit } = range;
  const upperBound = belowKey === undefined ? '' : 'and key < $5';
  const params: SqlValue[] = [teamId, afterKey, fromKey, limit];
  if (belowKey !== undefined) params.push(belowKey);
  const rows = await store.all(
    `select key, value, version from data
     where team_id = $1 and key > $2 and key >= $3 ${upperBound} order by key limit $4`,
    params,
  );
  return rows.map(toDocument);
}

/** Those of these keys that there are, in any order. */
export async function selectDocumentsOf(
  store: Statements,
  { teamId, keys }: { teamId: string; keys: readonly string[] },
): Promise<DocumentRow[]> {
  if (keys.length === 0) return [];
  const places = keys.map((_, index) => `$${index + 2}`).join(', ');
  const sql = `select key, value, version from data where team_id = $1 and key in (${places})`;
  return (await store.all(sql, [teamId, ...keys])).map(toDocument);
}

/** Below this many, either way, every whole number is one of JavaScript's own. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

/**
 * Adds to a counter, or begins it; answers the document, or undefined when it is no whole number, or would become too large for one.
 * One statement reads and writes, so that what others add at the same moment, on whichever node, is not lost.
 */
export async function addToDocument(
  store: Store,
  id: DocumentId,
  { by, nowMs }: { by: number; nowMs: number },
): Promise<DocumentRow | undefined> {
  const params: SqlValue[] = [id.teamId, id.key, by, nowMs];
  // The type is asked in a CASE: neither engine says in which order it looks at what AND joins, and a text that is no number has no sum.
  const sum = 'cast(data.value as bigint) + cast($3 as bigint)';
  const isCounter =
    store.engine === 'postgres'
      ? `data.value ~ '^-?[0-9]{1,16}$'`
      : `json_type(data.value) = 'integer' and length(data.value) <= 17`;
  const mayAdd = `case when ${isCounter} then abs(${sum}) <= ${MAX_COUNT} else false end`;
  const change = `version = data.version + 1, value = cast(${sum} as text), updated_at_ms = $4`;
  const returning = 'returning key, value, version';
  const known = await store.get(
    `update data set ${change} where team_id = $1 and key = $2 and ${mayAdd} ${returning}`,
    params,
  );
  if (known) return toDocument(known);
  const insert = `insert into data (team_id, key, value, updated_at_ms, version)
    values ($1, $2, cast(cast($3 as bigint) as text), $4, ${NEXT_VERSION})
    on conflict (team_id, key) do update set ${change} where ${mayAdd} ${returning}`;
  const row = await store.transaction({ about: about(id) }, (tx) => tx.get(insert, params));
  return row && toDocument(row);
}

/** Deletes everything that the bot stored for a team; answers how many documents there were. */
export async function purgeTeamData(store: Statements, teamId: string): Promise<number> {
  await store.run(`delete from data where team_id = $1 and key = '${DELETED}'`, [teamId]);
  return await store.run('delete from data where team_id = $1', [teamId]);
}

function about({ teamId, key }: DocumentId): Subject[] {
  return [`document:${teamId} ${key}`];
}

interface Content {
  text: string;
  nowMs: number;
}

function parameters({ teamId, key }: DocumentId, { text, nowMs }: Content): SqlValue[] {
  return [teamId, key, text, nowMs];
}

function toDocument(row: Row): DocumentRow {
  return { key: String(row.key), text: String(row.value), version: Number(row.version) };
}
