import { describe, expect, it } from 'vitest';
import { checkAppId, checkKeyFingerprint, proveWritable, readAppId } from './identity-repository.ts';
import { openTestStore } from './store-fixture.test-kit.ts';

const keys = (...fingerprints: [string, ...string[]]) => ({ fingerprint: fingerprints[0], fingerprints });

describe('checkKeyFingerprint', () => {
  it('records the first key and accepts every set of keys that has it', async () => {
    const store = await openTestStore();
    await checkKeyFingerprint(store, keys('aa'));
    await checkKeyFingerprint(store, keys('bb', 'aa'));
    await expect(checkKeyFingerprint(store, keys('bb', 'cc'))).rejects.toMatchObject({
      code: 'encryption_key_mismatch',
      message: expect.stringContaining('key aa, and ENCRYPTION_KEYS has bb, cc'),
    });
  });

  it('can be asked of a store that was opened read-only', async () => {
    const store = await openTestStore();
    await checkKeyFingerprint(store, keys('aa'));
    await checkKeyFingerprint(await openTestStore({ path: store.path, readOnly: true }), keys('aa'));
  });
});

describe('checkAppId', () => {
  it('records the first app that is known and refuses another one', async () => {
    const store = await openTestStore();
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
  it('passes for a healthy database and fails for one that cannot be written', async () => {
    const store = await openTestStore();
    await proveWritable(store);
    const readOnly = await openTestStore({ path: store.path, readOnly: true });
    await expect(proveWritable(readOnly)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
