/**
 * Takes secrets out of what is stored, logged, printed or told: those of the configuration, everything with the shape of a
 * Slack token, and every token that this process knows. Texts are searched before they become JSON, which would spell
 * quotes and backslashes another way.
 */
import { TOKEN_SHAPE } from '../slack/token-shape.ts';
import { plainValueOf } from './plain-value.ts';

/** Tokens that have no shape: those of Slack-compatible servers. */
export interface KnownTokens {
  /** Their lengths in characters: nothing of another length is asked about. */
  readonly lengths: ReadonlySet<number>;
  readonly knows: (word: string) => boolean;
}

export interface RedactorOptions {
  /** Values that must never be written. Shorter ones than 8 characters are ignored: they stand in every other word. */
  secrets?: readonly string[];
  tokens?: KnownTokens;
}

export interface Redactor {
  /** The text with `[secret]` and `[token]` where they stood. */
  readonly text: (text: string) => string;
  /** A copy made of plain objects, arrays and texts, for a log: errors with their causes, no cycles, bounded in size. */
  readonly value: (value: unknown) => unknown;
  /** JSON of the whole value, with texts and names redacted. @param indent as JSON.stringify() */
  readonly json: (value: unknown, indent?: number) => string;
  /** Adds values that must never be written from now on, as `secrets` of the options: those that only become known later. */
  readonly learn: (secrets: readonly string[]) => void;
}

/** The configuration refuses secrets that are shorter, so that `[secret]` never stands in the middle of plain words. */
export const MIN_SECRET_LENGTH = 8;

/** Builds a redactor. Without options it knows the shapes of tokens only. */
export function createRedactor({ secrets = [], tokens }: RedactorOptions = {}): Redactor {
  const known = new Set(secrets);
  let pattern = patternOf(known);
  function text(original: string): string {
    // Secrets first: one that has a token in it would be torn apart.
    let clean = pattern ? original.replace(pattern, '[secret]') : original;
    clean = clean.replace(TOKEN_SHAPE, '[token]');
    return tokens && tokens.lengths.size > 0 ? withoutKnown(clean, tokens) : clean;
  }
  return {
    text,
    value: (value) => plainValueOf(value, text),
    json: (value, indent) => JSON.stringify(value, (_name, part: unknown) => redactedPart(part, text), indent),
    learn(more) {
      for (const secret of more) known.add(secret);
      pattern = patternOf(known);
    },
  };
}

function redactedPart(part: unknown, text: (original: string) => string): unknown {
  if (typeof part === 'string') return text(part);
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [text(name), value]));
}

/** One pattern for all, the longest first: a secret may begin with another one. */
function patternOf(secrets: ReadonlySet<string>): RegExp | undefined {
  const spellings = new Set([...secrets].filter(({ length }) => length >= MIN_SECRET_LENGTH).flatMap(spellingsOf));
  if (spellings.size === 0) return undefined;
  const longestFirst = [...spellings].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

/** As it is, and as it stands in JSON, in an address and in a form that somebody puts into a message. */
function spellingsOf(secret: string): string[] {
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()), inForm];
}

/** A token of any shape begins and ends where a word does; in between it may hold anything. */
function withoutKnown(text: string, tokens: KnownTokens): string {
  let clean = '';
  let from = 0;
  // Most of what a line says is a number, an id or a word: too short for any of them.
  const last = text.length - Math.min(...tokens.lengths);
  for (let at = 0; at <= last; at++) {
    const end = isEdge(text, at) ? endOfKnown(text, at, tokens) : undefined;
    if (end === undefined) continue;
    clean += `${text.slice(from, at)}[token]`;
    from = end;
    at = end - 1;
  }
  return from === 0 ? text : clean + text.slice(from);
}

function endOfKnown(text: string, at: number, { lengths, knows }: KnownTokens): number | undefined {
  for (const length of lengths) {
    const end = at + length;
    if (end <= text.length && isEdge(text, end) && knows(text.slice(at, end))) return end;
  }
  return undefined;
}

function isEdge(text: string, at: number): boolean {
  return !(isLetterOrDigit(text.charCodeAt(at - 1)) && isLetterOrDigit(text.charCodeAt(at)));
}

/** NaN, beside the text, is neither. */
function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
