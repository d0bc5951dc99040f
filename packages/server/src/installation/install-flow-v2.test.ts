/** What is different in the flow of OAuth v2; everything that both have is in install-flow.test.ts and install-visits.test.ts. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import {
  aGrantAnswerV2,
  anIdentity,
  aReturnTo,
  BOT_TOKEN,
  InstallWorld,
  USER_TOKEN,
  v2Options,
} from './install-flow.test-kit.ts';
import type { InstallFlow } from './install-flow.ts';

let world: InstallWorld;
let flow: InstallFlow;

beforeEach(() => {
  world = new InstallWorld();
  world.options = v2Options;
  world.exchange = async () => aGrantAnswerV2();
  flow = world.flow();
});

const aReturn = () => aReturnTo(flow);

const answers = (changes: Record<string, unknown>) => async () => aGrantAnswerV2(changes);

describe('begin', () => {
  it('asks for the scopes of the bot and of the person apart', () => {
    const url = new URL(flow.begin({ cookie: undefined }).url);
    expect(url.pathname).toBe('/oauth/v2/authorize');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: '1111.2222',
      scope: 'chat:write,commands',
      user_scope: 'search:read',
      redirect_uri: 'https://bot.example.test/slack/oauth_redirect',
    });
  });

  it('leaves user_scope out when nothing is asked of the person', () => {
    world.options = { ...v2Options, userScopes: [] };
    expect(new URL(world.flow().begin({ cookie: undefined }).url).searchParams.has('user_scope')).toBe(false);
  });
});

describe('PKCE', () => {
  it('sends the hash of a secret there and the secret with the code, where the app is a public client', async () => {
    world.options = { ...v2Options, isPkce: true };
    const verifiers: (string | undefined)[] = [];
    const exchange = async (_code: string, _redirectUri: string, verifier?: string) => (
      verifiers.push(verifier), aGrantAnswerV2()
    );
    const node = world.flow({ exchange });
    const { url, setCookie } = node.begin({ cookie: undefined });
    const sent = new URL(url).searchParams;
    await node.complete({
      cookie: setCookie.split(';')[0],
      query: { code: 'code-1', state: sent.get('state') ?? '' },
    });
    expect(sent.get('code_challenge_method')).toBe('S256');
    expect(sent.get('code_challenge')).toBe(createHash('sha256').update(String(verifiers[0])).digest('base64url'));
    expect(url).not.toContain(String(verifiers[0]));
  });

  it('is left out everywhere else: for Slack it cannot be taken back', async () => {
    const verifiers: (string | undefined)[] = [];
    const exchange = async (_code: string, _redirectUri: string, verifier?: string) => (
      verifiers.push(verifier), aGrantAnswerV2()
    );
    flow = world.flow({ exchange });
    expect(flow.begin({ cookie: undefined }).url).not.toContain('code_challenge');
    await flow.complete(aReturn());
    expect(verifiers).toEqual([undefined]);
  });
});

describe('a successful install', () => {
  it('sends the redirect URI of the link again', async () => {
    const sent: string[] = [];
    const exchange = async (_code: string, redirectUri: string) => (sent.push(redirectUri), aGrantAnswerV2());
    flow = world.flow({ exchange });
    const { url } = flow.begin({ cookie: undefined });
    await flow.complete(aReturn());
    expect(sent).toEqual([new URL(url).searchParams.get('redirect_uri')]);
  });

  it('stores what was granted, not what was asked for', async () => {
    world.exchange = answers({ scope: 'chat:write' });
    await flow.complete(aReturn());
    expect(world.rows.get('T0ACME')?.input).toMatchObject({
      key: 'T0ACME',
      appId: 'A0APP',
      bot: { token: BOT_TOKEN, scopes: ['chat:write'], expiresAtMs: null },
      users: [{ userId: 'U0ANN', token: USER_TOKEN, scopes: ['search:read'] }],
      team: { teamId: 'T0ACME', name: 'Acme Ltd', botUserId: 'U0BOT', botId: 'B0BOT' },
    });
    expect(world.asked[0]).toMatchObject({ scopes: ['chat:write'], userId: 'U0ANN' });
  });

  it('of an app whose tokens rotate stores their ends and the refresh tokens', async () => {
    const life = { expires_in: 43_200, refresh_token: 'xoxe-1-next' };
    world.exchange = answers({ ...life, authed_user: { id: 'U0ANN', access_token: USER_TOKEN, ...life } });
    await flow.complete(aReturn());
    const stored = { expiresAtMs: world.clock.now() + 43_200_000, refreshToken: 'xoxe-1-next' };
    expect(world.rows.get('T0ACME')?.input).toMatchObject({ bot: stored, users: [stored] });
    expect([...world.logged, ...[...world.uses.values()].map(({ result }) => result)].join()).not.toContain('xoxe');
  });

  it('without user scopes stores no person and still says who installed', async () => {
    world.exchange = answers({ authed_user: { id: 'U0ANN' } });
    await flow.complete(aReturn());
    expect(world.rows.get('T0ACME')?.input.users).toEqual([]);
    expect(world.notices).toMatchObject([{ userId: 'U0ANN' }]);
  });
});

describe('an exchange that stores nothing', () => {
  const error = (code: string): SlackAnswer => ({ kind: 'error', code, body: {} });

  it.each<[string, SlackAnswer, object]>([
    [
      'a code of the other version',
      error('oauth_authorization_url_mismatch'),
      { kind: 'slack_error', slackError: 'oauth_authorization_url_mismatch' },
    ],
    ['a used or expired code', error('invalid_code'), { kind: 'code_rejected', slackError: 'invalid_code' }],
    ['user scopes alone', aGrantAnswerV2({ access_token: undefined }), { kind: 'grant_incomplete', missing: 'bot' }],
    ['a person’s token', aGrantAnswerV2({ access_token: USER_TOKEN }), { kind: 'grant_incomplete', missing: 'bot' }],
  ])('because of %s', async (_what, answer, result) => {
    world.exchange = async () => answer;
    expect(await flow.complete(aReturn())).toEqual(result);
    expect(world.steps).toEqual(['exchange']);
    expect(world.rows.size).toBe(0);
  });

  it.each<[string, () => void]>([
    ['the grant', () => (world.identify = async () => anIdentity({ appId: null }))],
    ['auth.test', () => (world.exchange = answers({ app_id: undefined }))],
    ['auth.test, which counts more,', () => (world.exchange = answers({ app_id: 'A0MINE' }))],
    ['the grant when auth.test is silent', () => silence()],
  ])('when %s names another app than the database’s', async (_who, change) => {
    world.expectedAppId = 'A0MINE';
    change();
    expect(await flow.complete(aReturn())).toEqual({ kind: 'wrong_app' });
    expect(world.rows.size).toBe(0);
  });

  function silence(): void {
    world.identify = async () => ({ kind: 'unanswered', reason: 'timeout', retryAfterMs: 0 });
  }
});

it('a store that is down before the exchange leaves the code unspent, so that the same address works later', async () => {
  const back = aReturn();
  world.checkStore = async () => {
    throw new BotServerError('store_unavailable', 'disk full');
  };
  expect(await flow.complete(back)).toEqual({ kind: 'store_unavailable', isCodeSpent: false });
  expect(world.exchanged).toEqual([]);
  world.checkStore = async () => {};
  expect(await flow.complete(back)).toMatchObject({ kind: 'installed' });
});

it('a veto of a first install gives back the bot’s token and the person’s', async () => {
  world.runInstalling = async () => ({ allowed: false });
  expect(await flow.complete(aReturn())).toMatchObject({ kind: 'refused', wasInstalled: false });
  expect(world.revoked).toEqual([BOT_TOKEN, USER_TOKEN]);
});

it.each([
  ['ok', []],
  ['failed', [BOT_TOKEN, USER_TOKEN]],
] as const)(
  'a veto of a first install whose tokens rotate uninstalls the app (%s), or else revokes',
  async (kind, revoked) => {
    world.exchange = answers({ expires_in: 43_200, refresh_token: 'xoxe-1-next' });
    world.runInstalling = async () => ({ allowed: false });
    world.uninstall = async () => ({ kind });
    expect(await flow.complete(aReturn())).toMatchObject({ kind: 'refused', wasInstalled: false });
    expect(world.uninstalled).toEqual([BOT_TOKEN]);
    expect(world.revoked).toEqual(revoked);
    expect(world.logged.join()).not.toMatch(/xox[a-z][.-]/);
  },
);

describe('a way back without a code', () => {
  it.each(['invalid_scope', 'invalid_team_for_non_distributed_app', 'unapproved_scope'])(
    'says that Slack answered %s',
    async (code) => {
      const { cookie, query } = aReturn();
      const back = { cookie, query: { state: query.state, error: code } };
      expect(await flow.complete(back)).toEqual({ kind: 'slack_error', slackError: code });
      expect(world.steps).toEqual([]);
    },
  );

  it('says that an admin has to approve first', async () => {
    const { cookie, query } = aReturn();
    expect(await flow.complete({ cookie, query: { state: query.state } })).toEqual({ kind: 'code_missing' });
  });
});
