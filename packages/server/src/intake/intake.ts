/** Where transports put the events that Slack delivered; dispatcher.ts takes them from there to the listeners. */
import type { Envelope } from './envelope.ts';

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

/** Events of which the server takes note itself, beside handing them out: they are about installations. */
export function isAboutInstallations(type: string): boolean {
  return isLifecycleEvent(type) || NOTED.has(type);
}

const NOTED: ReadonlySet<string> = new Set([
  'team_access_granted',
  'team_access_revoked',
  'grid_migration_started',
  'grid_migration_finished',
]);

/** Events about the end of an installation: they reach the listeners whatever the team's status is, and the judge. */
export function isLifecycleEvent(type: string): boolean {
  return type === 'app_uninstalled' || type === 'tokens_revoked';
}
