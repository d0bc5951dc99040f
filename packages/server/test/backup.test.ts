/** `slack-bot-server backup` beside a server that goes on writing, and `restore`, tried by starting on what was restored. */
import { readdirSync } from 'node:fs';
import { chmod, copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { readBackup } from '../src/store/sqlite-backup.ts';
import { CliProcess, environmentOf, runCli } from './cli.test-kit.ts';
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
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('in use by another process')]);
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
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not a backup that can be restored')]);
  }
  const otherKey = { ENCRYPTION_KEYS: Buffer.alloc(32, 9).toString('base64') };
  const sealed = await runCli(['restore', file], await environmentOf(scene, otherKey));
  expect([sealed.code, sealed.stderr]).toEqual([1, expect.stringContaining('sealed with the key')]);
  expect(await readFile(scene.databasePath)).toEqual(before);
  expect((await readdir(scene.folder)).filter((name) => /restoring|before-restore|partial/.test(name))).toEqual([]);
});

it('leaves nothing half done when a signal ends it, neither of a backup nor of what it restores', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const big = new DatabaseSync(scene.databasePath);
  big.exec('create table filler (bytes blob)');
  for (let i = 0; i < 60; i++) big.exec('insert into filler values (randomblob(4000000))');
  big.close();
  const file = join(scene.folder, 'bot.backup');
  const names = () => readdirSync(scene.folder).toSorted();
  const isBegun = (pattern: RegExp) => names().some((name) => pattern.test(name));
  const env = await environmentOf(scene);
  const before = await readFile(scene.databasePath);
  for (const [words, pattern] of [
    // As long as it is looked through: that alone takes long.
    [['restore', scene.databasePath], /\.db-shm$/],
    [['backup', file], /\.partial$/],
    [['restore', scene.databasePath], /\.restoring$/],
  ] as const) {
    const were = names().filter((name) => !/\.db-/.test(name));
    const command = new CliProcess(words, env);
    await expect.poll(() => isBegun(pattern), { timeout: 20_000, interval: 5 }).toBe(true);
    command.signal('SIGINT');
    const { code, stderr } = await command.ended();
    expect([words[0], code, stderr]).toEqual([words[0], null, 'interrupted: nothing was changed\n']);
    expect(names().filter((name) => !/\.db-|\.lock/.test(name))).toEqual(were.filter((name) => !/\.lock/.test(name)));
  }
  expect((await readFile(scene.databasePath)).equals(before)).toBe(true);
});

it('two at once write one file, which is whole, and the other says that it is there', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const file = join(scene.folder, 'bot.backup');
  const ended = await Promise.all([1, 2, 3].map(() => command(scene, 'backup', file)));
  expect(ended.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 2, 2]);
  for (const { code, stderr } of ended)
    expect(stderr).toEqual(code === 0 ? '' : expect.stringContaining('already exists'));
  expect(readBackup(file)).toMatchObject({ installations: 1 });
  expect((await readdir(scene.folder)).filter((name) => /partial/.test(name))).toEqual([]);
});

it('names the database when that cannot be backed up, and not a file that nobody knows', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const file = join(scene.folder, 'bot.backup');
  const newer = new DatabaseSync(scene.databasePath);
  newer.exec('update meta set schema_version = 9999');
  newer.close();
  const tooNew = await command(scene, 'backup', file);
  expect([tooNew.code, tooNew.stderr]).toEqual([
    1,
    expect.stringContaining(`${scene.databasePath} was written by a newer`),
  ]);
  const env = await environmentOf(scene);
  const noDatabase =
    /^error: \S+other\.db is not an SQLite database\n.*fix: Name the right file in DATABASE_URL\. If this file was the database, restore it/;
  for (const [content, code, words] of [
    ['', 1, 'There is no database at'],
    ['hello', 2, noDatabase],
    ['hello, and longer than the head of a database, which is one hundred bytes long. '.repeat(3), 2, noDatabase],
  ] as const) {
    const other = join(scene.folder, 'other.db');
    await writeFile(other, content, { mode: 0o600 });
    const failed = await runCli(['backup', file], { ...env, DATABASE_URL: other });
    expect([failed.code, failed.stderr]).toEqual([code, expect.stringMatching(words)]);
    expect(failed.stderr).toContain(other);
    expect(failed.stderr).not.toContain('partial');
  }
});

it('says of a database of another program that it is one, and not that a folder may be full', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const foreign = join(scene.folder, 'foreign.db');
  const db = new DatabaseSync(foreign);
  db.exec('create table meta (key text, value text)');
  db.close();
  await chmod(foreign, 0o600);
  const env = { ...(await environmentOf(scene)), DATABASE_URL: foreign };
  const backedUp = await runCli(['backup', join(scene.folder, 'bot.backup')], env);
  expect([backedUp.code, backedUp.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^error: \S+foreign\.db is an SQLite database of another program.*\n.*fix: Correct the named setting/,
    ),
  ]);
  const restored = await command(scene, 'restore', foreign);
  expect([restored.code, restored.stderr]).toEqual([
    1,
    expect.stringContaining(`${foreign} is not a backup that can be restored: another program made it`),
  ]);
});

it('restores what stands in the log beside a copy, too', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const copy = join(scene.folder, 'copied.db');
  const held = new DatabaseSync(scene.databasePath);
  held.exec('begin; select count(*) from meta');
  held.prepare('select * from meta').all();
  await scene.importTeams([await scene.lineOf('Globex')]);
  for (const part of ['', '-wal']) await copyFile(`${scene.databasePath}${part}`, `${copy}${part}`);
  held.close();
  const restored = await command(scene, 'restore', copy, '--json');
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  expect(await scene.rows()).toHaveLength(2);
});

it('writes over nothing, and says what is for PostgreSQL', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.importTeams([await scene.lineOf('Acme')]);
  const file = join(scene.folder, 'mine.txt');
  await writeFile(file, 'mine');
  const taken = await command(scene, 'backup', file);
  expect([taken.code, taken.stderr]).toEqual([2, expect.stringContaining('already exists')]);
  expect(await readFile(file, 'utf8')).toBe('mine');
  const nowhere = await command(scene, 'backup', join(scene.folder, 'no', 'such', 'folder'));
  expect([nowhere.code, nowhere.stderr]).toEqual([
    1,
    expect.stringContaining(`there is no folder ${join(scene.folder, 'no')}`),
  ]);
  const postgres = {
    DATABASE_URL: 'postgres://127.0.0.1/none',
    ENCRYPTION_KEYS: Buffer.alloc(32, 9).toString('base64'),
  };
  const other = await runCli(['backup', join(scene.folder, 'x')], await environmentOf(scene, postgres));
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('docs/backup.md')]);
});
