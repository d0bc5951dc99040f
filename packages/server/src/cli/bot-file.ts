/** Loads the author's bot file: a module whose default export is a function that gets { bot, server }. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BotServer } from '../bot-server.ts';
import { BotServerError } from '../errors.ts';

/** What a bot file exports as default. */
export type BotFile = (context: BotServer) => unknown;

/**
 * Imports a bot file; TypeScript runs as it is, with types stripped.
 * @throws BotServerError `bot_not_loadable`
 */
export async function loadBotFile(path: string): Promise<BotFile> {
  const file = resolve(path);
  if (!existsSync(file)) throw new BotServerError('bot_not_loadable', `The bot file ${file} does not exist`);
  const loaded = await importModule(file);
  if (typeof loaded.default === 'function') return loaded.default as BotFile;
  throw new BotServerError('bot_not_loadable', `The bot file ${file} has no function as its default export`);
}

async function importModule(file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BotServerError('bot_not_loadable', `The bot file ${file} cannot be loaded: ${why}`, { cause });
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
