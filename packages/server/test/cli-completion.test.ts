/** The completion script in a real bash, and `migrate` as a process. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

describe('completion', () => {
  /** What bash offers for the last word of a line. */
  async function offeredBy(script: string, ...words: string[]): Promise<string[]> {
    const line = ['slack-bot-server', ...words].map((word) => `'${word}'`).join(' ');
    const text = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _slack_bot_server; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', text]);
    return stdout.trim().split('\n');
  }

  it('offers commands, their commands, options and choices', async () => {
    const script = (await runCli(['completion', 'bash'], {})).stdout;
    const offered = (...words: string[]) => offeredBy(script, ...words);
    expect(await offered('tea')).toEqual(['teams']);
    expect(await offered('teams', 'de')).toEqual(['deactivate']);
    expect(await offered('teams', 'list', '--js')).toEqual(['--json']);
    expect(await offered('--x', 'teams', 'res')).toEqual(['restart']);
    expect(await offered('completion', 'f')).toEqual(['fish']);
    // Behind what is no command, those of the command before it.
    expect(await offered('teams', 'show', 'T1', '--js')).toEqual(['--json']);
  });

  it('is a script for the other shells, too; another shell is a wrong usage', async () => {
    const { stdout } = await runCli(['completion', 'fish'], {});
    expect(stdout).toContain(`complete -c slack-bot-server -n '__fish_use_subcommand' -a 'start`);
    const { code, stderr } = await runCli(['completion', 'tcsh'], {});
    expect([code, stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
  });
});

describe('migrate', () => {
  it('makes a database that the server uses, and finds nothing to do then', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const env = await environmentOf(scene);
    for (const _ of [1, 2]) {
      const { code, stdout } = await runCli(['migrate', '--json'], env);
      expect([code, JSON.parse(stdout)]).toEqual([0, { engine: 'sqlite', schema: expect.any(Number) }]);
    }
    await scene.start();
    expect((await scene.join('Acme')).name).toBe('Acme');
  });

  it('says of a file that is no database of ours what it is', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await writeFile(join(scene.folder, 'bot.db'), 'a diary, not a database');
    const { code, stderr } = await runCli(['migrate'], await environmentOf(scene));
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('bot.db')]);
    expect(code).toBeGreaterThan(0);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
