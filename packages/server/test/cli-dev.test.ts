/** `slack-bot-server dev`: one command, a simulated Slack and a bot that answers, on each transport. */

import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SimulatorControl } from 'slack-simulator';
import { expect, it, onTestFinished } from 'vitest';
import { CliProcess, runCli } from './cli.test-kit.ts';
import { headlineOf, register } from './slack-button.test-kit.ts';

const BOT = fileURLToPath(new URL('../../../examples/hello/bot.ts', import.meta.url));

it.each(['rtm', 'http', 'socket'])(
  'dev with SLACK_TRANSPORT=%s opens the page to begin with, and answers a workspace that registered',
  async (transport) => {
    const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const opened = join(folder, 'opened');
    const env = { SLACK_TRANSPORT: transport, PORT: '0', DATABASE_URL: join(folder, 'dev.db'), OPENED: opened };
    const PATH = `${await folderWithOpener(folder)}:${process.env.PATH}`;
    const dev = new CliProcess(['dev', BOT, '--simulator-port', '0', '--open'], { ...env, PATH });
    const [, serverUrl = ''] = await dev.printed(/Add the bot to a workspace +(http\S+)/);
    const [, simulatorUrl = ''] = await dev.printed(/The simulated Slack +(http\S+)/);
    const [, apiUrl = '', token = ''] = await dev.printed(/The admin API +(http\S+) +Bearer (\S+)/);
    await dev.printed(new RegExp(`Other commands +DATABASE_URL=${env.DATABASE_URL} npx slack-bot-server status`));
    await dev.printed(/Ctrl-C ends everything/);
    await expect.poll(() => readFile(opened, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe(`${serverUrl}\n`);
    expect(await statusFor(apiUrl, { authorization: `Bearer ${token}` })).toBe(200);
    expect(await statusFor(apiUrl, {})).toBe(401);
    const slack = new SimulatorControl(simulatorUrl);
    expect(headlineOf(await register(serverUrl, { team: 'Acme' }))).toContain('Acme');
    if (transport === 'rtm') await slack.waitForLog(({ kind }) => kind === 'socket_open', { what: 'a socket' });
    const after = await slack.lastSeq();
    await slack.say({ team: 'Acme', to: 'bot', text: 'hi' });
    const isAnswer = ({ method, ok }: { method?: string | undefined; ok?: boolean | undefined }) =>
      method === 'chat.postMessage' && ok === true;
    await slack.waitForLog(isAnswer, { after, what: 'an answer', timeoutMs: 30_000 });
    expect(await statusFor(serverUrl, { host: 'evil.example' })).toBe(403);
    expect(await statusFor(simulatorUrl, { host: 'evil.example' })).toBe(403);
    expect(await statusFor(serverUrl, { host: 'localhost' })).toBe(200);
    expect(await dev.end('SIGINT')).toMatchObject({ code: 0 });
  },
);

it('says which option chooses another port where that of the simulated Slack is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const port = String((taken.address() as AddressInfo).port);
  const { code, stderr } = await runCli(['dev', BOT, '--simulator-port', port], { DATABASE_URL: '/nowhere/dev.db' });
  expect([code, stderr]).toEqual([2, expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`)]);
  expect(stderr).toContain('--simulator-port');
  expect(stderr).not.toContain('This should not happen');
});

/** What opens a browser on a desktop, on a machine that has none: it writes down what it was to open. */
async function folderWithOpener(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const name of ['xdg-open', 'open']) {
    await writeFile(join(bin, name), '#!/bin/sh\necho "$1" > "$OPENED.part" && mv "$OPENED.part" "$OPENED"\n', {
      mode: 0o755,
    });
  }
  return bin;
}

/** Not by fetch, which does not let anybody set these headers. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end();
  });
}
