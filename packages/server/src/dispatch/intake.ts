/** Where transports put the events that Slack delivered; dispatcher.ts takes them from there to the listeners. */
import type { Envelope } from '../inbox/envelope.ts';

/** What happens to a team's events right now. */
export type Delivery =
  /** Handed to the listeners. */
  | 'answering'
  /** Kept: the team is suspended, in doubt, or one that its organization has taken the app out of. */
  | 'held'
  /** Dropped and counted: the team is not active, or never registered. */
  | 'inactive';

export interface Intake {
  /**
   * Takes an envelope. Resolves when it is accepted: it is committed, or known already, or of a team that is not active.
   * @throws BotServerError `store_unavailable` when it could not be stored: whoever sent it must send it again
   */
  accept(envelope: Envelope): Promise<void>;
  /** The team's status changed: held envelopes may be due, or dropped. */
  changed(teamId: string): void;
  /** Takes nothing more and waits for running listeners, at most `graceMs` milliseconds. Answers how many were left. */
  stop(options: { graceMs: number }): Promise<{ unfinished: number }>;
}
