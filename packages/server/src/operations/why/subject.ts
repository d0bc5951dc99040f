/** What somebody asks about: a link to a message, the id of an event, or a team. Pure. */
import { BotServerError } from '../../errors.ts';
import { type MessageLink, parseMessageLink } from '../events/message-link.ts';

export type Subject =
  | { kind: 'message'; link: MessageLink; sentAtMs: number }
  | { kind: 'event'; eventId: string }
  | { kind: 'team'; teamId: string };

const ALLOWED =
  'a link to a message (https://acme.slack.com/archives/C…/p…), the id of an event (Ev…) or the id of a team (T… or E…)';

/** @throws BotServerError `invalid_input` */
export function subjectOf(about: string): Subject {
  if (/^https?:/i.test(about)) {
    const link = parseMessageLink(about);
    if (!link) throw notUnderstood(about, 'leads to no message');
    return { kind: 'message', link, sentAtMs: Math.round(Number(link.ts) * 1_000) };
  }
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

/** Longest value that a message repeats. */
const SHOWN = 100;

function notUnderstood(about: string, what: string): BotServerError {
  const shown = JSON.stringify(about.slice(0, SHOWN));
  return new BotServerError('invalid_input', `about must be ${ALLOWED}; ${shown} ${what}`);
}
