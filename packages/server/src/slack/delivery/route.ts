/**
 * Through which installation something reached us, as Slack's body says, and at which of our rows that is. Pure.
 *
 * An event names the workspace through which the app receives it (context_team_id), or its authorization does; `team_id` is
 * that of the event itself, which on Slack Connect is another workspace. An org-wide installation serves many workspaces, and
 * one of them may have an installation of its own beside it: `is_enterprise_install` says which of the two Slack means. The
 * more exact one is not taken for being more exact, because Slack sends one event per app, and with the other's bot in mind.
 * Any place may name an organization (E…) instead of a workspace, or nothing, so all of them are tried, the likeliest first.
 * (https://docs.slack.dev/apis/events-api, https://docs.slack.dev/enterprise/developing-for-enterprise-orgs)
 */
import type { TeamId } from '../../team/installation.ts';
import { type Body, recordIn, textIn } from './body.ts';

/** What a body says of the installation. */
export interface Route {
  /** Workspaces and organizations in which it may be, the likeliest first. */
  ids: readonly string[];
  /** The organization, where the body names one as such. */
  enterpriseId: string | undefined;
  /** Undefined when the body does not say. */
  isEnterpriseInstall: boolean | undefined;
  /** The workspace that a listener would call by its id, should an organization's installation be meant. */
  through: string | undefined;
  /** The organization of that workspace, where the body says it. */
  throughEnterpriseId: string | undefined;
}

/** Where a delivery belongs, as far as this process knows. */
export interface Owner {
  /** A workspace or an organization: one of ours, or what the body names when none is. Empty when it names nothing. */
  teamId: TeamId;
  /** With an organization's: the workspace that is meant, although it has no row. */
  through?: string | undefined;
  /** Whether it is one of our rows. */
  isKnown: boolean;
  /** An organization's, and the workspace that the body names may be one of it that we have not been told of. */
  isUnsure?: boolean;
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
  if (enterpriseId !== undefined && OF_ORGANIZATION.has(textIn(recordIn(body.event)?.type) ?? '')) {
    return { ids: [], enterpriseId, isEnterpriseInstall: true, through: undefined, throughEnterpriseId: undefined };
  }
  const named = texts(body.context_team_id, granted?.team_id);
  // Of a channel that is shared with others it may be theirs.
  const isForeign = body.is_ext_shared_channel === true && (isEnterpriseInstall === true || named.length > 0);
  const own = named.some((id) => !isOrganizationId(id)) || isForeign ? [] : texts(body.team_id);
  const ids = [...named, ...own];
  const through = ids.find((id) => !isOrganizationId(id));
  return {
    ids: withOrganization(ids, enterpriseId, isEnterpriseInstall),
    enterpriseId,
    isEnterpriseInstall,
    through,
    throughEnterpriseId: undefined,
  };
}

/**
 * The route of a command or payload. Views say where the app is installed, which on Slack Connect is not the person's team;
 * those of an org-wide installation have no `team`. (https://docs.slack.dev/reference/interaction-payloads)
 */
export function routeOfInteraction(body: Body): Route {
  const view = recordIn(body.view);
  const team = recordIn(body.team);
  const user = recordIn(body.user);
  const isEnterpriseInstall = flagIn(body.is_enterprise_install);
  const enterpriseId =
    textIn(recordIn(body.enterprise)?.id) ?? textIn(team?.enterprise_id) ?? textIn(body.enterprise_id);
  const installed = texts(view?.app_installed_team_id);
  const where = texts(team?.id, body.team_id, view?.team_id);
  const strong = isEnterpriseInstall === true ? [...where, ...installed] : [...installed, ...where];
  // A person's home is the last word: on Slack Connect it is another organization's.
  const ids = [...withOrganization(strong, enterpriseId, isEnterpriseInstall), ...texts(user?.team_id)];
  const through = [...where, ...texts(user?.team_id)].find((id) => !isOrganizationId(id));
  return { ids, enterpriseId, isEnterpriseInstall, through, throughEnterpriseId: organizationOf(through, body) };
}

/**
 * Where that is among our rows: a workspace, or the organization (its enterprise id) when it names no workspace of it that
 * is known. When nothing fits it is the likeliest workspace, or the organization; empty when the body names nothing.
 * @param installationOf Key of the installation that a workspace or an organization belongs to; undefined when unknown.
 */
export function ownerIdOf(route: Route, installationOf: (id: string) => string | undefined): string {
  const { ids, enterpriseId, isEnterpriseInstall } = route;
  const isOrganization = (id: string) => isOrganizationId(id) || id === enterpriseId;
  const workspaceOf = (org: string) => ids.find((id) => id !== org && installationOf(id) === org);
  const organizations = [...texts(enterpriseId), ...ids].filter(
    (id) => isOrganization(id) && installationOf(id) === id,
  );
  const [organization] = organizations;
  if (isEnterpriseInstall === true && organization !== undefined) return workspaceOf(organization) ?? organization;
  for (const id of ids) {
    if (installationOf(id) === undefined) continue;
    if (!isOrganization(id)) return id;
    const owner = workspaceOf(id) ?? (isEnterpriseInstall === false ? undefined : id);
    if (owner !== undefined) return owner;
  }
  // It is no org-wide installation, Slack says, and yet an organization is all that is named of ours.
  const named = ids.find((id) => organizations.includes(id));
  return named ?? ids.find((id) => !isOrganization(id)) ?? enterpriseId ?? ids[0] ?? '';
}

/** Whether an id is an organization's; Slack's ids say what they are of by their first letter. */
export function isOrganizationId(id: string): boolean {
  return id.startsWith('E');
}

/** An installation that is not org-wide is no organization's, whatever organization its workspace is in. */
function withOrganization(
  ids: string[],
  enterpriseId: string | undefined,
  isEnterpriseInstall: boolean | undefined,
): string[] {
  return isEnterpriseInstall === false ? ids : [...ids, ...texts(enterpriseId)];
}

/** In which organization a workspace is, as the body says. */
function organizationOf(teamId: string | undefined, body: Body): string | undefined {
  const team = recordIn(body.team);
  if (teamId === undefined) return undefined;
  if (teamId === textIn(team?.id)) return textIn(team?.enterprise_id);
  return teamId === textIn(body.team_id) ? textIn(body.enterprise_id) : undefined;
}

function texts(...values: unknown[]): string[] {
  return values.map(textIn).filter((text) => text !== undefined);
}

/** Forms have texts for it. */
function flagIn(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}
