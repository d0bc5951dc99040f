/** What an operator reads before a broadcast is sent: how many teams get it, how many do not and why. */
import { count, plural, type Question, type Tone } from 'ui-kit';
import type { Broadcasts } from '../answers.ts';

export type Broadcast = Broadcasts['broadcasts'][number];

export interface Preview {
  teams: number;
  /** Of them those where nobody knows who installed the app, and no channel is named in place of that person. */
  installerUnknown: number;
  minutes: number;
}

/** The question; a text where there is nothing to ask for, because nobody would get it. */
export function previewWords({ teams, installerUnknown: skipped, minutes }: Preview): Question | string {
  const all = plural(teams, 'team');
  const reached = teams - skipped;
  if (teams === 0) return 'No active team matches: nobody would get it.';
  if (reached === 0)
    return `Nobody would get it: of ${all} nobody knows who installed the app. Name a channel for ${themOf(teams)}.`;
  const to = skipped === 0 ? all : `${count(reached)} of ${all}`;
  const time = `It takes about ${Math.max(1, Math.ceil(minutes))} min. What was sent stays sent; the rest can be cancelled.`;
  return {
    title: `Send to ${to}?`,
    text: `${skippedWords(skipped)}${time}`,
    verb: `Send to ${plural(reached, 'team')}`,
  };
}

function skippedWords(skipped: number): string {
  if (skipped === 0) return '';
  const [many, them] = [plural(skipped, 'team'), themOf(skipped)];
  const why = 'nobody knows who installed the app there';
  return `${many} ${skipped === 1 ? 'is' : 'are'} skipped: ${why}. Cancel and name a channel for ${them} to reach ${them}, too. `;
}

function themOf(teams: number): string {
  return teams === 1 ? 'it' : 'them';
}

/** Why a team did not get it. What is not listed is shown as it is. */
const ERRORS: Readonly<Record<string, string>> = {
  installer_unknown: 'nobody knows who installed the app there',
  channel_not_found: 'there is no such channel, or the bot does not see it',
  not_in_channel: 'the bot is not in that channel',
  is_archived: 'the channel is archived',
  user_not_found: 'the person who installed the app is gone',
  user_disabled: 'the person who installed the app is gone',
  missing_scope: 'a permission is missing',
  restricted_action: 'the workspace does not let the bot post there',
};

export function postErrorWords(code: string): string {
  return Object.hasOwn(ERRORS, code) ? (ERRORS[code] ?? code) : code;
}

/** What stands in place of a channel. */
const TO_INSTALLER = 'installer';

/** To whom it goes in each team, and where that is not known. */
export function recipientWords({ to, orElse }: Pick<Broadcast, 'to' | 'orElse'>): string {
  const words = to === TO_INSTALLER ? 'who installed the app' : to;
  return orElse === null ? words : `${words}, or to ${orElse} where that is not known`;
}

const BECAUSE: Readonly<Record<string, string>> = {
  writer_died: 'Cancelled: the process that was preparing its recipients died. Nothing was posted; start it again.',
  writer_failed:
    'Cancelled: the database failed while its recipients were prepared. Nothing was posted; start it again.',
  interrupted: 'Cancelled: it was interrupted while its recipients were prepared. Nothing was posted.',
  message_unreadable: 'Cancelled: its message cannot be read.',
};

/** Why it was cancelled by itself. */
export function cancelledBecause(why: string): string {
  return Object.hasOwn(BECAUSE, why) ? (BECAUSE[why] ?? why) : why;
}

/** How it looks at a glance: what ended well is good, and what reached not everybody is not. */
export function toneOf({ state, counts }: Pick<Broadcast, 'state' | 'counts'>): Tone {
  if (state === 'cancelled') return 'none';
  if (state !== 'done') return 'info';
  if (counts.failed + counts.skipped === 0) return 'good';
  return counts.sent === 0 ? 'bad' : 'warn';
}
