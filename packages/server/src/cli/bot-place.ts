/** Where in the author's files something stands or went wrong, as an editor and a terminal take it: `bot.ts:12:5`. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeOfError } from '../dispatch/error-place.ts';

/** A line and a column, both from 1. */
export interface Position {
  line: number;
  column: number;
}

/** The path as somebody in this folder would name it. */
export function near(path: string): string {
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** A place in a file; without a position the file. */
export function placeAt(path: string, position: Position | undefined): string {
  return position === undefined ? near(path) : `${near(path)}:${position.line}:${position.column}`;
}

/** The line of the bot at which an error was thrown. */
export function placeIn(error: unknown): string | undefined {
  return placeOfError(error) ?? undefined;
}

/**
 * What Node writes above the stack of an error that it found while it read a file: file (if it knows) and line; that line, of
 * TypeScript with the one before; and marks under it.
 */
const ABOVE_STACK = /^(.*):(\d+)\n(?:.*\n){1,3}?( *)\^/;

/** The place that stands above an error's stack. */
export function placeAbove(stack: string): { path: string; position: Position } | undefined {
  const [, path, line, indent] = ABOVE_STACK.exec(stack) ?? [];
  if (path === undefined || line === undefined || indent === undefined) return undefined;
  return {
    path: path.startsWith('file:') ? fileURLToPath(path) : path,
    position: { line: Number(line), column: indent.length + 1 },
  };
}

/** Where a file names what it imports. @param specifier Or its beginning: of `package/part` Node names the package. */
export function placeOfImport(path: string, specifier: string): string {
  const source = sourceOf(path);
  const at = [`'${specifier}`, `"${specifier}`].map((start) => source.indexOf(start)).find((index) => index >= 0);
  if (at === undefined) return near(path);
  const before = source.slice(0, at).split('\n');
  return placeAt(path, { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

/** Files beside a missing one that have its name and another extension. */
export function filesLike(path: string): string[] {
  const stem = (name: string) => name.slice(0, name.length - extname(name).length);
  try {
    const wanted = basename(path);
    return readdirSync(dirname(path)).filter(
      (name) => name !== wanted && /\.[cm]?[jt]s$/.test(name) && [wanted, stem(wanted)].includes(stem(name)),
    );
  } catch {
    return [];
  }
}

function sourceOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
