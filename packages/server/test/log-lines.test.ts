/** LOG_FORMAT=json of real processes: every line of standard output is one object, whatever happens, and says whom it is about. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { faultyLogLines } from './log-lines.test-kit.ts';
import { isSocketOpen, Scene } from './scene.test-kit.ts';

const BOT = `export default ({ bot, server }) => {
  bot.message('hi', async ({ say }) => { await say('hello'); });
  bot.message('break', async ({ logger }) => { logger.warn('a "quoted"\\nline'); throw new Error('broken\\nin two lines'); });
  bot.message('float', async () => { void Promise.reject(new Error('floating')); });
};`;

it('each line of a server is one JSON object from its start to its end, and lines about an event name it', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], clock: { mode: 'system' } });
  const [line] = await scene.linesOf(['Acme']);
  await scene.importTeams(line ? [line] : []);
  const { id } = await scene.slack.team('Acme');
  const bot = join(scene.folder, 'bot.mjs');
  await writeFile(bot, BOT);
  const server = new CliProcess(
    ['start', bot],
    await environmentOf(scene, { SLACK_TRANSPORT: 'rtm', LOG_LEVEL: 'trace' }),
  );
  await server.printed(/"msg":"listening"/);
  await expect.poll(async () => (await scene.slack.log({ kind: 'socket_open' })).some(isSocketOpen(id))).toBe(true);
  for (const text of ['hi', 'break', 'float']) await scene.slack.say({ team: id, to: 'bot', text });
  await server.printed(/unhandled promise rejection/);
  await scene.slack.fault({ kind: 'disable_integration', team: id });
  await server.printed(/verdict written/);
  const { stdout } = await server.end();
  expect(faultyLogLines(stdout)).toEqual([]);
  const lines = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['listening', 'stopping', 'stopped']));
  const ofBreak = { teamId: id, eventId: expect.stringMatching(/^Ev/) };
  for (const msg of ['a "quoted"\nline', 'event failed']) {
    expect(lines.filter((one) => one.msg === msg)).toEqual([expect.objectContaining(ofBreak)]);
  }
});
