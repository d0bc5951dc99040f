/** A message as words: split at spaces; a mention, a link and words in quotation marks are one each. Pure, and linear in its length. */
import { plainText } from './mrkdwn.ts';

/** A word, and where it stands in the text. */
export interface Token {
  /** As Slack sent it. */
  raw: string;
  start: number;
  end: number;
  isQuoted: boolean;
  /** As words are compared; read with foldedOf(). */
  folded?: string;
}

const OPENING = /["“”„]/;
const CLOSING = /["“”]/;
const SPACE = /\s/;

/** Splits. A comma behind a mention separates, too. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const closers = quotesBeforeSpace(text);
  let closer = 0;
  let lastBracket: number | undefined;
  for (let at = 0; at < text.length; ) {
    const first = text[at] as string;
    if (SPACE.test(first)) {
      at++;
      continue;
    }
    const start = at;
    let isQuoted = false;
    if (first === '<') {
      lastBracket ??= text.lastIndexOf('>');
      if (at < lastBracket) at = text.indexOf('>', at) + 1;
    } else if (closers.length > 0 && OPENING.test(first)) {
      while (closer < closers.length && (closers[closer] as number) <= at) closer++;
      const end = closers[closer];
      isQuoted = end !== undefined;
      if (end !== undefined) at = end + 1;
    }
    if (at === start) at = endOfWord(text, at);
    tokens.push({ raw: text.slice(start, at), start, end: at, isQuoted });
    if (first === '<' && text[at] === ',') at++;
  }
  return tokens;
}

/** Where a quotation can end: looked for once, so that a text of opening marks alone takes no longer. */
function quotesBeforeSpace(text: string): number[] {
  if (!/["“„]/.test(text)) return [];
  const places: number[] = [];
  for (let at = 1; at < text.length; at++) {
    const next = text[at + 1];
    if (CLOSING.test(text[at] as string) && (next === undefined || SPACE.test(next))) places.push(at);
  }
  return places;
}

function endOfWord(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && !SPACE.test(text[at] as string)) at++;
  return at;
}

/** What a word says. */
export function wordOf({ raw, isQuoted }: Token): string {
  return plainText(isQuoted ? raw.slice(1, -1) : raw);
}

/** As words are compared: without case, with typewriter's apostrophes, and with one spelling of each accent. */
export function folded(word: string): string {
  const lower = word.toLowerCase();
  return /^[\u0020-\u007e]*$/.test(lower) ? lower : lower.normalize('NFC').replace(/[‘’]/g, "'").replace(/[“”„]/g, '"');
}

/** What it is compared by: kept, because many patterns ask. */
export function foldedOf(token: Token): string {
  token.folded ??= folded(wordOf(token));
  return token.folded;
}
