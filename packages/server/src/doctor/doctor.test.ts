import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config/config.ts';
import type { BotDeclarations } from '../manifest/bot-declarations.ts';
import { checkPort } from './check-port.ts';
import { checkGrants } from './check-scopes.ts';
import { checkSignatures } from './check-signatures.ts';
import { checkAppOfToken, checkCredentials, checkReach } from './check-slack.ts';
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

it.each([
  [0, 0, 'skipped'],
  [0, 3, 'ok'],
  // Strangers knock at every door: where Slack's are taken, that is no finding.
  [5, 3, 'ok'],
  [5, 0, 'warning'],
])('%i requests refused for their signature, %i events taken: %s', (refused, accepted, expected) => {
  expect(checkSignatures({ refused, accepted }).level).toBe(expected);
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

it.each([
  ['<!doctype html><title>Log in to the network</title>', 'problem'],
  ['{"status":"up"}', 'problem'],
  ['[]', 'problem'],
  ['', 'problem'],
  ['{"ok":false,"error":"ratelimited"}', 'ok'],
])('an answer 200 with %j where Slack should be: %s', async (text, expected) => {
  const fetch = () => Promise.resolve(new Response(text));
  const [reach] = await checkReach('https://slack.test/api/', { fetch, now: () => 0 });
  expect(reach).toMatchObject({ check: 'slack', level: expected });
  if (expected === 'problem') expect(reach?.message).toContain('is not Slack');
});

describe('what teams granted', () => {
  const declared = {
    events: ['reaction_added'],
    commands: [],
    shortcuts: [],
    methods: [],
  } as unknown as BotDeclarations;
  const needs = { asked: ['chat:write', 'reactions:read'], declared, methods: ['chat.postMessage', 'users.info'] };

  it('counts those that lack what the bot needs and asks for today, and leaves to others what nobody asks for', () => {
    const grants = [
      { scopes: ['chat:write'], installations: 2, example: 'T0ACME0001' },
      { scopes: [], installations: 9, example: 'T0ACME0009' },
      { scopes: ['reactions:read'], installations: 1, example: 'T0ACME0002' },
      { scopes: ['reactions:read', 'chat:write'], installations: 5, example: 'T0ACME0003' },
      { scopes: ['commands', 'chat:write'], installations: 1, example: 'T0ACME0004' },
    ];
    expect(checkGrants(grants, needs).map(({ level: of, message }) => `${of} ${message}`)).toEqual([
      'warning 3 active installations lack reactions:read, for example T0ACME0001: event reaction_added needs it',
      'warning 1 active installation lacks chat:write, for example T0ACME0002: method chat.postMessage needs it',
    ]);
  });

  it('is fine when all have what is needed', () => {
    const grants = [
      { scopes: ['chat:write', 'reactions:read', 'users:read'], installations: 3, example: 'T0ACME0001' },
    ];
    expect(checkGrants(grants, needs).map(level)).toEqual(['ok']);
  });
});

it.each([
  ['xapp-1-A0ACME0001-1234-abc', 'A0ACME0001', []],
  ['xapp-1-A0OTHER001-1234-abc', 'A0ACME0001', ['problem']],
  ['xapp-1-A0OTHER001-1234-abc', null, []],
  ['xapp-test-of-no-app', 'A0ACME0001', []],
  [undefined, 'A0ACME0001', []],
])('the app-level token %s beside a database of %s: %j', (token, app, expected) => {
  expect(checkAppOfToken(token, app).map(level)).toEqual(expected);
});

it.each([
  [{ kind: 'error', code: 'invalid_code', body: {} }, 'ok', 'Slack knows'],
  [{ kind: 'error', code: 'invalid_client_id', body: {} }, 'problem', 'SLACK_CLIENT_ID'],
  [{ kind: 'error', code: 'bad_client_secret', body: {} }, 'problem', 'SLACK_CLIENT_SECRET'],
  // Of a Slack that fails, or of another server: nobody has looked at them.
  [{ kind: 'error', code: 'internal_error', body: {} }, 'skipped', '(internal_error)'],
  [{ kind: 'error', code: 'unknown_method', body: {} }, 'skipped', '(unknown_method)'],
  [{ kind: 'limited', retryAfterMs: 1 }, 'skipped', 'did not say'],
] as const)('what Slack says to the credentials, %j: %s', async (answer, expected, words) => {
  const config = parseConfig({ slackClientId: '1.2', slackClientSecret: 'client-secret-1' });
  const finding = await checkCredentials(config, () => Promise.resolve(answer));
  expect([finding.level, finding.message]).toEqual([expected, expect.stringContaining(words)]);
});

describe('the port', () => {
  const settings = { port: 'PORT', host: 'HOST' };

  it('is free afterwards when it was free before, and a problem while another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = await checkPort({ host: '127.0.0.1', port, settings });
    expect(taken).toMatchObject({ level: 'problem', message: expect.stringContaining(`PORT = ${port}`) });
    expect(taken.fix).toContain('PORT to a free port');
    other.close();
    await once(other, 'close');
    for (const _ of [1, 2])
      expect(await checkPort({ host: '127.0.0.1', port, settings })).toMatchObject({ level: 'ok' });
  });

  it('is a problem on an address of another machine', async () => {
    const { level: of, fix } = await checkPort({ host: '192.0.2.1', port: 0, settings });
    expect([of, fix]).toEqual(['problem', expect.stringContaining('HOST')]);
  });
});
