/** The answer to whoever makes a person act. */

/** What came of an act. */
export interface PersonActInfo {
  /** Who did it. */
  user: string;
  channel?: string | undefined;
  /** The message that was made or changed. */
  ts?: string | undefined;
  /** The file that was shared, or the first of several. */
  file?: string | undefined;
  /** The session of an agent that was stopped or renamed. */
  threadTs?: string | undefined;
  /** The messages that an agent was still writing when it was stopped. */
  streamTs?: readonly string[] | undefined;
}
