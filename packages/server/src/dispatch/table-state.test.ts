import { describe, expect, it } from 'vitest';
import { hasMore, mayRead, type TableEvent, type TableState, tableTransitions } from './table-state.ts';

/** What happened, in this order, to a team of which memory had everything. */
const after = (...events: TableEvent[]) =>
  events.reduce((state: TableState, event) => tableTransitions[state][event], 'complete');

describe('what the table has of a team', () => {
  it.each<[string, TableEvent[], TableState]>([
    ['nothing', [], 'complete'],
    ['a row that had no room', ['kept'], 'behind'],
    ['nothing more once it was read', ['kept', 'read', 'done'], 'complete'],
    ['the rows that came while it was read', ['kept', 'read', 'kept', 'done'], 'behind'],
    ['what a failed commit left, from the first row on', ['doubt'], 'doubtful'],
    ['the same, whatever else stays in the table', ['doubt', 'kept'], 'doubtful'],
    ['the same, when the commit fails while it is read', ['kept', 'read', 'doubt', 'kept', 'done'], 'doubtful'],
    ['nothing in doubt once it was read from the first row on', ['doubt', 'read', 'done'], 'complete'],
    ['no reading that begins with nothing to read', ['read'], 'complete'],
    ['one reading at a time', ['kept', 'read', 'read', 'done'], 'complete'],
    ['no end of a reading that did not begin', ['kept', 'done'], 'behind'],
  ])('is %s', (_name, events, expected) => {
    expect(after(...events)).toBe(expected);
  });

  it.each<[TableState, boolean, boolean]>([
    ['complete', false, false],
    ['behind', true, true],
    ['doubtful', true, true],
    ['reading', false, false],
    ['reading_behind', true, false],
    ['reading_doubtful', true, false],
  ])('%s: there is more %s, it may be read now %s', (state, more, now) => {
    expect([hasMore(state), mayRead(state)]).toEqual([more, now]);
  });
});
