/** Copies rows of some teams, with those of the installations to which they belong, into an empty database; see operations/teams/rehearsal.ts. */
import type { Queries, Row, Statements, Store } from '../store/store.ts';
import { insertRows } from './import-repository.ts';
import { IDS_AT_ONCE, placeholders } from './rows-by-id-repository.ts';

/** Rows of one statement, which has up to 32,766 parameters. */
const ROWS_AT_ONCE = 250;

export interface TeamsToCopy {
  from: Queries;
  to: Store;
  teamIds: readonly string[];
  /** Ids that were copied before, to which it adds: what has become of their rows stays. */
  copied: Set<string>;
}

/** Installations come without their other teams, and without their timeline. */
export async function copyTeams({ from, to, teamIds, copied }: TeamsToCopy): Promise<void> {
  const fresh = freshOf(teamIds, copied);
  for (let at = 0; at < fresh.length; at += IDS_AT_ONCE) {
    const page = fresh.slice(at, at + IDS_AT_ONCE);
    const teams = await from.all(`select * from team where team_id in (${placeholders(page)})`, page);
    const owners = freshOf(
      teams.map((row) => String(row.installation_key)),
      copied,
    );
    const keys = Array.from(new Set([...page, ...owners]));
    const installations = await from.all(`select * from installation where key in (${placeholders(keys)})`, keys);
    const credentials = await from.all(
      `select * from credential where installation_key in (${placeholders(keys)})`,
      keys,
    );
    const own = await from.all(
      `select * from team where team_id in (${placeholders(owners)}) and installation_key = team_id`,
      owners,
    );
    await to.transaction({ about: [] }, async (tx) => {
      await insertAll(tx, 'installation', installations);
      await insertAll(tx, 'credential', credentials);
      await insertAll(tx, 'team', [...teams, ...own]);
    });
    for (const id of keys) copied.add(id);
  }
}

function freshOf(ids: readonly string[], copied: ReadonlySet<string>): string[] {
  return Array.from(new Set(ids)).filter((id) => !copied.has(id));
}

/** What a newer version has added to a table beside this one stays behind. */
async function insertAll(tx: Statements, table: string, rows: readonly Row[]): Promise<void> {
  const known = await tx.all('select name from pragma_table_info($1)', [table]);
  const columns = known.map(({ name }) => String(name));
  const unless = 'on conflict do nothing';
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const page = rows.slice(at, at + ROWS_AT_ONCE).map((row) => columns.map((name) => row[name] ?? null));
    await insertRows(tx, { table, columns, rows: page, unless });
  }
}
