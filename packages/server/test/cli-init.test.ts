/** `slack-bot-server init`: what it writes, and that it overwrites nothing. That it installs, tests and runs is in packed.test.ts. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { filesOf, templates } from '../src/cli/init/templates.ts';
import { runCli } from './cli.test-kit.ts';

const FILES = [
  '.dockerignore',
  '.env.example',
  '.gitignore',
  'Dockerfile',
  'README.md',
  'bot.test.ts',
  'bot.ts',
  'manifest.json',
  'package.json',
  'tsconfig.json',
];

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('init writes a bot into a new folder, and names what is in the way the next time', async () => {
  const folder = join(await emptyFolder(), 'My Bot!');
  const made = await runCli(['init', folder], {});
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('npm run dev');
  expect((await readdir(folder)).toSorted()).toEqual(FILES);
  // The packages are in a checkout, and npm is to find them there.
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).toMatchObject({
    name: 'my-bot',
    type: 'module',
    dependencies: { 'slack-bot-server': expect.stringMatching(/^file:\.\.\/.*\/server$/) },
    devDependencies: { 'slack-simulator': expect.stringMatching(/^file:\.\.\/.*\/simulator$/) },
  });
  await rm(join(folder, 'Dockerfile'));
  await writeFile(join(folder, 'bot.ts'), 'mine');
  const again = await runCli(['init', folder, '--template', 'assistant', '--yes'], {});
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toContain('bot.test.ts, bot.ts, manifest.json');
  expect(again.stderr).not.toContain('Dockerfile');
  expect(await readFile(join(folder, 'bot.ts'), 'utf8')).toBe('mine');
  expect(await readdir(folder)).toHaveLength(FILES.length - 1);
});

it.each(templates)('the template %s has every file, named after the bot', (template) => {
  const files = filesOf(template, 'greeter', '/home/ann/greeter');
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(FILES));
  expect(files.filter(({ text }) => text.includes('BOT_NAME'))).toEqual([]);
  const manifest = files.find(({ name }) => name === 'manifest.json');
  expect(JSON.parse(manifest?.text ?? '')).toMatchObject({ display_information: { name: 'greeter' } });
});
