/** Prometheus's own checker, from Debian's package `prometheus`. Without it its tests are skipped, and say so. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Said by a test that cannot run. */
export const NO_PROMTOOL = 'promtool is missing: apt-get install prometheus';

export const hasPromtool = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0;

/** What it said, and whether it found nothing wrong. */
export interface Checked {
  isGood: boolean;
  output: string;
}

/** Runs it with these words; `input` is what it reads. */
export function promtool(words: readonly string[], input = ''): Checked {
  const { status, stdout, stderr } = spawnSync('promtool', words, { input, encoding: 'utf8' });
  return { isGood: status === 0, output: `${stdout}${stderr}` };
}

/** The same with files in a folder of their own, in which it runs. */
export async function promtoolIn(files: Readonly<Record<string, string>>, words: readonly string[]): Promise<Checked> {
  const cwd = await mkdtemp(join(tmpdir(), 'promtool-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd, encoding: 'utf8' });
  return { isGood: status === 0, output: `${stdout}${stderr}` };
}
