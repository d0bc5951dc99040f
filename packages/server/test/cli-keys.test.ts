/** `slack-bot-server keys …` as processes, beside a running server. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

const NEW = randomBytes(32).toString('base64');
const OLD = randomBytes(32).toString('base64');

it('rotate seals everything with the first key beside a running server, and then the old key can go', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  const both = `${NEW},${OLD}`;
  const keys = async (ENCRYPTION_KEYS: string, ...words: string[]) =>
    await runCli(words, await environmentOf(scene, { ENCRYPTION_KEYS }));

  await scene.start({ encryptionKeys: OLD });
  await scene.join('Acme');
  await scene.stop();
  await scene.start({ encryptionKeys: both });
  await scene.join('Globex');

  // Each install has two tokens, the bot's and the person's who registered.
  const first = await keys(both, 'keys', 'rotate', '--json');
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(JSON.parse(first.stdout)).toMatchObject({ values: 4, resealed: 2, unreadable: [] });
  const second = await keys(both, 'keys', 'rotate');
  expect(second.stdout).toMatch(/^0 of 4 values were re-encrypted/);
  expect(second.stdout).toContain('the other keys can be removed');
  await scene.greet('Acme');

  await scene.stop();
  await scene.start({ encryptionKeys: NEW });
  await scene.greet('Acme');
  await scene.greet('Globex');
  const late = await keys(OLD, 'teams', 'list');
  expect(late.code).toBe(1);
  expect(late.stderr).toContain('were sealed with the key');
});
