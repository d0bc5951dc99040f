/** Where a seed comes from, and where in it something stands: `seed.yaml:14:9` for a file, the path alone for an object. */
import { readFile } from 'node:fs/promises';
import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { SimulatorError } from '../errors.ts';

/** Keys and indexes from the top, for example `['teams', 0, 'name']`. */
export type SeedPath = readonly PropertyKey[];

/** The value of a seed, and where its parts stand. */
export interface SeedSource {
  readonly value: unknown;
  /** The position of the part, or of the closest part around it. `key` points to a key of that part. */
  where(path: SeedPath, key?: string): string;
}

/** A seed that a program made. */
export function objectSource(value: unknown): SeedSource {
  return { value, where: (path) => `seed ${pathText(path)}`.trimEnd() };
}

/**
 * A seed in a file, YAML or JSON (which is YAML, so one parser knows the lines of both).
 * @throws SimulatorError `invalid_configuration` when it cannot be read, `invalid_seed` when it cannot be parsed
 */
export async function fileSource(file: string): Promise<SeedSource> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SimulatorError('invalid_configuration', `Cannot read the seed ${file}`, { cause });
  });
  return textSource(text, file);
}

/** @throws SimulatorError `invalid_seed` */
export function textSource(text: string, file: string): SeedSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => `${at(pos[0])} ${message}`);
  if (problems.length > 0) throw new SimulatorError('invalid_seed', problems.join('\n'));
  return {
    value: valueOf(document, file),
    where: (path, key) => `${at(offsetOf(document, path, key))} ${pathText(path)}`.trimEnd(),
  };
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    // Aliases that would grow without end.
    throw new SimulatorError('invalid_seed', `${file}: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

/** A part that is missing stands where the part around it does. */
function offsetOf(document: Document, path: SeedPath, key: string | undefined): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    node = isCollection(node) ? node.get(step, true) : undefined;
    offset = startOf(node) ?? offset;
  }
  if (key === undefined || !isMap(node)) return offset;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
  return startOf(pair?.key) ?? offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}

/** For example `teams[0].channels[2].name`. */
function pathText(path: SeedPath): string {
  return path.reduce<string>((so, step) => {
    if (typeof step === 'number') return `${so}[${step}]`;
    return so === '' ? String(step) : `${so}.${String(step)}`;
  }, '');
}
