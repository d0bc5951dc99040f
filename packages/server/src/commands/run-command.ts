/** Runs what somebody asked for: permission, handler, and whom an error is told: the person, or the operator. */
import { isBotServerError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import { type CommandSet, DEFAULT_LOCALE, unknownText, usageText } from './command-set.ts';
import type { Entry } from './declarations.ts';
import { type Localized, localized } from './localized.ts';
import type { Found } from './lookup.ts';
import { Refusal } from './permissions.ts';
import { UserError } from './user-error.ts';

/** Makes the context of a command, once it is known which one it is. */
export type ContextFor = (command: string, captures: Readonly<Record<string, unknown>>) => CommandContext;

/** @throws what the handler throws, unless it is a UserError */
export async function runFound(found: Found, set: CommandSet, contextFor: ContextFor): Promise<void> {
  switch (found.kind) {
    case 'found':
      return await runCommand(found.entry, set, contextFor(found.entry.name, found.captures));
    case 'misused': {
      const context = contextFor(found.entries[0]?.name ?? '', {});
      return await tell(context, set, usageText(await set.voiceFor(context), found.entries));
    }
    case 'unknown':
      return await answerUnknown(found.suggestions(), set, contextFor('', {}));
    case 'nothing':
      return;
  }
}

async function answerUnknown(suggestions: readonly string[], set: CommandSet, context: CommandContext): Promise<void> {
  const { unknown = 'answer', help = true } = set.options;
  if (unknown === 'ignore') return;
  if (typeof unknown === 'function') {
    await reportingTo(set, context, () => unknown(context));
    return;
  }
  const voice = await set.voiceFor(context);
  if (context.text === '') {
    if (help) await context.reply(set.help(voice));
    return;
  }
  // A name in front of a sentence is not always meant for the bot; a command that was almost right is.
  if (context.via === 'alias' && suggestions.length === 0) return;
  await tell(context, set, unknownText(voice, context.text, suggestions));
}

async function runCommand(entry: Entry, set: CommandSet, context: CommandContext): Promise<void> {
  await reportingTo(set, context, async () => {
    for (const permission of [entry.options.allow ?? []].flat()) {
      const answer = await permission(context);
      if (answer === true) continue;
      throw answer === false ? new UserError((await set.voiceFor(context)).say('forbidden')) : new UserError(answer);
    }
    await entry.handler(context as never);
  });
}

async function reportingTo(set: CommandSet, context: CommandContext, run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof UserError) return await tell(context, set, await inTheirLanguage(context, set, error.text));
    if (error instanceof Refusal) {
      return await tell(context, set, (await set.voiceFor(context)).say(error.reason, error.values));
    }
    await sayItFailed(context, set, error);
    throw error;
  }
}

/** An author may have translated an error where nothing else is. */
async function inTheirLanguage(context: CommandContext, set: CommandSet, text: Localized): Promise<string> {
  if (typeof text === 'string') return text;
  return localized(text, await context.locale(), set.options.defaultLocale ?? DEFAULT_LOCALE);
}

/** Once, and not where Slack has just refused to take anything. What goes wrong with it is not the error that matters. */
async function sayItFailed(context: CommandContext, set: CommandSet, error: unknown): Promise<void> {
  const isSlacks = String((error as { code?: unknown } | null)?.code).startsWith('slack_webapi_');
  if (context.attempt > 1 || isSlacks || isBotServerError(error)) return;
  await tell(context, set, (await set.voiceFor(context)).say('failed')).catch(() => {});
}

/** Tells a person of a mistake, where the author wants it. */
async function tell(context: CommandContext, { options }: CommandSet, text: string): Promise<void> {
  if (text === '') return;
  const { userErrors = 'thread' } = options;
  if (context.slash) await context.replyPrivately(text);
  else if (context.isDirect || userErrors === 'channel') await context.reply(text);
  else if (userErrors === 'ephemeral') await context.replyPrivately(text);
  else await context.replyInThread(text);
}
