/** What somebody asks about: a link to a message, the id of an event, or a team. Pure. */
import { BotServerError } from '../../errors.ts';
import { type MessageLink, parseMessageLink } from '../events/message-link.ts';
import { when } from './words.ts';

export type Subject =
  | { kind: 'message'; link: MessageLink; sentAtMs: number }
  | { kind: 'event'; eventId: string }
  | { kind: 'team'; teamId: string };

const ALLOWED =
  'a link to a message (https://acme.slack.com/archives/C…/p…), the id of an event (Ev…) or the id of a team (T… or E…)';

/** Hosts of Slack, and of Slack for governments. */
const OF_SLACK = /^(?:[a-z0-9-]+\.)*slack(?:-gov)?\.com$/i;
/** Seconds with more digits are of no message, and no number that a database takes. */
const MOST_SECOND_DIGITS = 10;
/** Slack's clock and that of this machine may differ by so much, in milliseconds. */
const CLOCKS_DIFFER_MS = 300_000;

export interface SubjectOptions {
  nowMs: number;
  /** Its host may have links as well as Slack's. */
  slackApiUrl: string;
}

/** @throws BotServerError `invalid_input` */
export function subjectOf(about: string, options: SubjectOptions): Subject {
  if (/^https?:/i.test(about)) return messageOf(about, options);
  if (/^Ev[\w-]+$/.test(about)) return { kind: 'event', eventId: about };
  if (/^[\w-]+$/.test(about)) return { kind: 'team', teamId: about };
  throw notUnderstood(about, 'is none of these');
}

/**
 * Of a team that is not known here: a Slack-compatible server may give its teams any ids, but a word that is neither known nor looks like
 * one of Slack's was meant to be something else.
 * @throws BotServerError `invalid_input`
 */
export function requireTeamId(about: string): void {
  if (!/^[TE][A-Z0-9]+$/.test(about)) throw notUnderstood(about, 'is none of these');
}

function messageOf(about: string, { nowMs, slackApiUrl }: SubjectOptions): Subject {
  const link = parseMessageLink(about);
  if (!link || link.ts.indexOf('.') > MOST_SECOND_DIGITS) throw notUnderstood(about, 'leads to no message');
  const { hostname } = new URL(about);
  if (!OF_SLACK.test(hostname) && hostname !== new URL(slackApiUrl).hostname)
    throw notUnderstood(about, 'is no link of Slack');
  const sentAtMs = Math.round(Number(link.ts) * 1_000);
  if (sentAtMs > nowMs + CLOCKS_DIFFER_MS) {
    const what = `leads to a message of ${when(sentAtMs, nowMs)}, which is in the future: check the link, and the clock of this machine`;
    throw notUnderstood(about, what);
  }
  return { kind: 'message', link, sentAtMs };
}

/** Longest value that a message repeats. */
const SHOWN = 100;

function notUnderstood(about: string, what: string): BotServerError {
  const shown = JSON.stringify(about.slice(0, SHOWN));
  return new BotServerError('invalid_input', `about must be ${ALLOWED}; ${shown} ${what}`);
}
