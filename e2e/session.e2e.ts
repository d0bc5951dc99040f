/** A session is played by mouse and keyboard, exported as a test, and that test passes on another Slack with the same bot; and fails where the bot answers otherwise. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startDev, useStage } from './stage.ts';

const stage = useStage();
const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));

/** A project of its own, as a user has one. The package is taken from its sources. */
const CONFIG = `export default {
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: { execArgv: ['--conditions=source'], pool: 'forks' },
};
`;

async function runTest(folder: string, environment: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [join(MODULES, 'vitest/vitest.mjs'), 'run', '--root', folder], {
    cwd: folder,
    env: { ...process.env, ...environment, NODE_OPTIONS: '', CI: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? -1)));
  return { code, said };
}

it('is exported as a test that passes on another Slack, and fails where the bot answers otherwise', async () => {
  const second = startDev();
  onTestFinished(() => second.stop());
  await stage.register('Acme');
  const page = await stage.open(`${stage.slackUrl}/?team=Acme`);
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Demo Bot/ })
    .click();
  const composer = page.getByRole('textbox', { name: /^Message demo/i });
  const say = async (text: string) => {
    await composer.fill(text);
    await composer.press('Enter');
  };
  await composer.waitFor();
  await say('hi');
  await page.getByText('Greeting number 1').waitFor();
  await say('buttons');
  await page.getByRole('button', { name: 'Press me' }).click();
  await page.getByText('Pressed.').waitFor();
  await say('/form');
  const modal = page.getByRole('dialog', { name: 'Who are you?' });
  await modal.getByLabel('Name').fill('ab');
  await modal.getByRole('button', { name: 'Save' }).click();
  await modal.getByRole('alert').waitFor();
  await modal.getByLabel('Name').fill('Ann Lee');
  await modal.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Ann Lee').waitFor();

  await page.getByRole('link', { name: 'Session', exact: true }).click();
  const pane = page.getByRole('complementary', { name: 'Details' });
  await pane.getByRole('button', { name: 'Look at the test' }).click();
  await pane.getByText("await install({ team: 'Acme'").waitFor();
  const download = page.waitForEvent('download');
  await pane.getByRole('link', { name: 'session.test.ts' }).click();
  const folder = await mkdtemp(join(tmpdir(), 'exported-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'session.test.ts');
  await (await download).saveAs(file);
  const seed = page.waitForEvent('download');
  await pane.getByRole('link', { name: 'seed.yaml', exact: true }).click();
  await (await seed).saveAs(join(folder, 'seed.yaml'));
  expect(await readFile(join(folder, 'seed.yaml'), 'utf8')).toContain('name: Globex');
  await page.context().close();
  await symlink(MODULES, join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'vitest.config.mjs'), CONFIG);

  const other = await second.addresses;
  const environment = { SLACK_URL: other.slackUrl, INSTALL_URL: `${other.serverUrl}/slack/install` };
  const passed = await runTest(folder, environment);
  expect(passed.said).toContain('1 passed');
  expect(passed.code).toBe(0);

  // The bot has greeted once there: it goes on counting.
  await writeFile(file, (await readFile(file, 'utf8')).replace('timeout: 15_000', 'timeout: 1_000'));
  const failed = await runTest(folder, environment);
  expect(failed.said).toContain('Greeting number 2');
  expect(failed.code).toBe(1);
});
