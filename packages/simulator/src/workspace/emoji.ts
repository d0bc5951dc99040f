/** The custom emoji of a workspace, and which names are an emoji there; emoji-names.ts has the standard ones. */
import { standardEmoji } from './emoji-names.ts';
import type { Team } from './model.ts';
import type { World } from './world.ts';

/** What every new workspace has on Slack. */
export const DEFAULT_EMOJI: readonly (readonly [name: string, value: string])[] = [
  ['bowtie', 'https://simulator.invalid/emoji/bowtie.png'],
  ['squirrel', 'https://simulator.invalid/emoji/squirrel.png'],
  ['shipit', 'alias:squirrel'],
  ['slack', 'https://simulator.invalid/emoji/slack.png'],
];

/** Names that mean the same emoji; Slack stores the second. */
const ALIASES: Readonly<Record<string, string>> = { thumbsup: '+1', thumbsdown: '-1' };

/** Adds or replaces a custom emoji; `value` is a URL or `alias:name`. */
export function addEmoji(world: World, team: Team, { name, value }: { name: string; value: string }): void {
  team.emoji.set(name, value);
  world.events.emit({ type: 'emoji_changed', team, change: { kind: 'add', name, value } });
}

/** Takes a custom emoji away; false when there is none of that name. */
export function removeEmoji(world: World, team: Team, name: string): boolean {
  if (!team.emoji.delete(name)) return false;
  world.events.emit({ type: 'emoji_changed', team, change: { kind: 'remove', names: [name] } });
  return true;
}

/** The name under which a reaction is stored, or nothing when the workspace has no such emoji. */
export function emojiName(team: Team, asked: string): string | undefined {
  const [, name = ''] = /^:?(.*?):?$/.exec(asked) ?? [];
  const [, plain = ''] = /^([^:]+)(?:::skin-tone-[2-6])?$/.exec(name) ?? [];
  if (!standardEmoji.has(plain) && !team.emoji.has(plain)) return undefined;
  return ALIASES[name] ?? name;
}
