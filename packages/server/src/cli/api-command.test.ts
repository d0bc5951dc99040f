/** What is wrong with the blocks of `say` and `broadcast start`; what reaches Slack is in test/cli-api.test.ts. */
import { expect, it } from 'vitest';
import { blocksIn } from './api-command.ts';

it.each([
  ['{bad', '--blocks must be JSON'],
  ['@/nowhere/at/all.json', '/nowhere/at/all.json cannot be read'],
])('blocks that cannot be read are refused with an example of the option: %s', (text, message) => {
  expect(() => blocksIn(text)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringContaining(message),
      fix: expect.stringMatching(/^For example: --blocks '\[.*\]', or --blocks @blocks\.json/),
    }),
  );
});
