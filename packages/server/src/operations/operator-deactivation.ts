/** The operator's verdict about one installation, by whichever operation it is given. */
import { transition } from '../judge/installation-lifecycle.ts';
import { judgeDefaults } from '../judge/judge-options.ts';
import { type Installation, statusOf } from '../team/installation.ts';
import type { OperationContext } from './operation-context.ts';

/** What became of it; `changed` = something else was written at the same moment, and nothing by this. */
export type Deactivation = 'deactivated' | 'inactive_already' | 'changed';

/** Deactivates with the reason `operator`, by compare-and-set on what was read: a re-install that came in between wins. */
export async function deactivateAsOperator(
  { installations, clock }: Pick<OperationContext, 'installations' | 'clock'>,
  { key, version, state }: Pick<Installation, 'key' | 'version' | 'state'>,
): Promise<Deactivation> {
  const env = { nowMs: clock.now(), confirmAfterMs: judgeDefaults.confirmAfterMs };
  const next = transition(state, { type: 'operator_deactivated' }, env);
  if (next === state) return 'inactive_already';
  const facts = { from: statusOf(state), to: next.kind, code: null, why: 'operator' };
  const entry = { kind: 'verdict', facts };
  const isWritten = await installations.compareAndSetState(key, { version, from: state.kind }, next, entry);
  return isWritten ? 'deactivated' : 'changed';
}
