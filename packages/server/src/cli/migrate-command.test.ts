/** `migrate` says when there was nothing to migrate. What it does to an older schema: store/migrate.test.ts. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished, vi } from 'vitest';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
import { said } from './cli.test-kit.ts';

it('of a database that it had to make it says so, and where that is', async () => {
  const url = join(await makeFolder(), 'bot.db');
  const schema = expect.stringMatching(/^the sqlite database has schema \d+, which this version needs\n$/);
  expect(await said({ url }, 'migrate')).toEqual([
    `there was no database at ${url}: it was made, and is empty\n`,
    schema,
  ]);
  expect(await said({ url }, 'migrate')).toEqual([schema]);
});

it('as JSON it is a fact', async () => {
  const url = join(await makeFolder(), 'bot.db');
  const [first = '', again = ''] = await said({ url }, 'migrate --json', 'migrate --json');
  expect([JSON.parse(first), JSON.parse(again)]).toMatchObject([{ created: true }, { created: false }]);
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'ended by %s it says in which state the database is, and what to do',
  async (signal) => {
    const url = join(await makeFolder(), 'bot.db');
    const other = new DatabaseSync(url);
    other.exec('pragma journal_mode = wal; begin immediate');
    onTestFinished(() => void vi.restoreAllMocks());
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const complained = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const before = process.listenerCount(signal);
    const migrated = said({ url }, 'migrate');
    await expect.poll(() => process.listenerCount(signal), { interval: 5 }).toBe(before + 1);
    process.emit(signal, signal);
    expect(complained.mock.calls.join('')).toMatch(
      /interrupted: the migration either completed or was rolled back; run `slack-bot-server migrate` again\n/,
    );
    expect(kill).toHaveBeenCalledWith(process.pid, signal);
    expect(process.listenerCount(signal)).toBe(before);
    // This process goes on, and so does its work.
    other.exec('rollback');
    other.close();
    await migrated;
  },
);
