/**
 * What the RTM transport sends to Slack for a team: first auth.test while a bot id is missing (imported teams), so that
 * nothing is dispatched before the bot can tell its own messages, then rtm.connect with the current credential.
 */
import { identityIn } from '../installation/identify.ts';
import type { Roster, RosterEntry } from '../installation/roster.ts';
import type { CallSlack, SlackAnswer } from '../slack/web-api.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';

export interface RtmCallsDeps {
  callSlack: CallSlack;
  roster: Roster;
  installations: Pick<Installations, 'setTeamIdentity'>;
  log: { warn(facts: object, message: string): void };
}

/** Calls `method` as a connect of the installation `key`. */
export type CallForKey = (
  method: string,
  args: Record<string, string>,
  options: { key: InstallationKey; signal: AbortSignal },
) => Promise<SlackAnswer>;

/** Builds the caller that the transport gets. */
export function createRtmCalls({ callSlack, roster, installations, log }: RtmCallsDeps): CallForKey {
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

  /** Fills the team's names and ids; answers why it may not be connected, if so. */
  async function identify(entry: RosterEntry, signal: AbortSignal): Promise<SlackAnswer | undefined> {
    const { installation, team, token } = entry;
    const answer = await callSlack('auth.test', { token: token as string, purpose: 'connect', signal });
    if (answer.kind !== 'ok') return answer;
    const identity = identityIn(answer.body);
    if (identity.teamId !== null && identity.teamId !== team.teamId) {
      log.warn({ teamId: team.teamId, tokenOf: identity.teamId }, 'the token belongs to another team');
      return { kind: 'error', code: 'wrong_team', body: {} };
    }
    const { botUserId, botId, teamName, domain } = identity;
    const { version } = installation;
    const names = { name: team.name ?? teamName, domain: team.domain ?? domain };
    await installations.setTeamIdentity(team.teamId, { botUserId, botId, ...names }, { version });
    identified.set(installation.key, installation.version.install);
    // The row's change reaches the roster by itself; this process must know before the socket opens.
    entry.team = { ...team, botUserId: botUserId ?? team.botUserId, botId: botId ?? team.botId };
    return undefined;
  }
}
