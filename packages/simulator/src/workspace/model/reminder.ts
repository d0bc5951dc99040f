/** Reminders. Plain data. */

/** What somebody wants to be told of later. */
export interface Reminder {
  readonly id: string;
  readonly userId: string;
  readonly text: string;
  /** Undefined for a recurring one. */
  readonly atSeconds: number | undefined;
  completedAtSeconds: number | undefined;
  /** Takes it off the clock. */
  readonly cancel: () => void;
}
