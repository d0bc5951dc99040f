/** What is made of the lines of other programs. Their shapes are those that the programs write, by hand. */
import { describe, expect, it } from 'vitest';
import type { ImportFormat } from './import-format.ts';
import { createLineReader } from './line-reader.ts';

const NOW_MS = 1_795_000_000_000;

function read(line: object | string, format?: ImportFormat) {
  const reader = createLineReader({ nowMs: NOW_MS, format });
  const result = reader.read(typeof line === 'string' ? line : JSON.stringify(line));
  return { ...result, format: reader.format, ignoredNames: [...reader.ignored] };
}

/** As `copy (select row_to_json(teams) from teams) to stdout` prints it. */
const RUBY_ROW = {
  id: 7,
  team_id: 'T0ACME0001',
  name: 'Acme',
  domain: 'acme',
  token: 'xoxb-test-1',
  oauth_scope: 'chat:write,users:read',
  oauth_version: 'v2',
  bot_user_id: 'U0BOT00001',
  activated_user_id: 'U0ANN00001',
  activated_user_access_token: 'xoxb-test-1',
  active: true,
  created_at: '2024-01-02T03:04:05.123456',
  updated_at: '2024-02-03T04:05:06.123456',
};

/** As FileInstallationStore of @slack/oauth writes it. */
const BOLT = {
  team: { id: 'T0ACME0001', name: 'Acme' },
  enterprise: { id: 'E0ACME0001', name: 'Acme Org' },
  user: {
    token: 'xoxe.xoxp-test-1',
    refreshToken: 'xoxe-1-test-2',
    expiresAt: 1_900_000_009,
    scopes: ['search:read'],
    id: 'U0ANN00001',
  },
  tokenType: 'bot',
  isEnterpriseInstall: false,
  appId: 'A0ACME0001',
  authVersion: 'v2',
  bot: {
    scopes: ['chat:write'],
    token: 'xoxe.xoxb-test-1',
    userId: 'U0BOT00001',
    id: 'B0BOT00001',
    refreshToken: 'xoxe-1-test-1',
    expiresAt: 1_900_000_000,
  },
  incomingWebhook: {
    url: 'https://hooks.example.com/1',
    channel: '#general',
    channelId: 'C1',
    configurationUrl: 'https://acme.example.com/1',
  },
};

/** As the Python SDK's FileInstallationStore writes it. */
const PYTHON = {
  app_id: 'A0ACME0001',
  enterprise_id: null,
  enterprise_name: null,
  enterprise_url: null,
  team_id: 'T0ACME0001',
  team_name: 'Acme',
  bot_token: 'xoxb-test-1',
  bot_id: 'B0BOT00001',
  bot_user_id: 'U0BOT00001',
  bot_scopes: ['chat:write'],
  bot_refresh_token: null,
  bot_token_expires_at: null,
  user_id: 'U0ANN00001',
  user_token: null,
  user_scopes: [],
  user_refresh_token: null,
  user_token_expires_at: null,
  incoming_webhook_url: null,
  is_enterprise_install: false,
  token_type: 'bot',
  installed_at: 1_700_000_000.25,
  custom_values: {},
};

describe('a row of slack-ruby-bot-server', () => {
  it('becomes a grant; with v2 the token that it repeats is no person’s', () => {
    expect(read({ ...RUBY_ROW, stripe_customer_id: 'cus_1', trial: null })).toMatchObject({
      format: 'slack-ruby-bot-server',
      ignoredNames: ['stripe_customer_id'],
      input: {
        key: 'T0ACME0001',
        isEnterprise: false,
        installedBy: 'U0ANN00001',
        bot: { token: 'xoxb-test-1', scopes: ['chat:write', 'users:read'], expiresAtMs: null },
        users: [],
        team: { teamId: 'T0ACME0001', name: 'Acme', domain: 'acme', botUserId: 'U0BOT00001', botId: null },
      },
    });
    expect(read(RUBY_ROW)).not.toHaveProperty('input.inactive');
  });

  it('of a classic app has the token of the person as well', () => {
    const row = {
      ...RUBY_ROW,
      oauth_version: null,
      oauth_scope: 'identify,bot',
      activated_user_access_token: 'xoxp-test-1',
    };
    expect(read(row)).toMatchObject({
      input: {
        bot: { scopes: ['bot'] },
        users: [{ userId: 'U0ANN00001', token: 'xoxp-test-1', scopes: ['identify', 'bot'] }],
      },
    });
  });

  it.each([[false], ['f'], ['false'], ['0'], [0]])('with active %j is inactive since its last change', (active) => {
    expect(read({ ...RUBY_ROW, active })).toMatchObject({
      input: { inactive: { reason: 'imported_inactive', sinceMs: Date.UTC(2024, 1, 3, 4, 5, 6, 123) } },
    });
  });

  it.each([[true], ['t'], ['true'], ['1'], [''], [null]])('with active %j is active', (active) => {
    expect(read({ ...RUBY_ROW, active })).toMatchObject({ input: { key: 'T0ACME0001' } });
    expect(read({ ...RUBY_ROW, active })).not.toHaveProperty('input.inactive');
  });

  it.each([
    ['2024-02-03 04:05:06', Date.UTC(2024, 1, 3, 4, 5, 6)],
    ['2024-02-03 04:05:06.5+02', Date.UTC(2024, 1, 3, 2, 5, 6, 500)],
    ['2024-02-03 04:05:06 UTC', Date.UTC(2024, 1, 3, 4, 5, 6)],
    [{ $date: '2024-02-03T04:05:06Z' }, Date.UTC(2024, 1, 3, 4, 5, 6)],
  ])('reads the time %j', (updated_at, sinceMs) => {
    expect(read({ ...RUBY_ROW, active: false, updated_at })).toMatchObject({ input: { inactive: { sinceMs } } });
  });

  it.each([
    [{ active: 'yes' }, 'active must be true or false'],
    [{ updated_at: 'yesterday' }, 'updated_at must be a time, for example'],
    [{ token: null }, 'token must be a string'],
    [{ token: 'xoxp-test-1' }, 'token must be a bot token'],
    [{ team_id: 'acme' }, 'team_id must be 1 to 32 characters'],
    [{ oauth_version: 'v3' }, 'oauth_version must be v1 or v2'],
  ])('with %j is refused in words', (changes, words) => {
    const { error } = read({ ...RUBY_ROW, ...changes }) as { error?: string };
    expect(error).toContain(words);
    expect(error).not.toContain('test-1');
  });
});

describe('an installation of Bolt for JavaScript', () => {
  it('keeps pairs that rotate, the webhook and the organization', () => {
    expect(read({ ...BOLT, metadata: 'from-my-site' })).toMatchObject({
      format: 'bolt-js',
      ignoredNames: ['metadata'],
      input: {
        key: 'T0ACME0001',
        isEnterprise: false,
        enterpriseId: 'E0ACME0001',
        appId: 'A0ACME0001',
        installedBy: 'U0ANN00001',
        bot: {
          token: 'xoxe.xoxb-test-1',
          refreshToken: 'xoxe-1-test-1',
          expiresAtMs: 1_900_000_000_000,
          isUndated: false,
        },
        users: [
          { userId: 'U0ANN00001', token: 'xoxe.xoxp-test-1', refreshToken: 'xoxe-1-test-2', scopes: ['search:read'] },
        ],
        team: { name: 'Acme', botUserId: 'U0BOT00001', botId: 'B0BOT00001' },
        incomingWebhook: { url: 'https://hooks.example.com/1', channelId: 'C1' },
      },
    });
  });

  it.each([[true], [undefined]])(
    'of a whole organization has its id (isEnterpriseInstall: %j)',
    (isEnterpriseInstall) => {
      const { team: _team, ...organization } = BOLT;
      expect(read({ ...organization, isEnterpriseInstall })).toMatchObject({
        input: { key: 'E0ACME0001', isEnterprise: true, team: { teamId: 'E0ACME0001', name: 'Acme Org' } },
      });
    },
  );

  it('has each person once, the newer file first', () => {
    const users = [
      { ...BOLT.user, token: 'xoxe.xoxp-test-9' },
      { id: 'U0BOB00001', token: 'xoxp-test-3' },
      { id: 'U0CARL0001' },
    ];
    expect(read({ ...BOLT, users })).toMatchObject({
      input: {
        users: [
          { userId: 'U0ANN00001', token: 'xoxe.xoxp-test-9' },
          { userId: 'U0BOB00001', token: 'xoxp-test-3' },
        ],
      },
    });
  });

  it.each([
    [{ bot: undefined }, 'bot must be an object with a token'],
    [{ bot: { token: 'xoxp-test-1' } }, 'bot.token must be a bot token'],
    [
      { bot: { token: 'xoxe.xoxb-test-1', refreshToken: 'xoxe-1-test' } },
      'bot.refreshToken and bot.expiresAt must be given together',
    ],
    [
      { bot: { token: 'xoxb-test-1', expiresAt: 1_900_000_000_000, refreshToken: 'xoxe-1-test' } },
      'bot.expiresAt must be seconds since 1970, not milli',
    ],
    [{ team: { id: 'acme' } }, 'team.id must be 1 to 32'],
    [{ team: null }, 'team.id is required'],
    [{ isEnterpriseInstall: true, enterprise: null }, 'enterprise.id is required'],
  ])('with %j is refused in words', (changes, words) => {
    const { error } = read({ ...BOLT, ...changes }) as { error?: string };
    expect(error).toContain(words);
    expect(error).not.toContain('test-1');
  });
});

describe('an installation of Bolt for Python', () => {
  it('of a file becomes a grant', () => {
    expect(read({ ...PYTHON, custom_values: { plan: 'gold' } })).toMatchObject({
      format: 'bolt-python',
      ignoredNames: ['custom_values'],
      input: {
        key: 'T0ACME0001',
        isEnterprise: false,
        appId: 'A0ACME0001',
        installedBy: 'U0ANN00001',
        bot: { token: 'xoxb-test-1', scopes: ['chat:write'], expiresAtMs: null, refreshToken: null },
        users: [],
        team: { name: 'Acme', botUserId: 'U0BOT00001', botId: 'B0BOT00001' },
      },
    });
  });

  it.each([[1_900_000_000], ['1900000000'], ['2030-03-17 17:46:40'], ['2030-03-17T17:46:40+00:00']])(
    'of a table has scopes and the end %j as text',
    (end) => {
      const row = {
        ...PYTHON,
        is_enterprise_install: 't',
        enterprise_id: 'E0ACME0001',
        enterprise_name: 'Acme Org',
        team_id: '',
        bot_token: 'xoxe.xoxb-test-1',
        bot_scopes: 'chat:write,users:read',
        bot_refresh_token: 'xoxe-1-test-1',
        bot_token_expires_at: end,
      };
      expect(read(row)).toMatchObject({
        input: {
          key: 'E0ACME0001',
          isEnterprise: true,
          team: { name: 'Acme Org' },
          bot: { scopes: ['chat:write', 'users:read'], refreshToken: 'xoxe-1-test-1', expiresAtMs: 1_900_000_000_000 },
        },
      });
    },
  );

  it.each([
    [{ bot_token: null }, 'bot_token must be a string'],
    [{ bot_refresh_token: 'xoxe-1-test' }, 'bot_refresh_token and bot_token_expires_at must be given together'],
    [{ user_id: null, user_token: 'xoxp-test-1' }, 'user_id is required beside user_token'],
    [{ is_enterprise_install: 'maybe' }, 'is_enterprise_install must be true or false'],
    [{ team_id: null }, 'team_id is required'],
  ])('with %j is refused in words', (changes, words) => {
    const { error } = read({ ...PYTHON, ...changes }) as { error?: string };
    expect(error).toContain(words);
    expect(error).not.toContain('test-1');
  });
});

describe('whose lines they are', () => {
  it('is told by the first that can be read, and holds for all', () => {
    const reader = createLineReader({ nowMs: NOW_MS });
    expect(reader.read('no JSON')).toMatchObject({ error: expect.stringContaining('is not JSON') });
    expect(reader.format).toBeUndefined();
    expect(reader.read(JSON.stringify(RUBY_ROW))).toHaveProperty('input');
    expect(reader.read(JSON.stringify(PYTHON))).toMatchObject({
      error: expect.stringContaining('token must be a string'),
    });
    expect(reader.format).toBe('slack-ruby-bot-server');
  });

  it('can be said by the operator', () => {
    expect(read(RUBY_ROW, 'slack-bot-server')).toMatchObject({ error: expect.stringContaining('unknown fields') });
    expect(read({ team_id: 'T1', token: 'xoxb-test-1' }, 'slack-ruby-bot-server')).toMatchObject({
      input: { key: 'T1' },
    });
  });

  it.each([['{"team_id":"T1","token":"xoxb-test-1"}'], ['[1]'], ['7'], ['null'], ['"xoxb-test-1"']])(
    'is ours when it is like none of the others: %s',
    (line) => {
      const { error } = read(line) as { error?: string };
      expect(error).toMatch(/unknown field "token"; known are team_id|must be one JSON object/);
      expect(error).not.toContain('test-1');
    },
  );
});
