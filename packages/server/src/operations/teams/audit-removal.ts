/** The row in the audit of a removal that a server carries out, maybe days after an operator asked for it with teams.remove. */
import { hostname } from 'node:os';
import type { InstallationKey } from '../../team/installation.ts';
import { listAudits } from '../audit/audit-repository.ts';
import { runAudited } from '../audit/audited.ts';
import type { OperationContext } from '../operation-context.ts';
import { HOOK_FAILED, removeTeam } from './remove-team.ts';
import { teamSnapshot } from './team-snapshot.ts';

type Context = Pick<OperationContext, 'store' | 'clock' | 'installations'>;

/** The request was taken back, or meant an earlier install: no failure of anybody. */
const NOTHING_CHANGED = { changed: false };

export async function auditRemoval(
  context: Context,
  key: InstallationKey,
  work: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return await runAudited(context, {
    ...(await rowOf(context, key)),
    run: work,
    resultOf: ({ length: teams }) => (teams > 0 ? { status: 'removed', teams } : NOTHING_CHANGED),
  });
}

/** The same where the bot keeps the team. @param work Answers whether the wish was taken back, or meant an earlier install. */
export async function auditRefusedRemoval(
  context: Context,
  { key, why }: { key: InstallationKey; why: string | null },
  work: () => Promise<boolean>,
): Promise<boolean> {
  return await runAudited(context, {
    ...(await rowOf(context, key)),
    run: work,
    resultOf: (isKept) => (isKept ? { status: 'kept', why: why ?? HOOK_FAILED } : NOTHING_CHANGED),
    errorOf: (isKept) => (isKept ? 'team_kept' : undefined),
  });
}

/** Who asked is said by the newest row about it; where that was forgotten, it is the server. */
async function rowOf(context: Context, key: InstallationKey) {
  const { name: operation } = removeTeam;
  // Only a whole installation is removed: the id that was given is its key.
  const teamId = String(key);
  const [asked] = await listAudits(context.store, { operation, teamId, limit: 1 });
  return {
    operation,
    actor: { who: asked?.who ?? 'server', from: hostname() },
    input: { teamId, by: 'server' },
    snapshot: () => teamSnapshot(context, { teamId }),
  };
}
