/** `migrate` says when there was nothing to migrate. What it does to an older schema: store/migrate.test.ts. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
