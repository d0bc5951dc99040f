/** Out of the InstallationStores that Bolt has, into a database; what is made of each shape is in line-reader.test.ts. */
import { join } from 'node:path';
import { FileInstallationStore, type Installation } from '@slack/bolt';
import { expect, it } from 'vitest';
import { importInstallations } from './import-installations.ts';
import { keyOf } from './operations/operations.test-kit.ts';
import { makeFolder, openTestStore } from './store/store-fixture.test-kit.ts';

const encryptionKeys = keyOf(7);

const anInstallation = (id: string, token = `xoxb-test-${id}`): Installation<'v2', false> => ({
  team: { id, name: `Team ${id}` },
  enterprise: undefined,
  user: { id: 'U0ANN00001', token: undefined, scopes: undefined },
  bot: { token, scopes: ['chat:write'], id: 'B0BOT00001', userId: 'U0BOT00001' },
  isEnterpriseInstall: false,
});

const anOrganization: Installation<'v2', true> = {
  ...anInstallation('E0ACME0001'),
  team: undefined,
  enterprise: { id: 'E0ACME0001', name: 'Acme Org' },
  isEnterpriseInstall: true,
};

it('imports workspaces and whole organizations, says what is wrong with each other one, and changes nothing twice', async () => {
  const { url: databaseUrl, store } = await openTestStore({ engine: 'sqlite' }).then((opened) => ({
    url: opened.url,
    store: opened,
  }));
  const bolt = new FileInstallationStore({ baseDir: join(await makeFolder(), 'bolt') });
  await bolt.storeInstallation(anInstallation('T0ACME0001'));
  await bolt.storeInstallation(anInstallation('T0BADTOKEN', 'xoxp-test-secret'));
  await bolt.storeInstallation(anOrganization);
  const ids = ['T0ACME0001', 'T0NOBODY01', 'T0BADTOKEN', 'E0ACME0001'];
  const expected = [
    { id: 'T0ACME0001', teamId: 'T0ACME0001', outcome: 'installed' },
    { id: 'T0NOBODY01', error: expect.stringContaining('the store failed: No installation data found') },
    { id: 'T0BADTOKEN', error: expect.stringContaining('bot.token must be a bot token') },
    { id: 'E0ACME0001', teamId: 'E0ACME0001', outcome: 'installed' },
  ];
  expect(await importInstallations(bolt, ids, { databaseUrl, encryptionKeys, dryRun: true })).toEqual(expected);
  expect(await store.all('select key from installation')).toEqual([]);
  const results = await importInstallations(bolt, ids, { databaseUrl, encryptionKeys });
  expect(results).toEqual(expected);
  expect(JSON.stringify(results)).not.toContain('xox');
  const rows = async () => await store.all('select key, is_enterprise, changed_seq from installation order by key');
  const before = await rows();
  expect(before).toMatchObject([
    { key: 'E0ACME0001', is_enterprise: 1 },
    { key: 'T0ACME0001', is_enterprise: 0 },
  ]);
  expect(await importInstallations(bolt, ids, { databaseUrl, encryptionKeys })).toMatchObject([
    { outcome: 'unchanged' },
    { error: expect.any(String) },
    { error: expect.any(String) },
    { outcome: 'unchanged' },
  ]);
  expect(await rows()).toEqual(before);
});

it('a dry run says what the real one does, also of an id that comes again long after', async () => {
  const { url: databaseUrl } = await openTestStore({ engine: 'sqlite' });
  const store = {
    fetchInstallation: ({ teamId = '' }: { teamId?: string | undefined }) => Promise.resolve(anInstallation(teamId)),
  };
  const ids = [...Array.from({ length: 250 }, (_, n) => `T${n}`), 'T0', 'T249'];
  const foretold = await importInstallations(store, ids, { databaseUrl, encryptionKeys, dryRun: true });
  expect(foretold.slice(-2)).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
  expect(await importInstallations(store, ids, { databaseUrl, encryptionKeys })).toEqual(foretold);
});

it('takes a store’s error without the tokens in it, an answer that is none, and a query of the caller', async () => {
  const { url: databaseUrl } = await openTestStore({ engine: 'sqlite' });
  const asked: unknown[] = [];
  const store = {
    fetchInstallation(query: { teamId: string | undefined }) {
      asked.push(query);
      if (query.teamId === 'T1') throw new Error('lost xoxb-test-secret-1');
      return Promise.resolve(query.teamId === 'T2' ? undefined : anInstallation('T3'));
    },
  };
  const query = { teamId: 'T3', enterpriseId: 'E3', isEnterpriseInstall: false, userId: 'U3' };
  expect(await importInstallations(store, ['T1', 'T2', query], { databaseUrl, encryptionKeys })).toEqual([
    { id: 'T1', error: 'the store failed: lost [token]' },
    { id: 'T2', error: 'the store has no installation' },
    { id: 'T3', teamId: 'T3', outcome: 'installed' },
  ]);
  expect(asked.at(-1)).toEqual(query);
});

it('refuses what is no id before anything is asked', async () => {
  const { url: databaseUrl } = await openTestStore({ engine: 'sqlite' });
  const store = { fetchInstallation: () => Promise.reject(new Error('asked')) };
  await expect(importInstallations(store, ['acme'], { databaseUrl, encryptionKeys })).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'ids must be like T0ACME0001 or E0ACME0001; got "acme"',
  });
});
