/** Texts that say of which trace something is: what is read of those of strangers, of later versions, and of broken ones. */
import { describe, expect, it } from 'vitest';
import { ownVersionOf, spanIdsIn, traceIdIn, tracestateIn } from './traceparent.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const OWN = `00-${TRACE_ID}-${SPAN_ID}-01`;
const text = (version: string, { flags = '01', rest = '' } = {}) => `${version}-${TRACE_ID}-${SPAN_ID}-${flags}${rest}`;

describe('a traceparent', () => {
  it.each([
    ['of version 00', text('00'), OWN],
    ['with flags that are not known', text('00', { flags: '03' }), `00-${TRACE_ID}-${SPAN_ID}-03`],
    ['of a later version', text('01'), OWN],
    ['of a later version, with more behind it', text('cc', { rest: '-what-the-future-will-be' }), OWN],
    ['of a later version, with other flags', text('01', { flags: '0b', rest: '-' }), OWN],
    ['of a later version that is not sampled', text('fe', { flags: '0a' }), `00-${TRACE_ID}-${SPAN_ID}-00`],
  ])('%s is read, and goes on as version 00', (_which, given, own) => {
    expect(spanIdsIn(given)).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID });
    expect(ownVersionOf(given)).toBe(own);
  });

  it.each([
    ['of version 00 with more behind it', text('00', { rest: '-extra' })],
    ['of version ff', text('ff')],
    ['of a later version with more behind it, and no dash', text('01', { rest: '.extra' })],
    ['of a later version that ends too soon', text('01').slice(0, -1)],
    ['twice', `${text('01')}, ${text('01')}`],
    ['of no trace', `01-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['of no span', `01-${TRACE_ID}-${'0'.repeat(16)}-01-x`],
    ['in capital letters', text('01').toUpperCase()],
    ['with a line break behind it', `${text('00')}\n`],
    ['that is empty', ''],
  ])('%s is none', (_which, given) => {
    expect([spanIdsIn(given), ownVersionOf(given), traceIdIn(given)]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a tracestate', () => {
  it('is kept as it came, unless it is longer than anybody reads or no text of a header', () => {
    expect(tracestateIn('vendor=1,other=a b')).toBe('vendor=1,other=a b');
    for (const given of [undefined, '', 'x'.repeat(513), 'vendor=\u0000', 'vendor=é']) {
      expect(tracestateIn(given)).toBeUndefined();
    }
  });
});
