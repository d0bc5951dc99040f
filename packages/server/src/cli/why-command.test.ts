/** How `why` ends for what is not known, without a server. */
import { expect, it, onTestFinished } from 'vitest';
import { install, openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';
import { exitCodeFor } from './output.ts';

it('breaks no word on a terminal of 40 columns', async () => {
  const operations = await openOperations('sqlite');
  await install(operations, 'T1');
  for (const [name, value] of [
    ['isTTY', true],
    ['columns', 40],
  ] as const) {
    const former = Object.getOwnPropertyDescriptor(process.stdout, name);
    Object.defineProperty(process.stdout, name, { value, configurable: true });
    onTestFinished(
      () =>
        void Object.defineProperty(
          process.stdout,
          name,
          former ?? { value: undefined, configurable: true, writable: true },
        ),
    );
  }
  const lines = (await said(operations, 'why T1')).map((line) => line.trimEnd());
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => line.length > 40)).toEqual([]);
});

it.each([
  ['T0NOBODY01', 'installation_not_found', 1],
  ['C123', 'invalid_input', 2],
  ['nothing', 'invalid_input', 2],
] as const)('about %s it ends with %s', async (about, code, exitCode) => {
  const operations = await openOperations('sqlite');
  for (const words of [`why ${about}`, `why ${about} --json`])
    await expect(said(operations, words)).rejects.toMatchObject({ code });
  expect(exitCodeFor(code)).toBe(exitCode);
});
