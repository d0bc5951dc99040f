/** Loads the author's bot file: a module whose default export is a function that gets { bot, server }. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BotServer } from '../bot-server.ts';
import { BotServerError, messageOf } from '../errors.ts';
import { loadModulesByTheirSyntax } from './module-syntax.ts';

/** What a bot file exports as default. */
export type BotFile = (context: BotServer) => unknown;

/**
 * Imports a bot file; TypeScript runs as it is, with types stripped.
 * @throws BotServerError `bot_not_loadable`
 */
export async function loadBotFile(path: string): Promise<BotFile> {
  const file = resolve(path);
  if (!existsSync(file)) throw new BotServerError('bot_not_loadable', `The bot file ${file} does not exist`);
  loadModulesByTheirSyntax();
  const loaded = await importModule(file);
  // Modules that were compiled to CommonJS export an object with their default export in it.
  const exported = loaded.default as { default?: unknown } | undefined;
  const setUp = typeof exported === 'function' ? exported : exported?.default;
  if (typeof setUp === 'function') return setUp as BotFile;
  throw new BotServerError('bot_not_loadable', `The bot file ${file} has no function as its default export`);
}

async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    throw new BotServerError('bot_not_loadable', `The bot file ${file} cannot be loaded: ${messageOf(cause)}`, {
      cause,
    });
  }
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
    throw new BotServerError('bot_not_loadable', `The bot file ${path} failed while it was set up`, { cause });
  }
}
