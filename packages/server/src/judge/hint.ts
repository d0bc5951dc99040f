/**
 * What a node learns of an installation that another node judges: it travels by the rows (team/hint-repository.ts), and the owner
 * takes it as if it had heard it itself. Any node takes any request and any event, but one alone asks Slack and decides.
 */
import type { Signal } from '../slack/signal.ts';
import type { Revocation } from './uninstall-watch.ts';

export type Hint =
  /** An answer of Slack to a call that this node sent. */
  | { type: 'signal'; signal: Signal }
  | { type: 'uninstall'; event: Revocation & { receivedAtMs: number } }
  | { type: 'migration'; stage: 'started' | 'finished' };

/** What a later hint replaces: of one event the last word counts, of the tokens of one person the last answer. */
export function subjectOf(hint: Hint): string {
  return hint.type === 'signal' ? `signal ${hint.signal.kind} ${hint.signal.userId}` : hint.type;
}
