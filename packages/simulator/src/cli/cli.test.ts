import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { SimulatorControl } from '../control/simulator-control.ts';
import { startSimulator } from '../simulator.ts';
import { version } from '../version.ts';
import { runCli } from './cli.ts';

/** Runs a command line until it has printed something, does `meanwhile`, and ends it as Ctrl-C would. */
async function cli(argv: string[], meanwhile: (out: string) => Promise<void> = async () => {}) {
  const ending = new AbortController();
  let out = '';
  let err = '';
  const printed = Promise.withResolvers<void>();
  const write = (text: string) => {
    out += text;
    printed.resolve();
  };
  const running = runCli(argv, { out: write, err: (text) => void (err += text), signal: ending.signal });
  await Promise.race([printed.promise, running]);
  await meanwhile(out);
  ending.abort();
  return { code: await running, out, err };
}

describe('slack-simulator', () => {
  it('prints its addresses and a .env block, runs until it is told to end, and exits 0', async () => {
    const { code, out } = await cli(['--port', '0', '--teams', '3'], async (text) => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0] ?? '';
      expect((await new SimulatorControl(url).status()).teams).toBe(3);
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^SLACK_API_URL=http:\/\/127\.0\.0\.1:\d+\/api\/$/m);
    expect(out).toMatch(/^SLACK_CLIENT_SECRET=.+$/m);
  });

  it.each(['--version', '-v'])('prints its version: %s', async (word) => {
    expect(await cli([word])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('says how a command of a group is used, in each way to ask', async () => {
    const { out } = await cli(['fault', 'add', '--help']);
    expect(out).toContain('Usage: slack-simulator fault add [options] <kind>');
    for (const words of [
      ['help', 'fault', 'add'],
      ['fault', 'help', 'add'],
    ]) {
      expect(await cli(words)).toEqual({ code: 0, out, err: '' });
    }
    expect(await cli(['help', 'fault', 'dance'])).toMatchObject({ code: 2, err: expect.stringContaining("'dance'") });
  });

  it('prints JSON on request', async () => {
    const { out } = await cli(['run', '--port', '0', '--json']);
    expect(JSON.parse(out)).toMatchObject({ name: 'slack-simulator', teams: 1 });
  });

  it.each([
    [['--port', 'abc']],
    [['--teams', '-1']],
    [['--nonsense']],
    [['dance', 'now']],
    [['run', '--kind', 'modern']],
    [['run', '--seed', 'x', '--teams', '2']],
    [['run', '--tls-key', 'x']],
    [['say']],
    [['say', 'x', '--url', 'ftp://x']],
    [['fault', 'add', 'earthquake']],
    [['fault', 'add', 'slow', '--set', 'delayMs=soon']],
    [['fault', 'remove']],
    [['log', '--kind', 'dance']],
    [['trigger', 'act', 'dance']],
  ])('exits 2 for %o', async (argv) => {
    const { code, err } = await cli(argv);
    expect(code).toBe(2);
    expect(err).toContain('error:');
  });

  it.each([
    [['dance', 'now'], "unknown command 'dance'", 'slack-simulator --help'],
    [['say'], "missing required argument 'text'", 'slack-simulator say --help'],
    [['fault', 'add'], "missing required argument 'kind'", 'slack-simulator fault add --help'],
    [['fault', 'lst'], "unknown command 'lst'", 'slack-simulator fault --help'],
    [['fault', 'add', 'slow'], 'delayMs is missing: it must be a number', '--help'],
    [['fault', 'add', 'slow', '--set', 'delayMs=soon'], 'delayMs must be a number; got "soon"', '--help'],
    [['fault', 'add', 'slow', '--set', 'delayMs=1', '--set', 'dealyMs=2'], 'there is no field dealyMs here', '--help'],
  ])('%j is told what is wrong, and where its use is explained', async (argv, problem, help) => {
    const { code, err } = await cli(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(problem)]);
    expect(err).toContain(help);
    expect(err).not.toContain('✖');
  });

  it('says why a file cannot be read', async () => {
    const { code, err } = await cli(['run', '--port', '0', '--seed', 'none.yaml']);
    expect([code, err]).toEqual([1, expect.stringMatching(/seed none\.yaml[^\n]*\n {2}because: ENOENT/)]);
  });

  it('exits 1 and says what to do when it may not or cannot listen', async () => {
    const remote = await cli(['--host', '0.0.0.0']);
    expect([remote.code, remote.err]).toEqual([1, expect.stringContaining('--allow-remote')]);
    await using other = await startSimulator();
    const taken = await cli(['--port', new URL(other.url).port]);
    expect([taken.code, taken.err]).toEqual([1, expect.stringContaining('port_in_use')]);
  });

  it('starts from a seed, prints the tokens of its installs, and repeats them with a seed number', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cli-'));
    const seed = join(folder, 'seed.yaml');
    await writeFile(seed, 'apps:\n  - name: One\n  - { name: Two, kind: granular }\ninstalls:\n  - { team: Acme }\n');
    const run = () => cli(['run', '--port', '0', '--seed', seed, '--seed-number', '5']);
    const [{ out }, again] = [await run(), await run()];
    expect(out).toMatch(/^SLACK_BOT_TOKEN=xoxb-sim-\w{32}$/m);
    expect(out).toMatch(/^# Two \(A0\w{8}\)\n# SLACK_CLIENT_ID=/m);
    const secrets = (text: string) => text.match(/^.*(TOKEN|SECRET).*$/gm);
    expect(secrets(again.out)).toEqual(secrets(out));
    await writeFile(seed, 'apps:\n  - nmae: One\n');
    expect(await run()).toMatchObject({
      code: 1,
      err: expect.stringContaining('seed.yaml:2:5 apps[0]: unknown key nmae'),
    });
    await rm(folder, { recursive: true });
  });

  it('installs a granular app in every workspace on request', async () => {
    const { out } = await cli(['run', '--port', '0', '--teams', '2', '--kind', 'granular', '--install', '--json']);
    const { installs, apps } = JSON.parse(out) as { installs: unknown[]; apps: { kind: string }[] };
    expect([installs.length, apps[0]?.kind]).toEqual([2, 'granular']);
  });

  it('serves https with a certificate', async () => {
    const file = (name: string) => join(import.meta.dirname, '../../test/fixtures/tls', name);
    const tls = ['--tls-cert', file('cert.pem'), '--tls-key', file('key.pem')];
    const { out } = await cli(['run', '--port', '0', '--json', ...tls]);
    expect(JSON.parse(out)).toMatchObject({ apiUrl: expect.stringMatching(/^https:/) });
    expect((await cli(['run', '--port', '0', '--tls-cert', 'none.pem', '--tls-key', 'none.pem'])).code).toBe(1);
  });

  it('helps', async () => {
    for (const command of [[], ['say'], ['trigger'], ['trigger', 'slash'], ['fault', 'add'], ['log'], ['resend']]) {
      const { code, out } = await cli([...command, '--help']);
      expect([code, out]).toEqual([0, expect.stringContaining('Usage: slack-simulator')]);
    }
  });
});

describe('slack-simulator against a running one', () => {
  it('says that nobody is there', async () => {
    const { code, err } = await cli(['say', 'hello', '--url', 'http://127.0.0.1:9']);
    expect([code, err]).toEqual([1, expect.stringContaining('simulator_unreachable')]);
  });

  it('lets a person write, in text and in JSON', async () => {
    await using slack = await startSimulator({ teams: 2 });
    await slack.control.install({ team: 'Globex' });
    const url = ['--url', slack.url];
    expect(await cli(['say', 'hello', 'there', ...url])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ann in C\w+ of Acme: hello there\n$/),
    });
    const { out } = await cli(['say', 'hi', '--team', 'Globex', '--to-bot', '--user', 'bob', '--json', ...url]);
    expect(JSON.parse(out)).toMatchObject({ name: 'bob', text: 'hi' });
    expect(await cli(['say', 'x', '--channel', 'nowhere', ...url])).toMatchObject({
      code: 1,
      err: expect.stringContaining('not_found'),
    });
  });

  it('lets people act', async () => {
    await using slack = await startSimulator();
    const url = ['--url', slack.url];
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', text: 'x' });
    const reacted = await cli(['trigger', 'act', 'react', '-c', 'general', '--ts', ts, '--set', 'emoji=wave', ...url]);
    expect([reacted.code, reacted.out]).toEqual([0, expect.stringContaining('✓ react by U')]);
  });

  it('uses an app and sends a delivery again; what is not acked exits 1', async () => {
    await using app = await AppServer.start();
    await using slack = await startSimulator({ app: { kind: 'granular', requestUrl: app.url } });
    await slack.control.install({ team: 'Acme' });
    const url = ['--url', slack.url];
    const slash = await cli(['trigger', 'slash', '/weather', 'Paris', 'now', ...url]);
    expect([slash.code, slash.out]).toEqual([0, expect.stringMatching(/^✓ acked\ndelivery: D\d+/)]);
    expect(app.arrived[0]?.body).toMatchObject({ command: '/weather', text: 'Paris now', channel_name: 'general' });
    const again = await cli(['resend', /D\d+/.exec(slash.out)?.[0] ?? '', '--json', ...url]);
    expect(JSON.parse(again.out)).toMatchObject({ event: '/weather', acked: true });
    expect(app.arrived).toHaveLength(2);
    expect((await cli(['trigger', 'shortcut', 'tidy', ...url])).code).toBe(0);
    await slack.control.updateApp((await slack.control.apps())[0]?.id ?? '', { requestUrl: null });
    const failed = await cli(['trigger', 'slash', '/weather', ...url]);
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('not_acked')]);
    expect((await cli(['resend', 'D999', ...url])).code).toBe(1);
    expect((await cli(['trigger', 'slash', 'weather', ...url])).code).toBe(2);
  });

  it('breaks and mends', async () => {
    await using slack = await startSimulator();
    const url = ['--url', slack.url];
    const add = ['fault', 'add', 'rate_limit', '--method', 'auth.test', '--count', '2', '--set', 'retryAfterSeconds=7'];
    expect((await cli([...add, ...url])).out).toBe('F1  rate_limit: in force, 0 sockets hit\n');
    expect((await cli(['fault', 'list', ...url])).out).toBe(
      'F1  rate_limit count=2 method="auth.test" retryAfterSeconds=7 hits=0\n',
    );
    expect((await cli(['fault', 'release', 'F1', '--json', ...url])).out).toBe('{"released":0}\n');
    expect((await cli(['fault', 'remove', 'F1', ...url])).code).toBe(0);
    expect((await cli(['fault', 'remove', 'F1', ...url])).code).toBe(1);
    expect((await cli(['fault', 'remove', '--all', ...url])).code).toBe(0);
    expect((await cli(['fault', 'list', '--json', ...url])).out).toBe('[]\n');
  });

  it('shows the log, and follows it until Ctrl-C', async () => {
    await using slack = await startSimulator();
    const url = ['--url', slack.url];
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'before' });
    const past = await cli(['log', '--team', 'Acme', ...url]);
    expect([past.code, past.out]).toEqual([
      0,
      expect.stringMatching(/^\d\d:\d\d:\d\d ✎ message · Acme {2}ann: before\n$/),
    ]);
    const followed = await cli(['log', '--follow', '--json', '--kind', 'message', ...url], async () => {
      await slack.control.say({ team: 'Acme', channel: 'general', text: 'meanwhile' });
    });
    expect(followed.code).toBe(0);
    expect(JSON.parse(followed.out.split('\n')[0] ?? '')).toMatchObject({ kind: 'message', text: 'ann: before' });
  });
});

describe('what comes from outside', () => {
  it('neither commands the terminal nor begins a line of its own, and is the same value in JSON', async () => {
    const name = 'Evil\u001b]0;x\u0007\u009b2J\n✓ \u202eall';
    const shown = 'Evil\\u001b]0;x\\u0007\\u009b2J\\n✓ \\u202eall';
    await using simulator = await startSimulator({ teams: [{ name }], app: { name } });
    const url = ['--url', simulator.url];
    const said = await cli(['say', name, ...url]);
    expect(said.out).toContain(`of ${shown}: ${shown}\n`);
    expect((await cli(['log', ...url])).out).toContain(`${shown}  `);
    const json = (await cli(['log', '--kind', 'message', '--json', ...url])).out;
    expect(json.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(JSON.parse(json)).toMatchObject({ text: expect.stringContaining(name) });
    expect((await cli(['say', 'x', '--team', name, '--channel', 'no\u001b[2J', ...url])).err).toContain('no\\u001b[2J');
    for (const output of [said.out, (await cli(['log', ...url])).out]) {
      expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    }
  });
});

describe('the process', () => {
  const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

  async function ended(words: readonly string[], { isReaderGone = false } = {}) {
    const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    if (isReaderGone) child.stdout.destroy();
    else child.stdout.on('data', (data: Buffer) => (stdout += String(data)));
    child.stderr.on('data', (data: Buffer) => (stderr += String(data)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  }

  it('whose reader went away ends silently, as SIGPIPE ends others, also when it follows the log', async () => {
    await using simulator = await startSimulator({ teams: 1 });
    await simulator.control.say({
      team: (await simulator.control.teams())[0]?.id ?? '',
      channel: 'general',
      text: 'x',
    });
    for (const words of [['log'], ['log', '--follow']]) {
      const said = await ended([...words, '--url', simulator.url], { isReaderGone: true });
      expect(said).toMatchObject({ code: 141, stderr: '' });
    }
  });

  it('ends with its own code when all was read', async () => {
    expect(await ended(['dance', 'now'])).toMatchObject({ code: 2 });
  });
});
