/** Keys are rotated and databases handed over. With a running server: test/cli-keys.test.ts, test/moving-app.test.ts. */
import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../../store/store-fixture.test-kit.ts';
import { anInstall, install, keyOf, openOperations } from '../operations.test-kit.ts';
import { resealAll } from './reseal.ts';
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

  it('is ended between two pages, says that all keys are still needed, and goes on with the rest', async () => {
    const { url, before } = await withOldTokens();
    const keys = Array.from({ length: 450 }, (_, n) => `T9${n}`);
    await before.storage.installations.recordNewInstalls(keys.map((key) => anInstall(key)));
    const { context, run } = await openOperations(engine, { url, encryptionKeys: `${NEW},${OLD}` });
    const ending = new AbortController();
    let pages = 0;
    const store = new Proxy(context.store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (name === 'all' && ++pages === 2) ending.abort();
          return (await value.apply(target, args)) as unknown;
        };
      },
    });
    const stopped = resealAll({ store, vault: context.vault }, { onProgress: () => {}, signal: ending.signal });
    await expect(stopped).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Stopped after re-encrypting 400 values: the others still have another key',
      fix: expect.stringMatching(/^Keep all of ENCRYPTION_KEYS/),
    });
    await expect(openOperations(engine, { url, encryptionKeys: NEW })).rejects.toMatchObject({
      code: 'encryption_key_mismatch',
    });
    expect(await run(rotateKeys, {})).toMatchObject({ values: 452, resealed: 52, unreadable: [] });
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
