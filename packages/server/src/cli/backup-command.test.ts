/** What a restore leaves behind, and what it does not. Beside servers, with signals and broken backups: test/backup.test.ts. */
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listAudit } from '../operations/audit/list-audit.ts';
import { install, keyOf, openOperations } from '../operations/operations.test-kit.ts';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
import { said } from './cli.test-kit.ts';

/** A backup of a database with a team, and a place where nothing is yet. */
async function withBackup() {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  const folder = await makeFolder();
  const file = join(folder, 'bot.backup');
  await said(operations, `backup ${file}`);
  return { folder, file, url: join(folder, 'elsewhere', 'bot.db') };
}

it('says who restored it, and from which file, in the audit of what is restored', async () => {
  const { file, url } = await withBackup();
  await said({ url }, `restore ${file}`);
  const { run } = await openOperations('sqlite', { url });
  const { entries } = await run(listAudit, { operation: 'backup.restore' });
  expect(entries).toMatchObject([
    {
      who: expect.stringMatching(/^cli:./),
      from: hostname(),
      outcome: 'done',
      subject: `file ${file}`,
      input: { file },
      result: { installations: 1 },
    },
  ]);
});

it('without its key names the place where that belongs, and leaves nothing behind', async () => {
  const { folder, file, url } = await withBackup();
  await expect(said({ url, encryptionKeys: '' }, `restore ${file}`)).rejects.toMatchObject({
    code: 'encryption_key_missing',
    message: expect.stringContaining(`The key file ${url}.key of the database is missing`),
  });
  expect(await readdir(folder)).toEqual(['bot.backup']);
});

it('with another key leaves nothing behind either', async () => {
  const { folder, file, url } = await withBackup();
  const restored = said({ url, encryptionKeys: keyOf(9) }, `restore ${file}`);
  await expect(restored).rejects.toMatchObject({ code: 'encryption_key_mismatch' });
  expect(await readdir(folder)).toEqual(['bot.backup']);
});
