/** `teams import` of what `teams export --tokens` wrote. What other programs keep: test/cli-import.test.ts. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { anInstall, install, openOperations } from '../operations/operations.test-kit.ts';
import { makeFolder } from '../store/store-fixture.test-kit.ts';
import { said } from './cli.test-kit.ts';

/** Two teams here, of which one has a document; the files of their exports; and another database. */
async function withExports() {
  const here = await openOperations('sqlite');
  await install(here, 'T1', 'T2');
  await here.storage.data('T1').set('settings', { language: 'de', braces: '\n{\n}\n' });
  const folder = await makeFolder();
  const [first, second] = [join(folder, 'T1.json'), join(folder, 'T2.json')];
  await said(here, `teams export T1 --tokens --to ${first}`, `teams export T2 --tokens --to ${second}`);
  return { here, folder, first, second, there: await openOperations('sqlite') };
}

/** An import with bad lines sets the exit code of this process. */
function keepExitCode(): void {
  const former = process.exitCode;
  onTestFinished(() => void (process.exitCode = former));
}

it('reads the file of an export as it is, with tokens and documents', async () => {
  const { first, there } = await withExports();
  expect(await said(there, `teams import ${first}`)).toEqual([
    'T1: installed\n',
    'T1: document settings added\n',
    '2 imported, 0 bad\n',
    'no server is running; the next one uses new tokens from its start\n',
  ]);
  expect((await there.storage.installations.credentials('T1')).bot).toMatchObject({ token: 'xoxb-test-T1' });
  expect(await there.storage.data('T1').get('settings')).toMatchObject({
    value: { language: 'de', braces: '\n{\n}\n' },
  });
});

it('reads several exports behind each other, on one line, and among lines', async () => {
  const { folder, first, second, there } = await withExports();
  const onOneLine = JSON.stringify(JSON.parse(await readFile(second, 'utf8')));
  const line = JSON.stringify({ team_id: 'T3', bot_token: 'xoxb-test-T3' });
  const file = join(folder, 'all.ndjson');
  await writeFile(file, [onOneLine, line, `\uFEFF${await readFile(first, 'utf8')}`, line].join('\n'));
  const told = await said(there, `teams import ${file}`);
  expect(told.slice(0, 5)).toEqual([
    'T2: installed\n',
    'T3: installed\n',
    'T1: installed\n',
    'T1: document settings added\n',
    'T3: updated\n',
  ]);
});

it('says of an export that holds no token what is wrong with it', async () => {
  keepExitCode();
  const { here, folder, there } = await withExports();
  await here.storage.installations.recordInstall(
    anInstall('T4', 'Rotating', {
      bot: {
        token: 'xoxe.xoxb-test-4',
        refreshToken: 'xoxe-1-test-4',
        scopes: ['bot'],
        expiresAtMs: 1_895_000_000_000,
      },
    }),
  );
  const [plain, rotating] = [join(folder, 'plain.json'), join(folder, 'rotating.json')];
  await said(here, `teams export T1 --to ${plain}`, `teams export T4 --tokens --to ${rotating}`);
  expect(await said(there, `teams import ${plain}`, `teams import ${rotating}`)).toEqual([
    'line 1: is an export without tokens: write it with `teams export TEAM --tokens --to FILE`\n',
    '0 imported, 1 bad\n',
    'line 1: is an export without anything to import: tokens that rotate are not in it\n',
    '0 imported, 1 bad\n',
  ]);
});

it('leaves another JSON document, or half an export, to who reads lines', async () => {
  keepExitCode();
  const { folder, first, there } = await withExports();
  const text = await readFile(first, 'utf8');
  const half = join(folder, 'half.json');
  await writeFile(half, text.slice(0, text.length / 2));
  const told = await said(there, `teams import ${half}`);
  expect(told[0]).toMatch(/^line 1: /);
  expect(told.at(-1)).toMatch(/^0 imported, \d+ bad\n$/);
});
