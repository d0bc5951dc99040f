/** `completion` and `migrate` as processes; what the scripts do is for src/cli/completion-command.test.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentOf, runCli } from './cli.test-kit.ts';
import { Scene } from './scene.test-kit.ts';

it('completion prints the script of a shell; another shell is a wrong usage', async () => {
  const { code, stdout } = await runCli(['completion', 'bash'], {});
  expect([code, stdout]).toEqual([0, expect.stringContaining('complete -o default -F _slack_bot_server')]);
  const other = await runCli(['completion', 'tcsh'], {});
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('bash, zsh, fish')]);
});

describe('migrate', () => {
  it('makes a database that the server uses, and finds nothing to do then', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    const env = await environmentOf(scene);
    for (const created of [true, false]) {
      const { code, stdout } = await runCli(['migrate', '--json'], env);
      expect([code, JSON.parse(stdout)]).toEqual([0, { engine: 'sqlite', schema: expect.any(Number), created }]);
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
