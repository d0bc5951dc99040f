/** `slack-bot-server backup` beside a server that goes on writing, and `restore`, tried by starting on what was restored. */
import { copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { isPostIn, isSocketOpen, Scene } from './scene.test-kit.ts';

async function command(scene: Scene, ...words: string[]) {
  return await runCli(words, await environmentOf(scene));
}

it('is the database at one moment, whatever the server writes meanwhile; a server starts on it', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  await scene.start();
  const acme = await scene.join('Acme');
  const file = join(scene.folder, 'bot.backup');
  const backup = await command(scene, 'backup', file, '--json');
  expect([backup.code, backup.stderr]).toEqual([0, '']);
  expect(JSON.parse(backup.stdout)).toMatchObject({ file, installations: 1, waiting: 0 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  // The server is as well as before, and this is not in the backup.
  const globex = await scene.join('Globex');
  const refused = await command(scene, 'restore', file);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('in use by another server')]);
  await scene.stop();

  const restored = await command(scene, 'restore', file, '--json');
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  const { former } = JSON.parse(restored.stdout) as { former: string };
  const after = await scene.slack.lastSeq();
  await scene.start();
  await scene.until(isSocketOpen(acme.id), { after, what: 'the socket of Acme' });
  await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
  await scene.until(isPostIn(acme.id), { after, what: 'an answer in Acme' });
  expect((await scene.rows()).map(({ installation }) => installation.key)).toEqual([acme.id]);
  await scene.stop();
  // What was there is a database, too.
  await copyFile(former, join(scene.folder, 'former.backup'));
  await command(scene, 'restore', join(scene.folder, 'former.backup'));
  expect((await scene.rows()).map(({ installation }) => String(installation.key)).toSorted()).toEqual(
    [acme.id, globex.id].toSorted(),
  );
});

it('changes nothing when the backup is broken, of another program, or sealed with another key', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start();
  await scene.join('Acme');
  const file = join(scene.folder, 'bot.backup');
  expect((await command(scene, 'backup', file)).code).toBe(0);
  await scene.stop();
  const before = await readFile(scene.databasePath);
  const short = join(scene.folder, 'short.backup');
  await copyFile(file, short);
  await truncate(short, 20_000);
  const text = join(scene.folder, 'text.backup');
  await writeFile(text, 'no database');
  for (const unusable of [short, text, join(scene.folder, 'none.backup')]) {
    const { code, stderr } = await command(scene, 'restore', unusable);
    expect([code, stderr]).toEqual([1, expect.stringContaining('is no backup that can be restored')]);
  }
  const otherKey = { ENCRYPTION_KEYS: Buffer.alloc(32, 9).toString('base64') };
  const sealed = await runCli(['restore', file], await environmentOf(scene, otherKey));
  expect([sealed.code, sealed.stderr]).toEqual([1, expect.stringContaining('sealed with the key')]);
  expect(await readFile(scene.databasePath)).toEqual(before);
  expect((await readdir(scene.folder)).filter((name) => /restoring|before-restore|partial/.test(name))).toEqual([]);
});

it('writes over nothing, and says what is for PostgreSQL', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const file = join(scene.folder, 'mine.txt');
  await writeFile(file, 'mine');
  const taken = await command(scene, 'backup', file);
  expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('exists already')]);
  expect(await readFile(file, 'utf8')).toBe('mine');
  const nowhere = await command(scene, 'backup', join(scene.folder, 'no', 'such', 'folder'));
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('could not be copied')]);
  const postgres = {
    DATABASE_URL: 'postgres://127.0.0.1/none',
    ENCRYPTION_KEYS: Buffer.alloc(32, 9).toString('base64'),
  };
  const other = await runCli(['backup', join(scene.folder, 'x')], await environmentOf(scene, postgres));
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('docs/backup.md')]);
});
