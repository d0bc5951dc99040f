/** Keys are rotated and databases handed over. With a running server: test/cli-keys.test.ts, test/moving-app.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { install, keyOf, openOperations } from '../operations.test-kit.ts';
import { rotateKeys } from './rotate-keys.ts';

const [OLD, NEW] = [keyOf(1), keyOf(2)];

describe.each(engines)('a rotation of keys on %s', (engine) => {
  async function withOldTokens() {
    const { url } = await openTestStore({ engine });
    const before = await openOperations(engine, { url, encryptionKeys: OLD });
    await install(before, 'T1', 'T2');
    return { url, before };
  }

  it('seals all with the first key, and says that the others can go', async () => {
    const { url } = await withOldTokens();
    const { run } = await openOperations(engine, { url, encryptionKeys: `${NEW},${OLD}` });
    const next = 'the other keys can be removed from ENCRYPTION_KEYS now';
    expect(await run(rotateKeys, {})).toMatchObject({ values: 2, resealed: 2, unreadable: [], next });
    expect(await run(rotateKeys, {})).toMatchObject({ values: 2, resealed: 0, next });
    const after = await openOperations(engine, { url, encryptionKeys: NEW });
    expect(await after.storage.installations.botCredential('T2')).toMatchObject({ token: 'xoxb-test-T2' });
  });

  it('names what no key opens, and then lets no key go', async () => {
    const { url, before } = await withOldTokens();
    await before.storage.store.run("update credential set token = $1 where installation_key = 'T1'", [
      Buffer.alloc(60),
    ]);
    const { run } = await openOperations(engine, { url, encryptionKeys: `${NEW},${OLD}` });
    expect(await run(rotateKeys, {})).toMatchObject({
      resealed: 1,
      unreadable: ['T1'],
      next: expect.stringMatching(/^add the key/),
    });
    await expect(openOperations(engine, { url, encryptionKeys: NEW })).rejects.toMatchObject({
      code: 'encryption_key_mismatch',
    });
  });
});
