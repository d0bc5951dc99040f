/** Copies rows of some teams, with those of the installations to which they belong, into an empty database; see operations/teams/rehearsal.ts. */
import type { Queries, Row, Statements, Store } from '../store/store.ts';
import { insertRows } from './import-repository.ts';

/** Ids of one statement. */
const IDS_AT_ONCE = 500;

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
    const teams = await from.all(`select * from team where team_id in (${listOf(page)})`, page);
    const owners = freshOf(
      teams.map((row) => String(row.installation_key)),
      copied,
    );
    const keys = Array.from(new Set([...page, ...owners]));
    const installations = await from.all(`select * from installation where key in (${listOf(keys)})`, keys);
    const credentials = await from.all(`select * from credential where installation_key in (${listOf(keys)})`, keys);
    const own = await from.all(
      `select * from team where team_id in (${listOf(owners)}) and installation_key = team_id`,
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

function listOf(ids: readonly string[]): string {
  return ids.length === 0 ? 'null' : ids.map((_, index) => `$${index + 1}`).join(', ');
}

async function insertAll(tx: Statements, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const unless = 'on conflict do nothing';
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const page = rows.slice(at, at + ROWS_AT_ONCE).map((row) => Object.values(row));
    await insertRows(tx, { table, columns, rows: page, unless });
  }
}
