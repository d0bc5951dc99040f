/** Why a bot file could not be imported, in words and with its place. Node tells of some failures only what, of others only where. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../errors.ts';
import { filesLike, near, type Position, placeAbove, placeAt, placeIn, placeOfImport } from './bot-place.ts';
import { loadModulesByTheirSyntax } from './module-syntax.ts';

/** The reason, and what to do when the code's own advice would not help. */
export interface ImportFailure {
  why: string;
  fix?: string;
}

/** How many files are checked at most for the one that does not parse: the last one loaded is nearly always it. */
const MAX_CHECKED = 20;

/** How long Node may take to check a file, in milliseconds; it takes 40. */
const CHECK_MS = 10_000;

/** @param file The bot file, whose import threw `error`. */
export async function whyNotImported(error: unknown, file: string): Promise<ImportFailure> {
  const { code, message = '', stack = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return notFound(error as MissingModule, file);
  const [, specifier, name] = NO_EXPORT.exec(message) ?? [];
  if (specifier !== undefined && name !== undefined) return noSuchExport(stack, { specifier, name, file });
  if (isFromReading(error, stack)) return doesNotParse(message, await placeOfSyntax(stack));
  const place = placeIn(error);
  const kind = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
  const why = `it threw while it was imported${place === undefined ? '' : ` (${place})`}: ${kind}${messageOf(error)}`;
  return { why, fix: `Mend ${place ?? near(file)}; what a bot needs at its start belongs in its default export.` };
}

interface MissingModule extends Error {
  requireStack?: readonly string[];
}

const MISSING = /^Cannot find (?:package|module) '([^']+)'(?: imported from (.+))?/;

function notFound({ message, requireStack }: MissingModule, file: string): ImportFailure {
  const [, wanted = '', by = requireStack?.[0] ?? file] = MISSING.exec(message) ?? [];
  const importer = by.startsWith('file:') ? fileURLToPath(by) : by;
  const isPath = /^(?:[./]|[A-Za-z]:\\|file:)/.test(wanted);
  if (!isPath) {
    const name = wanted
      .split('/')
      .slice(0, wanted.startsWith('@') ? 2 : 1)
      .join('/');
    return {
      why: `${placeOfImport(importer, wanted)} imports ${wanted}, which is not installed`,
      fix: `npm install ${name}`,
    };
  }
  const path = wanted.startsWith('file:') ? fileURLToPath(wanted) : resolve(dirname(importer), wanted);
  const [like] = filesLike(path);
  return {
    why: `${placeNamed(importer, path)} imports ${near(path)}, which does not exist`,
    fix:
      like === undefined
        ? `Make that file, or name another one.`
        : `There is ${like}: name it with its extension, as Node does.`,
  };
}

/** Node names the file that it looked for, not what was written. */
function placeNamed(importer: string, path: string): string {
  const written = existsSync(importer) ? readFileSync(importer, 'utf8').matchAll(/['"](\.{1,2}\/[^'"\n]*)['"]/g) : [];
  for (const [, specifier = ''] of written) {
    if (resolve(dirname(importer), specifier) === path) return placeOfImport(importer, specifier);
  }
  return near(importer);
}

const NO_EXPORT = /^The requested module '([^']+)' does not provide an export named '([^']+)'/;

function noSuchExport(
  stack: string,
  { specifier, name, file }: { specifier: string; name: string; file: string },
): ImportFailure {
  const place = placeAbove(stack);
  const where = place ? placeAt(place.path, place.position) : near(file);
  return {
    why: `${where} imports ${name} from ${specifier}, which exports nothing of that name`,
    fix: `If ${name} is a type: import type { ${name} } from '${specifier}'`,
  };
}

/** Whether Node found it while it read a file, not the bot while it ran (JSON.parse throws a SyntaxError, too). */
function isFromReading(error: unknown, stack: string): boolean {
  const firstFrame = /^ +at (.*)$/m.exec(stack)?.[1] ?? '';
  return error instanceof SyntaxError && firstFrame.includes('node:internal/modules');
}

function doesNotParse(message: string, place: { path: string; position?: Position } | undefined): ImportFailure {
  const where = place ? placeAt(place.path, place.position) : 'one of its files';
  const isTypeScript = /TypeScript .* is not supported/.test(message);
  const fix = isTypeScript
    ? 'Node strips types and compiles nothing: write it as JavaScript would, or build the bot first and name the built file.'
    : `Mend ${where}.`;
  return { why: `${where} does not parse: ${message}`, fix };
}

async function placeOfSyntax(stack: string): Promise<{ path: string; position?: Position } | undefined> {
  const above = placeAbove(stack);
  if (above) return above;
  const loaded = [...loadModulesByTheirSyntax().files].toReversed();
  for (const path of loaded.slice(0, MAX_CHECKED)) {
    const position = await positionByCheck(path);
    if (position) return { path, position };
  }
  return loaded[0] === undefined ? undefined : { path: loaded[0] };
}

/** Reads a file as a module, without running it; what it throws ends the process. */
const CHECK = `const { readFileSync } = require('node:fs');
const { stripTypeScriptTypes } = require('node:module');
const { SourceTextModule } = require('node:vm');
const path = process.argv[1];
const source = readFileSync(path, 'utf8');
new SourceTextModule(/\\.[cm]?ts$/.test(path) ? stripTypeScriptTypes(source) : source, { identifier: path });`;

/** Of an error in a module V8 tells the place only where a process ends by it. So another Node reads the file. */
function positionByCheck(path: string): Promise<Position | undefined> {
  const words = ['--no-warnings', '--experimental-vm-modules', '--eval', CHECK, path];
  return new Promise((settle) => {
    execFile(process.execPath, words, { timeout: CHECK_MS, env: {} }, (error, _stdout, stderr) =>
      settle(error ? placeAbove(stderr)?.position : undefined),
    );
  });
}
