/**
 * Rows of workspaces, and whether they belong where they say. A token cannot be moved to another installation, but the row of
 * a team can: with `installation_key` of a stranger its listeners would act with the stranger's token. So an installation of a
 * workspace has that one team, its key, and a workspace of an organization carries a proof (`binding`) that we wrote the row.
 */
import type { Row, SqlValue, Statements } from '../store/store.ts';
import { type InstallationKey, isNamedAfter, type Team } from './installation.ts';
import { searchTextOf, toTeam } from './installation-rows.ts';
import type { TokenSealer } from './token-sealer.ts';

type Binder = Pick<TokenSealer, 'bindTeam' | 'provesTeam'>;

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
  const isOwn = isNamedAfter(team.installationKey, team.teamId);
  const values: SqlValue[] = [
    team.teamId,
    team.installationKey,
    team.access,
    team.name,
    team.domain,
    team.botUserId,
    team.botId,
    searchTextOf(team),
    isOwn ? null : vault.bindTeam(team),
  ];
  const changed = await tx.run(
    `insert into team (team_id, installation_key, access, name, domain, bot_user_id, bot_id, search, binding)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (team_id) do update set
       installation_key = excluded.installation_key, access = excluded.access, name = excluded.name, domain = excluded.domain,
       bot_user_id = excluded.bot_user_id, bot_id = excluded.bot_id, search = excluded.search, binding = excluded.binding
     ${onlyFrom === undefined ? '' : 'where team.installation_key = $10'}`,
    onlyFrom === undefined ? values : [...values, onlyFrom],
  );
  return changed > 0;
}
