import { beforeEach, describe, expect, it } from 'vitest';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import type { PairStore } from '../team/token-pairs.ts';
import { TestClock } from '../time/test-clock.ts';
import { Refresher } from './refresher.ts';
import { createVault } from './sealing.ts';

const HOUR_MS = 3_600_000;
const LIFE_MS = 12 * HOUR_MS;
const OK: ProbeAnswer = {
  kind: 'ok',
  identity: { teamId: 'T1', teamName: 'Acme', domain: 'acme', botUserId: 'U1', botId: 'B1', appId: 'A1' },
};
const refusal = (code: string) => ({ kind: 'error', code, body: {} }) as const;

let clock: TestClock;
let store: Store;
let installations: Installations;
let pairs: PairStore;
let refresher: Refresher;
/** What Slack will answer to refreshes; then new pairs. */
let answers: (SlackAnswer | Promise<SlackAnswer>)[];
let probeAnswer: ProbeAnswer;
/** Refresh tokens in the order in which they were sent, with the moment. */
let sent: { token: string; atMs: number }[];
let probed: string[];
let signals: Signal[];
let problems: string[];
let released: string[];
let isOwner: boolean;

beforeEach(async () => {
  clock = new TestClock(1_000_000_000);
  store = await openTestStore({ clock });
  const vault = createVault([new Uint8Array(32).fill(7)]);
  installations = createInstallationRepository({ store, vault, clock });
  pairs = createPairStore({ store, vault });
  answers = [];
  probeAnswer = OK;
  sent = [];
  probed = [];
  signals = [];
  problems = [];
  released = [];
  isOwner = true;
  refresher = newRefresher();
});

function newRefresher(): Refresher {
  return new Refresher({
    owner: { owns: () => isOwner },
    pairs,
    refresh: async (token) => {
      sent.push({ token, atMs: clock.now() });
      return await (answers.shift() ?? nextPair(token));
    },
    probe: async (token) => {
      probed.push(token);
      return probeAnswer;
    },
    report: (signal) => signals.push(signal),
    onProblem: (_key, { facts }) => problems.push(String(facts.slackError)),
    wake: () => {},
    onReleased: (key) => released.push(key),
    clock,
    random: () => 0.5,
    log: { info() {}, warn() {} },
  });
}

/** `xoxe-1-T1-4` gives `xoxe-1-T1-5` and the access token that goes with it. */
function nextPair(used: string, changes: Record<string, unknown> = {}): SlackAnswer {
  const [, , name, number] = used.split('-');
  const next = `${name}-${Number(number) + 1}`;
  const body = {
    ok: true,
    token_type: 'bot',
    access_token: `xoxe.xoxb-1-${next}`,
    refresh_token: `xoxe-1-${next}`,
    expires_in: LIFE_MS / 1_000,
    scope: 'chat:write',
    ...changes,
  };
  return { kind: 'ok', body };
}

async function install(key = 'T1', lifeMs: number | null = LIFE_MS): Promise<void> {
  await installations.recordInstall({
    key,
    isEnterprise: false,
    appId: 'A1',
    bot: {
      token: `xoxe.xoxb-1-${key}-0`,
      scopes: ['chat:write'],
      expiresAtMs: lifeMs === null ? null : clock.now() + lifeMs,
      refreshToken: lifeMs === null ? null : `xoxe-1-${key}-0`,
    },
    users: [],
    team: { teamId: key, name: key, domain: null, botUserId: 'U1', botId: 'B1' },
  });
}

/** What the follower does when a row has changed. */
async function follow(key = 'T1'): Promise<void> {
  const { bot, users } = await installations.credentials(key);
  const view = await installations.find(key);
  const isActive = view?.installation.state.kind === 'active';
  refresher.observe(key, isActive ? [...(bot ? [bot] : []), ...users] : []);
}

async function pass(ms: number, stepMs = 60_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await clock.advance(Math.min(left, stepMs));
    await work();
  }
}

/** Statements of the store take real turns of the event loop. */
async function work(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await store.get('select 1');
    await clock.settle();
  }
}

const tokenOf = async (key = 'T1') => (await installations.botCredential(key))?.token;
const versionOf = async (key = 'T1') => (await installations.find(key))?.installation.version ?? expect.fail('no row');
const renew = async (key = 'T1') => refresher.renew({ key, kind: 'bot', userId: '', version: await versionOf(key) });

describe('the refresher', () => {
  it('replaces a token two hours before its end, stored under the next version', async () => {
    await install();
    await follow();
    await pass(10 * HOUR_MS - 5 * 60_000);
    expect(sent).toEqual([]);
    await pass(5 * 60_000);
    expect(sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0']);
    expect(await versionOf()).toEqual({ install: 1, refresh: 1 });
    expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    await follow();
    await pass(10 * HOUR_MS);
    expect(sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0', 'xoxe-1-T1-1']);
  });

  it('replaces at once a token that is close to its end or past it, and lets events wait only past it', async () => {
    await install('T1', HOUR_MS);
    await install('T2', -HOUR_MS);
    await follow('T1');
    await follow('T2');
    expect([refresher.isAwaited('T1'), refresher.isAwaited('T2')]).toEqual([false, true]);
    await pass(1_000, 100);
    expect(sent).toHaveLength(2);
    await follow('T2');
    expect(refresher.isAwaited('T2')).toBe(false);
  });

  it('leaves tokens alone that do not rotate', async () => {
    await install('T1', null);
    await follow();
    await pass(24 * HOUR_MS, HOUR_MS);
    expect(sent).toEqual([]);
    expect(await renew()).toBe(false);
  });

  it('replaces a token that lives shorter than two hours at half its life, not over and over', async () => {
    await install('T1', HOUR_MS);
    answers = Array.from({ length: 9 }, (_, n) => nextPair(`xoxe-1-T1-${n}`, { expires_in: 3_600 }));
    for (let minute = 0; minute < 100; minute++) {
      await follow();
      await pass(60_000);
    }
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect(sent.length).toBeLessThanOrEqual(5);
  });

  it('sends one refresh for many calls that say token_expired, and none for those about the older token', async () => {
    await install();
    await follow();
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers = [promise];
    const version = await versionOf();
    const asked = Array.from({ length: 50 }, () => refresher.renew({ key: 'T1', kind: 'bot', userId: '', version }));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
    expect(refresher.isAwaited('T1')).toBe(true);
    resolve(nextPair('xoxe-1-T1-0'));
    await pass(2_000, 500);
    expect(await refresher.renew({ key: 'T1', kind: 'bot', userId: '', version })).toBe(true);
    await pass(2_000, 500);
    expect(sent).toHaveLength(1);
    // Until the row is seen nobody has the new token.
    expect(refresher.isAwaited('T1')).toBe(true);
    await follow();
    expect(refresher.isAwaited('T1')).toBe(false);
  });

  it.each([
    ['no network', { kind: 'failed', reason: 'econnrefused', isOverload: false }],
    ['a 5xx', { kind: 'failed', reason: 'http_503', isOverload: true }],
    ['a limit', { kind: 'limited', retryAfterMs: 30_000 }],
    ['a wrong secret', refusal('bad_client_secret')],
    ['an answer without a token', { kind: 'ok', body: { ok: true } }],
    ['a code that nobody knows', refusal('something_new')],
  ] as [string, SlackAnswer][])(
    'tries again after %s, also past the end of the token, and reports no team',
    async (_, answer) => {
      await install('T1', HOUR_MS);
      answers = Array.from({ length: 1_000 }, () => answer);
      await follow();
      await pass(2 * HOUR_MS);
      expect(sent.length).toBeGreaterThan(10);
      expect(sent.length).toBeLessThan(300);
      expect(signals).toEqual([]);
      answers = [];
      await pass(600_000);
      expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
      expect(signals).toEqual([]);
    },
  );

  it('keeps to Retry-After for all teams', async () => {
    answers = [{ kind: 'limited', retryAfterMs: 60_000 }];
    await install('T1', HOUR_MS);
    await follow('T1');
    await work();
    await install('T2', HOUR_MS);
    await follow('T2');
    await pass(59_000, 1_000);
    expect(sent).toHaveLength(1);
    await pass(3_000, 500);
    expect(sent).toHaveLength(3);
  });

  it.each([0, 1, -5_000, 1e15])(
    'backs off when Slack limits it again and again with %s ms to wait',
    async (retryAfterMs) => {
      answers = Array.from({ length: 1_000 }, () => ({ kind: 'limited', retryAfterMs }));
      await install('T1', HOUR_MS);
      await follow('T1');
      await pass(33_000, 100);
      expect(sent.length).toBeLessThanOrEqual(7);
      // And never stays away for longer than five minutes.
      const before = sent.length;
      await pass(301_000, 1_000);
      expect(sent.length).toBeGreaterThan(before);
      answers = [];
      await pass(301_000, 1_000);
      expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    },
  );

  it('counts one limit for refreshes that were under way together', async () => {
    const keys = ['T1', 'T2', 'T3', 'T4', 'T5'];
    for (const key of keys) {
      await install(key, HOUR_MS);
      await follow(key);
    }
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers = keys.map(() => promise);
    await pass(1_000, 100);
    expect(sent).toHaveLength(5);
    resolve({ kind: 'limited', retryAfterMs: 0 });
    await pass(3_000, 100);
    for (const key of keys) expect(await tokenOf(key)).toBe(`xoxe.xoxb-1-${key}-1`);
  });

  it('tells the operator once of a wrong secret, whatever the number of teams', async () => {
    answers = Array.from({ length: 1_000 }, () => refusal('bad_client_secret'));
    for (const key of ['T1', 'T2', 'T3']) {
      await install(key, HOUR_MS);
      await follow(key);
    }
    await pass(HOUR_MS);
    expect(problems).toEqual(['bad_client_secret']);
    expect(signals).toEqual([]);
  });

  it('keeps the answer of Slack when the store fails, and stores it later', async () => {
    await install('T1', HOUR_MS);
    const replace = pairs.replace.bind(pairs);
    let failures = 2;
    pairs.replace = async (...args) => {
      if (failures-- > 0) throw new Error('disk full');
      return await replace(...args);
    };
    await follow();
    await pass(30_000, 1_000);
    expect(sent).toHaveLength(1);
    expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
  });

  it('drops a late answer after a re-install', async () => {
    await install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers = [promise];
    await follow();
    await work();
    await installations.recordInstall({
      key: 'T1',
      isEnterprise: false,
      appId: 'A1',
      bot: { token: 'xoxe.xoxb-1-new', scopes: [], expiresAtMs: clock.now() + LIFE_MS, refreshToken: 'xoxe-1-new-0' },
      users: [],
      team: null,
    });
    resolve(nextPair('xoxe-1-T1-0'));
    await work();
    expect(await tokenOf()).toBe('xoxe.xoxb-1-new');
    expect(await versionOf()).toEqual({ install: 2, refresh: 0 });
  });

  it('takes another process’s pair when its own refresh token is refused', async () => {
    await install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers = [promise];
    await follow();
    await work();
    const theirs = {
      token: 'xoxe.xoxb-1-theirs',
      scopes: [],
      expiresAtMs: clock.now() + LIFE_MS,
      refreshToken: 'xoxe-1-t-1',
    };
    await pairs.replace({ key: 'T1', kind: 'bot', userId: '' }, 'xoxe-1-T1-0', theirs);
    resolve(refusal('invalid_refresh_token'));
    await pass(600_000);
    expect([sent.length, probed, signals, problems]).toEqual([1, [], [], []]);
    expect(await tokenOf()).toBe('xoxe.xoxb-1-theirs');
  });

  it('goes on with a living token whose refresh token is refused, tells the operator, and asks again at its end', async () => {
    await install('T1', HOUR_MS);
    answers = [refusal('invalid_refresh_token'), refusal('invalid_refresh_token')];
    await follow();
    await pass(HOUR_MS - 60_000);
    expect([sent.length, probed.length, problems, signals]).toEqual([1, 1, ['invalid_refresh_token'], []]);
    expect(refresher.isAwaited('T1')).toBe(false);
    probeAnswer = { kind: 'error', code: 'token_expired' };
    await pass(120_000);
    expect(sent).toHaveLength(2);
    expect(signals).toEqual([
      expect.objectContaining({ key: 'T1', kind: 'bot', code: 'token_expired', source: 'probe' }),
    ]);
    expect(await renew()).toBe(false);
  });

  it.each(['invalid_refresh_token', 'bad_client_secret', 'missing_scope', 'a_code_of_tomorrow'])(
    'uses a token past its end that Slack still takes when its refresh is refused by %s, and tells the operator',
    async (code) => {
      await install('T1', -HOUR_MS);
      answers = Array.from({ length: 1_000 }, () => refusal(code));
      await follow();
      expect(refresher.isAwaited('T1')).toBe(true);
      await pass(3_000, 500);
      expect(refresher.isAwaited('T1')).toBe(false);
      expect(released).toContain('T1');
      expect(problems).toContain(code);
      expect(signals).toEqual([]);
      // Tried again, at the cap in the end, and told once.
      const [before, told] = [sent.length, problems.length];
      await pass(1_200_000, 1_000);
      expect(refresher.isAwaited('T1')).toBe(false);
      expect(sent.length - before).toBeGreaterThanOrEqual(3);
      expect(problems).toHaveLength(told);
      answers = [];
      await pass(301_000, 1_000);
      expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
      await follow();
      expect(refresher.isAwaited('T1')).toBe(false);
    },
  );

  it('lets events wait for the next token again when Slack takes the ended one no more', async () => {
    await install('T1', -HOUR_MS);
    answers = Array.from({ length: 1_000 }, () => refusal('bad_client_secret'));
    await follow();
    await pass(3_000, 500);
    expect(refresher.isAwaited('T1')).toBe(false);
    expect(await renew()).toBe(true);
    probeAnswer = { kind: 'error', code: 'token_expired' };
    await pass(600_000, 1_000);
    expect(refresher.isAwaited('T1')).toBe(true);
  });

  it('gives the judge a dead token whose refresh token is refused', async () => {
    await install('T1', HOUR_MS);
    answers = [refusal('invalid_refresh_token')];
    probeAnswer = { kind: 'error', code: 'account_inactive' };
    await follow();
    await pass(5_000, 1_000);
    const version = { install: 1, refresh: 0 };
    expect(signals).toEqual([
      { key: 'T1', kind: 'bot', userId: '', version, code: 'account_inactive', source: 'probe', method: 'auth.test' },
    ]);
  });

  it('decides nothing about a refused refresh token while the probe is not answered', async () => {
    await install('T1', HOUR_MS);
    answers = Array.from({ length: 100 }, () => refusal('invalid_refresh_token'));
    probeAnswer = { kind: 'unanswered', reason: 'econnrefused', retryAfterMs: 0 };
    await follow();
    await pass(2 * HOUR_MS);
    expect(signals).toEqual([]);
    expect(refresher.isAwaited('T1')).toBe(true);
  });

  it.each(['org_login_required', 'team_access_not_granted', 'ekm_access_denied', 'two_factor_setup_required'])(
    'tells the judge of a refresh that is answered %s, and tries it again',
    async (code) => {
      await install('T1', HOUR_MS);
      answers = [refusal(code)];
      await follow();
      await pass(500, 100);
      const version = { install: 1, refresh: 0 };
      const about = { key: 'T1', kind: 'bot', userId: '', version, code };
      expect(signals).toEqual([{ ...about, source: 'call', method: 'oauth.v2.access' }]);
      expect(probed).toEqual([]);
      await pass(10_000, 1_000);
      expect(sent).toHaveLength(2);
      expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    },
  );

  it('refreshes people’s tokens by themselves, and tells the judge of a dead one', async () => {
    const person = (userId: string) => ({
      userId,
      token: `xoxe.xoxp-1-${userId}-0`,
      scopes: [],
      expiresAtMs: clock.now() + HOUR_MS,
      refreshToken: `xoxe-1-${userId}-0`,
    });
    await installations.recordInstall({
      key: 'T1',
      isEnterprise: false,
      appId: 'A1',
      bot: { token: 'xoxe.xoxb-1-T1-0', scopes: [], expiresAtMs: clock.now() + LIFE_MS, refreshToken: 'xoxe-1-T1-0' },
      users: [person('UANN'), person('UBOB')],
      team: null,
    });
    answers = [
      nextPair('xoxe-1-UANN-0', { token_type: 'user', user_id: 'UANN', access_token: 'xoxe.xoxp-1-UANN-1' }),
      refusal('invalid_refresh_token'),
    ];
    probeAnswer = { kind: 'error', code: 'token_revoked' };
    await follow();
    await pass(3_000, 500);
    const { bot, users } = await installations.credentials('T1');
    expect(users[0]).toMatchObject({ userId: 'UANN', token: 'xoxe.xoxp-1-UANN-1' });
    expect(bot).toMatchObject({ token: 'xoxe.xoxb-1-T1-0', version: { install: 1, refresh: 1 } });
    expect(signals).toMatchObject([{ kind: 'user', userId: 'UBOB', code: 'token_revoked', source: 'probe' }]);
  });

  it('waits at its stop for an answer that must be stored, and starts nothing more', async () => {
    await install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers = [promise];
    await follow();
    await work();
    const stopped = refresher.stop();
    resolve(nextPair('xoxe-1-T1-0'));
    await stopped;
    expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    expect(clock.pendingTimers).toBe(0);
  });

  it('tries the stored refresh token again after a crash between Slack’s answer and the store', async () => {
    await install('T1', HOUR_MS);
    pairs.replace = () => new Promise(() => {});
    await follow();
    await work();
    const vault = createVault([new Uint8Array(32).fill(7)]);
    pairs = createPairStore({ store, vault });
    refresher = newRefresher();
    await follow();
    await pass(1_000, 500);
    expect(sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0', 'xoxe-1-T1-0']);
    expect(await tokenOf()).toBe('xoxe.xoxb-1-T1-1');
  });
});

describe('a storm', () => {
  // What Slack sees of one of 1,500 is in wiring/create-refresher.test.ts.
  it('of 100 tokens near their end is refreshed once each, five at a time and eight in a second', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `T${n}`);
    const expiresAtMs = clock.now() + 7_000_000;
    await plantMany(keys, expiresAtMs);
    let running = 0;
    let most = 0;
    const moments = new Map<string, number[]>();
    refresher = new Refresher({
      owner: ownsAll,
      pairs,
      refresh: async (token) => {
        most = Math.max(most, ++running);
        moments.set(token, [...(moments.get(token) ?? []), clock.monotonic()]);
        await clock.sleep(900);
        running--;
        return nextPair(token);
      },
      probe: async () => OK,
      report: (signal) => signals.push(signal),
      onProblem: () => {},
      wake: () => {},
      onReleased: () => {},
      clock,
      random: () => 0.5,
      log: { info() {}, warn() {} },
    });
    for (const key of keys) {
      const credential = {
        installationKey: key,
        kind: 'bot',
        userId: '',
        version: { install: 1, refresh: 0 },
      } as const;
      refresher.observe(key, [{ ...credential, token: `xoxe.xoxb-1-${key}-0`, scopes: [], expiresAtMs }]);
    }
    while (moments.size < keys.length) {
      await clock.advance(100);
      await store.get('select 1');
    }
    await pass(10_000, 1_000);
    expect([...moments.values()].every(({ length }) => length === 1)).toBe(true);
    const times = [...moments.values()].flat().sort((a, b) => a - b);
    expect(times.every((atMs, n) => n < 8 || atMs - (times[n - 8] as number) >= 1_000)).toBe(true);
    expect(most).toBe(5);
    const row = await store.get('select count(*) as n from credential where refresh = 1');
    expect(Number(row?.n)).toBe(100);
  });
});

/** The rows of many installs, faster than by recordInstall. */
async function plantMany(keys: readonly string[], expiresAtMs: number): Promise<void> {
  const vault = createVault([new Uint8Array(32).fill(7)]);
  await store.transaction({ about: [] }, async (tx) => {
    for (const key of keys) {
      const binding = { installationKey: key, kind: 'bot', userId: '' } as const;
      await tx.run(
        `insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
         values ($1, 0, 'active', 1, 0, 0, 0, 0, 0)`,
        [key],
      );
      await tx.run(
        `insert into credential (installation_key, kind, user_id, install, refresh, token, refresh_token, scopes, expires_at_ms)
         values ($1, 'bot', '', 1, 0, $2, $3, '[]', $4)`,
        [
          key,
          vault.seal(`xoxe.xoxb-1-${key}-0`, binding),
          vault.seal(`xoxe-1-${key}-0`, { ...binding, part: 'refresh' }),
          expiresAtMs,
        ],
      );
    }
  });
}

describe('a node that does not own the installation', () => {
  it('sends no refresh, and goes on with the pair that the owner has stored', async () => {
    isOwner = false;
    await install();
    await follow();
    await pass(13 * HOUR_MS);
    expect(sent).toEqual([]);
    expect(refresher.isAwaited('T1')).toBe(true);
    const owner = { key: 'T1', kind: 'bot', userId: '' } as const;
    const token = 'xoxe.xoxb-1-T1-1';
    await pairs.replace(owner, 'xoxe-1-T1-0', {
      token,
      scopes: [],
      expiresAtMs: clock.now() + LIFE_MS,
      refreshToken: 'xoxe-1-T1-1',
    });
    await follow();
    expect(refresher.isAwaited('T1')).toBe(false);
    expect(await refresher.renew({ ...owner, version: { install: 1, refresh: 1 } })).toBe(true);
    await pass(HOUR_MS);
    expect(sent).toEqual([]);
  });

  it('refreshes when it has become the owner, and no more when it is not any longer', async () => {
    isOwner = false;
    await install();
    await follow();
    await pass(11 * HOUR_MS);
    isOwner = true;
    await follow();
    await pass(1_000);
    expect(sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0']);
    await follow();
    isOwner = false;
    refresher.leave('T1');
    await pass(24 * HOUR_MS);
    expect(sent).toHaveLength(1);
  });

  it('stores the pair that came while it lost the installation', async () => {
    await install();
    await follow();
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    answers.push(promise);
    await pass(10 * HOUR_MS);
    expect(sent).toHaveLength(1);
    isOwner = false;
    refresher.leave('T1');
    resolve(nextPair('xoxe-1-T1-0'));
    await pass(1_000);
    expect((await pairs.find({ key: 'T1', kind: 'bot', userId: '' }))?.refreshToken).toBe('xoxe-1-T1-1');
  });
});
