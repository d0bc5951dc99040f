/** `slack-bot-server start` as a process: what stops it from starting, what it survives, and how it ends. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliProcess, type Environment, environmentOf, listTeams, runCli } from './cli.test-kit.ts';
import { isPostIn, isRefused, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

/** A Slack on the machine's clock, with imported teams, and the environment for a server. */
async function withImported(...names: string[]) {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), clock: { mode: 'system' } });
  await scene.importTeams(await scene.linesOf(names));
  return { scene, env: await environmentOf(scene) };
}

async function startBot(scene: Scene, env: Environment, bot: string): Promise<CliProcess> {
  const file = join(scene.folder, 'bot.mjs');
  await writeFile(file, `export default ({ bot, server }) => {\n${bot}\n};\n`);
  const process = new CliProcess(['start', file], env);
  await process.printed(/"msg":"listening"/);
  return process;
}

describe('start does not start', () => {
  it('with bad settings: it names each with its value and what is allowed, and exits 2', async () => {
    const bad = { PORT: 'banana', LOG_LEVEL: 'loud', SLACK_API_URL: 'slack', SLACK_VERDICTS: 'bot_removed=dead' };
    const { code, stderr } = await runCli(['start'], bad);
    expect(code).toBe(2);
    expect(stderr).toContain('PORT = "banana" must be a number from 0 to 65535');
    expect(stderr).toContain('LOG_LEVEL = "loud" must be one of trace, debug, info, warn, error, silent');
    expect(stderr).toContain('SLACK_API_URL = "slack" must be the base URL of a Web API');
    expect(stderr).toContain('SLACK_VERDICTS = "bot_removed=dead" must be code=class, several with commas');
    expect(stderr).not.toContain('    at ');
  });

  it('without PUBLIC_URL, and says what it is', async () => {
    const { code, stderr } = await runCli(['start'], {});
    expect(code).toBe(2);
    expect(stderr).toContain('PUBLIC_URL is missing: the address under which browsers reach this server');
  });

  it('on a port that is in use: it says so and exits 2', async () => {
    const { env } = await withImported();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runCli(['start'], { ...env, PORT: String(port) });
    expect(code).toBe(2);
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port}: another program listens there`);
  });

  it('on the database of another server: it names the pid, exits 1, and asks Slack for nothing', async () => {
    const { scene, env } = await withImported('Acme');
    await scene.start();
    await scene.until(isSocketOpen((await scene.installed('Acme')).id));
    const after = await scene.slack.lastSeq();
    const { code, stderr } = await runCli(['start'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(`is in use by another process, pid ${process.pid}`);
    expect(await scene.slack.log({ after, kind: 'request' })).toEqual([]);
    expect(await scene.slack.sockets()).toHaveLength(1);
  });

  it('with another key: it says which keys it has, exits 1, and changes nothing', async () => {
    const { scene, env } = await withImported('Acme');
    const { code, stderr } = await runCli(['start'], {
      ...env,
      ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString('base64'),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/The tokens of this database were sealed with the key \S+, and the keys at hand are \S+/);
    expect(await scene.slack.log({ kind: 'request' })).toEqual([]);
    expect(await scene.rows()).toMatchObject([{ installation: { state: { kind: 'active' } } }]);
  });

  it('with a bot file that fails: it says why and exits 1', async () => {
    const { scene, env } = await withImported();
    const file = join(scene.folder, 'broken.mjs');
    await writeFile(file, 'export default () => { throw new Error("the bot file broke"); };');
    const { code, stderr } = await runCli(['start', file], env);
    expect(code).toBe(1);
    expect(stderr).toContain('because: the bot file broke');
  });
});

describe('start', () => {
  it('survives floating rejections and everything else that a bot file does, and answers all teams', async () => {
    const { scene, env } = await withImported('Acme', 'Globex');
    const server = await startBot(
      scene,
      env,
      `bot.message('float', () => { void Promise.reject(new Error('nobody waits for me')); });
       bot.message('throw', () => { throw new Error('thrown in a listener'); });
       bot.message('wait', () => new Promise(() => {}));
       bot.message('hi', async ({ say }) => { await say('hello'); });
       server.on('started', () => { void Promise.reject(new Error('floating in a hook')); });
       server.on('installed', () => { throw new Error('thrown in a hook'); });
       server.on('error', ({ teamId, where, error }) => console.log('TOLD', where, error.code, error.cause?.message));`,
    );
    for (const team of ['Acme', 'Globex']) {
      const { id } = await scene.installed(team);
      await scene.slack.waitForLog(isSocketOpen(id), { timeoutMs: 30_000 });
      for (const text of ['float', 'throw', 'wait']) await scene.slack.say({ team: id, channel: 'general', text });
      await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
      await scene.slack.waitForLog(isPostIn(id), { timeoutMs: 30_000 });
    }
    await server.printed(/TOLD floating rejection listener_failed nobody waits for me/);
    await server.printed(/TOLD floating rejection listener_failed floating in a hook/);
    await server.printed(/TOLD listener listener_failed thrown in a listener/);
    await server.printed(/unhandled promise rejection/);
    expect(await scene.slack.sockets()).toHaveLength(2);
    expect((await server.end('SIGKILL')).code).toBeNull();
  });

  it('gives a code the class that SLACK_VERDICTS says: one team is deactivated by it, the other is not', async () => {
    const { scene, env } = await withImported('Acme', 'Globex');
    const server = await startBot(scene, { ...env, SLACK_VERDICTS: 'bot_removed=terminal,account_inactive=call' }, '');
    const [acme, globex] = [await scene.installed('Acme'), await scene.installed('Globex')];
    for (const { id } of [acme, globex]) await scene.slack.waitForLog(isSocketOpen(id), { timeoutMs: 30_000 });
    await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'bot_removed' });
    await scene.slack.fault({ kind: 'refuse', team: globex.id, error: 'account_inactive' });
    await scene.slack.fault({ kind: 'close' });
    await server.printed(/"to":"inactive","code":"bot_removed"/);
    await scene.slack.waitForLog(isRefused('rtm.connect', 'account_inactive'));
    const rows = new Map((await listTeams(scene)).map((row) => [row.name, `${row.status} ${row.reason}`]));
    expect(rows).toEqual(
      new Map([
        ['Acme', 'inactive bot_removed'],
        ['Globex', 'active null'],
      ]),
    );
  });

  it('ends on SIGTERM with code 0, closes its sockets by plan and finishes what is under way', async () => {
    const { scene, env } = await withImported('Acme');
    const server = await startBot(
      scene,
      env,
      `bot.message('slow', async ({ say }) => {
         console.log('WORKING');
         await new Promise((resolve) => process.once('SIGTERM', resolve));
         await say('done all the same');
       });`,
    );
    const { id } = await scene.installed('Acme');
    await scene.slack.waitForLog(isSocketOpen(id), { timeoutMs: 30_000 });
    await scene.slack.say({ team: id, to: 'bot', text: 'slow' });
    await server.printed(/WORKING/);
    const { code, stdout } = await server.end('SIGTERM');
    expect(code).toBe(0);
    expect(stdout).toContain('"unfinished":0,"msg":"stopped"');
    expect(await scene.slack.waitForLog(isSocketClosed(id))).toMatchObject({ code: 1000, by: 'client' });
    await scene.slack.waitForLog(isPostIn(id), { timeoutMs: 30_000 });
  });

  it('killed with -9 comes back with all active teams, and leaves inactive ones alone', async () => {
    const { scene, env } = await withImported('Acme', 'Globex');
    const first = new CliProcess(['start'], env);
    const [acme, globex] = [await scene.installed('Acme'), await scene.installed('Globex')];
    await scene.slack.waitForLog(isSocketOpen(acme.id), { timeoutMs: 30_000 });
    await scene.slack.fault({ kind: 'disable_integration', team: globex.id });
    await first.printed(/verdict written/);
    await first.end('SIGKILL');
    const after = await scene.slack.lastSeq();
    const second = new CliProcess(['start'], env);
    await second.printed(/"msg":"listening"/);
    await scene.slack.waitForLog(isSocketOpen(acme.id), { after, timeoutMs: 30_000 });
    expect(await scene.usesOf(globex.botTokenId, after)).toEqual([]);
    expect((await second.end()).code).toBe(0);
  });
});
