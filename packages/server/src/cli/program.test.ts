/**
 * The command line is a door to the operations: it has each of them, and beside them only what runs a server. It says what there is
 * before anything of that is loaded.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { operations } from '../operations/operations.ts';
import { version } from '../version.ts';
import { defaultOf } from './default-command.ts';
import { ofOperations } from './operation-command.ts';
import { completeProgram, shortcuts } from './program.ts';

const program = await completeProgram();
const commands = new Map(program.commands.flatMap((group) => leaves(group, [])));

function leaves(command: Command, above: readonly string[]): [string, Command][] {
  const path = [...above, command.name()];
  return command.commands.length === 0
    ? [[path.join('.'), command]]
    : command.commands.flatMap((one) => leaves(one, path));
}

describe('each operation', () => {
  it.each(operations.map(({ name, summary }) => [name, summary]))('%s is a command: %s', (name, summary) => {
    const command = commands.get(shortcuts[name] ?? name);
    expect(command?.description()).toBe(summary);
    expect(command?.options.map(({ long }) => long)).toContain('--json');
  });
});

it('all other commands run a server, are about a database as a whole, or set something up', () => {
  const names = new Set(operations.map(({ name }) => shortcuts[name] ?? name));
  expect([...commands.keys()].filter((name) => !names.has(name))).toEqual([
    'start',
    'init',
    'dev',
    'dev-bot',
    'open',
    'store.copy',
    'migrate',
    'completion',
    'backup',
    'restore',
    'doctor',
    'manifest.print',
    'manifest.check',
    'mcp',
    'help',
  ]);
});

it('limits and defaults of numbers are those of the operations', () => {
  const perMinute = commands.get('teams.exchange')?.options.find(({ long }) => long === '--per-minute');
  expect(perMinute?.defaultValue).toBe(50);
  expect(() => perMinute?.parseArg?.('6001', undefined)).toThrow('must be a whole number from 1 to 6000.');
  expect(() => perMinute?.parseArg?.('1e3', undefined)).toThrow('must be a whole number from 1 to 6000.');
  expect(perMinute?.parseArg?.('6000', undefined)).toBe(6_000);
});

/** A group alone shows what there is; only what could not be undone has to be named. */
const ALONE: Readonly<Record<string, string | undefined>> = {
  status: 'show',
  connections: 'list',
  history: 'show',
  limits: 'show',
  teams: 'list',
  broadcast: 'list',
  replays: 'list',
  jobs: 'list',
  audit: 'list',
  incident: 'show',
  events: 'list',
  app: undefined,
  keys: undefined,
  cluster: 'show',
};

it('each group stands for its command that shows what there is, and says so', () => {
  const groups = program.commands.filter(({ commands: below }) => below.some((one) => ofOperations.has(one)));
  expect(Object.fromEntries(groups.map((one) => [one.name(), defaultOf(one)?.name()]))).toStrictEqual(ALONE);
});

it.each([
  [
    ['teams', '--json', 'count'],
    "'count' stands behind an option: name the command first, slack-bot-server teams count",
  ],
  [
    ['events', '--limit', '5', 'Ev1'],
    "'Ev1' stands behind an option: name the command first, slack-bot-server events list",
  ],
  [['teams', '--', '-status:active'], 'name the command first, slack-bot-server teams list'],
  [['teams', 'lst'], '(Did you mean list?)'],
  [['cluster', 'drian', 'n1'], '(Did you mean drain?)'],
  [['broadcast', '--yes'], "unknown option '--yes'\n(see slack-bot-server broadcast --help)"],
])('%j is no query of the command that the group stands for', async (words, problem) => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  await expect(program.parseAsync(words, { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
  expect(written.join('')).toContain(problem);
});

it.each([
  [['teams', 'show'], "missing required argument 'team'", 'teams show'],
  [['teams', 'lst'], "unknown command 'lst'", 'teams'],
  [['teams', 'list', '--nope'], "unknown option '--nope'", 'teams list'],
  [['history', 'show', '--hours', '99'], "'99' is invalid. It must be a whole number from 1 to 24.", 'history show'],
  [['broadcast', 'show', 'abc'], 'It must be a whole number.', 'broadcast show'],
  [['help', 'teams', 'lst'], "unknown command 'lst'", 'teams'],
  [['nope'], "unknown command 'nope'", ''],
])('%j is told what is wrong, and where its use is explained', async (words, problem, command) => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  await expect(program.parseAsync(words, { from: 'user' })).rejects.toMatchObject({ exitCode: 1 });
  expect(written.join('')).toContain(problem);
  expect(written.join('')).toContain(`(see ${`slack-bot-server ${command}`.trim()} --help)`);
});

it.each(['teams list', 'teams count', 'events list', 'events groups', 'connections list'])(
  'a term of %s that begins with a minus is told its place',
  async (path) => {
    const written: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    onTestFinished(() => write.mockRestore());
    await expect(program.parseAsync([...path.split(' '), '-team:T1'], { from: 'user' })).rejects.toThrow();
    expect(written.join('')).toContain(`after --: slack-bot-server ${path} -- -team:T1\n`);
  },
);

describe('what is loaded', () => {
  const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
  const heavy = /\/(zod|pg|pino|bolt|ws|yaml|undici)\/|\/(operations|store|wiring)\//;

  /** Runs it with the list of its modules on standard error. */
  async function run(...words: string[]): Promise<{ stdout: string; modules: string[] }> {
    const watch = `import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });`;
    const node = ['--conditions=source', '--import', `data:text/javascript,${encodeURIComponent(watch)}`];
    const env = { PATH: process.env.PATH, DATABASE_URL: '/nowhere/bot.db' };
    const ended = promisify(execFile)(process.execPath, [...node, MAIN, ...words], { env });
    const { stdout, stderr } = await ended.catch((error: { stdout: string; stderr: string }) => error);
    return { stdout, modules: stderr.trim().split('\n') };
  }

  it('is nothing of what commands need when all are listed', async () => {
    const { stdout, modules } = await run('--help');
    const shown = operations.map(({ name }) => shortcuts[name] ?? name.split('.')[0]);
    for (const word of shown) expect(stdout).toMatch(new RegExp(`^  ${word}\\b`, 'm'));
    expect(modules).toContainEqual(expect.stringContaining('/cli/program.ts'));
    expect(modules.filter((url) => heavy.test(url))).toEqual([]);
  });

  it('is no driver of PostgreSQL and no HTTP for a command on a file', async () => {
    const { modules } = await run('teams', 'list');
    expect(modules).toContainEqual(expect.stringContaining('/operations/teams/list-teams.ts'));
    expect(modules.filter((url) => /\/(pg|bolt|pino|ws|undici)\/|^node:https?$/.test(url))).toEqual([]);
  });

  it.each(['--version', '-v'])('is not even a command for %s', async (word) => {
    const { stdout, modules } = await run(word);
    expect(stdout).toBe(`${version}\n`);
    expect(modules.filter((url) => heavy.test(url))).toEqual([]);
  });
});
