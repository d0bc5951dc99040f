/** Loads the author's bot file: a module whose default export is a function that gets { bot, server }. */
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BotFile, BotServer } from '../bot-server.ts';
import { BotServerError, messageOf } from '../errors.ts';
import { whyNotImported } from './bot-import-failure.ts';
import { filesLike, placeIn } from './bot-place.ts';
import { loadModulesByTheirSyntax } from './module-syntax.ts';

/**
 * Imports a bot file; TypeScript runs as it is, with types stripped.
 * @throws BotServerError `bot_not_loadable`, which says whether the file is missing, does not parse and where, threw, imports
 * what is not there, or exports something else
 */
export async function loadBotFile(path: string): Promise<BotFile> {
  const file = resolve(path);
  mustBeFile(file);
  loadModulesByTheirSyntax();
  return functionOf(await importModule(file), file);
}

function mustBeFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile()) return;
  if (found) throw notLoadable(`The bot file ${file} is a folder`, 'Name the file in it, for example bot.ts.');
  const [like] = filesLike(file);
  const fix = like === undefined ? undefined : `There is ${like} in ${dirname(file)}.`;
  throw notLoadable(`The bot file ${file} does not exist`, fix);
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (cause) {
    const { why, fix } = await whyNotImported(cause, file);
    throw notLoadable(`The bot file ${file} cannot be loaded: ${why}`, fix);
  }
}

function functionOf(loaded: Record<string, unknown>, file: string): BotFile {
  const { default: exported } = loaded;
  // Of CommonJS the default export is what stands for all exports; compiled to it, a module has its own default in there.
  const exports = 'module.exports' in loaded || isCompiled(exported) ? exported : loaded;
  const setUp = isCompiled(exported) ? exported.default : exported;
  if (typeof setUp === 'function' && !isClass(setUp)) return setUp as BotFile;
  const isOwn = setUp !== undefined && (setUp !== exports || typeof setUp !== 'object');
  if (isOwn) throw notLoadable(`The default export of the bot file ${file} is not a function but ${kindOf(setUp)}`);
  const named = Object.keys(exports ?? {}).filter((name) => name !== 'default' && name !== '__esModule');
  const others = named.length > 0 ? `; it exports ${named.slice(0, 5).join(', ')}` : '';
  throw notLoadable(`The bot file ${file} has no default export${others}`);
}

function isCompiled(exported: unknown): exported is { default?: unknown } {
  return typeof exported === 'object' && exported !== null && '__esModule' in exported;
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return 'a class';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/**
 * Lets the bot file add its listeners and hooks.
 * @throws BotServerError `bot_not_loadable` when it throws or rejects
 */
export async function setUpBot(path: string | undefined, context: BotServer): Promise<void> {
  if (path === undefined) return;
  const setUp = await loadBotFile(path);
  try {
    await setUp(context);
  } catch (cause) {
    const place = placeIn(cause);
    const message = `The bot file ${path} failed while it was set up${place === undefined ? '' : ` (${place})`}`;
    throw new BotServerError('bot_not_loadable', message, {
      cause: cause instanceof Error ? cause : new Error(messageOf(cause)),
      fix: `Its default export threw. Mend ${place ?? basename(path)}.`,
    });
  }
}

function notLoadable(message: string, fix?: string): BotServerError {
  return new BotServerError('bot_not_loadable', message, fix === undefined ? {} : { fix });
}
