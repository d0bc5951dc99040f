/** What somebody began to write: per workspace, person, conversation and thread. It stays for as long as the tab does. */
import { computed, signal } from '@preact/signals';

/** Where a text is written. */
export interface DraftPlace {
  team: string;
  user: string;
  /** A conversation, or `app:A…` before there is one. */
  channel: string;
  thread?: string | undefined;
}

export interface Draft extends DraftPlace {
  text: string;
}

const PREFIX = 'draft ';

/** Every draft of the tab. */
export const drafts = signal<readonly Draft[]>(stored());

/** Where there are any: what is typed changes nothing in it. */
const draftKeys = computed(() => drafts.value.map(keyOf).join('\n'));

export function draftText(place: DraftPlace): string {
  return sessionStorage.getItem(keyOf(place)) ?? '';
}

export function keepDraft(place: DraftPlace, text: string): void {
  if (text.trim() === '') sessionStorage.removeItem(keyOf(place));
  else sessionStorage.setItem(keyOf(place), text);
  drafts.value = stored();
}

/** The conversations in which a person began to write, one for each draft. */
export function draftChannels(team: string, user: string): string[] {
  const own = `${PREFIX}${team} ${user} `;
  return draftKeys.value
    .split('\n')
    .filter((key) => key.startsWith(own))
    .map((key) => key.slice(own.length).split(' ')[0] ?? '');
}

/** Those of one person. */
export function draftsOf(team: string, user: string): Draft[] {
  return drafts.value.filter((one) => one.team === team && one.user === user);
}

function keyOf({ team, user, channel, thread = '' }: DraftPlace): string {
  return `${PREFIX}${team} ${user} ${channel} ${thread}`;
}

function stored(): Draft[] {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => {
      const [team = '', user = '', channel = '', thread] = key.slice(PREFIX.length).split(' ');
      return { team, user, channel, thread: thread || undefined, text: sessionStorage.getItem(key) ?? '' };
    });
}
