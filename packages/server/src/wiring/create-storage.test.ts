import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isBotServerError } from '../errors.ts';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { openStorage } from './create-storage.ts';

const DEFAULT = './data/slack-bot-server.db';

/** What the error of a missing database tells to do. */
async function fixFor(databaseUrl: string): Promise<string | undefined> {
  try {
    await (await openStorage({ databaseUrl }, { clock: new TestClock(), database: 'required' })).close();
    return undefined;
  } catch (error) {
    return isBotServerError(error, 'database_missing') ? error.fix : String(error);
  }
}

it('names the database of dev where the one that is asked for is missing and that of dev is there', async () => {
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(await makeFolder());
  expect(await fixFor(DEFAULT)).not.toContain('dev.db');
  mkdirSync('data', { mode: 0o700 });
  writeFileSync(join('data', 'dev.db'), '', { mode: 0o600 });
  expect(await fixFor(DEFAULT)).toMatch(/The database of `dev` is here: DATABASE_URL=\.\/data\/dev\.db$/);
  // It is there and empty: to name it again would help nobody.
  expect(await fixFor('data/dev.db')).not.toContain('That of `dev`');
});
