/** When tokens that rotate are replaced, and what becomes of the pair. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackAnswer } from '../slack/web-api.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import { HOUR_MS, LIFE_MS, nextPair, RefresherRig, refusal, testVault } from './refresher.test-kit.ts';

let rig: RefresherRig;

beforeEach(async () => {
  rig = await RefresherRig.open();
});

describe('the refresher', () => {
  it('replaces a token two hours before its end, stored under the next version', async () => {
    await rig.install();
    await rig.follow();
    await rig.pass(10 * HOUR_MS - 5 * 60_000);
    expect(rig.sent).toEqual([]);
    await rig.pass(5 * 60_000);
    expect(rig.sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0']);
    expect(await rig.versionOf()).toEqual({ install: 1, refresh: 1 });
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    await rig.follow();
    await rig.pass(10 * HOUR_MS);
    expect(rig.sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0', 'xoxe-1-T1-1']);
  });

  it('replaces at once a token that is close to its end or past it, and lets events wait only past it', async () => {
    await rig.install('T1', HOUR_MS);
    await rig.install('T2', -HOUR_MS);
    await rig.follow('T1');
    await rig.follow('T2');
    expect([rig.refresher.isAwaited('T1'), rig.refresher.isAwaited('T2')]).toEqual([false, true]);
    await rig.pass(1_000, 100);
    expect(rig.sent).toHaveLength(2);
    await rig.follow('T2');
    expect(rig.refresher.isAwaited('T2')).toBe(false);
  });

  it('leaves tokens alone that do not rotate', async () => {
    await rig.install('T1', null);
    await rig.follow();
    await rig.pass(24 * HOUR_MS, HOUR_MS);
    expect(rig.sent).toEqual([]);
    expect(await rig.renew()).toBe(false);
  });

  it('replaces a token that lives shorter than two hours at half its life, not over and over', async () => {
    await rig.install('T1', HOUR_MS);
    rig.answers = Array.from({ length: 9 }, (_, n) => nextPair(`xoxe-1-T1-${n}`, { expires_in: 3_600 }));
    for (let minute = 0; minute < 100; minute++) {
      await rig.follow();
      await rig.pass(60_000);
    }
    expect(rig.sent.length).toBeGreaterThanOrEqual(3);
    expect(rig.sent.length).toBeLessThanOrEqual(5);
  });

  it('sends one refresh for many calls that say token_expired, and none for those about the older token', async () => {
    await rig.install();
    await rig.follow();
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers = [promise];
    const version = await rig.versionOf();
    const asked = Array.from({ length: 50 }, () =>
      rig.refresher.renew({ key: 'T1', kind: 'bot', userId: '', version }),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([true]));
    expect(rig.refresher.isAwaited('T1')).toBe(true);
    resolve(nextPair('xoxe-1-T1-0'));
    await rig.pass(2_000, 500);
    expect(await rig.refresher.renew({ key: 'T1', kind: 'bot', userId: '', version })).toBe(true);
    await rig.pass(2_000, 500);
    expect(rig.sent).toHaveLength(1);
    // Until the row is seen nobody has the new token.
    expect(rig.refresher.isAwaited('T1')).toBe(true);
    await rig.follow();
    expect(rig.refresher.isAwaited('T1')).toBe(false);
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
      await rig.install('T1', HOUR_MS);
      rig.answers = Array.from({ length: 1_000 }, () => answer);
      await rig.follow();
      await rig.pass(2 * HOUR_MS);
      expect(rig.sent.length).toBeGreaterThan(10);
      expect(rig.sent.length).toBeLessThan(300);
      expect(rig.signals).toEqual([]);
      rig.answers = [];
      await rig.pass(600_000);
      expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
      expect(rig.signals).toEqual([]);
    },
  );

  it('keeps to Retry-After for all teams', async () => {
    rig.answers = [{ kind: 'limited', retryAfterMs: 60_000 }];
    await rig.install('T1', HOUR_MS);
    await rig.follow('T1');
    await rig.work();
    await rig.install('T2', HOUR_MS);
    await rig.follow('T2');
    await rig.pass(59_000, 1_000);
    expect(rig.sent).toHaveLength(1);
    await rig.pass(3_000, 500);
    expect(rig.sent).toHaveLength(3);
  });

  it.each([0, 1, -5_000, 1e15])(
    'backs off when Slack limits it again and again with %s ms to wait',
    async (retryAfterMs) => {
      rig.answers = Array.from({ length: 1_000 }, () => ({ kind: 'limited', retryAfterMs }));
      await rig.install('T1', HOUR_MS);
      await rig.follow('T1');
      await rig.pass(33_000, 100);
      expect(rig.sent.length).toBeLessThanOrEqual(7);
      // And never stays away for longer than five minutes.
      const before = rig.sent.length;
      await rig.pass(301_000, 1_000);
      expect(rig.sent.length).toBeGreaterThan(before);
      rig.answers = [];
      await rig.pass(301_000, 1_000);
      expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    },
  );

  it('counts one limit for refreshes that were under way together', async () => {
    const keys = ['T1', 'T2', 'T3', 'T4', 'T5'];
    for (const key of keys) {
      await rig.install(key, HOUR_MS);
      await rig.follow(key);
    }
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers = keys.map(() => promise);
    await rig.pass(1_000, 100);
    expect(rig.sent).toHaveLength(5);
    resolve({ kind: 'limited', retryAfterMs: 0 });
    await rig.pass(3_000, 100);
    for (const key of keys) expect(await rig.tokenOf(key)).toBe(`xoxe.xoxb-1-${key}-1`);
  });

  it('tells the operator once of a wrong secret, whatever the number of teams', async () => {
    rig.answers = Array.from({ length: 1_000 }, () => refusal('bad_client_secret'));
    for (const key of ['T1', 'T2', 'T3']) {
      await rig.install(key, HOUR_MS);
      await rig.follow(key);
    }
    await rig.pass(HOUR_MS);
    expect(rig.problems).toEqual(['bad_client_secret']);
    expect(rig.signals).toEqual([]);
  });

  it('keeps the answer of Slack when the store fails, and stores it later', async () => {
    await rig.install('T1', HOUR_MS);
    const replace = rig.pairs.replace.bind(rig.pairs);
    let failures = 2;
    rig.pairs.replace = async (...args) => {
      if (failures-- > 0) throw new Error('disk full');
      return await replace(...args);
    };
    await rig.follow();
    await rig.pass(30_000, 1_000);
    expect(rig.sent).toHaveLength(1);
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
  });

  it('drops a late answer after a re-install', async () => {
    await rig.install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers = [promise];
    await rig.follow();
    await rig.work();
    await rig.installations.recordInstall({
      key: 'T1',
      isEnterprise: false,
      appId: 'A1',
      bot: {
        token: 'xoxe.xoxb-1-new',
        scopes: [],
        expiresAtMs: rig.clock.now() + LIFE_MS,
        refreshToken: 'xoxe-1-new-0',
      },
      users: [],
      team: null,
    });
    resolve(nextPair('xoxe-1-T1-0'));
    await rig.work();
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-new');
    expect(await rig.versionOf()).toEqual({ install: 2, refresh: 0 });
  });

  it('refreshes people’s tokens by themselves, and tells the judge of a dead one', async () => {
    const person = (userId: string) => ({
      userId,
      token: `xoxe.xoxp-1-${userId}-0`,
      scopes: [],
      expiresAtMs: rig.clock.now() + HOUR_MS,
      refreshToken: `xoxe-1-${userId}-0`,
    });
    await rig.installations.recordInstall({
      key: 'T1',
      isEnterprise: false,
      appId: 'A1',
      bot: {
        token: 'xoxe.xoxb-1-T1-0',
        scopes: [],
        expiresAtMs: rig.clock.now() + LIFE_MS,
        refreshToken: 'xoxe-1-T1-0',
      },
      users: [person('UANN'), person('UBOB')],
      team: null,
    });
    rig.answers = [
      nextPair('xoxe-1-UANN-0', { token_type: 'user', user_id: 'UANN', access_token: 'xoxe.xoxp-1-UANN-1' }),
      refusal('invalid_refresh_token'),
    ];
    rig.probeAnswer = { kind: 'error', code: 'token_revoked' };
    await rig.follow();
    await rig.pass(3_000, 500);
    const { bot, users } = await rig.installations.credentials('T1');
    expect(users[0]).toMatchObject({ userId: 'UANN', token: 'xoxe.xoxp-1-UANN-1' });
    expect(bot).toMatchObject({ token: 'xoxe.xoxb-1-T1-0', version: { install: 1, refresh: 1 } });
    expect(rig.signals).toMatchObject([{ kind: 'user', userId: 'UBOB', code: 'token_revoked', source: 'probe' }]);
  });

  it('waits at its stop for an answer that must be stored, and starts nothing more', async () => {
    await rig.install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers = [promise];
    await rig.follow();
    await rig.work();
    const stopped = rig.refresher.stop();
    resolve(nextPair('xoxe-1-T1-0'));
    await stopped;
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('tries the stored refresh token again after a crash between Slack’s answer and the store', async () => {
    await rig.install('T1', HOUR_MS);
    rig.pairs.replace = () => new Promise(() => {});
    await rig.follow();
    await rig.work();
    rig.pairs = createPairStore({ store: rig.store, vault: testVault() });
    rig.refresher = rig.newRefresher();
    await rig.follow();
    await rig.pass(1_000, 500);
    expect(rig.sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0', 'xoxe-1-T1-0']);
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
  });
});

describe('a storm', () => {
  // What Slack sees of one of 1,500 is in wiring/create-refresher.test.ts.
  it('of 100 tokens near their end is refreshed once each, five at a time and eight in a second', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `T${n}`);
    const expiresAtMs = rig.clock.now() + 7_000_000;
    await plantMany(keys, expiresAtMs);
    let running = 0;
    let most = 0;
    const moments = new Map<string, number[]>();
    rig.refresher = rig.newRefresher({
      refresh: async (token) => {
        most = Math.max(most, ++running);
        moments.set(token, [...(moments.get(token) ?? []), rig.clock.monotonic()]);
        await rig.clock.sleep(900);
        running--;
        return nextPair(token);
      },
    });
    for (const key of keys) {
      const credential = {
        installationKey: key,
        kind: 'bot',
        userId: '',
        version: { install: 1, refresh: 0 },
      } as const;
      rig.refresher.observe(key, [{ ...credential, token: `xoxe.xoxb-1-${key}-0`, scopes: [], expiresAtMs }]);
    }
    while (moments.size < keys.length) {
      await rig.clock.advance(100);
      await rig.store.get('select 1');
    }
    await rig.pass(10_000, 1_000);
    expect([...moments.values()].every(({ length }) => length === 1)).toBe(true);
    const times = [...moments.values()].flat().sort((a, b) => a - b);
    expect(times.every((atMs, n) => n < 8 || atMs - (times[n - 8] as number) >= 1_000)).toBe(true);
    expect(most).toBe(5);
    const row = await rig.store.get('select count(*) as n from credential where refresh = 1');
    expect(Number(row?.n)).toBe(100);
  });
});

/** The rows of many installs, faster than by recordInstall. */
async function plantMany(keys: readonly string[], expiresAtMs: number): Promise<void> {
  const vault = testVault();
  await rig.store.transaction({ about: [] }, async (tx) => {
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
