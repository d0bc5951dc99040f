/** Refresh tokens that Slack refuses: what is tried again, what the operator is told, and what the judge. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackAnswer } from '../slack/web-api.ts';
import { HOUR_MS, LIFE_MS, RefresherRig, refusal } from './refresher.test-kit.ts';

let rig: RefresherRig;

beforeEach(async () => {
  rig = await RefresherRig.open();
});

describe('a refresh that Slack refuses', () => {
  it('takes another process’s pair when its own refresh token is refused', async () => {
    await rig.install('T1', HOUR_MS);
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers = [promise];
    await rig.follow();
    await rig.work();
    const theirs = {
      token: 'xoxe.xoxb-1-theirs',
      scopes: [],
      expiresAtMs: rig.clock.now() + LIFE_MS,
      refreshToken: 'xoxe-1-t-1',
    };
    await rig.pairs.replace({ key: 'T1', kind: 'bot', userId: '' }, 'xoxe-1-T1-0', theirs);
    resolve(refusal('invalid_refresh_token'));
    await rig.pass(600_000);
    expect([rig.sent.length, rig.probed, rig.signals, rig.problems]).toEqual([1, [], [], []]);
    expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-theirs');
  });

  it('goes on with a living token whose refresh token is refused, tells the operator, and asks again at its end', async () => {
    await rig.install('T1', HOUR_MS);
    rig.answers = [refusal('invalid_refresh_token'), refusal('invalid_refresh_token')];
    await rig.follow();
    await rig.pass(HOUR_MS - 60_000);
    expect([rig.sent.length, rig.probed.length, rig.problems, rig.signals]).toEqual([
      1,
      1,
      ['invalid_refresh_token'],
      [],
    ]);
    expect(rig.refresher.isAwaited('T1')).toBe(false);
    rig.probeAnswer = { kind: 'error', code: 'token_expired' };
    await rig.pass(120_000);
    expect(rig.sent).toHaveLength(2);
    expect(rig.signals).toEqual([
      expect.objectContaining({ key: 'T1', kind: 'bot', code: 'token_expired', source: 'probe' }),
    ]);
    expect(await rig.renew()).toBe(false);
  });

  it.each(['invalid_refresh_token', 'bad_client_secret', 'missing_scope', 'a_code_of_tomorrow'])(
    'uses a token past its end that Slack still takes when its refresh is refused by %s, and tells the operator',
    async (code) => {
      await rig.install('T1', -HOUR_MS);
      rig.answers = Array.from({ length: 1_000 }, () => refusal(code));
      await rig.follow();
      expect(rig.refresher.isAwaited('T1')).toBe(true);
      await rig.pass(3_000, 500);
      expect(rig.refresher.isAwaited('T1')).toBe(false);
      expect(rig.released).toContain('T1');
      expect(rig.problems).toContain(code);
      expect(rig.signals).toEqual([]);
      // Tried again, at the cap in the end, and told once.
      const [before, told] = [rig.sent.length, rig.problems.length];
      await rig.pass(1_200_000, 1_000);
      expect(rig.refresher.isAwaited('T1')).toBe(false);
      expect(rig.sent.length - before).toBeGreaterThanOrEqual(3);
      expect(rig.problems).toHaveLength(told);
      rig.answers = [];
      await rig.pass(301_000, 1_000);
      expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
      await rig.follow();
      expect(rig.refresher.isAwaited('T1')).toBe(false);
    },
  );

  it('lets events wait for the next token again when Slack takes the ended one no more', async () => {
    await rig.install('T1', -HOUR_MS);
    rig.answers = Array.from({ length: 1_000 }, () => refusal('bad_client_secret'));
    await rig.follow();
    await rig.pass(3_000, 500);
    expect(rig.refresher.isAwaited('T1')).toBe(false);
    expect(await rig.renew()).toBe(true);
    rig.probeAnswer = { kind: 'error', code: 'token_expired' };
    await rig.pass(600_000, 1_000);
    expect(rig.refresher.isAwaited('T1')).toBe(true);
  });

  it('gives the judge a dead token whose refresh token is refused', async () => {
    await rig.install('T1', HOUR_MS);
    rig.answers = [refusal('invalid_refresh_token')];
    rig.probeAnswer = { kind: 'error', code: 'account_inactive' };
    await rig.follow();
    await rig.pass(5_000, 1_000);
    const version = { install: 1, refresh: 0 };
    expect(rig.signals).toEqual([
      { key: 'T1', kind: 'bot', userId: '', version, code: 'account_inactive', source: 'probe', method: 'auth.test' },
    ]);
  });

  it('decides nothing about a refused refresh token while the probe is not answered', async () => {
    await rig.install('T1', HOUR_MS);
    rig.answers = Array.from({ length: 100 }, () => refusal('invalid_refresh_token'));
    rig.probeAnswer = { kind: 'unanswered', reason: 'econnrefused', retryAfterMs: 0 };
    await rig.follow();
    await rig.pass(2 * HOUR_MS);
    expect(rig.signals).toEqual([]);
    expect(rig.refresher.isAwaited('T1')).toBe(true);
  });

  it.each(['org_login_required', 'team_access_not_granted', 'ekm_access_denied', 'two_factor_setup_required'])(
    'tells the judge of a refresh that is answered %s, and tries it again',
    async (code) => {
      await rig.install('T1', HOUR_MS);
      rig.answers = [refusal(code)];
      await rig.follow();
      await rig.pass(500, 100);
      const version = { install: 1, refresh: 0 };
      const about = { key: 'T1', kind: 'bot', userId: '', version, code };
      expect(rig.signals).toEqual([{ ...about, source: 'call', method: 'oauth.v2.access' }]);
      expect(rig.probed).toEqual([]);
      await rig.pass(10_000, 1_000);
      expect(rig.sent).toHaveLength(2);
      expect(await rig.tokenOf()).toBe('xoxe.xoxb-1-T1-1');
    },
  );
});
