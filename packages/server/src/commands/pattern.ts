/** Reads a pattern: words, captures, and brackets around what may be missing. What its captures are to the compiler says pattern-types.ts. */
import { BotServerError } from '../errors.ts';
import { isCaptureType } from './captures.ts';
import type { CaptureTypeName } from './pattern-types.ts';
import { folded } from './tokens.ts';

/** One word, or any one of several: `set|unset`. */
interface Literal {
  kind: 'literal';
  words: readonly string[];
  /** As it was written. */
  shown: string;
}

export interface Capture {
  kind: 'capture';
  name: string;
  type: CaptureTypeName;
  /** `+`: one word or more; `*`: any number. */
  repeat: '+' | '*' | undefined;
  /** Several without a type: the text as it stands, not a list. */
  isText: boolean;
}

interface Optional {
  kind: 'optional';
  parts: Part[];
}

export type Part = Literal | Capture | Optional;

const CAPTURE = /^:([A-Za-z_]\w*)(?:\(([^()]*)\))?([+*])?$/;
const EMOJI = /^:[^\s:]+:$/;

/** @throws BotServerError `usage` for what is no pattern */
export function readPattern(pattern: string): Part[] {
  const refuse = (why: string) => new BotServerError('usage', `The pattern ${JSON.stringify(pattern)} ${why}`);
  const open: Part[][] = [[]];
  const names = new Set<string>();
  for (const word of pattern.split(' ').filter((one) => one !== '')) {
    const [, opening = '', inside = '', closing = ''] = /^(\[*)(.*?)(\]*)$/s.exec(word) ?? [];
    for (let n = 0; n < opening.length; n++) open.push([]);
    if (inside === '' || /[[\]]/.test(inside)) throw refuse(`has a bracket that is not around words: ${word}`);
    const part = readWord(inside, refuse);
    if (part.kind === 'capture' && names.size === names.add(part.name).size) {
      throw refuse(`has two captures with the name ${part.name}`);
    }
    open.at(-1)?.push(part);
    for (let n = 0; n < closing.length; n++) {
      const parts = open.pop() ?? [];
      const around = open.at(-1);
      if (!around) throw refuse('has a ] without its [');
      around.push({ kind: 'optional', parts });
    }
  }
  const [parts = []] = open;
  if (open.length > 1) throw refuse('has a [ without its ]');
  if (parts.length === 0) throw refuse('has no words');
  return parts;
}

function readWord(word: string, refuse: (why: string) => BotServerError): Literal | Capture {
  if (!word.startsWith(':') || EMOJI.test(word)) {
    const words = word.split('|').map(folded);
    if (words.includes('')) throw refuse(`has an alternative that is empty: ${word}`);
    return { kind: 'literal', words, shown: word };
  }
  const [, name, type, repeat] = CAPTURE.exec(word) ?? [];
  if (name === undefined) throw refuse(`has ${word}: write :name or :name(type), with + or * behind it for several`);
  if (type !== undefined && !isCaptureType(type)) throw refuse(`asks for a ${type}, which is not a type of captures`);
  const named = type ?? (isCaptureType(name) ? name : undefined);
  return {
    kind: 'capture',
    name,
    type: (named ?? 'word') as CaptureTypeName,
    repeat: repeat as '+' | '*' | undefined,
    isText: repeat !== undefined && named === undefined,
  };
}

/** The words with which a pattern begins, each as its first alternative: the name of the command. */
export function nameOf(parts: readonly Part[]): string {
  return leading(parts)
    .map(({ words }) => words[0])
    .join(' ');
}

/** The pattern with other words in front: what an alias is. */
export function renamed(parts: readonly Part[], name: string): Part[] {
  return [...readPattern(name), ...parts.slice(leading(parts).length)];
}

function leading(parts: readonly Part[]): Literal[] {
  const end = parts.findIndex(({ kind }) => kind !== 'literal');
  return parts.slice(0, end < 0 ? parts.length : end) as Literal[];
}

/** For people: `lost [to <winner>] <scores…>`. */
export function usageOf(parts: readonly Part[]): string {
  return parts.map(usageOfPart).join(' ');
}

function usageOfPart(part: Part): string {
  if (part.kind === 'literal') return part.shown;
  if (part.kind === 'optional') return `[${usageOf(part.parts)}]`;
  const shown = `<${part.name}${part.repeat === undefined ? '' : '…'}>`;
  return part.repeat === '*' ? `[${shown}]` : shown;
}
