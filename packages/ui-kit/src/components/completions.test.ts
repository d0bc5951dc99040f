import { describe, expect, it } from 'vitest';
import { completionAria, cursorAfter } from './completions.tsx';

describe('the option that arrow keys lead to', () => {
  it.each([
    ['down to the next one', 'ArrowDown', 0, 3, 1],
    ['down from the last one to the first', 'ArrowDown', 2, 3, 0],
    ['up to the one before', 'ArrowUp', 2, 3, 1],
    ['up from the first one to the last', 'ArrowUp', 0, 3, 2],
    ['down from none to the first', 'ArrowDown', -1, 3, 0],
    ['up from none to the last', 'ArrowUp', -1, 3, 2],
    ['nowhere without options', 'ArrowDown', 0, 0, undefined],
    ['nowhere by another key', 'Enter', 0, 3, undefined],
  ])('%s', (_what, key, cursor, count, next) => {
    expect(cursorAfter(key, cursor, count)).toBe(next);
  });
});

it('a field names the option that it is at to a screen reader, and none that is not there', () => {
  const at = (cursor: number) => completionAria('list', { options: ['a', 'b'], cursor })['aria-activedescendant'];
  expect([at(-1), at(0), at(1), at(2)]).toEqual([undefined, 'list-0', 'list-1', undefined]);
});
