import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { id, wholeNumber } from './fields.ts';
import { defineOperation, perform } from './operation.ts';
import type { OperationContext } from './operation-context.ts';
import { TESTER } from './operations.test-kit.ts';

const greet = defineOperation({
  name: 'test.greet',
  role: 'read',
  summary: 'for this test',
  input: z
    .strictObject({
      name: id('a name').optional(),
      times: wholeNumber(1, 3).default(1),
      lines: z.array(z.string('must be a string')).default([]),
    })
    .refine(({ name, times }) => name !== undefined || times === 1, 'nobody is greeted more than once'),
  output: z.object({ words: z.string() }),
  errors: [],
  run: (_context, { name = 'nobody', times }) => Promise.resolve({ words: `${name} ${times}` }),
});

const context = {} as OperationContext;
const actor = TESTER;

const LINES_0_TO_4 = [0, 1, 2, 3, 4].map((n) => `lines.${n} must be a string`).join('; ');

describe('what a door hands in', () => {
  it('is completed by the defaults', async () => {
    expect(await perform(greet, { name: ' Ann ' }, { context, actor })).toEqual({ words: 'Ann 1' });
  });

  it.each([
    [{ name: 'Ann', times: 4 }, 'times must be a whole number from 1 to 3; got 4'],
    [{ times: '2' }, 'times must be a whole number from 1 to 3; got "2"'],
    [{ name: 7 }, 'name must be a string: a name; got 7'],
    [{ name: '' }, 'name must not be empty: a name; got ""'],
    [{ name: 'x'.repeat(300) }, `name must have at most 255 characters; got "${'x'.repeat(63)}…`],
    [{ lines: ['a', { token: 'xoxb-test-1' }] }, 'lines.1 must be a string'],
    [{ lines: Array.from({ length: 1_000 }, () => 7) }, `${LINES_0_TO_4}; and 995 more`],
    [{ nme: 'Ann', 'x y': 1 }, 'unknown fields "nme", "x y"'],
    [{ times: 2 }, 'nobody is greeted more than once'],
    [{ name: 7, times: 0 }, 'name must be a string: a name; got 7; times must be a whole number from 1 to 3; got 0'],
    [null, 'must be an object of fields; got null'],
    [['Ann'], 'must be an object of fields; got a list'],
  ])('is refused when it is %j: %s', async (input, message) => {
    await expect(perform(greet, input as never, { context, actor })).rejects.toMatchObject({
      code: 'invalid_input',
      message,
      facts: { operation: 'test.greet' },
    });
  });
});

it('an operation that needs the server stopped runs with the database locked, and not without', async () => {
  const steps: string[] = [];
  const move = defineOperation({
    ...greet,
    needsStoppedServer: true,
    run: (_context, { times }) => Promise.resolve({ words: String(steps.push(`run ${times}`)) }),
  });
  const locked = { acquireLock: () => Promise.resolve(void steps.push('lock')) } as OperationContext;
  await perform(move, {}, { context: locked, actor });
  expect(steps).toEqual(['lock', 'run 1']);
  const taken = { acquireLock: () => Promise.reject(new Error('taken')) } as OperationContext;
  await expect(perform(move, {}, { context: taken, actor })).rejects.toThrow('taken');
  expect(steps).toHaveLength(2);
});
