/** What a session is made of: what somebody did by `/_sim` or Slack's pages, and what apps answered. Plain data. */

/** The methods of SimulatorControl that a session can play again. */
export type SessionMethod =
  | 'act'
  | 'addChannel'
  | 'addTeam'
  | 'addToSlack'
  | 'addUser'
  | 'changeTeam'
  | 'fault'
  | 'install'
  | 'installInOrg'
  | 'invite'
  | 'removeFaults'
  | 'say'
  | 'sendEvent'
  | 'setClock'
  | 'setTeamAccess'
  | 'stopStream'
  | 'updateApp';

type Json = Readonly<Record<string, unknown>>;

/** Something that was done. */
export interface DoneStep {
  readonly kind: 'done';
  readonly atMs: number;
  readonly method: SessionMethod;
  /** What stood in the path, in its order: the team, the channel, … */
  readonly path: readonly string[];
  readonly body: Json;
  /** What `/_sim` answered; undefined while it has not. */
  answer: Json | undefined;
  /** Of a modal that is sent or closed: its title. */
  readonly title?: string | undefined;
}

/** Something that an app said. */
export interface AnswerStep {
  readonly kind: 'answer';
  readonly atMs: number;
  /** `changed` is a message that was there before the last thing done. */
  readonly how: 'posted' | 'changed' | 'ephemeral' | 'deleted';
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
  /** Who sees it, of an ephemeral. */
  readonly user?: string | undefined;
  /** As it was at the end. */
  text: string;
  /** Not the whole of it: it was written bit by bit, or stands in blocks. */
  readonly isPart: boolean;
}

export type SessionStep = DoneStep | AnswerStep;
