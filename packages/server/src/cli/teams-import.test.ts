/** `teams import` of what `teams export --tokens` wrote. What other programs keep: test/cli-import.test.ts. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { listAudit } from '../operations/audit/list-audit.ts';
import { anInstall, install, installOrganization, openOperations } from '../operations/operations.test-kit.ts';
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
    '2 new, 0 updated, 0 unchanged, 0 bad\n',
    'no server is running; the next one uses new tokens from its start\n',
  ]);
  expect((await there.storage.installations.credentials('T1')).bot).toMatchObject({ token: 'xoxb-test-T1' });
  expect(await there.storage.data('T1').get('settings')).toMatchObject({
    value: { language: 'de', braces: '\n{\n}\n' },
  });
});

it('says of the same file again that nothing changed, and of a line that brings something new that it is updated', async () => {
  const { folder, there } = await withExports();
  const file = join(folder, 'teams.ndjson');
  const line = (id: string, name: string) => JSON.stringify({ team_id: id, name, bot_token: `xoxb-test-${id}` });
  await writeFile(file, [line('T1', 'Acme'), line('T2', 'Globex')].join('\n'));
  await said(there, `teams import ${file}`);
  const rows = () => there.storage.store.all('select * from installation order by key');
  const before = await rows();
  expect(await said(there, `teams import ${file}`)).toEqual([
    'T1: unchanged\n',
    'T2: unchanged\n',
    '0 new, 0 updated, 2 unchanged, 0 bad\n',
  ]);
  expect(await rows()).toEqual(before);
  const [audited] = (await there.run(listAudit, { operation: 'teams.import' })).entries;
  expect(audited?.result).toMatchObject({ imported: 0, changed: 0, unchanged: 2, refused: 0 });
  await writeFile(file, [line('T1', 'Acme'), line('T2', 'Globex Inc'), line('T3', 'Initech')].join('\n'));
  const summary = '1 new, 1 updated, 1 unchanged, 0 bad\n';
  expect((await said(there, `teams import ${file} --dry-run`)).at(-1)).toBe(`would be: ${summary}`);
  expect((await said(there, `teams import ${file}`)).slice(0, 4)).toEqual([
    'T1: unchanged\n',
    'T2: updated\n',
    'T3: installed\n',
    summary,
  ]);
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
    'T3: unchanged\n',
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
    '0 new, 0 updated, 0 unchanged, 1 bad\n',
    'line 1: is an export without anything to import: tokens that rotate are not in it\n',
    '0 new, 0 updated, 0 unchanged, 1 bad\n',
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
  expect(told.at(-1)).toMatch(/^0 new, 0 updated, 0 unchanged, \d+ bad\n$/);
});

it('names the workspaces of an organization in its line', async () => {
  const here = await openOperations('sqlite');
  await installOrganization(here, 'E1', 'T1', 'T2');
  const file = join(await makeFolder(), 'E1.json');
  await said(here, `teams export E1 --tokens --to ${file}`);
  const there = await openOperations('sqlite');
  expect((await said(there, `teams import ${file}`)).slice(0, 2)).toEqual([
    'E1: installed with workspaces T1, T2\n',
    '1 new, 0 updated, 0 unchanged, 0 bad\n',
  ]);
});
