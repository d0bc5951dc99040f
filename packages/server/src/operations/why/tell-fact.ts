/** One remembered fact as a sentence. Pure. Each way in which an event ends has one here; never-arrived.ts is about what did not come. */
import { assertNever } from '../../assert-never.ts';
import type { CallFact } from '../../history/fact.ts';
import type { KnownFact, Sentence } from './evidence.ts';
import { isAway, type ReplayState, replayWords } from './replay-words.ts';
import { counted, duration, listed, when } from './words.ts';

export interface TellOptions {
  nowMs: number;
  /** What the row of a failed event says that failed: the words of the error. */
  errorWords?: string | undefined;
  /** `since Tuesday 09:12:03 UTC (account_inactive)`, of a team that was not active. */
  inactiveSince?: string | undefined;
  /** How its team is now. */
  state?: ReplayState;
  /** Its payload is gone by now, because it was given up or is done: nothing runs it again. @defaultValue false */
  isOver?: boolean;
}

/** Undefined for what is of no event. */
export function tellFact(fact: KnownFact, options: TellOptions): Sentence | undefined {
  const text = textOf(fact, options);
  return text === undefined ? undefined : { text, certainty: 'proved', atMs: fact.atMs };
}

function textOf(fact: KnownFact, options: TellOptions): string | undefined {
  const at = when(fact.atMs, options.nowMs);
  const { details, kind } = fact;
  switch (kind) {
    case 'handled':
      return (details.listeners ?? []).length > 0 ? handledText(fact, options) : unmatchedText(fact, options);
    case 'failed':
      return failedText(fact, options);
    case 'repeated':
      return `It came again at ${at}${retryWords(fact)}: it was known, and no listener ran for that.`;
    case 'dropped':
      return droppedText(fact, options);
    case 'refused':
      return refusedText(fact, at);
    case 'lost':
      return `It was lost at ${at}: it could not be stored (${details.code}), and over RTM Slack sends nothing again.`;
    case 'unavailable':
      return `It could not be taken at ${at}: ${UNAVAILABLE[details.code ?? ''] ?? details.code}. Slack was told to send it again.`;
    case 'discarded':
      return `It had failed, and ${details.who} gave it up at ${at}: its payload is gone.`;
    case 'turned_away':
    case 'challenged':
    case 'rate_limited':
    case 'deaf':
    case 'gap':
    case 'started':
    case 'stopped':
    case 'left_out':
      return undefined;
    default:
      return assertNever(kind, 'kind of a fact');
  }
}

const UNAVAILABLE: Readonly<Record<string, string>> = {
  intake_full: 'too many bytes waited to be committed',
  store_unavailable: 'the database did not take it in time',
  server_stopped: 'the server was stopping',
};

function handledText({ atMs, node, details }: KnownFact, { nowMs }: TellOptions): string {
  const { listeners = [], startedAtMs = atMs, ms = 0 } = details;
  const many = listeners.length > 1 ? `${listeners.length} listeners` : 'Its listener';
  const early = EARLY[details.endedBy ?? ''] ?? '';
  return `${many} handled it at ${when(startedAtMs, nowMs)}${attemptWords(details.attempt)} in ${duration(ms)} on ${node}: ${listed(listeners)}. ${early}${callsText(details)}`;
}

/** What ends listeners early without a failure. */
const EARLY: Readonly<Record<string, string>> = {
  stopped_by_user: 'A person pressed Stop on the answer, and nothing more was posted from then on. ',
  draining:
    'The process gave its work to another one, or stopped, when the answer had begun: what there was of it was left. ',
};

function unmatchedText({ details, atMs }: KnownFact, { nowMs }: TellOptions): string {
  const at = when(details.startedAtMs ?? atMs, nowMs);
  const calls = (details.calls ?? []).length > 0 ? ` ${callsText(details)}` : '';
  switch (details.reason ?? '') {
    case 'own_message_elsewhere':
      return `No listener got it at ${at}: this app wrote it itself through another installation (events.ownMessages is "ignore").`;
    case 'own_message':
      return `No listener got it at ${at}: the bot wrote it itself, and Bolt hands a bot nothing of its own.${calls}`;
    case 'bot_message':
      return `It was handed to the bot at ${at}, and no listener matched it: another bot wrote it, so look at what the listeners filter.${calls}`;
    case 'subtype':
      return `It was handed to the bot at ${at}, and no listener matched it: it has a subtype, as edits and joins have, which listeners of plain messages leave out.${calls}`;
    default:
      return `It was handed to the bot at ${at}, and no listener matched it (bot.message, bot.event and the like); a global middleware may have let it go no further.${calls}`;
  }
}

function failedText(fact: KnownFact, { nowMs, errorWords, state, isOver }: TellOptions): string {
  const { atMs, node, eventId, details } = fact;
  const place = details.at ? ` at ${details.at}` : '';
  const words = errorWords === undefined ? '' : ` (${errorWords})`;
  const { listeners = [], ms = 0, runAtMs } = details;
  const who = listeners.length > 0 ? listed(listeners) : 'before a listener was called';
  const calls = (details.calls ?? []).length > 0 ? ` ${callsText(details)}` : '';
  const replay = isOver
    ? 'It was not to be tried again by itself.'
    : `It is not tried again by itself${isAway(state) ? '.' : ':'} ${replayWords(eventId, state, { nowMs })}`;
  const next = runAtMs === undefined ? replay : `It was to be tried again at ${when(runAtMs, nowMs)}.`;
  return `It failed at ${when(atMs, nowMs)}${attemptWords(details.attempt)} after ${duration(ms)} on ${node} with ${details.code}${place}${words}: ${who}.${calls} ${next}`;
}

function droppedText({ atMs, teamId, details }: KnownFact, { nowMs, inactiveSince, state }: TellOptions): string {
  const at = when(atMs, nowMs);
  if (details.reason === 'expired')
    return `It was dropped at ${at}: team ${teamId} was suspended or in doubt, and an event waits for that a day at most.`;
  // Of some version on the reason says it; before, that nothing else is known of the team.
  const isUnknown = details.reason === 'unknown_team';
  if (isUnknown && state) return `It was dropped at ${at}: team ${teamId} had no installation here yet.`;
  if (isUnknown || inactiveSince === undefined)
    return `It was dropped at ${at}: team ${teamId} has no installation here. Check that DATABASE_URL names the right database; else install the app there.`;
  return `It was dropped at ${at}: team ${teamId} was not active, ${inactiveSince}.`;
}

function refusedText({ details }: KnownFact, at: string): string {
  switch (details.reason ?? '') {
    case 'other_app':
      return `It was refused at ${at}: it is for another Slack app than the one of this database. Check whose request URL, or app-level token, this server has.`;
    case 'cannot_be_stored':
      return `It was refused at ${at} and is lost: the database takes no such value, now or later (${details.code}).`;
    default:
      return `It was refused at ${at}: it is of a kind that this version does not know.`;
  }
}

function retryWords({ details: { retryNum, retryReason } }: KnownFact): string {
  if (retryNum === undefined) return '';
  return ` (Slack's retry ${retryNum}${retryReason === undefined ? '' : `, because of ${retryReason}`})`;
}

function attemptWords(attempt = 1): string {
  return attempt > 1 ? ` in attempt ${attempt}` : '';
}

function callsText({ calls = [], moreCalls = 0 }: KnownFact['details']): string {
  const sent = calls.filter(({ result }) => result !== 'refused');
  const unsent = new Set(calls.filter(({ result }) => result === 'refused').map(unsentText));
  const more = moreCalls > 0 ? ` and ${counted(moreCalls, 'more call')}` : '';
  const called =
    sent.length > 0 ? `Called at Slack: ${sent.map(callText).join(', ')}${more}.` : 'Nothing was called at Slack.';
  return [called, ...unsent].join(' ');
}

function callText({ method, result, code, ms }: CallFact): string {
  const answer = code === undefined ? result : `${result} ${code}`;
  return `${method} (${answer}, ${duration(ms)})`;
}

function unsentText({ method, code }: CallFact): string {
  return `${method} was not sent, because ${UNSENT[code ?? ''] ?? `the server refused it${code === undefined ? '' : ` (${code})`}`}.`;
}

/** Why the gate let a call not leave the server (slack/gate.ts). */
const UNSENT: Readonly<Record<string, string>> = {
  installation_not_active: 'the team was not active by then',
  fenced: 'another process may have acted for the team by then',
  credential_superseded: 'its token was of an earlier installation',
  token_expired: 'its token had expired, and Slack had not issued the next one yet',
  user_token_revoked: 'Slack no longer accepted that user token',
  stopped_by_user: 'a person had pressed Stop on the answer',
  draining: 'the process gave its work to another one, or stopped',
};
