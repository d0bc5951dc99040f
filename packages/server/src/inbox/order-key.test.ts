import { describe, expect, it } from 'vitest';
import { eventShapes } from './order-key.test-data.ts';
import { orderKeyOf } from './order-key.ts';

describe('an event is ordered', () => {
  it.each(eventShapes)('$what by $key', ({ event, key }) => {
    expect(orderKeyOf(event)).toBe(key);
  });

  it.each([
    { what: 'a channel that is no id', event: { type: 'message', channel: 7 } },
    { what: 'an empty channel', event: { type: 'message', channel: '' } },
    { what: 'a channel without an id', event: { type: 'im_created', channel: {} } },
    {
      what: 'nothing where objects should be',
      event: { type: 'pin_added', item: null, message: 'x', assistant_thread: [] },
    },
  ])('by nothing with $what', ({ event }) => {
    expect(orderKeyOf(event)).toBeUndefined();
  });

  it.each([
    { what: 'not a string', thread_ts: 7 },
    { what: 'empty', thread_ts: '' },
  ])('by its conversation when its thread is $what', ({ thread_ts }) => {
    expect(orderKeyOf({ type: 'message', channel: 'C1', ts: '20.2', thread_ts })).toBe('C1');
  });
});
