import { describe, expect, it } from 'vitest';
import {
  checkAppId,
  checkKeyFingerprint,
  proveWritable,
  readAppId,
  readBotName,
  recordBotName,
} from './identity-repository.ts';
import { engines, openTestStore } from './store-fixture.test-kit.ts';

const keys = (...fingerprints: [string, ...string[]]) => ({ fingerprint: fingerprints[0], fingerprints });

describe.each(engines)('checkKeyFingerprint on %s', (engine) => {
  it('records the first key and accepts every set of keys that has it', async () => {
    const store = await openTestStore({ engine });
    await checkKeyFingerprint(store, keys('aa'));
    await checkKeyFingerprint(store, keys('bb', 'aa'));
    await expect(checkKeyFingerprint(store, keys('bb', 'cc'))).rejects.toMatchObject({
      code: 'encryption_key_mismatch',
      message: expect.stringContaining('key aa, and the keys at hand are bb, cc'),
    });
  });
});

describe('checkKeyFingerprint', () => {
  it('can be asked of a store that was opened read-only', async () => {
    const store = await openTestStore();
    await checkKeyFingerprint(store, keys('aa'));
    await checkKeyFingerprint(await openTestStore({ path: store.path, readOnly: true }), keys('aa'));
  });
});

describe.each(engines)('checkAppId on %s', (engine) => {
  it('records the first app that is known and refuses another one', async () => {
    const store = await openTestStore({ engine });
    await checkAppId(store, null);
    expect(await readAppId(store)).toBeNull();
    await checkAppId(store, 'A1');
    await checkAppId(store, null);
    await checkAppId(store, 'A1');
    expect(await readAppId(store)).toBe('A1');
    await expect(checkAppId(store, 'A2')).rejects.toMatchObject({ code: 'app_mismatch' });
  });
});

describe('proveWritable', () => {
  it.each(engines)('passes for a healthy database on %s', async (engine) => {
    await proveWritable(await openTestStore({ engine }));
  });

  it('fails for a database that cannot be written', async () => {
    const store = await openTestStore();
    const readOnly = await openTestStore({ path: store.path, readOnly: true });
    await expect(proveWritable(readOnly)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe.each(engines)('the name of the bot on %s', (engine) => {
  it('is that of the bot user that was found first, until the app tells its own', async () => {
    const store = await openTestStore({ engine });
    expect(await readBotName(store)).toBeNull();
    expect(await recordBotName(store, { name: 'rota', isOfApp: false })).toBe('rota');
    expect(await recordBotName(store, { name: 'rota2', isOfApp: false })).toBe('rota');
    expect(await recordBotName(store, { name: 'Rota', isOfApp: true })).toBe('Rota');
    expect(await recordBotName(store, { name: 'rota3', isOfApp: false })).toBe('Rota');
    expect(await recordBotName(store, { name: 'Rota 2', isOfApp: true })).toBe('Rota 2');
    expect(await readBotName(store)).toBe('Rota 2');
  });
});
