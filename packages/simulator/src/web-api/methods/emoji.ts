/** emoji.list: the custom emoji of a workspace. */

import { flag } from '../../wire/arguments.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

/** The standard emoji by category, as far as people react with them. */
const categories = [
  { name: 'Smileys & Emotion', emoji_names: ['grinning', 'smile', 'joy', 'heart_eyes', 'thinking_face', 'heart'] },
  { name: 'People & Body', emoji_names: ['+1', '-1', 'wave', 'clap', 'raised_hands', 'eyes'] },
  { name: 'Activities', emoji_names: ['tada', 'trophy', 'soccer'] },
  { name: 'Symbols', emoji_names: ['white_check_mark', 'x', 'warning', '100'] },
];

export const emojiMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'emoji.list',
    tier: 2,
    scopes: ['emoji:read'],
    args: { include_categories: flag.optional() },
    run({ team, world }, { include_categories: hasCategories }) {
      return {
        ok: true,
        emoji: Object.fromEntries(team.emoji),
        cache_ts: `${seconds(world.clock.now())}.000000`,
        ...(hasCategories && { categories_version: '5', categories }),
      };
    },
  }),
];
