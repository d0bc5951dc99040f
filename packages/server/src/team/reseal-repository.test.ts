import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createVault, type Vault } from '../installation/sealing.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { createPairStore } from './refresh-repository.ts';
import { type ResealCursor, type ResealPage, resealPage } from './reseal-repository.ts';

const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);

describe.each(engines)('sealing anew on %s', (engine) => {
  async function aDatabase({ teams }: { teams: number }) {
    const store = await openTestStore({ engine });
    const clock = new TestClock(1_000);
    const installations = createInstallationRepository({ store, vault: createVault([OLD]), clock });
    for (let n = 0; n < teams; n++) {
      const key = `T${n}`;
      await installations.recordInstall({
        key,
        isEnterprise: false,
        appId: 'A1',
        bot: { token: `xoxb-${key}`, scopes: [], expiresAtMs: 9, refreshToken: `xoxe-1-${key}` },
        users: [{ userId: 'UANN', token: `xoxp-${key}`, scopes: [], expiresAtMs: null }],
        team: null,
      });
    }
    const pages = async (vault: Vault) => {
      const found: ResealPage[] = [];
      let after: ResealCursor | undefined;
      do {
        found.push(await resealPage({ store, vault }, after));
        after = found.at(-1)?.next;
      } while (after);
      const sum = (of: 'seen' | 'resealed' | 'changed') => found.reduce((total, page) => total + page[of], 0);
      const unreadable = found.flatMap((page) => page.unreadable);
      return { pages: found.length, seen: sum('seen'), resealed: sum('resealed'), changed: sum('changed'), unreadable };
    };
    return { store, clock, pages };
  }

  it('leaves every token and refresh token readable with the first key alone, and finds nothing a second time', async () => {
    const { store, clock, pages } = await aDatabase({ teams: 150 });
    const both = createVault([NEW, OLD]);
    expect(await pages(both)).toEqual({ pages: 2, seen: 450, resealed: 450, changed: 0, unreadable: [] });
    expect(await pages(both)).toMatchObject({ seen: 450, resealed: 0, changed: 0 });
    const vault = createVault([NEW]);
    const installations = createInstallationRepository({ store, vault, clock });
    const { bot, users, unreadable } = await installations.credentials('T7');
    expect([bot?.token, users[0]?.token, unreadable]).toEqual(['xoxb-T7', 'xoxp-T7', []]);
    const pair = await createPairStore({ store, vault }).find({ key: 'T7', kind: 'bot', userId: '' });
    expect(pair?.refreshToken).toBe('xoxe-1-T7');
  });

  it('names what no key opens, and seals the rest', async () => {
    const { store, pages } = await aDatabase({ teams: 3 });
    await store.run("update credential set token = $1 where installation_key = 'T1' and kind = 'bot'", [
      new Uint8Array([1, 2, 3]),
    ]);
    expect(await pages(createVault([NEW, OLD]))).toMatchObject({ resealed: 8, unreadable: ['T1'] });
  });

  it('leaves a pair alone that is refreshed between reading and writing', async () => {
    const { store, pages } = await aDatabase({ teams: 1 });
    const both = createVault([NEW, OLD]);
    const owner = { key: 'T0', kind: 'bot', userId: '' } as const;
    const granted = { token: 'xoxb-next', scopes: [], expiresAtMs: 9, refreshToken: 'xoxe-1-next' };
    let isFirst = true;
    const transaction = store.transaction.bind(store);
    store.transaction = async (options, work) => {
      if (isFirst) {
        isFirst = false;
        await createPairStore({ store, vault: createVault([OLD, NEW]) }).replace(owner, 'xoxe-1-T0', granted);
      }
      return await transaction(options, work);
    };
    expect(await pages(both)).toMatchObject({ resealed: 1, changed: 2 });
    expect(await pages(both)).toMatchObject({ resealed: 2, changed: 0 });
    const pair = await createPairStore({ store, vault: createVault([NEW]) }).find(owner);
    expect([pair?.credential.token, pair?.refreshToken]).toEqual(['xoxb-next', 'xoxe-1-next']);
  });
});

it('of one installation whose row somebody locks holds up no other one on PostgreSQL', async () => {
  const store = await openTestStore({ engine: 'postgres' });
  const installations = createInstallationRepository({
    store,
    vault: createVault([OLD]),
    clock: new TestClock(1_000),
  });
  const keys = Array.from({ length: 20 }, (_, n) => `T${n}`);
  const bot = (key: string) => ({ token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null });
  const install = (key: string) =>
    installations.recordInstall({ key, isEnterprise: false, appId: 'A1', bot: bot(key), users: [], team: null });
  for (const key of keys) await install(key);
  const locker = new pg.Client(store.url);
  onTestFinished(() => locker.end());
  await locker.connect();
  await locker.query(`begin; select 1 from credential where installation_key = 'T5' for update`);
  const sealing = resealPage({ store, vault: createVault([NEW, OLD]) });
  const reader = createInstallationRepository({ store, vault: createVault([NEW]), clock: new TestClock(1_000) });
  const readable = async () => {
    const read = await Promise.all(keys.map((key) => reader.credentials(key)));
    return read.filter(({ unreadable }) => unreadable.length === 0).length;
  };
  await vi.waitFor(async () => expect(await readable()).toBe(19), 4_000);
  await Promise.all(keys.filter((key) => key !== 'T5').map(install));
  await locker.query('commit');
  expect(await sealing).toMatchObject({ resealed: 20, changed: 0 });
});
