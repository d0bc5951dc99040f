/** The installation that an operator means by the id of a team. */
import { BotServerError } from '../../errors.ts';
import type { InstallationView } from '../../team/installations.ts';
import type { OperationContext } from '../operation-context.ts';

/** @throws BotServerError `installation_not_found` */
export async function requireTeam(
  { installations }: Pick<OperationContext, 'installations'>,
  teamId: string,
): Promise<InstallationView> {
  const view = await installations.findByTeam(teamId);
  if (view) return view;
  throw notFound(teamId);
}

/** Of a team that never was, or is no more. */
export function notFound(teamId: string): BotServerError {
  return new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
}

/** Whether the id is that of the organization itself. */
export function isOrganization({ installation }: InstallationView, teamId: string): boolean {
  return installation.isEnterprise && installation.key === teamId;
}

/**
 * The same for what is done to an installation, and so to all its teams: nobody should do that by the name of one of them.
 * @throws BotServerError `installation_not_found`; `invalid_input` when it is one of an organization's
 */
export async function requireWhole(
  context: Pick<OperationContext, 'installations'>,
  teamId: string,
): Promise<InstallationView> {
  const view = await requireTeam(context, teamId);
  const { key, isEnterprise } = view.installation;
  if (!isEnterprise || key === teamId) return view;
  const message = `${teamId} is a workspace of the org-wide installation ${key}: name ${key}, and all its workspaces are meant`;
  throw new BotServerError('invalid_input', message, { facts: { teamId, installationKey: key } });
}
