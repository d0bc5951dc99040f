/** One visit at a time, from `begin` to what is stored and shown; visits beside each other are in install-visits.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { aGrantAnswer, anIdentity, aReturnTo, BOT_TOKEN, InstallWorld, USER_TOKEN } from './install-flow.test-kit.ts';
import type { InstallFlow } from './install-flow.ts';
import type { InstallResult } from './install-result.ts';

let world: InstallWorld;
let flow: InstallFlow;

beforeEach(() => {
  world = new InstallWorld();
  flow = world.flow();
});

const aReturn = (code?: string) => aReturnTo(flow, code);

const installed: InstallResult = { kind: 'installed', teamId: 'T0ACME', teamName: 'Acme Ltd' };

describe('begin', () => {
  it('leads to Slack with everything that the exchange needs later', () => {
    const url = new URL(flow.begin({ cookie: undefined }).url);
    expect(`${url.origin}${url.pathname}`).toBe('https://slack.example.test/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: '1111.2222',
      scope: 'bot',
      redirect_uri: 'https://bot.example.test/slack/oauth_redirect',
      state: expect.stringMatching(/^[\w-]{94}$/),
    });
  });

  it('passes on a team id and nothing else', () => {
    const teamOf = (team: string) => new URL(flow.begin({ cookie: undefined, team }).url).searchParams.get('team');
    expect(teamOf('T0ACME')).toBe('T0ACME');
    expect(teamOf('t0acme')).toBeNull();
    expect(teamOf('T0&state=x')).toBeNull();
  });

  it('keeps the path of PUBLIC_URL in the redirect and in the cookie', () => {
    world.publicUrl = 'https://example.test/bots/hello/';
    const { url, setCookie } = world.flow().begin({ cookie: undefined });
    expect(new URL(url).searchParams.get('redirect_uri')).toBe('https://example.test/bots/hello/slack/oauth_redirect');
    // A cookie of this host alone must be for all of it. (RFC 6265bis, 4.1.3.2)
    expect(setCookie).toContain('Path=/;');
    world.publicUrl = 'http://127.0.0.1:3000/bots/hello/';
    expect(world.flow().begin({ cookie: undefined }).setCookie).toContain('Path=/bots/hello/slack;');
  });
});

describe('a successful install', () => {
  it('asks the hook before anything is stored, and tells the others after', async () => {
    expect(await flow.complete(aReturn())).toEqual(installed);
    expect(world.steps).toEqual(['exchange', 'identify', 'hook', 'record', 'notify']);
  });

  it('stores bot and person in one write, with what auth.test adds', async () => {
    await flow.complete(aReturn());
    expect(world.rows.get('T0ACME')?.input).toEqual({
      key: 'T0ACME',
      isEnterprise: false,
      enterpriseId: null,
      metadata: null,
      appId: 'A0APP',
      installedBy: 'U0ANN',
      bot: { token: BOT_TOKEN, scopes: ['bot'], expiresAtMs: null },
      users: [{ userId: 'U0ANN', token: USER_TOKEN, scopes: ['identify', 'bot'], expiresAtMs: null }],
      team: { teamId: 'T0ACME', name: 'Acme Ltd', domain: 'acme', botUserId: 'U0BOT', botId: 'B0BOT' },
    });
    expect(world.named).toEqual(['rota']);
  });

  it('tells hooks ids and names and no token', async () => {
    await flow.complete(aReturn());
    expect(world.asked).toEqual([
      {
        teamId: 'T0ACME',
        teamName: 'Acme Ltd',
        enterpriseId: null,
        appId: 'A0APP',
        botUserId: 'U0BOT',
        scopes: ['bot'],
        userId: 'U0ANN',
        intent: 'install',
      },
    ]);
    expect(world.notices).toEqual([
      {
        outcome: 'installed',
        key: 'T0ACME',
        version: { install: 1, refresh: 0 },
        teamId: 'T0ACME',
        teamName: 'Acme Ltd',
        userId: 'U0ANN',
      },
    ]);
  });

  it('of an active team replaces its token', async () => {
    await world.seed({ kind: 'active', doubt: { kind: 'none' } });
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'reinstalled' });
    expect(world.asked[0]?.intent).toBe('reinstall');
    expect(world.tokenOf('T0ACME')).toBe(BOT_TOKEN);
  });

  it('of an inactive team brings it back', async () => {
    await world.seed({ kind: 'inactive', reason: 'account_inactive', sinceMs: 0 });
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'reactivated' });
    expect(world.asked[0]?.intent).toBe('reactivate');
  });

  it('does not wait for a token that cannot be asked right now', async () => {
    world.identify = async () => ({ kind: 'unanswered', reason: 'HTTP 503', retryAfterMs: 0 });
    expect(await flow.complete(aReturn())).toEqual({ ...installed, teamName: 'Acme' });
    expect(world.rows.get('T0ACME')?.input.team).toMatchObject({ botUserId: 'U0BOT', botId: null });
  });

  it('is not undone by an unknown error of auth.test', async () => {
    world.identify = async () => ({ kind: 'error', code: 'something_new' });
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'installed' });
  });

  it('is not hurt by a failing notice', async () => {
    world.notify = () => {
      throw new Error('subscriber');
    };
    expect(await flow.complete(aReturn())).toEqual(installed);
  });
});

describe('a visit that must not install', () => {
  it.each<[string, (back: ReturnType<typeof aReturn>) => Parameters<InstallFlow['complete']>[0], string]>([
    ['Cancel', ({ cookie, query }) => ({ cookie, query: { error: 'access_denied', state: query.state } }), 'cancelled'],
    ['no state', ({ cookie }) => ({ cookie, query: { code: 'code-1' } }), 'state_forged'],
    ['a made-up state', ({ cookie }) => ({ cookie, query: { code: 'code-1', state: 'x'.repeat(94) } }), 'state_forged'],
    ['no cookie', ({ query }) => ({ cookie: undefined, query }), 'state_foreign'],
    ['the cookie of another browser', ({ query }) => ({ cookie: aReturn().cookie, query }), 'state_foreign'],
    ['no code', ({ cookie, query }) => ({ cookie, query: { state: query.state } }), 'code_missing'],
    [
      'an endless code',
      ({ cookie, query }) => ({ cookie, query: { ...query, code: 'x'.repeat(2_000) } }),
      'code_missing',
    ],
    [
      'an error of the authorize page',
      ({ cookie, query }) => ({ cookie, query: { state: query.state, error: 'invalid_scope' } }),
      'slack_error',
    ],
  ])('with %s spends no code and stores nothing', async (_name, change, kind) => {
    expect(await flow.complete(change(aReturn()))).toMatchObject({ kind });
    expect(world.steps).toEqual([]);
    expect(world.uses.size).toBe(0);
  });

  it('after ten minutes spends no code and stores nothing', async () => {
    const back = aReturn();
    await world.clock.advance(600_000);
    expect(await flow.complete(back)).toEqual({ kind: 'state_expired' });
    expect(world.steps).toEqual([]);
  });

  it('may be allowed after Cancel with the same state', async () => {
    const back = aReturn();
    await flow.complete({ cookie: back.cookie, query: { error: 'access_denied', state: back.query.state } });
    expect(await flow.complete(back)).toEqual(installed);
  });

  it('never repeats what somebody wrote into the error parameter', async () => {
    const { cookie, query } = aReturn();
    const result = await flow.complete({ cookie, query: { state: query.state, error: '<img src=x>' } });
    expect(result).toEqual({ kind: 'slack_error', slackError: 'unknown_error' });
  });
});

describe('an exchange or token that Slack refuses', () => {
  const limited: SlackAnswer = { kind: 'limited', retryAfterMs: 60_000 };
  const failed: SlackAnswer = { kind: 'failed', reason: 'ECONNREFUSED', isOverload: false };
  const error = (code: string): SlackAnswer => ({ kind: 'error', code, body: {} });

  it.each<[SlackAnswer, object]>([
    [error('invalid_code'), { kind: 'code_rejected', slackError: 'invalid_code' }],
    [error('code_already_used'), { kind: 'code_rejected', slackError: 'code_already_used' }],
    [error('bad_client_secret'), { kind: 'slack_error', slackError: 'bad_client_secret' }],
    [error('Not A Code'), { kind: 'slack_error', slackError: 'unknown_error' }],
    [limited, { kind: 'slack_unreachable' }],
    [failed, { kind: 'slack_unreachable' }],
    [aGrantAnswer({ bot: undefined }), { kind: 'grant_incomplete', missing: 'bot' }],
    [aGrantAnswer({ team_id: undefined }), { kind: 'grant_incomplete', missing: 'team' }],
  ])('%j stores nothing', async (answer, result) => {
    world.exchange = async () => answer;
    expect(await flow.complete(aReturn())).toEqual(result);
    expect(world.steps).toEqual(['exchange']);
  });

  it.each<[string, ProbeAnswer, string]>([
    ['is dead', { kind: 'error', code: 'account_inactive' }, 'token_dead'],
    ['is refused', { kind: 'error', code: 'invalid_auth' }, 'token_dead'],
    ['has expired', { kind: 'error', code: 'token_expired' }, 'token_dead'],
    ['belongs to another team', anIdentity({ teamId: 'T0OTHER' }), 'wrong_team'],
    ['belongs to another app', anIdentity({ appId: 'A0OTHER' }), 'wrong_app'],
  ])('stores and revokes nothing when the new token %s', async (_name, answer, kind) => {
    world.expectedAppId = 'A0APP';
    await world.seed({ kind: 'active', doubt: { kind: 'none' } });
    world.identify = async () => answer;
    expect(await flow.complete(aReturn())).toMatchObject({ kind });
    expect(world.steps).toEqual(['exchange', 'identify']);
    expect(world.named).toEqual([]);
    expect(world.tokenOf('T0ACME')).toBe('xoxb-test-old');
  });
});

describe('a veto', () => {
  beforeEach(() => {
    world.runInstalling = async () => ({ allowed: false, message: 'Only for friends.' });
  });

  it('stores nothing and gives a first grant back', async () => {
    expect(await flow.complete(aReturn())).toEqual({
      kind: 'refused',
      teamId: 'T0ACME',
      teamName: 'Acme Ltd',
      message: 'Only for friends.',
      wasInstalled: false,
    });
    expect(world.revoked).toEqual([BOT_TOKEN, USER_TOKEN]);
    expect(world.rows.size).toBe(0);
    expect(world.named).toEqual([]);
  });

  it('keeps the earlier credential of a known team and revokes nothing, since Slack may have granted it again', async () => {
    await world.seed({ kind: 'active', doubt: { kind: 'none' } }, BOT_TOKEN);
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'refused', wasInstalled: true });
    expect(world.revoked).toEqual([]);
    expect(world.rows.get('T0ACME')?.view.installation.version.install).toBe(1);
  });

  it('does not revoke what another node stored while the hook ran', async () => {
    world.runInstalling = async () => {
      await world.seed({ kind: 'active', doubt: { kind: 'none' } }, BOT_TOKEN);
      return { allowed: false };
    };
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'refused', message: null, wasInstalled: true });
    expect(world.revoked).toEqual([]);
  });

  it('is shown even when the token cannot be revoked', async () => {
    world.revoke = async () => {
      throw new Error('network');
    };
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'refused' });
  });
});

describe('a store that fails', () => {
  const down = async () => {
    throw new BotServerError('store_unavailable', 'disk full');
  };

  it('before the exchange leaves the code unspent, so that the same address works later', async () => {
    const back = aReturn();
    world.checkStore = down;
    expect(await flow.complete(back)).toEqual({ kind: 'store_unavailable', isCodeSpent: false });
    expect(world.exchanged).toEqual([]);
    world.checkStore = async () => {};
    expect(await flow.complete(back)).toEqual(installed);
  });

  it('for one value alone is told from one that is down', async () => {
    world.record = async () => {
      throw new BotServerError('value_refused', 'a value does not fit its column');
    };
    expect(await flow.complete(aReturn())).toEqual({ kind: 'value_refused' });
    expect(world.notices).toEqual([]);
  });

  it('at the write says that the code is spent', async () => {
    world.record = down;
    expect(await flow.complete(aReturn())).toEqual({ kind: 'store_unavailable', isCodeSpent: true });
    expect(world.notices).toEqual([]);
  });
});

describe('secrets', () => {
  it('are neither logged nor kept with the use of a state', async () => {
    const visits = [aReturn('secret-code-1'), aReturn('secret-code-2'), aReturn('secret-code-3')];
    await flow.complete(visits[0] as (typeof visits)[0]);
    world.record = async () => {
      throw new Error('bug');
    };
    await flow.complete(visits[1] as (typeof visits)[0]);
    world.exchange = async () => ({ kind: 'error', code: 'invalid_code', body: { token: BOT_TOKEN } });
    await flow.complete(visits[2] as (typeof visits)[0]);

    const written = [...world.logged, ...[...world.uses.values()].map((use) => use.result)].join('\n');
    expect(world.logged.length).toBeGreaterThan(2);
    expect(written).not.toMatch(/xox[bp]-/);
    expect(written).not.toContain('secret-code');
    for (const { query, cookie } of visits) {
      expect(written).not.toContain(query.state);
      expect(written).not.toContain(cookie.split('=')[1]);
    }
  });
});
