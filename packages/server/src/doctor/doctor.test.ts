import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { checkReach } from './check-slack.ts';
import { checkDisk, checkKey, checkNode, checkSettings } from './check-surroundings.ts';

const level = ({ level: of }: { level: string }) => of;

it.each([
  ['v20.19.0', 'problem'],
  ['v22.17.9', 'problem'],
  ['v22.18.0', 'ok'],
  ['v24.0.0', 'ok'],
])('node %s: %s', (version, expected) => {
  expect(checkNode(version).level).toBe(expected);
});

it.each([
  [10 * 1024 ** 2, 'problem'],
  [500 * 1024 ** 2, 'warning'],
  [2 * 1024 ** 3, 'ok'],
])('%i bytes of disk: %s', (free, expected) => {
  expect(checkDisk({ bavail: free / 4_096, bsize: 4_096 }, '/data').level).toBe(expected);
});

it.each([
  [{}, ['problem', 'warning']],
  [{ publicUrl: 'http://bot.example.com', slackClientId: '1.2', slackClientSecret: 'client-secret-1' }, ['problem']],
  [{ publicUrl: 'http://127.0.0.1:3000', slackClientId: '1.2', slackClientSecret: 'client-secret-1' }, ['ok']],
  [{ publicUrl: 'https://bot.example.com', slackClientId: '1.2', slackClientSecret: 'client-secret-1' }, ['ok']],
])('settings %j: %j', (settings, expected) => {
  expect(checkSettings(parseConfig(settings)).map(level)).toEqual(expected);
});

it.each([
  [
    'aa',
    'ok',
    'tokens are sealed with the key aa; ENCRYPTION_KEYS also has bb, which can be removed after keys rotate',
  ],
  ['bb', 'warning', 'tokens are sealed with the key bb, and ENCRYPTION_KEYS begins with aa'],
  [null, 'ok', 'tokens will be sealed with the key aa'],
])('a database of the key %s with the keys aa and bb: %s', (stored, expected, message) => {
  expect(checkKey({ fingerprint: 'aa', fingerprints: ['aa', 'bb'] }, stored)).toMatchObject({
    level: expected,
    message,
  });
});

describe('clock', () => {
  const NOW = Date.parse('2026-11-28T12:00:00Z');
  const reach = async (theirs: string | undefined) => {
    const headers: Record<string, string> = theirs === undefined ? {} : { date: theirs };
    const fetch = () => Promise.resolve(new Response('{"ok":true}', { headers }));
    return await checkReach('https://slack.test/api/', { fetch, now: () => NOW });
  };

  it.each([
    ['Sat, 28 Nov 2026 12:00:00 GMT', 'ok'],
    ['Sat, 28 Nov 2026 11:59:30 GMT', 'ok'],
    ['Sat, 28 Nov 2026 11:58:00 GMT', 'problem'],
    ['Sat, 28 Nov 2026 12:05:00 GMT', 'problem'],
    [undefined, 'skipped'],
    ['yesterday', 'skipped'],
  ])('when Slack says it is %s: %s', async (theirs, expected) => {
    expect((await reach(theirs)).map(level)).toEqual(['ok', expected]);
  });

  it('says by how much and in which direction', async () => {
    const [, ahead] = await reach('Sat, 28 Nov 2026 11:58:00 GMT');
    expect(ahead?.message).toContain('120 s ahead');
    const [, behind] = await reach('Sat, 28 Nov 2026 12:05:00 GMT');
    expect(behind?.message).toContain('300 s behind');
  });
});
