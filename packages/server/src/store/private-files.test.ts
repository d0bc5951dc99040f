/** Files that somebody else on the machine could read or change. Issue 10, entry 11. */
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../time/clock.ts';
import { openStorage } from '../wiring/create-storage.ts';
import { makeFolder } from './store-fixture.test-kit.ts';

const open = async (databaseUrl: string) => {
  const storage = await openStorage({ databaseUrl }, { clock: systemClock });
  await storage.acquireLock();
  await storage.close();
};

/** A database that was used, with its key. */
async function aDatabase() {
  const folder = join(await makeFolder(), 'data');
  const path = join(folder, 'bot.db');
  await open(path);
  return { folder, path };
}

describe('files of a database', () => {
  it('are made for this user alone, the folder too', async () => {
    const { folder, path } = await aDatabase();
    const storage = await openStorage({ databaseUrl: path }, { clock: systemClock });
    await storage.acquireLock();
    const names = await readdir(folder);
    expect(names.toSorted()).toEqual(
      [
        'bot.db',
        'bot.db-shm',
        'bot.db-wal',
        'bot.db.key',
        'bot.db.lock',
        'bot.db.lock-journal',
        'bot.db.pid',
      ].toSorted(),
    );
    const modes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).mode & 0o777));
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await storage.close();
  });

  it.each([
    ['.key', 0o644, 'can be read by every user (mode 0644). Run: chmod 600'],
    ['.key', 0o602, 'can be written by every user (mode 0602)'],
    ['', 0o666, 'can be written by every user (mode 0666). Run: chmod 600'],
    ['.lock', 0o666, 'can be written by every user (mode 0666)'],
  ])('are refused: bot.db%s with mode %o', async (suffix, mode, message) => {
    const { path } = await aDatabase();
    await chmod(`${path}${suffix}`, mode);
    await expect(open(path)).rejects.toMatchObject({
      code: 'insecure_file',
      message: expect.stringContaining(`${path}${suffix} ${message}`),
    });
    await chmod(`${path}${suffix}`, 0o600);
    await open(path);
  });

  it.each(['-wal', '-shm', '.pid'])('are refused when everybody may write to bot.db%s', async (suffix) => {
    const { path } = await aDatabase();
    await writeFile(`${path}${suffix}`, '');
    await chmod(`${path}${suffix}`, 0o666);
    await expect(open(path)).rejects.toMatchObject({ code: 'insecure_file' });
  });

  it('are taken from a group, as volumes of containers are, and a database that others may read', async () => {
    const { folder, path } = await aDatabase();
    await chmod(folder, 0o770);
    await chmod(path, 0o664);
    await chmod(`${path}.key`, 0o640);
    await open(path);
  });

  it('are refused in a folder where everybody can replace them, unless it is sticky', async () => {
    const { folder, path } = await aDatabase();
    await chmod(folder, 0o777);
    await expect(open(path)).rejects.toMatchObject({
      code: 'insecure_file',
      message: expect.stringContaining(`Run: chmod o-w ${folder}`),
    });
    await chmod(folder, 0o1777);
    await open(path);
  });

  it.each(['', '.key', '.lock'])('are not made through a link that leads nowhere: bot.db%s', async (suffix) => {
    const folder = await makeFolder();
    const path = join(folder, 'bot.db');
    await symlink(join(folder, 'elsewhere'), `${path}${suffix}`);
    await expect(open(path)).rejects.toMatchObject({
      code: 'insecure_file',
      message: expect.stringContaining('is a symbolic link to a file that does not exist'),
    });
    await expect(stat(join(folder, 'elsewhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are found behind links to what is there', async () => {
    const { folder, path } = await aDatabase();
    const other = join(await makeFolder(), 'bot.db');
    await symlink(path, other);
    await symlink(`${path}.key`, `${other}.key`);
    await open(other);
    await chmod(`${path}.key`, 0o644);
    await expect(open(other)).rejects.toMatchObject({ code: 'insecure_file' });
    expect(await readdir(folder)).not.toContain('bot.db.lock.lock');
  });

  it('of failed starts are cleaned away, and a draft of the pid is not written through a link', async () => {
    const { folder, path } = await aDatabase();
    const victim = join(await makeFolder(), 'victim');
    await writeFile(victim, 'mine');
    await symlink(victim, `${path}.pid.${process.pid}`);
    await writeFile(`${path}.pid.12345`, '12345\n');
    await mkdir(join(folder, 'bot.db.pid.notes'));
    await open(path);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await readdir(folder)).filter((name) => name.includes('.pid'))).toEqual(['bot.db.pid.notes']);
  });
});
