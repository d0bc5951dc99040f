import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../store/store-fixture.test-kit.ts';
import { version } from '../../version.ts';
import { type PackageName, sourceOf } from './package-source.ts';

/** A project in which npm has installed the server. @param resolved What npm wrote down of it; undefined: nothing of anything */
async function aProject(
  resolved?: string,
): Promise<{ project: string; sourceIn: (folder: string, name?: PackageName) => string }> {
  const project = await makeFolder();
  const own = join(project, 'node_modules', 'slack-bot-server');
  await mkdir(own, { recursive: true });
  const packages = { 'node_modules/slack-bot-server': { resolved } };
  if (resolved) await writeFile(join(project, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  return { project, sourceIn: (folder, name = 'slack-bot-server') => sourceOf(name, folder, own) };
}

it('takes the version from a registry, also where npm wrote nothing down', async () => {
  for (const resolved of ['https://registry.example.com/slack-bot-server.tgz', undefined]) {
    const { project, sourceIn } = await aProject(resolved);
    expect(sourceIn(join(project, 'my-bot'))).toBe(`^${version}`);
  }
});

it('takes the tarball that npm has installed, by the way from the new folder', async () => {
  const { project, sourceIn } = await aProject('file:../packed/slack-bot-server.tgz');
  expect(sourceIn(join(project, 'my-bot'))).toBe('file:../../packed/slack-bot-server.tgz');
  expect(sourceIn(project)).toBe('file:../packed/slack-bot-server.tgz');
  expect(sourceIn(project, 'slack-simulator')).toBe(`^${version}`);
});

it('takes the folders of a checkout', () => {
  const name = (one: PackageName) => sourceOf(one, '/home/ann/my-bot', '/home/ann/checkout/packages/server/');
  expect(name('slack-bot-server')).toBe('file:../checkout/packages/server');
  expect(name('slack-simulator')).toBe('file:../checkout/packages/simulator');
});
