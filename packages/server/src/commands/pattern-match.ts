/**
 * Matches words against a pattern. The pattern is a program of small steps, of which each is tried at most once for each word: the
 * time is bounded by steps × words whatever the text, where a backtracking regular expression would have no bound. Pure.
 */
import { readers } from './captures.ts';
import { plainText } from './mrkdwn.ts';
import type { Capture, Part } from './pattern.ts';
import type { CaptureTypeName, CaptureTypes, CaptureValue } from './pattern-types.ts';
import { foldedOf, type Token } from './tokens.ts';

type Step =
  | { kind: 'literal'; words: readonly string[] }
  /** Takes one word into a slot. */
  | { kind: 'take'; slot: number; type: CaptureTypeName }
  /** Goes on at one step, and when that fails at the other one. */
  | { kind: 'either'; first: number; second: number }
  | { kind: 'end' };

/** A text and its words, which all patterns share. */
export interface Words {
  text: string;
  tokens: readonly Token[];
}

/** A pattern that is ready to be matched. */
export interface Matcher {
  /** With which words it can begin; undefined: with any. */
  firstWords: readonly string[] | undefined;
  /** The captures; undefined when the words do not fit. */
  match(words: Words): Record<string, CaptureValue> | undefined;
}

export function matcherOf(parts: readonly Part[]): Matcher {
  const program: Program = { steps: [], captures: [] };
  compile(parts, program);
  program.steps.push({ kind: 'end' });
  const { fewest, most } = lengthOf(parts);
  const [first] = parts;
  return {
    firstWords: first?.kind === 'literal' ? first.words : undefined,
    match(words) {
      const count = words.tokens.length;
      if (count < fewest || count > most) return undefined;
      const spans = run(program, words.tokens);
      return spans && valuesOf(program.captures, spans, words);
    },
  };
}

interface Program {
  steps: Step[];
  captures: Capture[];
}

function compile(parts: readonly Part[], program: Program): void {
  for (const part of parts) {
    if (part.kind === 'literal') program.steps.push({ kind: 'literal', words: part.words });
    else if (part.kind === 'optional') compileOptional(program, () => compile(part.parts, program));
    else if (part.repeat === '*') compileOptional(program, () => compileCapture(part, program));
    else compileCapture(part, program);
  }
}

function compileOptional({ steps }: Program, compileInside: () => void): void {
  const either: Step = { kind: 'either', first: steps.length + 1, second: 0 };
  steps.push(either);
  compileInside();
  either.second = steps.length;
}

function compileCapture(capture: Capture, { steps, captures }: Program): void {
  const slot = captures.push(capture) - 1;
  const take = steps.push({ kind: 'take', slot, type: capture.isText ? 'word' : capture.type }) - 1;
  // As many as there are, and fewer when what follows fails.
  if (capture.repeat !== undefined) steps.push({ kind: 'either', first: take, second: steps.length + 1 });
}

/** How many words can fit. */
function lengthOf(parts: readonly Part[]): { fewest: number; most: number } {
  let fewest = 0;
  let most = 0;
  for (const part of parts) {
    const inside = part.kind === 'optional' ? lengthOf(part.parts) : { fewest: 1, most: 1 };
    const isRepeated = part.kind === 'capture' && part.repeat !== undefined;
    fewest += part.kind === 'optional' || (part.kind === 'capture' && part.repeat === '*') ? 0 : inside.fewest;
    most += isRepeated ? Number.POSITIVE_INFINITY : inside.most;
  }
  return { fewest, most };
}

/** By slot its first and its last word, one behind the other; -1 where there are none. */
type Spans = number[];

/** Which words each slot gets; undefined when they do not fit. Allocates nothing for a step: a hostile text has 20,000 words. */
function run({ steps, captures }: Program, tokens: readonly Token[]): Spans | undefined {
  const width = tokens.length + 1;
  const isTried = new Uint8Array(steps.length * width);
  const spans: Spans = Array(captures.length * 2).fill(-1) as number[];
  /** What was written over in `spans`, by pairs of index and value: undone when a branch fails. */
  const undo: number[] = [];
  /** Ways that are left, each as its step, its word, and the length of `undo` there. */
  const left = [0, 0, 0];
  while (left.length > 0) {
    const undone = left.pop() as number;
    let at = left.pop() as number;
    let number = left.pop() as number;
    while (undo.length > undone) {
      const value = undo.pop() as number;
      spans[undo.pop() as number] = value;
    }
    for (;;) {
      const place = number * width + at;
      if (isTried[place] === 1) break;
      isTried[place] = 1;
      const step = steps[number] as Step;
      if (step.kind === 'end') {
        if (at === tokens.length) return spans;
        break;
      }
      if (step.kind === 'either') {
        left.push(step.second, at, undo.length);
        number = step.first;
        continue;
      }
      const token = tokens[at];
      if (!token || !fits(step, token)) break;
      if (step.kind === 'take') take(spans, undo, { slot: step.slot, at });
      number++;
      at++;
    }
  }
  return undefined;
}

function take(spans: Spans, undo: number[], { slot, at }: { slot: number; at: number }): void {
  const first = slot * 2;
  if (spans[first] === -1) {
    undo.push(first, -1);
    spans[first] = at;
  }
  undo.push(first + 1, spans[first + 1] as number);
  spans[first + 1] = at;
}

function fits(step: Extract<Step, { kind: 'literal' | 'take' }>, token: Token): boolean {
  if (step.kind === 'literal') return !token.isQuoted && step.words.includes(foldedOf(token));
  return step.type === 'word' || readers[step.type](token) !== undefined;
}

function valuesOf(captures: readonly Capture[], spans: readonly number[], words: Words): Record<string, CaptureValue> {
  const values: Record<string, CaptureValue> = {};
  for (const [slot, capture] of captures.entries()) {
    values[capture.name] = valueOf(capture, words, { from: spans[slot * 2] ?? -1, to: spans[slot * 2 + 1] ?? -1 });
  }
  return values;
}

function valueOf(capture: Capture, { text, tokens }: Words, { from, to }: { from: number; to: number }): CaptureValue {
  const first = tokens[from];
  const last = tokens[to];
  if (!first || !last) return missing(capture);
  if (capture.isText) return plainText(text.slice(first.start, last.end));
  const read = (token: Token) => readers[capture.type](token) as CaptureTypes[CaptureTypeName];
  if (capture.repeat === undefined) return read(first);
  return tokens.slice(from, to + 1).map(read) as CaptureValue;
}

function missing({ repeat, isText }: Capture): CaptureValue {
  if (repeat !== '*') return undefined;
  return isText ? '' : [];
}
