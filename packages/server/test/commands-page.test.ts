/** docs/commands.md: each of its bots runs, and is told what stands below it. packed.test.ts compiles them as their readers do. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadBotFile } from '../src/cli/bot-file.ts';
import { countOfCode, examplesOf, type Line } from './doc-examples.test-kit.ts';
import { openHttpScene, pointAppAt, startHttp } from './http-scene.test-kit.ts';
import type { Scene } from './scene.test-kit.ts';

const examples = examplesOf('commands.md');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-page-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve(import.meta.dirname, '..'), join(folder, 'node_modules/slack-bot-server'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it('the page has no code without a conversation', () => {
  expect(examples.length).toBe(countOfCode('commands.md'));
});

it('the bots of the page answer as it says', async () => {
  const { scene, acme } = await openHttpScene({});
  const [installed] = await scene.slack.installs('Acme');
  const { users } = await scene.slack.team('Acme');
  const ids = Object.fromEntries(users.map(({ name, id }) => [name, id]));
  ids.bot = installed?.botUserId ?? '';
  const withIds = (text: string) => text.replace(/@(ann|bob|bot)\b/g, (_, name: string) => `<@${ids[name]}>`);
  for (const [index, { code, lines }] of examples.entries()) {
    const path = join(folder, `bot-${index}.ts`);
    await writeFile(path, code);
    await scene.stop();
    await startHttp(scene, { setUp: await loadBotFile(path) });
    await pointAppAt(scene);
    const answers = lines.filter(({ who }) => who === 'bot').map(({ text }) => withIds(text));
    const heard: string[] = [];
    for (const [at, line] of lines.entries()) {
      if (line.who === 'bot') continue;
      const isAnswered = lines[at + 1]?.who === 'bot';
      heard.push(...(await say(scene, { ...line, text: withIds(line.text) }, { team: acme.id, isAnswered })));
    }
    expect(heard).toEqual(answers);
  }
});

/** Gives the answer as it is shown, if there is one to come. */
async function say(
  scene: Scene,
  { who, where, text }: Line,
  { team, isAnswered }: { team: string; isAnswered: boolean },
): Promise<string[]> {
  const place = where === 'direct' ? ({ team, to: 'bot' } as const) : { team, channel: 'general' };
  const read = async () =>
    where.startsWith('/')
      ? await scene.slack.ephemerals(place)
      : (await scene.slack.messages({ ...place, limit: 1_000 })).filter(({ isBot }) => isBot);
  const before = (await read()).length;
  if (!where.startsWith('/')) await scene.slack.say({ ...place, user: who, text });
  else await scene.during(scene.slack.act({ kind: 'slash', ...place, user: who, command: where, text }));
  if (!isAnswered) return [];
  for (let looks = 0; looks < 200 && (await read()).length === before; looks++) await scene.pass(100, 100);
  return (await read()).slice(before).map((message) => shown(message.text));
}

/** As people see it. */
function shown(text: string): string {
  return text
    .replace(/<(https:[^>|]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
