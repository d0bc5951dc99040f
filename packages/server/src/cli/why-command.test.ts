/** How `why` ends for what is not known, without a server. */
import { expect, it } from 'vitest';
import { openOperations } from '../operations/operations.test-kit.ts';
import { said } from './cli.test-kit.ts';
import { exitCodeFor } from './output.ts';

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
