/** `slack-bot-server dev` exchanges the bot when its files change: one Slack, one set of teams. When it does is in reloader.test.ts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatorControl } from 'slack-simulator';
import { expect, it, onTestFinished } from 'vitest';
import { CliProcess } from './cli.test-kit.ts';
import { register } from './slack-button.test-kit.ts';

/** A bot that answers with its words and its process. */
const botThat = (words: string) => `import { word } from './lib/word.ts';
export default ({ bot }: { bot: any }) => {
  bot.message('hi', async ({ say }: { say: (text: string) => unknown }) => {
    await say(\`\${word} ${words} \${process.pid}\`);
  });
};
`;

it('dev exchanges the bot when a file of it changes, and keeps the last one that works', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dev-reload-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bot = join(folder, 'bot.ts');
  const word = join(folder, 'lib', 'word.ts');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await mkdir(join(folder, 'lib'));
  await writeFile(word, `export const word = 'one';\n`);
  await writeFile(bot, botThat('first'));
  const env = { SLACK_TRANSPORT: 'http', PORT: '0', DATABASE_URL: join(folder, 'dev.db'), LOG_LEVEL: 'warn' };
  const dev = new CliProcess(['dev', bot, '--simulator-port', '0'], env);
  const [, serverUrl = ''] = await dev.printed(/Add the bot to a workspace +(http\S+)/);
  const [, simulatorUrl = ''] = await dev.printed(/The simulated Slack +(http\S+)/);
  await dev.printed(/Ctrl-C ends everything/);
  const slack = new SimulatorControl(simulatorUrl);
  await register(serverUrl, { team: 'Acme' });
  const place = { team: 'Acme', to: 'bot' } as const;
  const texts = async () => (await slack.messages(place)).map(({ text }) => text);
  /** What the bot answers. */
  const hi = async () => {
    const after = await slack.lastSeq();
    await slack.say({ ...place, text: 'hi' });
    await slack.waitForLog(({ method, ok }) => method === 'chat.postMessage' && ok === true, {
      after,
      timeoutMs: 20_000,
    });
    const [answer = '', pid = ''] = ((await texts()).at(-1) ?? '').split(/ (?=\d+$)/);
    return { answer, pid: Number(pid) };
  };

  const first = await hi();
  expect(first.answer).toBe('one first');

  await writeFile(word, `export const word = 'two';\n`);
  await dev.printed(/reloaded: word\.ts changed \(/);
  const second = await hi();
  expect(second.answer).toBe('two first');
  expect(() => process.kill(first.pid, 0)).toThrow('ESRCH');
  expect((await texts()).filter((text) => text === 'hi')).toHaveLength(2);

  await writeFile(bot, 'export default () => {\n  const x = ;\n};\n');
  await dev.printed(/bot\.ts:2:13 does not parse: Expression expected/);
  await dev.printed(/The bot from before goes on/);
  const last = await hi();
  expect(last).toEqual(second);

  expect(await dev.end('SIGINT')).toMatchObject({ code: 0 });
  expect(() => process.kill(last.pid, 0)).toThrow('ESRCH');
});

it('dev ends with what kept the first bot from loading', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dev-reload-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'bot.mjs'), 'export default () => {\n  const x = ;\n};\n');
  const env = { PORT: '0', DATABASE_URL: join(folder, 'dev.db') };
  const dev = new CliProcess(['dev', join(folder, 'bot.mjs'), '--simulator-port', '0'], env);
  expect(await dev.ended()).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^error: The bot file .*bot\.mjs:2:13 does not parse: Unexpected token ';'\n {2}fix: Mend /,
    ),
  });
});
