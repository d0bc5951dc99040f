import { describe, expect, it } from 'vitest';
import { type ConfigInput, configFromEnvironment, parseConfig } from './config.ts';
import { secretsOf } from './secrets.ts';

const app = { slackClientId: '1.2', slackClientSecret: 'test-client-secret' };
const key = Buffer.alloc(32, 7).toString('base64');

const long = 'test-admin-token-0123456789';

/** The message of the refusal. */
function refusal(input: ConfigInput): string {
  try {
    parseConfig(input);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was not refused');
}

describe('settings', () => {
  it('are those of a classic app on RTM unless they say otherwise', () => {
    expect(parseConfig(app)).toMatchObject({
      slackTransport: 'rtm',
      slackOauth: 'v1',
      slackScopes: ['bot'],
      slackUserScopes: [],
      slackAuthorizeUrl: 'https://slack.com/oauth/authorize',
    });
  });

  it('mean OAuth v2 and its page for the other transports', () => {
    const http = {
      ...app,
      slackTransport: 'http',
      slackSigningSecret: 'test-signing-secret',
      slackScopes: 'chat:write, commands',
    } as const;
    expect(parseConfig(http)).toMatchObject({
      slackOauth: 'v2',
      slackScopes: ['chat:write', 'commands'],
      slackAuthorizeUrl: 'https://slack.com/oauth/v2/authorize',
    });
    expect(parseConfig({ ...http, slackOauth: 'v1' })).toMatchObject({ slackOauth: 'v1' });
  });

  it.each<[string, ConfigInput, string]>([
    ['a signing secret for http', { slackTransport: 'http' }, 'SLACK_SIGNING_SECRET is missing'],
    ['an app token for socket', { slackTransport: 'socket' }, 'SLACK_APP_TOKEN is missing'],
    ['scopes for v2', { ...app, slackOauth: 'v2' }, 'SLACK_SCOPES is missing'],
    ['v2 for user scopes', { slackUserScopes: ['search:read'] }, 'SLACK_USER_SCOPES needs SLACK_OAUTH = v2'],
    ['both halves of the app', { slackClientId: '1.2' }, 'SLACK_CLIENT_SECRET is missing'],
    ['a key with PostgreSQL', { databaseUrl: 'postgres://db/bot' }, 'ENCRYPTION_KEYS is missing'],
    [
      'a known transport',
      { slackTransport: 'carrier' as 'http' },
      'SLACK_TRANSPORT = "carrier" must be http, socket or rtm',
    ],
    ['whole days', { purgeAfterDays: 0.5 }, 'PURGE_AFTER_DAYS = 0.5 must be a whole number of days'],
    ['at least a day', { purgeAfterDays: 0 }, 'PURGE_AFTER_DAYS = 0 must be 1 or more'],
    ['a known database', { databaseUrl: 'mysql://u:secret@db/x' }, 'DATABASE_URL = "mysql://…" must be a path'],
    ['a long admin token', { adminToken: 'x'.repeat(21) }, 'ADMIN_TOKEN must have at least 22 characters'],
    ['an admin token of a header', { adminToken: `${'x'.repeat(22)} y` }, 'ADMIN_TOKEN must be letters, digits'],
    [
      'two different admin tokens',
      { adminToken: long, adminReadToken: long },
      'ADMIN_READ_TOKEN must not be ADMIN_TOKEN',
    ],
    ['a token for the admin port', { adminPort: 4_000 }, 'ADMIN_PORT needs ADMIN_TOKEN'],
    ['another port for it', { adminPort: 3_000, adminToken: long }, 'ADMIN_PORT must not be PORT'],
    ['a port for its address', { adminHost: '0.0.0.0', adminToken: long }, 'ADMIN_HOST needs ADMIN_PORT'],
    ['a client secret', { ...app, slackClientSecret: 'm' }, 'SLACK_CLIENT_SECRET must have at least 8 characters'],
    ['a signing secret', { slackSigningSecret: 'seven77' }, 'SLACK_SIGNING_SECRET must have at least 8 characters'],
    ['an app token', { slackAppToken: 'xapp-1 ' }, 'SLACK_APP_TOKEN must have at least 8 characters'],
    ['whole keys', { encryptionKeys: `${key},` }, 'ENCRYPTION_KEYS must be keys of 32 bytes in base64 or hex'],
  ])('ask for %s, and say what is allowed', (_what, input, message) => {
    expect(refusal(input)).toContain(message);
  });

  it('name everything that is wrong at once, and no secret', () => {
    const message = refusal({ slackTransport: 'http', databaseUrl: 'postgres://u:hunter2@db/bot' });
    expect(message.split('\n')).toHaveLength(2);
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['mysql://u:p@ssX@h', 'mysql://…'],
    ['postgres2://u:ssX@h', 'postgres2://…'],
    ['jdbc:postgresql://u:ssX@h/db', 'jdbc:…'],
    ['postgres:u:ssX@h/db', 'postgres:…'],
    ['file:./u:ssX@h.db', 'file:…'],
    ['PostgreSQL+ssl://u:p@:/?#ssX@h', 'PostgreSQL+ssl://…'],
    ['postgres://u:1/ssX@h/db', 'postgres://…'],
    ['postgres://u:1?ssX@h/db', 'postgres://…'],
    ['postgres://u:1#ssX@h/db', 'postgres://…'],
  ])('refuse the database %s, and print nothing of its password', (databaseUrl, printed) => {
    const message = refusal({ databaseUrl, encryptionKeys: key });
    expect(message).toContain(`DATABASE_URL = "${printed}" must `);
    expect(message).not.toMatch(/ssX|u:/);
  });

  it.each(['./a:b.db', 'C:\\bot\\bot.db', '/var/lib/bot@home/bot.db', ':memory:', 'bot.db'])(
    'take the path %s',
    (path) => {
      expect(parseConfig({ databaseUrl: path }).databaseUrl).toBe(path);
    },
  );

  it('print nothing of a password in any other address', () => {
    expect(refusal({ slackApiUrl: 'ftp://u:hunter2@api' })).toContain('SLACK_API_URL = "ftp://…" must be the base URL');
  });

  it('name all that must never be written, in the spellings in which it travels', () => {
    const secrets = secretsOf({
      slackClientId: '1.2',
      slackClientSecret: ' client-secret',
      slackSigningSecret: 'signing-one,signing-two',
      slackAppToken: 'xapp-test-1',
      encryptionKeys: `${key}, other-key`,
      databaseUrl: 'postgres://bot:p%40ss@db/bot?password=inquery',
      databaseDirectUrl: 'postgres://bot:straight@db:5432/bot',
    });
    expect(secrets).toEqual(
      expect.arrayContaining([
        'client-secret',
        Buffer.from('1.2:client-secret').toString('base64'),
        'signing-one',
        'signing-two',
        'xapp-test-1',
        key,
        'other-key',
        'postgres://bot:p%40ss@db/bot?password=inquery',
        '//bot:p%40ss@',
        'p@ss',
        'inquery',
        'straight',
      ]),
    );
    expect(secretsOf({ databaseUrl: './data/bot.db', slackClientId: '1.2' })).toEqual([]);
  });

  it('take a PostgreSQL with keys', () => {
    const config = parseConfig({ databaseUrl: 'postgres://u:hunter2@db/bot', encryptionKeys: key });
    expect(config.databaseUrl).toBe('postgres://u:hunter2@db/bot');
  });

  it('never purge unless they say after how many days', () => {
    expect(parseConfig(app).purgeAfterDays).toBeUndefined();
    expect(parseConfig(configFromEnvironment({ PURGE_AFTER_DAYS: '90' })).purgeAfterDays).toBe(90);
  });

  it('give codes of Slack another class, as text or as an object', () => {
    const text = 'bot_removed = terminal, account_inactive=suspended';
    const classes = { bot_removed: 'terminal', account_inactive: 'suspended' } as const;
    expect(parseConfig({ ...app, slackVerdicts: text }).slackVerdicts).toEqual(classes);
    expect(parseConfig({ ...app, slackVerdicts: classes }).slackVerdicts).toEqual(classes);
    expect(parseConfig(app).slackVerdicts).toEqual({});
  });

  it.each(['bot_removed', 'bot_removed=dead', 'a=call,a=call', 'a=call=terminal', 'a b=call', ',', '=call'])(
    'refuse the verdicts %j, and say which classes there are',
    (slackVerdicts) => {
      expect(refusal({ slackVerdicts })).toBe(
        `SLACK_VERDICTS = "${slackVerdicts}" must be code=class, several with commas, for example bot_removed=terminal; a class is one of terminal, refreshable, suspended, operator, transient, call`,
      );
    },
  );

  it('trust no proxy unless they say how many there are, or where', () => {
    const trusted = (value: string) => parseConfig(configFromEnvironment({ TRUST_PROXY: value })).trustProxy;
    expect(parseConfig(app).trustProxy).toBeUndefined();
    expect(trusted('2')).toEqual({ hops: 2 });
    expect(trusted('0')).toEqual({ hops: 0 });
    expect(trusted('10.0.0.0/8, fd00::/8 127.0.0.1')).toEqual({ ranges: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'] });
    expect(parseConfig({ trustProxy: 1 }).trustProxy).toEqual({ hops: 1 });
    expect(parseConfig({ trustProxy: ['10.0.0.1'] }).trustProxy).toEqual({ ranges: ['10.0.0.1'] });
  });

  it.each(['-1', '1.5', '33', 'true', '10.0.0.0/33', '10.0.0.1,proxy.example.com', '10.0.0', ',', '1,10.0.0.1'])(
    'refuse to trust %j, and say what is allowed',
    (trustProxy) => {
      expect(refusal({ trustProxy })).toBe(
        `TRUST_PROXY = "${trustProxy}" must be the number of proxies before this server, for example 1, or their addresses as CIDRs, for example 10.0.0.0/8,fd00::/8`,
      );
    },
  );

  it('use PKCE only where they say so, and with v2', () => {
    const v2 = { ...app, slackOauth: 'v2', slackScopes: 'chat:write' } as const;
    expect(parseConfig(v2).slackPkce).toBe(false);
    expect(parseConfig({ ...v2, ...configFromEnvironment({ SLACK_PKCE: 'true' }) }).slackPkce).toBe(true);
    expect(refusal({ ...v2, slackPkce: 'yes' as 'true' })).toBe('SLACK_PKCE = "yes" must be true or false');
    expect(refusal({ ...app, slackPkce: true })).toContain('SLACK_PKCE = true needs SLACK_OAUTH = v2');
  });

  it('come from the environment by their names, empty ones not at all', () => {
    const env = { SLACK_SIGNING_SECRET: 's', SLACK_APP_TOKEN: '', SLACK_USER_SCOPES: 'search:read', PATH: '/bin' };
    expect(configFromEnvironment(env)).toEqual({ slackSigningSecret: 's', slackUserScopes: 'search:read' });
  });
});
