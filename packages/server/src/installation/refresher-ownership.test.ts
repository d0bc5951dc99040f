/** Who refreshes where several nodes share the installations: only the owner, because a refresh token is good once. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { SlackAnswer } from '../slack/web-api.ts';
import { HOUR_MS, LIFE_MS, nextPair, RefresherRig } from './refresher.test-kit.ts';

let rig: RefresherRig;

beforeEach(async () => {
  rig = await RefresherRig.open();
});

describe('a node that does not own the installation', () => {
  it('sends no refresh, and goes on with the pair that the owner has stored', async () => {
    rig.isOwner = false;
    await rig.install();
    await rig.follow();
    await rig.pass(13 * HOUR_MS);
    expect(rig.sent).toEqual([]);
    expect(rig.refresher.isAwaited('T1')).toBe(true);
    const owner = { key: 'T1', kind: 'bot', userId: '' } as const;
    const token = 'xoxe.xoxb-1-T1-1';
    await rig.pairs.replace(owner, 'xoxe-1-T1-0', {
      token,
      scopes: [],
      expiresAtMs: rig.clock.now() + LIFE_MS,
      refreshToken: 'xoxe-1-T1-1',
    });
    await rig.follow();
    expect(rig.refresher.isAwaited('T1')).toBe(false);
    expect(await rig.refresher.renew({ ...owner, version: { install: 1, refresh: 1 } })).toBe(true);
    await rig.pass(HOUR_MS);
    expect(rig.sent).toEqual([]);
  });

  it('refreshes when it has become the owner, and no more when it is not any longer', async () => {
    rig.isOwner = false;
    await rig.install();
    await rig.follow();
    await rig.pass(11 * HOUR_MS);
    rig.isOwner = true;
    await rig.follow();
    await rig.pass(1_000);
    expect(rig.sent.map(({ token }) => token)).toEqual(['xoxe-1-T1-0']);
    await rig.follow();
    rig.isOwner = false;
    rig.refresher.leave('T1');
    await rig.pass(24 * HOUR_MS);
    expect(rig.sent).toHaveLength(1);
  });

  it('stores the pair that came while it lost the installation', async () => {
    await rig.install();
    await rig.follow();
    const { promise, resolve } = Promise.withResolvers<SlackAnswer>();
    rig.answers.push(promise);
    await rig.pass(10 * HOUR_MS);
    expect(rig.sent).toHaveLength(1);
    rig.isOwner = false;
    rig.refresher.leave('T1');
    resolve(nextPair('xoxe-1-T1-0'));
    await rig.pass(1_000);
    expect((await rig.pairs.find({ key: 'T1', kind: 'bot', userId: '' }))?.refreshToken).toBe('xoxe-1-T1-1');
  });
});
