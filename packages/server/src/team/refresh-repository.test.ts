import { describe, expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { createPairStore } from './refresh-repository.ts';

const BOT = { key: 'T1', kind: 'bot', userId: '' } as const;
const ANN = { key: 'T1', kind: 'user', userId: 'UANN' } as const;
const pair = (name: string) => ({ token: `xoxb-${name}`, scopes: [], expiresAtMs: 99, refreshToken: `xoxe-1-${name}` });

describe.each(engines)('pairs on %s', (engine) => {
  async function aPairStore() {
    const store = await openTestStore({ engine });
    const context = { store, vault: createVault([new Uint8Array(32).fill(7)]), clock: new TestClock(1_000) };
    const installations = createInstallationRepository(context);
    const install = (name: string) =>
      installations.recordInstall({
        key: 'T1',
        isEnterprise: false,
        appId: 'A1',
        bot: { ...pair(name), scopes: ['chat:write'] },
        users: [{ userId: 'UANN', ...pair(`ann-${name}`) }],
        team: null,
      });
    await install('first');
    return { installations, install, pairs: createPairStore(context) };
  }

  it('moves the whole installation to the next version, so that its other tokens stay current', async () => {
    const { installations, pairs } = await aPairStore();
    expect(await pairs.replace(BOT, 'xoxe-1-first', pair('second'))).toBe(true);
    expect(await pairs.replace(ANN, 'xoxe-1-ann-first', pair('ann-second'))).toBe(true);
    const version = { install: 1, refresh: 2 };
    expect((await installations.find('T1'))?.installation).toMatchObject({ version, changedSeq: 3 });
    const { bot, users } = await installations.credentials('T1');
    expect(bot).toMatchObject({ token: 'xoxb-second', scopes: ['chat:write'], expiresAtMs: 99, version });
    expect(users).toEqual([expect.objectContaining({ token: 'xoxb-ann-second', version })]);
    expect(await pairs.find(BOT)).toMatchObject({ refreshToken: 'xoxe-1-second', status: 'active' });
  });

  it('stores a pair once, and none for a refresh token of an earlier install', async () => {
    const { installations, install, pairs } = await aPairStore();
    const both = await Promise.all(['a', 'b'].map((name) => pairs.replace(BOT, 'xoxe-1-first', pair(name))));
    expect(both.filter(Boolean)).toHaveLength(1);
    const stored = await pairs.find(BOT);
    await install('again');
    expect(await pairs.replace(BOT, stored?.refreshToken ?? '', pair('late'))).toBe(false);
    expect((await installations.botCredential('T1'))?.token).toBe('xoxb-again');
    expect((await installations.find('T1'))?.installation.version).toEqual({ install: 2, refresh: 0 });
  });

  it('ends a doubt that was about the expired token, and no other', async () => {
    const { installations, pairs } = await aPairStore();
    const doubt = async (code: string, refresh: number) =>
      await installations.compareAndSetState(
        'T1',
        { version: { install: 1, refresh }, from: 'active' },
        { kind: 'active', doubt: { kind: 'confirming', code, sinceMs: 1 } },
        { kind: 'verdict', facts: {} },
      );
    await doubt('token_expired', 0);
    await pairs.replace(BOT, 'xoxe-1-first', pair('second'));
    expect((await installations.find('T1'))?.installation.state).toEqual({ kind: 'active', doubt: { kind: 'none' } });
    await doubt('invalid_auth', 1);
    await pairs.replace(BOT, 'xoxe-1-second', pair('third'));
    expect((await installations.find('T1'))?.installation.state).toMatchObject({ doubt: { code: 'invalid_auth' } });
  });
});
