/** Which declaration a message is for. By the first word, so that a table of hundreds is as fast as one of ten. */
import type { Via } from './address.ts';
import type { Entry, Form } from './declarations.ts';
import { near } from './distance.ts';
import { plainText } from './mrkdwn.ts';
import type { CaptureValue } from './pattern-types.ts';
import { ask } from './time-limited.ts';
import { folded, foldedOf, type Token, tokensOf } from './tokens.ts';

/** What was said. */
export interface Spoken {
  /** As Slack sent it, without the bot's name. */
  text: string;
  via: Via;
  isBot: boolean;
  isEdit: boolean;
  /** The words in attachments and blocks. */
  parts(this: void): string;
}

/** Who lets bots and edits in where a declaration does not say. */
export interface Defaults {
  bots: boolean;
  edits: boolean;
}

export type Found =
  | { kind: 'found'; entry: Entry; captures: Captures }
  /** The names of these are there, and what came behind does not fit. */
  | { kind: 'misused'; entries: readonly Entry[] }
  /** The bot was addressed. What is like it, nearest first: compared with every name, and so only for whom it is told. */
  | { kind: 'unknown'; suggestions(this: void): readonly string[] }
  | { kind: 'nothing' };

type Captures = Record<string, CaptureValue> | Record<string, unknown>;

/** A pattern under one of its names, or a declaration that has to look at every text. */
interface Candidate {
  entry: Entry;
  form?: Form;
}

export interface Lookup {
  /** @throws Error when nothing else fits and an expression took too long */
  find(spoken: Spoken): Found;
  /** The same for one declaration alone. */
  findIn(entry: Entry, spoken: Spoken): Found;
}

export function createLookup(entries: readonly Entry[], defaults: Defaults): Lookup {
  const byFirstWord = new Map<string, Candidate[]>();
  const others: Candidate[] = [];
  for (const candidate of entries.flatMap(candidatesOf)) {
    const firstWords = candidate.form?.matcher.firstWords;
    for (const word of firstWords ?? []) byFirstWord.set(word, [...(byFirstWord.get(word) ?? []), candidate]);
    if (!firstWords) others.push(candidate);
  }
  const hearsAll = entries.some(({ isAddressed }) => !isAddressed);
  const shown = entries.filter(({ options }) => options.isHidden !== true);

  function find(spoken: Spoken): Found {
    const isAddressed = spoken.via !== 'ambient';
    if (!isAddressed && !hearsAll) return { kind: 'nothing' };
    const text = new Text(spoken);
    const indexed = byFirstWord.get(text.firstWord) ?? [];
    const may = ({ entry }: Candidate) => isFor(entry, spoken, defaults);
    const found = firstOf(inOrder(indexed, others).filter(may), text);
    if (found) return found;
    if (!isAddressed) return { kind: 'nothing' };
    const misused = indexed.filter((candidate) => may(candidate) && isNamed(candidate, text.tokens));
    if (misused.length > 0) return { kind: 'misused', entries: Array.from(new Set(misused.map(({ entry }) => entry))) };
    const suggestions = () => {
      const names = shown.filter((entry) => isFor(entry, spoken, defaults)).flatMap((entry) => entry.names);
      return near(text.tokens.slice(0, MOST_WORDS_OF_A_NAME).map(foldedOf), names);
    };
    return { kind: 'unknown', suggestions };
  }

  function findIn(entry: Entry, spoken: Spoken): Found {
    const found = isFor(entry, spoken, defaults) ? firstOf(candidatesOf(entry), new Text(spoken)) : undefined;
    return found ?? { kind: 'misused', entries: [entry] };
  }

  return { find, findIn };
}

/** Of what was written so many are compared with names. */
const MOST_WORDS_OF_A_NAME = 5;

function candidatesOf(entry: Entry): Candidate[] {
  return entry.way.kind === 'pattern' ? entry.way.forms.map((form) => ({ entry, form })) : [{ entry }];
}

function isFor({ isAddressed, options }: Entry, { via, isBot, isEdit }: Spoken, defaults: Defaults): boolean {
  if (isAddressed && via === 'ambient') return false;
  if (via === 'slash' && options.slash === false) return false;
  return (!isBot || (options.bots ?? defaults.bots)) && (!isEdit || (options.edits ?? defaults.edits));
}

/** Both lists are in the order of declaration. */
function inOrder(some: readonly Candidate[], others: readonly Candidate[]): readonly Candidate[] {
  if (others.length === 0) return some;
  if (some.length === 0) return others;
  return [...some, ...others].sort((a, b) => a.entry.order - b.entry.order);
}

function firstOf(candidates: readonly Candidate[], text: Text): Found | undefined {
  let tooSlow: Entry | undefined;
  for (const { entry, form } of candidates) {
    const captures = capturesOf(entry, form, text);
    if (captures === 'out of time') tooSlow ??= entry;
    else if (captures) return { kind: 'found', entry, captures };
  }
  if (tooSlow) {
    throw new Error(`The expression ${tooSlow.name} took too long on a message of ${text.plain.length} characters`);
  }
  return undefined;
}

function capturesOf({ way }: Entry, form: Form | undefined, text: Text): Captures | 'out of time' | undefined {
  switch (way.kind) {
    case 'pattern':
      return form?.matcher.match(text);
    case 'operator':
      return text.plain.startsWith(way.sign) ? { expression: text.plain.slice(way.sign.length).trim() } : undefined;
    case 'match':
    case 'scan': {
      const found = ask(way.expression, text.within(way.within));
      if (found === 'out of time') return found;
      if (found.length === 0) return undefined;
      return way.kind === 'match' ? { match: found[0] } : { matches: found };
    }
  }
}

function isNamed({ form }: Candidate, tokens: readonly Token[]): boolean {
  const isThere = (words: readonly string[], at: number) => {
    const token = tokens[at];
    return token !== undefined && words.includes(foldedOf(token));
  };
  return form !== undefined && form.leading.length > 0 && form.leading.every(isThere);
}

/** A text, and what is made of it when somebody asks. */
class Text {
  readonly text: string;
  readonly #parts: () => string;
  #tokens: readonly Token[] | undefined;
  #plain: string | undefined;

  constructor({ text, parts }: Spoken) {
    this.text = text;
    this.#parts = parts;
  }

  get firstWord(): string {
    return folded(plainText(/^\S{1,80}/.exec(this.text)?.[0] ?? ''));
  }

  get tokens(): readonly Token[] {
    this.#tokens ??= tokensOf(this.text);
    return this.#tokens;
  }

  get plain(): string {
    this.#plain ??= plainText(this.text);
    return this.#plain;
  }

  within(place: 'text' | 'attachments' | 'everything'): string {
    if (place === 'text') return this.plain;
    const parts = plainText(this.#parts());
    return place === 'attachments' ? parts : `${this.plain}\n${parts}`;
  }
}
