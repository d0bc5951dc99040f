/**
 * What the RTM transport sends to Slack for a team: first auth.test while a bot id is missing (imported teams), so that
 * nothing is dispatched before the bot can tell its own messages, then rtm.connect with the current credential.
 */

import type { SlackAnswer } from '../slack/web-api.ts';
import type { InstallationKey } from '../team/installation.ts';
import { type IdentifyDeps, identifyTeam } from './identify-teams.ts';
import type { Roster, RosterEntry } from './roster.ts';

export interface RtmCallsDeps extends IdentifyDeps {
  roster: Roster;
}

/** Calls `method` as a connect of the installation `key`. */
export type CallForKey = (
  method: string,
  args: Record<string, string>,
  options: { key: InstallationKey; signal: AbortSignal },
) => Promise<SlackAnswer>;

/** Builds the caller that the transport gets. */
export function createRtmCalls(deps: RtmCallsDeps): CallForKey {
  const { callSlack, roster } = deps;
  /** Installs whose token told who it is; a server that names no bot id is not asked again. */
  const identified = new Map<InstallationKey, number>();

  return async (method, args, { key, signal }) => {
    const entry = roster.ofKey(key);
    if (!entry?.token) return { kind: 'refused', reason: 'installation_not_active' };
    const refusal = isIdentified(entry) ? undefined : await identify(entry, signal);
    if (refusal) return refusal;
    return await callSlack(method, { token: entry.token, args, purpose: 'connect', signal });
  };

  function isIdentified({ installation, team }: RosterEntry): boolean {
    if (team.botUserId !== null && team.botId !== null) return true;
    return identified.get(installation.key) === installation.version.install;
  }

  /** Answers why the team may not be connected, if so. */
  async function identify(entry: RosterEntry, signal: AbortSignal): Promise<SlackAnswer | undefined> {
    const refusal = await identifyTeam(deps, entry, signal);
    if (refusal === undefined) identified.set(entry.installation.key, entry.installation.version.install);
    return refusal;
  }
}
