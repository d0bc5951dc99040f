/** Where transports put what Slack delivered. The in-memory dispatcher is one; a stored inbox will be another. */
import type { Envelope } from './envelope.ts';

/** What happens to a team's events right now. */
export type Delivery =
  /** Handed to the listeners. */
  | 'answering'
  /** Kept: the team is suspended or in doubt. */
  | 'held'
  /** Dropped and counted: the team is not active. */
  | 'inactive';

export interface Intake {
  /** Takes an envelope. Resolves when it is accepted: from then on it is ours to deliver. */
  accept(envelope: Envelope): Promise<void>;
  /** The team's status changed: held envelopes may be due, or dropped. */
  changed(teamId: string): void;
  /** Takes nothing more and waits for running listeners, at most `graceMs` milliseconds. Answers how many were left. */
  stop(options: { graceMs: number }): Promise<{ unfinished: number }>;
}
