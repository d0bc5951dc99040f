/** What the hooks were told of installations. Draws no change number: nobody but the next owner needs it, and that one reads the row. */
import type { SqlValue, Transaction } from '../store/store.ts';
import { ownersWrites } from './epoch-repository.ts';
import type { NewlyTold, UntoldGap } from './installations.ts';
import type { RepositoryContext } from './repository-context.ts';
import { about } from './subjects.ts';
import { TOLD_COLUMNS, toldValues } from './told-team.ts';

const OF_TEAM = ['told_key', ...TOLD_COLUMNS];

/** What toViews reads, of a team that is joined as `t`. */
export const SELECTED_TOLD = OF_TEAM.map((column) => `t.${column}`).join(', ');

/** See Installations.setTold. */
export async function setTold({ store }: Pick<RepositoryContext, 'store'>, told: readonly NewlyTold[]): Promise<void> {
  if (told.length === 0) return;
  await store.transaction({ about: about(...told.map(({ key }) => key)) }, async (tx) => {
    const ours = await ownersWrites(store, tx, told);
    await writeInstallations(tx, ours);
    await writeTeams(tx, ours);
  });
}

/** See Installations.setUntoldGaps. When all teams are lost at once there are thousands, so the epochs are one question. */
export async function setUntoldGaps(
  { store }: Pick<RepositoryContext, 'store'>,
  gaps: readonly UntoldGap[],
): Promise<void> {
  if (gaps.length === 0) return;
  await store.transaction({ about: about(...gaps.map(({ key }) => key)) }, async (tx) => {
    const ours = await ownersWrites(store, tx, gaps);
    const rows = ours.map(({ key, sinceMs }) => [key, sinceMs === null ? null : Math.round(sinceMs)]);
    await update(tx, rows, {
      types: ['text', 'bigint'],
      sql: (given) => `update installation set untold_gap_since_ms = given.column2 from ${given}
        where key = given.column1`,
    });
  });
}

async function writeInstallations(tx: Transaction, told: readonly NewlyTold[]): Promise<void> {
  const rows = told.map(({ key, createdAtMs, install, state }) => {
    return [key, createdAtMs, install, state.kind, state.kind === 'active' ? null : state.reason];
  });
  await update(tx, rows, {
    types: ['text', 'bigint', 'bigint', 'text', 'text'],
    sql: (
      given,
    ) => `update installation set told_install = given.column3, told_status = given.column4, told_reason = given.column5
      from ${given} where key = given.column1 and created_at_ms = given.column2`,
  });
}

async function writeTeams(tx: Transaction, told: readonly NewlyTold[]): Promise<void> {
  const rows = told.flatMap(({ key, teams }) => Array.from(teams, ([teamId, of]) => [teamId, key, ...toldValues(of)]));
  const set = OF_TEAM.map((column, index) => `${column} = given.column${index + 2}`);
  await update(tx, rows, {
    types: ['text', 'text', ...TOLD_COLUMNS.map(() => 'text')],
    sql: (given) => `update team set ${set.join(', ')}
      from ${given} where team_id = given.column1 and installation_key = given.column2`,
  });
}

/** Rows of one statement: an organization may have thousands of workspaces. */
const PAGE = 500;

async function update(
  tx: Transaction,
  rows: readonly (readonly SqlValue[])[],
  { types, sql }: { types: readonly string[]; sql: (given: string) => string },
): Promise<void> {
  for (let from = 0; from < rows.length; from += PAGE) {
    const page = rows.slice(from, from + PAGE);
    const values = page.map((_, row) => {
      return `(${types.map((type, column) => `cast($${row * types.length + column + 1} as ${type})`).join(', ')})`;
    });
    await tx.run(sql(`(values ${values.join(', ')}) as given`), page.flat());
  }
}
