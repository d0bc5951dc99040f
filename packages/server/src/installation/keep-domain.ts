/** Keeps the domain of a workspace that was imported without one: links to its messages name it, and Slack says it in each auth.test. */
import type { ProbeAnswer } from '../slack/signal.ts';
import { isNamedAfter } from '../team/installation.ts';
import type { Installations, InstallationView } from '../team/installations.ts';

export interface KeepDomainDeps {
  installations: Pick<Installations, 'setTeamIdentity'>;
  log: { error(facts: object, message: string): void };
}

/** Never rejects: what the answer proves does not depend on it, and the next probe says it again. */
export async function keepDomain(
  { installations, log }: KeepDomainDeps,
  { installation: { key, version }, teams }: InstallationView,
  answer: ProbeAnswer,
): Promise<void> {
  const team = teams.find(({ teamId }) => isNamedAfter(key, teamId));
  if (answer.kind !== 'ok' || !team || team.domain !== null) return;
  const { domain, teamId, enterpriseId } = answer.identity;
  if (domain === null || ![teamId, enterpriseId].includes(team.teamId)) return;
  try {
    await installations.setTeamIdentity(team.teamId, { domain }, { version });
  } catch (err) {
    log.error({ teamId: team.teamId, err }, 'domain of a team not kept');
  }
}
