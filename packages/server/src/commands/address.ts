/** Whether a message is for the bot, and what is left of it then. Pure. */

/** How the bot was addressed; `ambient`: it was not, and hears it all the same. */
export type Via = 'mention' | 'alias' | 'direct' | 'slash' | 'ambient';

export interface Address {
  via: Via;
  /** What is said to the bot: without its name, and without space around it. */
  text: string;
}

export interface AddressedTo {
  botUserId: string | undefined;
  /** Names to which it answers, in lower case. */
  aliases: readonly string[];
  isDirect: boolean;
}

/** Behind a name: `pongbot: hi`, `<@U1>, hi`. */
const BEHIND = /^[\s:,]+/;
/** Space, and what some clients put around a text without anybody seeing it. */
const INVISIBLE = /[\s\u200b\u200e\u200f\u2060\ufeff]/;

export function addressOf(raw: string, { botUserId, aliases, isDirect }: AddressedTo): Address {
  const text = trimmed(raw);
  const mentioned = botUserId === undefined ? undefined : behindMention(text, botUserId);
  if (mentioned !== undefined) return { via: isDirect ? 'direct' : 'mention', text: mentioned };
  const named = behindAlias(text, aliases);
  if (named !== undefined) return { via: isDirect ? 'direct' : 'alias', text: named };
  return { via: isDirect ? 'direct' : 'ambient', text };
}

function behindMention(text: string, botUserId: string): string | undefined {
  const start = `<@${botUserId}`;
  if (!text.startsWith(start)) return undefined;
  const end = text.indexOf('>', start.length);
  if (end < 0 || (end > start.length && text[start.length] !== '|')) return undefined;
  return text.slice(end + 1).replace(BEHIND, '');
}

function behindAlias(text: string, aliases: readonly string[]): string | undefined {
  for (const alias of aliases) {
    if (text.slice(0, alias.length).toLowerCase() !== alias) continue;
    const rest = text.slice(alias.length);
    if (rest === '') return '';
    const behind = rest.replace(BEHIND, '');
    if (behind.length < rest.length) return behind;
  }
  return undefined;
}

/** The longest first: `pong bot` before `pong`. */
export function aliasesOf(names: readonly string[]): string[] {
  return names
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
    .toSorted((a, b) => b.length - a.length);
}

/** Not by `/…+$/`, which takes the square of the length for a text that is full of spaces. */
function trimmed(raw: string): string {
  let start = 0;
  let end = raw.length;
  while (start < end && INVISIBLE.test(raw[start] as string)) start++;
  while (end > start && INVISIBLE.test(raw[end - 1] as string)) end--;
  return raw.slice(start, end);
}
