/** Which scopes a bot needs for what it listens to and calls. */
import type { BotDeclarations } from './bot-declarations.ts';
import { eventScopes, messageEvents, methodScopes } from './slack-needs.ts';

export interface ScopeNeeds {
  /** SLACK_SCOPES. */
  asked: readonly string[];
  declared: BotDeclarations;
  methods: Iterable<string>;
}

/** Something that no asked scope covers. */
export interface MissingScope {
  /** `event reaction_added`, `method chat.postMessage`. */
  neededBy: string;
  /** One of them is enough. */
  oneOf: readonly string[];
}

/** What is not covered by the scopes that are asked for. */
export function missingScopes({ asked, declared, methods }: ScopeNeeds): MissingScope[] {
  const granted = new Set(asked);
  const missing: MissingScope[] = [];
  const require = (neededBy: string, oneOf: readonly string[] | undefined) => {
    if (oneOf && oneOf.length > 0 && !oneOf.some((scope) => granted.has(scope))) missing.push({ neededBy, oneOf });
  };
  for (const event of declared.events) require(`event ${event}`, ownIn(eventScopes, event));
  if (declared.messages) require('messages', Object.values(messageEvents));
  if (declared.directMessages) require('direct messages', ['im:history']);
  if (declared.commands.length > 0) require(`command ${declared.commands[0]}`, ['commands']);
  if (declared.shortcuts.length > 0) require('shortcuts', ['commands']);
  if (declared.assistant) {
    require('assistant', ['assistant:write']);
    require('messages to the assistant', ['im:history']);
  }
  for (const method of new Set([...declared.methods, ...methods]))
    require(`method ${method}`, ownIn(methodScopes, method));
  return missing;
}

/** A name that every object knows, `constructor`, is that of no event and no method. */
function ownIn(scopes: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] | undefined {
  return Object.hasOwn(scopes, name) ? scopes[name] : undefined;
}

/** Those that are asked for, and for what they do not cover the first scope that would; in alphabetical order. */
export function scopesOf(needs: ScopeNeeds): string[] {
  const scopes = new Set(needs.asked);
  for (const { oneOf } of missingScopes(needs))
    if (!oneOf.some((scope) => scopes.has(scope))) scopes.add(oneOf[0] ?? '');
  return Array.from(scopes).toSorted();
}
