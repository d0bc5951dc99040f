/** Rows of many ids, some at a time. */
import type { Row, Statements } from '../store/store.ts';

/** Ids of one statement. */
export const IDS_AT_ONCE = 500;

/** `$1, $2, $3` for as many values; `null`, which no value equals, for none. */
export function placeholders(values: readonly unknown[]): string {
  return values.length === 0 ? 'null' : values.map((_, index) => `$${index + 1}`).join(', ');
}

/** Rows by id. One by one, an organization of thousands of workspaces would take longer than a transaction may. */
export async function rowsOf(
  tx: Pick<Statements, 'all'>,
  ids: readonly string[],
  statementFor: (list: string) => { sql: string; id: string },
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const page = ids.slice(from, from + IDS_AT_ONCE);
    const { sql, id } = statementFor(placeholders(page));
    for (const row of await tx.all(sql, page)) rows.set(String(row[id]), row);
  }
  return rows;
}
