/** How the processes of the command line end, and what they outlive: signals, readers that go away, full disks, a bot that lets nothing go. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../src/store/free-port.test-kit.ts';
import { CliProcess, type Environment, environmentOf } from './cli.test-kit.ts';
import { compileCache } from './compile-cache.test-kit.ts';
import { act, openHttpScene } from './http-scene.test-kit.ts';
import { isPostIn, isSocketOpen, Scene } from './scene.test-kit.ts';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

async function openScene() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }], clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(['Acme']));
  return { scene, env: await environmentOf(scene), acme: (await scene.installed('Acme')).id };
}

async function botFile(scene: Scene, body: string): Promise<string> {
  const file = join(scene.folder, 'bot.mjs');
  await writeFile(file, `export default ({ bot, server }) => {\n${body}\n};\n`);
  return file;
}

/** A command whose standard output is what the test makes of it. */
function spawnCli(words: readonly string[], env: Environment, stdout: 'pipe' | number) {
  const stdio: StdioOptions = ['ignore', stdout, 'pipe'];
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...words], {
    stdio,
    env: { PATH, HOME, ...compileCache, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => (stderr += String(data)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, ended, stderr: () => stderr };
}

/** A file on a disk that has no room. */
function fullDisk(): number {
  const descriptor = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(descriptor));
  return descriptor;
}

/** Asks the server until it is ready: what it prints may not be readable. */
async function untilServing(url: string, { ended }: { ended: Promise<number | null> }): Promise<void> {
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  for (;;) {
    if (hasEnded) throw new Error('The server has ended');
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function serveInto(stdout: 'pipe' | number, body = '') {
  const { scene, env } = await openScene();
  const port = await freePort();
  const file = await botFile(scene, body);
  const server = spawnCli(['start', file], { ...env, PORT: String(port) }, stdout);
  return { ...server, scene, url: `http://127.0.0.1:${port}` };
}

async function endOf({ child, ended }: { child: ChildProcess; ended: Promise<number | null> }): Promise<number | null> {
  child.kill('SIGTERM');
  return await ended;
}

describe('a server ends with 0 on SIGTERM', () => {
  it('whatever its bot left open', async () => {
    const { scene, env } = await openScene();
    const server = new CliProcess(
      [
        'start',
        await botFile(
          scene,
          `setInterval(() => {}, 1_000);
           import('node:net').then(({ createServer }) => createServer().listen(0, '127.0.0.1'));
           server.on('started', async () => {
             await fetch(process.env.SLACK_API_URL + 'api.test'); // its body is never read
             console.log('LEFT OPEN');
           });`,
        ),
      ],
      env,
    );
    await server.printed(/LEFT OPEN/);
    const { code, stdout } = await server.end('SIGTERM');
    expect(code).toBe(0);
    expect(stdout).toMatch(/"unfinished":0,"msg":"stopped"\}\n$/);
  });

  it('when nobody reads its standard output and the pipe is full', async () => {
    const server = await serveInto('pipe', `process.stdout.write('x'.repeat(2_000_000));`);
    await untilServing(server.url, server);
    expect(await endOf(server)).toBe(0);
  });
});

describe('a server serves on', () => {
  it('when the reader of its log has gone', async () => {
    const server = await serveInto('pipe');
    server.child.stdout?.destroy();
    await untilServing(server.url, server);
    for (let n = 0; n < 3; n++)
      expect((await fetch(`${server.url}/slack/oauth_redirect?code=1&state=2`)).status).toBe(403);
    expect(await endOf(server)).toBe(0);
    expect(server.stderr()).toBe('');
  });

  it('when the disk of its log is full', async () => {
    const server = await serveInto(fullDisk());
    await untilServing(server.url, server);
    for (let n = 0; n < 3; n++)
      expect((await fetch(`${server.url}/slack/oauth_redirect?code=1&state=2`)).status).toBe(403);
    expect(await endOf(server)).toBe(0);
    expect(server.stderr()).toBe('');
  });
});

describe('a command', () => {
  it('whose reader went away ends silently, as SIGPIPE ends others', async () => {
    const { env } = await openScene();
    const { child, ended, stderr } = spawnCli(['teams', 'list'], env, 'pipe');
    child.stdout?.destroy();
    expect(await ended).toBe(141);
    expect(stderr()).toBe('');
  });

  it('whose output cannot be written says so, and exits 1', async () => {
    const { env } = await openScene();
    const { ended, stderr } = spawnCli(['teams', 'list'], env, fullDisk());
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/^error: standard output cannot be written: ENOSPC.*\n$/);
  });

  it.each([[['--help']], [['teams', 'list', '--help']], [['completion', 'bash']]])(
    'whose words cannot be written says so, and exits 1: %j',
    async (words) => {
      const { ended, stderr } = spawnCli(words, {}, fullDisk());
      expect(await ended).toBe(1);
      expect(stderr()).toMatch(/^error: standard output cannot be written: ENOSPC.*\n$/);
    },
  );

  it('ends with its own code when all was read', async () => {
    const { env } = await openScene();
    const { child, ended } = spawnCli(['teams', 'list', '--json'], env, 'pipe');
    let stdout = '';
    child.stdout?.on('data', (data: Buffer) => (stdout += String(data)));
    expect(await ended).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(1);
  });
});

describe('signals', () => {
  /** A server with a listener at work, until the test lets it go on. */
  async function atWork() {
    const { scene, env, acme } = await openScene();
    const go = join(scene.folder, 'go');
    const file = await botFile(
      scene,
      `bot.message('slow', async ({ say }) => {
         console.log('WORKING');
         const { existsSync } = await import('node:fs');
         while (!existsSync(${JSON.stringify(go)})) await new Promise((resolve) => setTimeout(resolve, 20));
         await say('done all the same');
       });`,
    );
    const server = new CliProcess(['start', file], env);
    await scene.slack.waitForLog(isSocketOpen(acme), { timeoutMs: 30_000 });
    await scene.slack.say({ team: acme, to: 'bot', text: 'slow' });
    await server.printed(/WORKING/);
    return { scene, server, acme, goOn: () => writeFile(go, '') };
  }

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGHUP'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('%s drains, and %s after it changes nothing', async (first, second) => {
    const { scene, server, acme, goOn } = await atWork();
    server.signal(first);
    await server.printed(new RegExp(`"reason":"${first}","msg":"stopping"`));
    server.signal(second);
    await goOn();
    const { code, stdout } = await server.ended();
    expect(code).toBe(0);
    expect(stdout).toContain('"unfinished":0,"msg":"stopped"');
    await scene.slack.waitForLog(isPostIn(acme));
  });

  it('SIGINT twice ends at once with 130, and says so', async () => {
    const { server } = await atWork();
    server.signal('SIGINT');
    await server.printed(/"reason":"SIGINT","msg":"stopping"/);
    const { code, stderr } = await server.end('SIGINT');
    expect(code).toBe(130);
    expect(stderr).toContain('ended at once by a second SIGINT: what was running was not waited for');
  });
});

it('after a stop nothing is tried, told or logged any more, whatever listeners never settled', async () => {
  const { scene, acme, errors } = await openHttpScene({
    dispatcher: { handlerTimeoutMs: 20_000 },
    interactions: { handlerTimeoutMs: 20_000 },
    setUp({ bot }) {
      bot.message('hang', () => new Promise(() => {}));
      bot.command('/hang', async ({ ack }) => {
        await ack();
        await new Promise(() => {});
      });
    },
  });
  await scene.slack.say({ team: acme.id, channel: 'general', text: 'hang' });
  await act(scene, { kind: 'slash', team: acme.id, channel: 'general', command: '/hang' });
  await scene.pass(100);
  await scene.stop();
  const logged = scene.logLines.length;
  await scene.pass(25_000);
  expect(scene.logLines.slice(logged)).toEqual([]);
  expect(errors).toEqual([]);
});
