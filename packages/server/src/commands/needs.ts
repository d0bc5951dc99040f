/** What declared commands need of Slack: events, methods, slash commands. Pure. */
import type { CommandsOptions } from './command-options.ts';
import type { Entry } from './declarations.ts';
import type { DeclaredNeeds, DeclaredSlashCommand } from './declared-needs.ts';
import { type Localized, localized } from './localized.ts';

export interface NeedsFacts {
  entries: readonly Entry[];
  slashCommands: ReadonlyMap<string, Entry | undefined>;
  /** The language of people is asked for. */
  asksLocale: boolean;
  defaultLocale: string;
}

export function needsOf(options: CommandsOptions, facts: NeedsFacts): DeclaredNeeds {
  const listen = options.listen ?? (needsMessages(options, facts.entries) ? 'messages' : 'mentions');
  const calls = facts.entries.flatMap(({ options: { allow = [] } }) =>
    [allow].flat().flatMap((one) => one.calls ?? []),
  );
  const asksUsers = facts.asksLocale || options.byName === true;
  return {
    events: [...(listen === 'mentions' ? ['app_mention'] : []), ...(options.byName ? ['user_change'] : [])],
    messages: listen === 'messages' ? 'all' : 'direct',
    methods: Array.from(new Set(['chat.postMessage', ...(asksUsers ? ['users.info'] : []), ...calls])),
    slashCommands: Array.from(facts.slashCommands, ([command, entry]) => slashNeed(command, { entry, options, facts })),
  };
}

/** Whether mentions alone are too little. */
function needsMessages({ aliases, byName, edits }: CommandsOptions, entries: readonly Entry[]): boolean {
  if (typeof aliases === 'function' || (aliases ?? []).length > 0 || byName || edits) return true;
  return entries.some(({ isAddressed, options }) => !isAddressed || options.edits === true);
}

function slashNeed(
  command: string,
  { entry, options, facts }: { entry: Entry | undefined; options: CommandsOptions; facts: NeedsFacts },
): DeclaredSlashCommand {
  const { defaultLocale } = facts;
  const inDefault = (text: Localized | undefined) =>
    text === undefined ? '' : localized(text, defaultLocale, defaultLocale);
  if (!entry) return { command, description: inDefault(options.summary), usageHint: 'help' };
  const { usage = '' } = entry;
  // The name stands for itself: what is left is what comes behind it.
  const usageHint = usage.startsWith(`${entry.name} `) ? usage.slice(entry.name.length + 1) : '';
  return { command, description: inDefault(entry.options.summary), usageHint };
}

/** Whether something is there in several languages, or somebody else says which one is spoken. */
export function isMultilingual(options: CommandsOptions, entries: readonly Entry[]): boolean {
  if (options.locale || Object.keys(options.texts ?? {}).length > 1) return true;
  const texts = entries.flatMap(({ options: { summary, description } }) => [summary, description]);
  return [...texts, options.summary, ...Object.values(options.topics ?? {})].some(
    (text) => typeof text === 'object' && Object.keys(text).length > 1,
  );
}
