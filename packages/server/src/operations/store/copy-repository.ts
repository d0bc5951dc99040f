/** Copying a database, one statement per question. Names of tables and columns come from copy-tables.ts and from the database itself. */
import type { Row, SqlValue, Statements, Store } from '../../store/store.ts';
import { BATCHES, type CopiedTable, copiedFields, copiedTables } from './copy-tables.ts';

export type Key = (string | number)[];

export async function columnsOf(store: Store, table: string): Promise<string[]> {
  const sql =
    store.engine === 'sqlite'
      ? 'select name from pragma_table_info($1) order by name'
      : `select column_name as name from information_schema.columns
         where table_schema = current_schema() and table_name = $1 order by column_name collate "C"`;
  return (await store.all(sql, [table])).map(({ name }) => String(name));
}

export async function tablesOf(store: Store): Promise<string[]> {
  const sql =
    store.engine === 'sqlite'
      ? `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`
      : `select table_name as name from information_schema.tables
         where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name collate "C"`;
  return (await store.all(sql)).map(({ name }) => String(name));
}

/** The next rows behind a key, in its order, which is that of the bytes on both engines. */
export async function readRows(
  store: Store,
  { name, key }: CopiedTable,
  { columns, after, limit }: { columns: readonly string[]; after: Key | null; limit: number },
): Promise<Row[]> {
  const behind = after === null ? '' : `where (${key.join(', ')}) > (${parametersFor(after.length)})`;
  const sql = `select ${columns.join(', ')} from ${name} ${behind} order by ${key.join(', ')} limit ${limit}`;
  return await store.all(sql, after ?? []);
}

/** Answers how many were written: what is there already stays as it is. */
export async function writeRows(
  tx: Statements,
  table: string,
  { columns, rows }: { columns: readonly string[]; rows: readonly Row[] },
): Promise<number> {
  if (rows.length === 0) return 0;
  const values = rows.map((_, row) => `(${parametersFor(columns.length, row * columns.length)})`);
  const sql = `insert into ${table} (${columns.join(', ')}) values ${values.join(', ')} on conflict do nothing`;
  return await tx.run(
    sql,
    rows.flatMap((row) => columns.map((column): SqlValue => row[column] ?? null)),
  );
}

/** The shards of the installations that have these teams. */
export async function shardsOfTeams(store: Store, teamIds: readonly string[]): Promise<Map<string, number>> {
  if (teamIds.length === 0) return new Map();
  const rows = await store.all(
    `select t.team_id, i.shard from team t join installation i on i.key = t.installation_key
     where t.team_id in (${parametersFor(teamIds.length)})`,
    teamIds,
  );
  return new Map(rows.map(({ team_id: team, shard }) => [String(team), Number(shard)]));
}

export async function countRows(store: Store, table: string): Promise<number> {
  return Number((await store.get(`select count(*) as rows from ${table}`))?.rows);
}

/** Events in batches of SQLite; those that moved to a row are counted there. */
export async function countBatchedEvents(store: Store): Promise<number> {
  if (store.engine !== 'sqlite') return 0;
  const sql = `select count(*) as events from ${BATCHES}, json_each(${BATCHES}.entries) where json_each.type = 'array'`;
  return Number((await store.get(sql))?.events);
}

/** Whether nothing was ever kept in it. */
export async function isEmpty(store: Store): Promise<boolean> {
  for (const { name } of copiedTables) if ((await countRows(store, name)) > 0) return false;
  return (await countBatchedEvents(store)) === 0;
}

/** The last number that a table gave. */
export async function lastNumber(store: Store, { name, counter = '' }: CopiedTable): Promise<number> {
  if (store.engine === 'postgres') {
    const sequence = 'select pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass) as last';
    return Number((await store.get(sequence, [name, counter]))?.last ?? 0);
  }
  const sql = `select max(coalesce((select seq from sqlite_sequence where name = $1), 0),
    ${name === 'inbox' ? `coalesce((select max(first_seq + size - 1) from ${BATCHES}), 0)` : '0'}) as last`;
  return Number((await store.get(sql, [name]))?.last ?? 0);
}

/** The next number is behind this one. */
export async function continueAfter(
  { engine, tx }: { engine: Store['engine']; tx: Statements },
  { name, counter = '' }: CopiedTable,
  last: number,
): Promise<void> {
  if (last === 0) return;
  if (engine === 'postgres') {
    await tx.get('select setval(pg_get_serial_sequence($1, $2), $3::bigint) as last', [name, counter, last]);
    return;
  }
  const changed = await tx.run('update sqlite_sequence set seq = max(seq, $2) where name = $1', [name, last]);
  if (changed === 0) await tx.run('insert into sqlite_sequence (name, seq) values ($1, $2)', [name, last]);
}

export async function readFields(store: Store, table: keyof typeof copiedFields): Promise<Row> {
  return (await store.get(`select ${copiedFields[table].join(', ')} from ${table}`)) ?? {};
}

export async function writeFields(tx: Statements, table: keyof typeof copiedFields, row: Row): Promise<void> {
  const fields = copiedFields[table];
  const sql = `update ${table} set ${fields.map((field, index) => `${field} = $${index + 1}`).join(', ')}`;
  await tx.run(
    sql,
    fields.map((field) => row[field] ?? null),
  );
}

/** Shards whose owner ended without giving them back: what it had in hand is begun again as a further attempt. */
export async function uncleanShards(store: Store): Promise<number[]> {
  const rows = await store.all('select shard from shard where is_clean = 0 or owner is not null order by shard');
  return rows.map(({ shard }) => Number(shard));
}

export async function markUnclean(tx: Statements, shards: readonly number[]): Promise<void> {
  if (shards.length === 0) return;
  await tx.run(`update shard set is_clean = 0 where shard in (${parametersFor(shards.length)})`, shards);
}

function parametersFor(count: number, from = 0): string {
  return Array.from({ length: count }, (_, index) => `$${from + index + 1}`).join(', ');
}
