/** What a captain may set, in which words. */
import { describe, expect, it } from 'vitest';
import { readSetting, requireConsistent, settingIn, settingsOf } from './settings.ts';

const HOUR_MS = 3_600_000;

describe('settings', () => {
  it.each([
    ['expire 2 days', { expireMs: 48 * HOUR_MS }],
    ['expire 30 minutes', { expireMs: HOUR_MS / 2 }],
    ['remind never', { remindMs: null }],
    ['leaderboard max infinity', { max: null }],
    ['Elo  Base -5', { base: -5 }],
    ['elo algorithm GLICKO2', { algorithm: 'glicko2' }],
    ['elo decay 0.9', { decay: 0.9 }],
    ['aliases pong, pp', { aliases: ['pong', 'pp'] }],
    ['aliases none', { aliases: [] }],
    ['timezone Europe/Berlin', { timezone: 'Europe/Berlin' }],
    ['max challenges per day 5', { perDay: 5 }],
    ['won off', { won: false }],
  ])('%s', (text, change) => {
    const { key, rest } = settingIn(text) ?? { key: 'max' as const, rest: '' };
    expect(readSetting(key, rest)).toEqual(change);
  });

  it.each([
    ['expire 14m', 'at least 15 minutes'],
    ['elo k 0', 'from 1 to 400'],
    ['elo k 1.5', 'whole'],
    ['won maybe', '`on` or `off`'],
    ['timezone Mars/North', 'Europe/Berlin'],
    ['aliases <!channel>', 'up to 10 words'],
  ])('refuse %s', (text, why) => {
    const { key, rest } = settingIn(text) ?? { key: 'max' as const, rest: '' };
    expect(() => readSetting(key, rest)).toThrow(why);
  });

  it('expire later than they remind', () => {
    expect(() => requireConsistent(settingsOf({ expireMs: 4 * HOUR_MS }))).toThrow('expire after 4h, before');
    requireConsistent(settingsOf({ expireMs: null }));
    expect(settingIn('weather')).toBeUndefined();
  });
});
