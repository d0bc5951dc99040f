/**
 * Through which installation something reached us, as Slack's body says, and at which of our rows that is. Pure.
 *
 * An event names the workspace through which the app receives it (context_team_id), or its authorization does; `team_id` is
 * that of the event itself, which on Slack Connect is another workspace. An org-wide installation serves many workspaces, and
 * one of them may have an installation of its own beside it: `is_enterprise_install` says which of the two Slack means. The
 * more exact one is not taken for being more exact, because Slack sends one event per app, and with the other's bot in mind.
 * (https://docs.slack.dev/apis/events-api, https://docs.slack.dev/enterprise/developing-for-enterprise-orgs)
 */
import { type Body, recordIn, textIn } from './event-routing.ts';

/** What a body says of the installation. */
export interface Route {
  /** Workspaces in which it may be, the likeliest first. */
  teamIds: readonly string[];
  enterpriseId: string | undefined;
  /** Undefined when the body does not say. */
  isEnterpriseInstall: boolean | undefined;
  /** The workspace through which the app receives it, where Slack names one for just that. */
  through: string | undefined;
}

/** Events about which workspaces an organization lets the app into: they are the organization's, whichever brings them. */
const OF_ORGANIZATION = new Set(['team_access_granted', 'team_access_revoked']);

/** The route of an `event_callback`. */
export function routeOfEvent(body: Body): Route {
  const [authorization] = Array.isArray(body.authorizations) ? body.authorizations : [];
  const granted = recordIn(authorization);
  const enterpriseId =
    textIn(body.context_enterprise_id) ?? textIn(granted?.enterprise_id) ?? textIn(body.enterprise_id);
  const isEnterpriseInstall = flagIn(granted?.is_enterprise_install) ?? flagIn(body.is_enterprise_install);
  const through = textIn(body.context_team_id) ?? textIn(granted?.team_id);
  if (enterpriseId !== undefined && OF_ORGANIZATION.has(String(recordIn(body.event)?.type))) {
    return { teamIds: [], enterpriseId, isEnterpriseInstall: true, through: undefined };
  }
  // Of a channel that is shared with others it may be theirs.
  const isForeign = isEnterpriseInstall === true && body.is_ext_shared_channel === true;
  const teamId = through ?? (isForeign ? undefined : textIn(body.team_id));
  return { teamIds: teamId === undefined ? [] : [teamId], enterpriseId, isEnterpriseInstall, through };
}

/**
 * The route of a command or payload. Views say where the app is installed, which on Slack Connect is not the person's team;
 * those of an org-wide installation have no `team`. (https://docs.slack.dev/reference/interaction-payloads)
 */
export function routeOfInteraction(body: Body): Route {
  const view = recordIn(body.view);
  const team = recordIn(body.team);
  const installed = textIn(view?.app_installed_team_id);
  const where = [textIn(team?.id), textIn(body.team_id), textIn(view?.team_id), textIn(recordIn(body.user)?.team_id)];
  const isEnterpriseInstall = flagIn(body.is_enterprise_install);
  const candidates = isEnterpriseInstall === true ? [...where, installed] : [installed, ...where];
  return {
    teamIds: candidates.filter((id) => id !== undefined),
    enterpriseId: textIn(recordIn(body.enterprise)?.id) ?? textIn(team?.enterprise_id) ?? textIn(body.enterprise_id),
    isEnterpriseInstall,
    through: undefined,
  };
}

/**
 * Where that is among our rows: a workspace, or the organization (its enterprise id) when it names no workspace of it that
 * is known. Empty when the body names nothing.
 * @param installationOf Key of the installation that a workspace or an organization belongs to; undefined when unknown.
 */
export function placeOf(
  { teamIds, enterpriseId, isEnterpriseInstall }: Route,
  installationOf: (id: string) => string | undefined,
): string {
  const [teamId] = teamIds;
  const isOrgKnown = enterpriseId !== undefined && installationOf(enterpriseId) === enterpriseId;
  if (isEnterpriseInstall === true && isOrgKnown) {
    return teamIds.find((id) => installationOf(id) === enterpriseId) ?? enterpriseId;
  }
  const isTeamKnown = teamId !== undefined && installationOf(teamId) !== undefined;
  if (isEnterpriseInstall === undefined && isOrgKnown && !isTeamKnown) return enterpriseId;
  return teamId ?? enterpriseId ?? '';
}

/** Forms have texts for it. */
function flagIn(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}
