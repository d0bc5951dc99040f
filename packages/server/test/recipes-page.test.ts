/** Recipes and migrations of docs/: the bot that a page shows runs, and does for people what the page says. */
import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { blocksOf } from '../../../test/docs/blocks.ts';
import { loadBotFile } from '../src/cli/bot-file.ts';
import { openStage, type Stage } from '../src/testing/index.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recipes-page-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve(import.meta.dirname, '..'), join(folder, 'node_modules/slack-bot-server'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A stage with the bot file that the page shows. */
async function stageOf(page: string): Promise<Stage> {
  const code = blocksOf(`docs/${page}.md`).find((block) => /^export default\b/m.test(block.code))?.code ?? '';
  const path = join(folder, `${page.replaceAll('/', '-')}.ts`);
  await writeFile(path, code);
  const stage = await openStage({ bot: await loadBotFile(path) });
  onTestFinished(() => stage.close());
  return stage;
}

it('settings per team: a modal shows what is stored, refuses nonsense and stores the rest', async () => {
  const stage = await stageOf('recipes/team-settings');
  const ann = stage.person('ann');
  await ann.uses('/settings');
  expect((await ann.seesModal()).view).toMatchObject({ callback_id: 'settings' });
  expect((await ann.submits({ 'language/value': 'English' })).errors).toEqual({
    language: 'Two letters, for example en',
  });
  expect((await ann.submits({ 'language/value': 'de' })).views).toEqual([]);
  await ann.uses('/settings');
  expect(JSON.stringify((await ann.seesModal()).view)).toContain('"initial_value":"de"');
});

it('billing: a trial ends, and a payment that is signed lets the team come back', async () => {
  vi.stubEnv('BILLING_SECRET', 'billing-test-secret');
  onTestFinished(() => void vi.unstubAllEnvs());
  const stage = await stageOf('recipes/billing');
  const { server, url } = stage.running;
  const [{ id } = { id: '' }] = await stage.slack.teams();
  expect((await server.data(id).get('plan'))?.value).toMatchObject({ name: 'trial' });
  await server.data(id).set('plan', { name: 'trial', endsAtMs: 0 });
  await stage.runJob('trials');
  const said = await stage.team().messages('general');
  expect(said.at(-1)?.text).toContain('The trial is over');
  expect(server.status()).toMatchObject({ active: 0, inactive: 1 });

  const pay = (signature: string) =>
    stage.time.during(
      fetch(`${url}/billing/${id}`, { method: 'POST', body: 'paid', headers: { 'x-signature': signature } }),
    );
  expect((await pay('00')).status).toBe(401);
  const signed = createHmac('sha256', 'billing-test-secret').update('paid').digest('hex');
  expect((await pay(signed)).status).toBe(204);
  await stage.team().installs();
  expect(server.status()).toMatchObject({ active: 1 });
});

it('from Hubot: hears, responds and counts', async () => {
  const stage = await stageOf('migrating/from-hubot');
  const ann = stage.person('ann');
  await ann.says('open the pod bay doors');
  await ann.sees('Opening pod bay doors');
  await ann.says('a badger!', { channel: 'general' });
  await ann.sees(/no badgers/);
  await ann.says('deploys', { to: 'bot' });
  await ann.sees('1 deploys');
});

it('from slack-ruby-bot-server: commands, operators and matches', async () => {
  const stage = await stageOf('migrating/from-slack-ruby-bot-server');
  const ann = stage.person('ann');
  await ann.says('hi');
  await ann.sees(/^Hi <@/);
  await ann.says('= 6 * 7', { channel: 'general' });
  await ann.sees('6 * 7');
  await ann.says('what about AB-12?', { channel: 'general' });
  await ann.sees('a ticket');
});
