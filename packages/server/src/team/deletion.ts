/** Deletes an inactive installation that hooks have given up: how the purge by age and the removal by an operator end. */
import type { BotServerEvents, Permission } from '../events.ts';
import type { Installation, InstallationKey, InstallationState } from './installation.ts';
import type { Installations, InstallationView, PurgeOutcome } from './installations.ts';

export type Inactive = Extract<InstallationState, { kind: 'inactive' }>;

export interface DeletionDeps {
  installations: Pick<Installations, 'purge'>;
  /** Only the owner of an installation deletes it. */
  owner: { owns(key: InstallationKey): boolean; epochOf(key: InstallationKey): number | undefined };
  /** Asks the hooks of one team. */
  mayPurge(facts: BotServerEvents['purging']): Promise<Permission>;
  /** Resolves when no install is half done: one that Slack has granted must find its data. */
  installsSettled(): Promise<void>;
  /** Its rows are gone: this process forgets it. */
  onPurged(installation: Installation, outcome: PurgeOutcome): void;
  /** After teams were deleted: what of them lies between other rows. */
  readonly onRoundEnded: (teamIds: readonly string[]) => Promise<void>;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Asks about each team: all of an org-wide installation go together, so each of them may keep it. */
export async function askAll(
  { mayPurge, log }: Pick<DeletionDeps, 'mayPurge' | 'log'>,
  { installation: { key }, teams }: InstallationView,
  facts: Omit<BotServerEvents['purging'], 'teamId'>,
): Promise<Permission> {
  for (const { teamId } of teams) {
    const answer = await mayPurge({ teamId, ...facts });
    if (answer.allowed) continue;
    log.info({ key, teamId, why: answer.message }, 'inactive installation kept by a hook');
    return answer;
  }
  return { allowed: true };
}

/** Answers the teams that are deleted; none when the row is another one by now, or another node's. */
export async function deleteInactive(
  deps: DeletionDeps,
  installation: Installation,
  { state, isStopped }: { state: Inactive; isStopped: () => boolean },
): Promise<readonly string[]> {
  const { key, version } = installation;
  await deps.installsSettled();
  if (isStopped() || !deps.owner.owns(key)) return [];
  const expected = { version, sinceMs: state.sinceMs, epoch: deps.owner.epochOf(key), isToBeTold: true };
  const outcome = await deps.installations.purge(key, expected);
  if (!outcome) return [];
  deps.log.info({ key, ...outcome, sinceMs: state.sinceMs }, 'inactive installation purged');
  deps.onPurged(installation, outcome);
  return outcome.teamIds;
}
