/** What the answer to a probe means for an installation. Pure; the judge acts on it. */

import type { ProbeAnswer } from '../slack/signal.ts';
import { classify, type VerdictClass, type VerdictOverrides } from '../slack/verdict.ts';
import type { InstallationEvent } from './installation-lifecycle.ts';

/** The classes that say something about the grant. A token that expired and that nothing can refresh is gone for good. */
export function isAboutTheGrant(verdict: VerdictClass): boolean {
  return verdict === 'terminal' || verdict === 'refreshable' || verdict === 'suspended';
}

/** What a verdict about the grant proves. */
export function proofOf(verdict: VerdictClass, code: string): InstallationEvent {
  return verdict === 'suspended' ? { type: 'probe_suspended', code } : { type: 'probe_terminal', code };
}

/**
 * What a probe's answer proves; undefined when it says nothing about the grant and the question stands.
 * @param isRequested Whether an inactive installation comes back by it: the operator, or an incident, asked.
 */
export function eventOfAnswer(
  answer: ProbeAnswer,
  { isRequested, verdicts }: { isRequested: boolean; verdicts: VerdictOverrides },
): InstallationEvent | undefined {
  if (answer.kind === 'ok') return { type: isRequested ? 'reactivation_ok' : 'probe_ok' };
  if (answer.kind === 'unanswered') return undefined;
  const verdict = classify(answer.code, 'probe', verdicts);
  return isAboutTheGrant(verdict) ? proofOf(verdict, answer.code) : undefined;
}

/** Whether the operator who asked for the probe has an answer, be it that our configuration is wrong. */
export function isAnswer(answer: ProbeAnswer, verdicts: VerdictOverrides): boolean {
  if (answer.kind !== 'error') return answer.kind === 'ok';
  return classify(answer.code, 'probe', verdicts) !== 'transient';
}

/** For logs and timelines. */
export function describeAnswer(answer: ProbeAnswer): string {
  if (answer.kind === 'ok') return 'ok';
  return answer.kind === 'error' ? answer.code : answer.reason;
}
