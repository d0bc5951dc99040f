/** What the audit says of a team before and after. */
import { statusOf } from '../../team/installation.ts';
import type { AuditFacts } from '../audit/audit-facts.ts';
import type { OperationContext } from '../operation-context.ts';

/** Undefined for one that is not there: it never was, or was purged. */
export async function teamSnapshot(
  { installations }: Pick<OperationContext, 'installations'>,
  { teamId }: { teamId: string },
): Promise<AuditFacts | undefined> {
  const view = await installations.findByTeam(teamId);
  if (!view) return undefined;
  const { key, state, version, isToBeRemoved } = view.installation;
  const request = isToBeRemoved ? 'remove' : view.installation.request;
  const reason = state.kind === 'active' ? null : state.reason;
  return { installation: key, status: statusOf(state), reason, install: version.install, request };
}
