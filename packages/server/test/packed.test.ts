/**
 * Both packages as they are published: packed, and installed by npm into an empty folder with what they depend on; without a
 * registry unpacked there beside what the checkout has. What is too old to run them is told so; everybody else has a bot
 * running after `npm init -y`. Not part of `npm test`: `npm run check:packages`.
 */
import { execFile, execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { publint } from 'publint';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instructionsOf } from '../../../test/dockerfile.ts';
import { CliProcess } from './cli.test-kit.ts';
import { examplesOf } from './doc-examples.test-kit.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const packages = { 'slack-bot-server': 'server', 'slack-simulator': 'simulator' } as const;
const names = Object.keys(packages) as (keyof typeof packages)[];

let folder = '';
let tarballs: string[] = [];
/** Whether npm has installed them, with dependencies of their own. */
let isInstalled = false;

/** What is published, in folders by their names. */
const staged = (name: string) => join(folder, 'release', name);

/** Packs them; gives the tarballs, in the order of the names. */
async function pack(): Promise<string[]> {
  await run(process.execPath, [join(ROOT, 'tools/stage.ts'), '--to', join(folder, 'release')]);
  const words = ['pack', '--json', ...names.map(staged), '--pack-destination', folder];
  const packed = JSON.parse((await run('npm', words, { cwd: folder })).stdout) as Packed[];
  return names.map((name) => {
    const one = packed.find((candidate) => candidate.name === name);
    if (one) sizes.set(name, one);
    return join(folder, one?.filename ?? '');
  });
}

interface Packed {
  name: string;
  filename: string;
  /** Bytes of the tarball, and of what is in it. */
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

const sizes = new Map<string, Packed>();

/** A dependency that is bundled by mistake, or pictures, would be more. A third are the sources in the source maps. */
const MAX_PACKED_BYTES = 3_000_000;

/** What npm says where there is no registry to ask. */
const NO_REGISTRY = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED)\b/;

/** As anybody installs them. False when there is no registry. */
async function install(tarballs: readonly string[]): Promise<boolean> {
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1', '--prefix', folder];
  try {
    await run('npm', ['install', ...quietly, ...tarballs], { cwd: folder });
    return true;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (NO_REGISTRY.test(stderr)) return false;
    throw error;
  }
}

async function unpack(name: string, tarball: string): Promise<void> {
  const target = join(folder, 'node_modules', name);
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}

async function linkDependencies(): Promise<void> {
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name.startsWith('.') || name.startsWith('slack-')) continue;
    await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packed-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'my-bot', version: '1.0.0', type: 'commonjs' }));
  await run('npm', ['run', '--silent', 'build'], { cwd: ROOT });
  tarballs = await pack();
  isInstalled = await install(tarballs);
  if (isInstalled) return;
  for (const [index, name] of names.entries()) await unpack(name, tarballs[index] ?? '');
  await linkDependencies();
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The file behind the command of a package. */
async function binOf(name: string): Promise<string> {
  const text = await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  const { bin } = JSON.parse(text) as { bin: Record<string, string> };
  return join(folder, 'node_modules', name, bin[name] ?? '');
}

/** Runs a command to its end, whatever its code. */
async function finish(node: string, words: readonly string[]) {
  return await run(node, words, { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

/** The first Node on the path that is not the project's own; that of a developer's machine may be an old one. */
function otherNode(): { path: string; version: string } | undefined {
  try {
    const path = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' })
      .split('\n')
      .find((one) => one !== '' && !one.includes('node_modules'));
    return path === undefined
      ? undefined
      : { path, version: execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim() };
  } catch {
    return undefined;
  }
}

describe.each(names)('%s', (name) => {
  const tarball = () => tarballs[names.indexOf(name)] ?? '';

  it('has nothing for publint to say', async () => {
    const { messages } = await publint({ pkgDir: staged(name), strict: true });
    expect(messages).toEqual([]);
  });

  it('has a package.json that npm publishes as it is', async () => {
    const copy = await mkdtemp(join(folder, 'fixed-'));
    await copyFile(join(staged(name), 'package.json'), join(copy, 'package.json'));
    await run('npm', ['pkg', 'fix'], { cwd: copy });
    const read = async (path: string) => JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as unknown;
    expect(await read(copy)).toEqual(await read(staged(name)));
  });

  it('has types that fit what Node and bundlers load', async () => {
    const attw = join(ROOT, 'node_modules/.bin/attw');
    const said = await finish(attw, ['--profile', 'esm-only', '--no-emoji', '--no-color', tarball()]);
    expect(said, said.stdout).toMatchObject({ code: 0 });
  });

  it('holds what it uses, its licence and its changes, and no tests', () => {
    const packed = sizes.get(name);
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']));
    expect(
      paths.filter(
        (path) => /\.test[.-]|test-kit|tsbuildinfo|(?<!\.d)\.ts$/.test(path) && !path.startsWith('templates/'),
      ),
    ).toEqual([]);
    process.stdout.write(`${name}: ${packed?.size} bytes packed, ${packed?.unpackedSize} unpacked\n`);
    expect(packed?.size).toBeLessThan(MAX_PACKED_BYTES);
  });

  it('has the sources that its source maps name', async () => {
    const maps = (sizes.get(name)?.files ?? []).filter(({ path }) => path.endsWith('.js.map'));
    expect(maps.length).toBeGreaterThan(100);
    const read = async ({ path }: { path: string }) => {
      const map = JSON.parse(await readFile(join(staged(name), path), 'utf8')) as {
        sourcesContent?: (string | null)[];
      };
      return map.sourcesContent?.every((text) => text !== null && text !== '') ? [] : [path];
    };
    expect((await Promise.all(maps.map(read))).flat()).toEqual([]);
  });

  it('is installed by npm with all that it depends on, nothing of it from the checkout', async ({ skip }) => {
    if (!isInstalled) skip('there is no registry');
    const { stdout } = await run('npm', ['ls', '--all', '--json', '--prefix', folder], { cwd: folder });
    const { dependencies, problems } = JSON.parse(stdout) as {
      dependencies: Record<string, object>;
      problems?: unknown;
    };
    expect([Object.keys(dependencies).toSorted(), problems]).toEqual([names.toSorted(), undefined]);
    const entries = await readdir(join(folder, 'node_modules'), { withFileTypes: true });
    expect(entries.filter((entry) => entry.isSymbolicLink())).toEqual([]);
    const { code, stdout: help } = await finish(process.execPath, [
      join(folder, 'node_modules', '.bin', name),
      '--help',
    ]);
    expect([code, help]).toEqual([0, expect.stringContaining(`Usage: ${name}`)]);
  });

  it('under an old Node says in one line which one it needs, and exits 2', async () => {
    const pretend = join(folder, 'pretend.cjs');
    const versions = `Object.assign({}, process.versions, { node: '22.17.1' })`;
    await writeFile(pretend, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    const said = await finish(process.execPath, ['--require', pretend, await binOf(name), '--help']);
    expect(said).toEqual({ code: 2, stdout: '', stderr: `${name} needs Node 22.18 or newer; this is Node 22.17.1\n` });
  });

  const old = otherNode();
  it.runIf(old !== undefined && Number.parseInt(old.version, 10) < 22)(
    'under the old Node of this machine, too',
    async () => {
      const said = await finish(old?.path ?? '', [await binOf(name)]);
      expect(said).toEqual({
        code: 2,
        stdout: '',
        stderr: `${name} needs Node 22.18 or newer; this is Node ${old?.version}\n`,
      });
    },
  );

  it('prints its help, packed and in a checkout that was never built', async () => {
    const inCheckout = join(ROOT, 'packages', packages[name], 'bin', `${name}.cjs`);
    for (const bin of [await binOf(name), inCheckout]) {
      const { code, stdout, stderr } = await finish(process.execPath, [bin, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: ${name}`);
    }
  });
});

it('starts a bundled bot beside which it is installed, and says of one that has it inside what to do', async () => {
  const bot = join(folder, 'bundled');
  await mkdir(bot);
  const options = { publicUrl: 'http://127.0.0.1', host: '127.0.0.1', port: 0, databaseUrl: join(bot, 'bot.db') };
  await writeFile(
    join(bot, 'bot.mjs'),
    `import { createServer } from 'slack-bot-server';
const { server } = createServer(${JSON.stringify(options)});
await server.start();
await server.stop();
process.stdout.write('started and stopped');`,
  );
  const bundled = async (name: string, external: RegExp[]) => {
    const bundle = await rolldown({ input: join(bot, 'bot.mjs'), platform: 'node', external, logLevel: 'silent' });
    await bundle.write({
      dir: join(bot, name),
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name].mjs',
    });
    return await finish(process.execPath, [join(bot, name, 'bot.mjs')]);
  };
  const beside = await bundled('beside', [/^slack-bot-server(\/|$)/]);
  expect(beside).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('started and stopped') });
  const inside = await bundled('inside', []);
  expect(inside).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('make slack-bot-server an external of the bundler'),
  });
});

it('dev runs a bot in a folder that `npm init -y` made', async () => {
  const bot = `import type { BotServer } from 'slack-bot-server';
export default ({ bot }: BotServer) => { bot.message('hi', async ({ say }) => { await say('hello'); }); };\n`;
  await writeFile(join(folder, 'bot.ts'), bot);
  const env = { PORT: '0', DATABASE_URL: join(folder, 'dev.db') };
  const dev = new CliProcess(
    ['dev', join(folder, 'bot.ts'), '--simulator-port', '0'],
    env,
    '',
    await binOf('slack-bot-server'),
  );
  await dev.printed(/Add the bot to a workspace {3}http/);
  expect(await dev.end('SIGTERM')).toMatchObject({ code: 0 });
});

it.each(['hello', 'commands', 'assistant'])(
  'init makes a bot of the template %s whose types and first test are right',
  async (template) => {
    // Below the folder that has both packages: its own npm install would bring the same.
    const bot = join(folder, `new-${template}`);
    const made = await finish(process.execPath, [await binOf('slack-bot-server'), 'init', bot, '--template', template]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const { dependencies } = JSON.parse(await readFile(join(bot, 'package.json'), 'utf8')) as { dependencies: object };
    const source = isInstalled ? /^file:\.\.\/slack-bot-server-.*\.tgz$/ : /^\^\d/;
    expect(dependencies).toEqual({ 'slack-bot-server': expect.stringMatching(source) });
    const { stdout } = await run(process.execPath, ['--test'], { cwd: bot, env: { PATH: process.env.PATH } });
    expect(stdout).toMatch(/pass 1\n[^]*fail 0/);
    const types = ['--typeRoots', join(ROOT, 'node_modules', '@types')];
    await run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', bot, ...types], { cwd: bot });
    const settings = parseEnv(await readFile(join(bot, '.env.example'), 'utf8'));
    const check = [
      await binOf('slack-bot-server'),
      'manifest',
      'check',
      join(bot, 'manifest.json'),
      join(bot, 'bot.ts'),
    ];
    await run(process.execPath, check, { cwd: bot, env: settings });
  },
);

/** The two ways in which packages are found today. */
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

it.each(resolutions)('examples and templates compile with moduleResolution $moduleResolution', async (options) => {
  const source = join(folder, `compiled-${options.module}`);
  const isCopied = (path: string) => !/node_modules|\/examples\/.*\.test\.ts$/.test(path);
  const copied = { recursive: true, filter: isCopied };
  await cp(join(ROOT, 'examples'), join(source, 'examples'), copied);
  await cp(join(ROOT, 'packages/server/templates'), join(source, 'templates'), copied);
  await writeFile(join(source, 'package.json'), '{ "type": "module" }');
  await linkWhatExamplesUse(join(source, 'node_modules'));
  const { compilerOptions } = JSON.parse(await readFile(join(source, 'templates/common/tsconfig.json'), 'utf8')) as {
    compilerOptions: object;
  };
  const found = { ...options, typeRoots: [join(ROOT, 'node_modules/@types')] };
  const config = { compilerOptions: { ...compilerOptions, ...found }, include: ['**/*.ts'] };
  await writeFile(join(source, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout: files } = await finish(tsc, ['--listFilesOnly', '-p', source]);
  for (const file of ['examples/assistant/bot.ts', 'templates/hello/bot.test.ts', 'slack-bot-server/dist/index.d.ts']) {
    expect(files).toContain(file);
  }
  expect(await finish(tsc, ['--pretty', 'false', '-p', source])).toEqual({ code: 0, stdout: '', stderr: '' });
});

/** Libraries of the examples: of the checkout, as what is tried is our packages. */
async function linkWhatExamplesUse(modules: string): Promise<void> {
  for (const example of await readdir(join(ROOT, 'examples'))) {
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'examples', example, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    for (const name of Object.keys(dependencies).filter((one) => !/^@?slack\b/.test(one))) {
      await mkdir(join(modules, name, '..'), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), join(modules, name));
    }
  }
}

it('the oldest Node that package.json allows runs the command line, and a new bot with its test', async ({ skip }) => {
  if (!isInstalled) skip('there is no registry');
  const { engines } = JSON.parse(await readFile(join(ROOT, 'packages/server/package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const oldest = `${/\d+\.\d+/.exec(engines.node)?.[0]}.0`;
  const prefix = join(folder, 'oldest-node');
  await mkdir(prefix);
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--prefix', prefix];
  await run('npm', ['install', ...quietly, `node@${oldest}`], { cwd: prefix });
  const node = join(prefix, 'node_modules/node/bin/node');
  expect((await run(node, ['--version'])).stdout).toBe(`v${oldest}\n`);
  for (const name of names) expect(await finish(node, [await binOf(name), '--help'])).toMatchObject({ code: 0 });
  const bot = join(folder, 'bot-of-oldest-node');
  await run(node, [await binOf('slack-bot-server'), 'init', bot, '--yes'], { cwd: folder });
  const { stdout } = await run(node, ['--test'], { cwd: bot, env: { PATH: process.env.PATH } });
  expect(stdout).toMatch(/pass 1\n[^]*fail 0/);
});

describe('slack-bot-server/commands', () => {
  it.each(resolutions)(
    'compiles what docs/commands.md shows, with moduleResolution $moduleResolution',
    async (options) => {
      const source = join(folder, 'commands');
      await mkdir(source, { recursive: true });
      await writeFile(join(source, 'package.json'), JSON.stringify({ type: 'module' }));
      const examples = examplesOf('commands.md');
      for (const [index, { code }] of examples.entries()) await writeFile(join(source, `bot-${index}.ts`), code);
      const compilerOptions = { ...options, strict: true, noEmit: true, target: 'es2024', lib: ['es2024'], types: [] };
      const config = { compilerOptions: { ...compilerOptions, skipLibCheck: true }, include: ['*.ts'] };
      await writeFile(join(source, 'tsconfig.json'), JSON.stringify(config));
      const tsc = join(ROOT, 'node_modules/.bin/tsc');
      expect(await finish(tsc, ['--pretty', 'false', '--listFilesOnly', '-p', source])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`bot-${examples.length - 1}.ts`),
      });
      expect(await finish(tsc, ['--pretty', 'false', '-p', source])).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('tells the installed command line what a bot needs', async () => {
    const bot = `import { commands } from 'slack-bot-server/commands';
export default ({ bot }) => commands(bot, { slash: '/pong' }, (table) => table.command('hi', () => {}));\n`;
    await writeFile(join(folder, 'commands-bot.mjs'), bot);
    const env = { ...process.env, SLACK_TRANSPORT: 'http', PUBLIC_URL: 'https://bot.example.com' };
    const words = [await binOf('slack-bot-server'), 'manifest', join(folder, 'commands-bot.mjs')];
    const { stdout } = await run(process.execPath, words, { cwd: folder, env });
    const { features, settings } = JSON.parse(stdout) as Record<string, object>;
    expect(features).toMatchObject({ slash_commands: [{ command: '/pong', should_escape: true }] });
    expect(settings).toMatchObject({
      event_subscriptions: { bot_events: ['app_mention', 'app_uninstalled', 'message.im', 'tokens_revoked'] },
    });
  });
});

/** What the image does, without the image: its commands in the folder where npm has installed the server. */
it('runs as deploy/Dockerfile says: serves, is healthy, and drains on SIGTERM', async () => {
  const deploy = join(ROOT, 'deploy');
  const instructions = instructionsOf(await readFile(join(deploy, 'Dockerfile'), 'utf8'));
  const wordsOf = (name: string) => {
    const value = instructions.findLast((one) => one.name === name)?.value.replace(/^.*?CMD (?=\[)/, '') ?? '[]';
    return JSON.parse(value) as string[];
  };
  const [node, program = '', ...first] = [...wordsOf('ENTRYPOINT'), ...wordsOf('CMD')].filter(
    (word) => word !== 'bot.ts',
  );
  expect(node).toBe('node');
  await copyFile(join(deploy, 'bot.ts'), join(folder, 'image-bot.ts'));
  const env = { PORT: '0', HOST: '127.0.0.1', PUBLIC_URL: 'http://bot.test', DATABASE_URL: join(folder, 'image.db') };
  const server = new CliProcess([...first, join(folder, 'image-bot.ts')], env, '', join(folder, program));
  const [, port = ''] = await server.printed(/"url":"http:\/\/127\.0\.0\.1:(\d+)","msg":"listening"/);
  const [, ...health] = wordsOf('HEALTHCHECK');
  const ask = (PORT: string) =>
    run(process.execPath, health, { env: { PORT } }).then(
      () => 'healthy',
      () => 'unhealthy',
    );
  expect(await ask(port)).toBe('healthy');
  expect(await server.end('SIGTERM')).toMatchObject({ code: 0 });
  expect(await ask(port)).toBe('unhealthy');
});
