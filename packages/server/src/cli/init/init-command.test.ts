/** What `init` asks in a terminal, and what becomes of a question that is not answered. What it writes: test/cli-init.test.ts. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { standardOutput } from '../../observability/standard-output.ts';
import { aTerminal } from '../terminal.test-kit.ts';
import { init } from './init-command.ts';

/** What it said, with what the process would exit, and what it wrote. */
async function answered(typed: string) {
  const folder = await mkdtemp(join(tmpdir(), 'init-'));
  const complaints: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
  const print = vi.spyOn(standardOutput, 'print').mockImplementation(() => {});
  const former = process.exitCode;
  onTestFinished(async () => {
    write.mockRestore();
    print.mockRestore();
    process.exitCode = former;
    await rm(folder, { recursive: true, force: true });
  });
  const failure = await init(folder, { terminal: aTerminal(typed) }).catch((error: unknown) => error);
  const files = await readdir(folder);
  const readme = files.includes('README.md') ? await readFile(join(folder, 'README.md'), 'utf8') : '';
  return { failure, exitCode: process.exitCode, complaints, files: files.length, readme };
}

it('Ctrl-D is no answer, and no wrong usage either: nothing is written, and it exits with 1', async () => {
  expect(await answered('\u0004')).toMatchObject({
    failure: undefined,
    exitCode: 1,
    complaints: ['Nothing was done\n'],
    files: 0,
  });
});

it('Ctrl-C ends it, as any command', async () => {
  const { failure, files } = await answered('\u0003');
  expect(failure).toMatchObject({ code: 'interrupted', message: 'Nothing was done' });
  expect(files).toBe(0);
});

it('asks again for what there is none of, and takes Enter for the first one', async () => {
  const [hello, assistant] = [await answered('\n'), await answered('nothing\nassistant\n')];
  expect([hello.failure, assistant.failure]).toEqual([undefined, undefined]);
  expect(hello.files).toBeGreaterThan(5);
  expect(assistant.readme).not.toBe(hello.readme);
});
