import { expect, it } from 'vitest';
import { assertNever } from './assert-never.ts';

it.each([
  [{ kind: 'later', token: 'xoxb-test-1' }, 'unexpected answer: later'],
  [{ type: 'newer', token: 'xoxb-test-1' }, 'unexpected answer: newer'],
  [{ token: 'xoxb-test-1' }, 'unexpected answer: object'],
  ['xoxb-test-1', 'unexpected answer: string'],
  [undefined, 'unexpected answer: undefined'],
  [null, 'unexpected answer: object'],
])('tells of %j what it is, and nothing that may be a secret', (value, message) => {
  expect(() => assertNever(value as never, 'answer')).toThrow(new TypeError(message));
});
