/** Which hooks a change of an installation's row calls for. Pure. */
import type { BotServerEventName, BotServerEvents, InstalledFacts, TeamFacts } from '../events.ts';
import type { IncomingWebhook } from '../team/incoming-webhook.ts';
import {
  IMPORTED_INACTIVE,
  type Installation,
  type InstallationState,
  isAnswering,
  isNamedAfter,
  type Team,
} from '../team/installation.ts';
import type { InstallationView, Told } from '../team/installations.ts';
import { toldOf } from '../team/told-team.ts';

/** One hook to be told, with its payload. */
export type HookCall = {
  [Name in BotServerEventName]: { name: Name; payload: BotServerEvents[Name] };
}[BotServerEventName];

/** What was known of the installation before, with what was told of its teams; undefined = it is new. */
export type Before = Told | undefined;

/** The state that hooks know of: what comes back in doubt, as one that was suspended and is held then, is not back yet. */
export function announcedState(before: Before, now: InstallationState): InstallationState {
  if (!before || before.state.kind === 'active' || now.kind !== 'active' || isAnswering(now)) return now;
  return before.state;
}

/** What there is to be told of each team of the installation, to be remembered as `before`. */
export function toldTeamsIn({ teams }: Pick<InstallationView, 'teams'>): Told['teams'] {
  return new Map(teams.map((team) => [team.teamId, toldOf(team)]));
}

export interface HookCallOptions {
  /** Those of the bot. */
  scopes: readonly string[];
  /** That of the installation, for the team that it was made in. */
  incomingWebhook?: IncomingWebhook | undefined;
  /** How a team was that has come from another installation: its data was kept. Undefined for one that is new. */
  formerly?: (teamId: string) => (Pick<InstallationView['installation'], 'state'> & Pick<Team, 'access'>) | undefined;
}

/** The hooks between `before` and `view`, in the order in which they are told. An organization comes before its workspaces. */
export function hookCallsOf(before: Before, view: InstallationView, options: HookCallOptions): HookCall[] {
  const { scopes, formerly, incomingWebhook } = options;
  const { installation } = view;
  const { enterpriseId } = installation;
  const metadata = installation.metadata ?? undefined;
  return organizationFirst(view).flatMap((team): HookCall[] => {
    const { teamId, name: teamName } = team;
    const change = { before, now: installation, team, former: formerly?.(teamId) };
    return [
      ...installCalls(change, {
        teamId,
        enterpriseId,
        teamName,
        scopes,
        metadata,
        ...(incomingWebhook && isNamedAfter(installation.key, teamId) && { incomingWebhook }),
      }),
      ...nameCalls(change, { teamId, enterpriseId }),
      ...stateCalls(change, { teamId, enterpriseId }),
    ];
  });
}

function organizationFirst({ installation: { key }, teams }: InstallationView): Team[] {
  return teams.toSorted((a, b) => Number(isNamedAfter(key, b.teamId)) - Number(isNamedAfter(key, a.teamId)));
}

interface Change {
  before: Before;
  now: Installation;
  team: Team;
  former: ReturnType<NonNullable<HookCallOptions['formerly']>>;
}

function installCalls({ before, now, team, former }: Change, payload: InstalledFacts): HookCall[] {
  const { teamId, access } = team;
  if (access === 'revoked') return [];
  if (!before?.teams.has(teamId)) {
    // Imported as inactive: it has not registered here. When it does, it comes back.
    if (!before && !former && now.state.kind === 'inactive' && now.state.reason === IMPORTED_INACTIVE) return [];
    if (!former) return [{ name: 'installed', payload }];
    const { enterpriseId } = payload;
    const isBack = pauseOf(former.state, former.access) !== null;
    const back: HookCall[] = isBack ? [{ name: 'reactivated', payload: { teamId, enterpriseId } }] : [];
    return [{ name: 'reinstalled', payload }, ...back];
  }
  if (before.install === now.version.install) return [];
  return [{ name: 'reinstalled', payload }];
}

/** A name that is learned late is no new one. */
function nameCalls({ before, team }: Change, facts: TeamFacts): HookCall[] {
  const from = before?.teams.get(team.teamId)?.name ?? null;
  const to = team.name;
  if (from === null || to === null || from === to) return [];
  return [{ name: 'renamed', payload: { ...facts, from, to } }];
}

function stateCalls({ before, now, team }: Change, facts: TeamFacts): HookCall[] {
  const accessBefore = before?.teams.get(team.teamId)?.access;
  if (!before || accessBefore === undefined) return [];
  const state = announcedState(before, now.state);
  if (state.kind === 'inactive') {
    if (before.state.kind === 'inactive') return [];
    const payload = { ...facts, reason: state.reason };
    return [
      { name: 'deactivating', payload },
      { name: 'deactivated', payload },
    ];
  }
  const was = pauseOf(before.state, accessBefore);
  const is = pauseOf(state, team.access);
  if (was !== null && is === null) return [{ name: 'reactivated', payload: facts }];
  return was === null && is !== null ? [{ name: 'suspended', payload: { ...facts, reason: is } }] : [];
}

/** Why a team is away, for a while or for good; null when it is there. */
function pauseOf(state: InstallationState, access: Team['access']): string | null {
  if (state.kind !== 'active') return state.reason;
  return access === 'revoked' ? 'team_access_revoked' : null;
}
