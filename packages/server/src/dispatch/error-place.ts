/** Where in the code of the bot an error began, for whoever groups failures. Pure. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** `at f (file:///app/bot.ts:12:5)`, `at async /app/bot.ts:12:5`. */
const FRAME = /^\s*at (?:.*\(|async )?((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)?$/;

/** As long as a path is, and short enough for a row. */
const MAX_PLACE = 200;

/** This package, from which listeners are called. */
const OWN_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** The first line of a stack that is neither Node's, nor of a package, nor ours; null when there is none. */
export function placeOfError(
  error: unknown,
  folder: string = process.cwd(),
  ownFolder: string = OWN_FOLDER,
): string | null {
  for (const line of stackOf(error).split('\n')) {
    const [, where = '', row, column] = FRAME.exec(line) ?? [];
    if (row === undefined || where.includes('node_modules')) continue;
    const path = pathOf(where);
    if (path === undefined || path.startsWith(ownFolder)) continue;
    const near = relative(folder, path);
    return `${near.startsWith('..') ? path : near}:${row}:${column}`.slice(-MAX_PLACE);
  }
  return null;
}

/** A stack may be whatever the author, or whoever is quoted in a message, has made of it. */
function stackOf(error: unknown): string {
  try {
    return error instanceof Error && typeof error.stack === 'string' ? error.stack : '';
  } catch {
    return '';
  }
}

/** Undefined for what only looks like a file: a stack begins with the message, which may quote what a person wrote. */
function pathOf(where: string): string | undefined {
  if (!where.startsWith('file://')) return where;
  try {
    return fileURLToPath(where);
  } catch {
    return undefined;
  }
}
