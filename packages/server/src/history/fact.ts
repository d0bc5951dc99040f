/** What is remembered of an event, or of what came in its place: the words. Ids, codes, times and methods; never a text that somebody wrote. */

/**
 * - `handled`, `failed`: its listeners ran
 * - `repeated`: Slack delivered it again
 * - `dropped`: no listener got it, because of its team
 * - `refused`: it is for another app, of an unknown kind, or nothing that the store takes; `lost`: of RTM, where Slack sends nothing again
 * - `unavailable`: it could not be taken just then, and Slack was told to send it again
 * - `discarded`: it had failed, and an operator gave it up
 *
 * Of no single event:
 * - `turned_away`: requests to the request URL that were not Slack's, as far as their signature says, or could not be read
 * - `challenged`: a signed challenge of Slack's that was answered, as when the request URL is entered
 * - `rate_limited`: Slack says that it dropped events of a team
 * - `deaf`: Slack sent nothing although the bot posted; `gap`: the app was without a socket
 * - `started`, `stopped`: a server; `stopped` for the reason `lease_over` is written by whoever finds that of another one (ownership/)
 * - `left_out`: facts that were too many to be written
 */
export type FactKind =
  | 'handled'
  | 'failed'
  | 'repeated'
  | 'dropped'
  | 'refused'
  | 'lost'
  | 'unavailable'
  | 'discarded'
  | 'turned_away'
  | 'challenged'
  | 'rate_limited'
  | 'deaf'
  | 'gap'
  | 'started'
  | 'stopped'
  | 'left_out';

/** One call of Slack's Web API. */
export interface CallFact {
  method: string;
  /** `ok`, `error`, `rate_limited`, `server_error`, `malformed`, `timeout`, `unreachable`, `aborted`, `refused`. */
  result: string;
  /** Slack's; of what was `refused`, that of the error for which it was not sent. */
  code?: string;
  ms: number;
  /** How long after the beginning of the run it was sent. */
  afterMs?: number;
}

/** What is known beside the ids, as far as it means something for the kind. */
export interface FactDetails {
  receivedAtMs?: number | undefined;
  /** When it was committed. */
  storedAtMs?: number | undefined;
  startedAtMs?: number | undefined;
  /** How long the listeners took. */
  ms?: number | undefined;
  attempt?: number | undefined;
  listeners?: readonly string[] | undefined;
  calls?: readonly CallFact[] | undefined;
  moreCalls?: number | undefined;
  /** A word for what led to it. */
  reason?: string | undefined;
  /** The code of an error. */
  code?: string | undefined;
  /** The code of what ended the listeners early, without a failure. */
  endedBy?: string | undefined;
  /** Where in the code of the bot it broke. */
  at?: string | null | undefined;
  /** When it is tried again. */
  runAtMs?: number | undefined;
  retryNum?: number | undefined;
  retryReason?: string | undefined;
  /** Status of the answer over HTTP. */
  status?: number | undefined;
  /** How far the sender's clock seems to be off, in milliseconds. */
  skewMs?: number | undefined;
  /** How many there were of it. */
  count?: number | undefined;
  fromMs?: number | undefined;
  toMs?: number | undefined;
  who?: string | undefined;
}

/** Of which message, as the body says; null where it says nothing of the kind. */
export interface MessagePlace {
  channel: string | null;
  ts: string | null;
}

/** One thing that happened. */
export interface Fact extends MessagePlace {
  kind: FactKind;
  atMs: number;
  eventId: string | null;
  teamId: string | null;
  type: string | null;
  details: FactDetails;
}

/** What somebody asks about: an event by its id, a message by its place. */
export type FactSubject = { eventId: string } | { channel: string; ts: string };

export function isAbout(fact: Pick<Fact, 'eventId' | 'channel' | 'ts'>, subject: FactSubject): boolean {
  if ('eventId' in subject) return fact.eventId === subject.eventId;
  return fact.ts === subject.ts && fact.channel === subject.channel;
}
