/**
 * Rows of workspaces, and whether they belong where they say. A token cannot be moved to another installation, but the row of
 * a team can: with `installation_key` of a stranger its listeners would act with the stranger's token. So an installation of a
 * workspace has that one team, its key, and a workspace of an organization carries a proof (`binding`) that we wrote the row.
 */
import type { Row, SqlValue, Statements } from '../store/store.ts';
import { type InstallationKey, isNamedAfter, type Team, type TeamId } from './installation.ts';
import { searchTextOf, toTeam } from './installation-rows.ts';
import type { TokenSealer } from './token-sealer.ts';

type Binder = Pick<TokenSealer, 'bindTeam' | 'provesTeam'>;

/**
 * The column of each field; every statement that writes or reads rows of teams by name has them from here. By whom a workspace is
 * contested is written apart, and stays when the rest is written.
 */
const COLUMN_OF = {
  teamId: 'team_id',
  installationKey: 'installation_key',
  access: 'access',
  noAccessSinceMs: 'access_since_ms',
  name: 'name',
  domain: 'domain',
  botUserId: 'bot_user_id',
  botId: 'bot_id',
} as const satisfies Record<keyof Omit<Team, 'contestedBy'>, string>;

const FIELDS = Object.keys(COLUMN_OF) as (keyof typeof COLUMN_OF)[];

/** What toTeam and belongs read, of a team that is joined as `t`. */
export const SELECTED_TEAM = [...Object.values(COLUMN_OF), 'contested_by', 'binding']
  .map((column) => `t.${column}`)
  .join(', ');

/** What a new row has; a workspace of its own needs no proof of where it belongs. */
export const TEAM_COLUMNS = [...Object.values(COLUMN_OF), 'search'] as const;

/** The values of these columns. */
export function teamValues(team: Team): SqlValue[] {
  return [...FIELDS.map((field) => team[field]), searchTextOf(team)];
}

/** Whether a write would change nothing, but for the proof. */
export function isSameTeam(a: Team | undefined, b: Team): boolean {
  return a !== undefined && FIELDS.every((field) => a[field] === b[field]);
}

const WRITTEN = [...TEAM_COLUMNS, 'binding'];
const ON_CONFLICT = `on conflict (team_id) do update set ${WRITTEN.filter((column) => column !== 'team_id')
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`;

function writeTeamsSql(count: number): string {
  const rows = Array.from({ length: count }, (_, row) => {
    return `(${WRITTEN.map((_column, column) => `$${row * WRITTEN.length + column + 1}`).join(', ')})`;
  });
  return `insert into team (${WRITTEN.join(', ')}) values ${rows.join(', ')} ${ON_CONFLICT}`;
}

const WRITE_TEAM = writeTeamsSql(1);

/**
 * Whether the row of a team belongs to the installation that it names. False for one that was changed by somebody else.
 * @param isEnterprise Whether that installation is an organization's
 */
export function belongs(vault: Binder, row: Row, { isEnterprise }: { isEnterprise: boolean }): boolean {
  const team = toTeam(row);
  if (isNamedAfter(team.installationKey, team.teamId)) return true;
  return isEnterprise && row.binding instanceof Uint8Array && vault.provesTeam(row.binding, team);
}

/** Rows of teams joined with `is_enterprise` of their installation: those that belong to it, and the others. */
export function partitionTeams(vault: Binder, rows: readonly Row[]): { teams: Team[]; strays: Team[] } {
  const teams: Team[] = [];
  const strays: Team[] = [];
  for (const row of rows) {
    const isEnterprise = row.is_enterprise === 1;
    (belongs(vault, row, { isEnterprise }) ? teams : strays).push(toTeam(row));
  }
  return { teams, strays };
}

/**
 * Inserts or replaces a team's row, with its proof; with `onlyFrom`, unless another installation has the team by now. Whether
 * it was written. What stood there before must be proved by whoever calls: this proves whatever it is given.
 */
export async function writeTeam(
  vault: Binder,
  tx: Statements,
  team: Team,
  { onlyFrom }: { onlyFrom?: InstallationKey } = {},
): Promise<boolean> {
  const values = writtenValues(vault, team);
  const changed = await (onlyFrom === undefined
    ? tx.run(WRITE_TEAM, values)
    : tx.run(`${WRITE_TEAM} where team.installation_key = $${values.length + 1}`, [...values, onlyFrom]));
  return changed > 0;
}

/** Rows of one statement: an organization may have tens of thousands of workspaces, and each statement is a round trip. */
const TEAMS_AT_ONCE = 100;

/**
 * The same of many teams, each of them once, in few statements.
 * @returns the teams that were written: the others have come to another installation meanwhile
 */
export async function writeTeams(
  vault: Binder,
  tx: Statements,
  teams: readonly Team[],
  { onlyFrom }: { onlyFrom: InstallationKey },
): Promise<Set<TeamId>> {
  const written = new Set<TeamId>();
  for (let from = 0; from < teams.length; from += TEAMS_AT_ONCE) {
    const values = teams.slice(from, from + TEAMS_AT_ONCE).map((team) => writtenValues(vault, team));
    const params = values.flat();
    const sql = `${writeTeamsSql(values.length)} where team.installation_key = $${params.length + 1} returning team_id`;
    for (const row of await tx.all(sql, [...params, onlyFrom])) written.add(String(row.team_id));
  }
  return written;
}

/** In the order of WRITTEN. */
function writtenValues(vault: Binder, team: Team): SqlValue[] {
  const isOwn = isNamedAfter(team.installationKey, team.teamId);
  return [...teamValues(team), isOwn ? null : vault.bindTeam(team)];
}
