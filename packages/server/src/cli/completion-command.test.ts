/** The completion scripts in real shells, as a Tab runs them. zsh and fish only where they are installed. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { completionScript, type Shell, shells } from './completion-command.ts';
import { completeProgram } from './program.ts';

/** A shell that hangs at a Tab is a failure, and not a test that takes for ever. */
const TAB_MS = 10_000;

const FISH = 'fish' satisfies Shell;

const program = await completeProgram();

async function tab(shell: Exclude<Shell, 'fish'>, words: readonly string[]): Promise<string[]> {
  const script = completionScript(program, shell).replace(/^complete -o.*$/m, '');
  const line = ['slack-bot-server', ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const call = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _slack_bot_server; printf '%s\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)(shell, ['--norc', '-c', `${script}\n${call}`], { timeout: TAB_MS });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('in bash', () => {
  it.each([
    [['tea'], ['teams']],
    [['teams', 'de'], ['deactivate']],
    [['teams', 'list', '--js'], ['--json']],
    [['--x', 'teams', 'res'], ['restart']],
    [['completion', 'f'], ['fish']],
    // Behind what is no command, those of the command before it.
    [['teams', 'show', 'T1', '--js'], ['--json']],
    // Options of the commands above stand anywhere, where they mean something.
    [['teams', '--ser'], ['--server']],
    [['teams', 'list', '--ser'], ['--server']],
    [['why', 'Ev1', '--ser'], ['--server']],
    [['manifest', 'print', '--na'], ['--name']],
    [['backup', '--ser'], []],
    // A group alone is one of its commands.
    [['limits', '--pau'], ['--paused']],
    [['audit', '--outc'], ['--outcome']],
    [
      ['audit', '--outcome', ''],
      ['begun', 'done', 'failed'],
    ],
    [['teams', 'list', '--ver'], []],
    [['nothing-of-ours', 'tea'], ['teams']],
    [['--server', 'http', ':', '//127.0.0.1', 'teams', 'de'], ['deactivate']],
    [['--server', 'a', 'teams', 'de'], ['deactivate']],
    [
      ['dev', '--transport', ''],
      ['http', 'socket', 'rtm'],
    ],
    [['teams', 'import', '--format', 'bolt-p'], ['bolt-python']],
    // The value of an option is no command.
    [['events', 'list', '--limit', ''], []],
  ])('%j is completed by %j', async (words, offered) => {
    expect(await tab('bash', words)).toEqual(offered);
  });

  it('takes what was typed for words, and runs none of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'completion-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const ran = join(folder, 'ran');
    for (const name of [`$(touch ${ran})`, `\`touch ${ran}\``, `'; touch ${ran}; '`, 'a "b" c', '*', 'x\ny', '[a']) {
      expect(await tab('bash', ['teams', 'show', name, name])).toEqual([]);
    }
    expect(await tab('bash', ['teams', 'show', `$(touch ${ran}) "`, '--js'])).toEqual(['--json']);
    expect(existsSync(ran)).toBe(false);
  });
});

describe.each(shells)('for %s', (shell) => {
  const isThere = spawnSync(shell, ['--version']).status === 0;

  it.skipIf(!isThere)('is a script that the shell can read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'completion-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const file = join(folder, 'script');
    await writeFile(file, completionScript(program, shell));
    await promisify(execFile)(shell, ['-n', file], { timeout: TAB_MS });
  });
});

describe.skipIf(spawnSync(FISH, ['--version']).status !== 0)('in fish', () => {
  it.each([
    ['slack-bot-server tea', ['teams']],
    ['slack-bot-server --server http://x:1 teams de', ['deactivate']],
    ['slack-bot-server teams list --js', ['--json']],
    ['slack-bot-server teams list --ser', ['--server']],
    ['slack-bot-server dev --transport ', ['http', 'rtm', 'socket']],
    [`slack-bot-server teams show 'a b; touch ran' --js`, ['--json']],
  ])('%s is completed by %j', async (line, offered) => {
    const script = `${completionScript(program, FISH)}\ncomplete -C ${JSON.stringify(line)}`;
    const { stdout } = await promisify(execFile)(FISH, ['--no-config', '-c', script], { timeout: TAB_MS });
    expect(stdout.trim().split('\n').toSorted()).toEqual(offered);
  });
});
