import { expect, it } from 'vitest';
import { addressOf, aliasesOf, type Via } from './address.ts';

const aliases = aliasesOf(['Pong', 'pong bot', ':ping_pong:', ' ']);

it.each<[string, Via, string]>([
  ['<@U0BOT> hi', 'mention', 'hi'],
  ['<@U0BOT|pongbot>: hi', 'mention', 'hi'],
  [' \u200b<@U0BOT>,\nhi ', 'mention', 'hi'],
  ['<@U0BOT>hi', 'mention', 'hi'],
  ['<@U0BOT>', 'mention', ''],
  ['<@U0BOTH> hi', 'ambient', '<@U0BOTH> hi'],
  ['<@U0BOT', 'ambient', '<@U0BOT'],
  ['&lt;@U0BOT&gt; hi', 'ambient', '&lt;@U0BOT&gt; hi'],
  ['hi <@U0BOT>', 'ambient', 'hi <@U0BOT>'],
  ['pong hi', 'alias', 'hi'],
  ['PONG: hi', 'alias', 'hi'],
  ['pong bot hi', 'alias', 'hi'],
  ['pong', 'alias', ''],
  ['pongs hi', 'ambient', 'pongs hi'],
  [':ping_pong: hi', 'alias', 'hi'],
  ['hi', 'ambient', 'hi'],
  [`x${' '.repeat(39_998)}x`, 'ambient', `x${' '.repeat(39_998)}x`],
])('%j is %s', (raw, via, text) => {
  expect(addressOf(raw, { botUserId: 'U0BOT', aliases, isDirect: false })).toEqual({ via, text });
  const direct = addressOf(raw, { botUserId: 'U0BOT', aliases, isDirect: true });
  expect(direct).toEqual({ via: 'direct', text });
});

it('nobody mentions a bot whose id is not known', () => {
  expect(addressOf('<@undefined> hi', { botUserId: undefined, aliases: [], isDirect: false }).via).toBe('ambient');
});
