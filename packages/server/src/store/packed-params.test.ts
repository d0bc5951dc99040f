import { describe, expect, it } from 'vitest';
import { packParams, unpackParams } from './packed-params.ts';

describe('packed parameters', () => {
  it('come out as they went in', () => {
    const params = ['text', 5, null, Uint8Array.of(1, 2), Uint8Array.of(), 1.5, Uint8Array.of(255)];
    expect(unpackParams(packParams(params))).toEqual(params);
  });

  it('carry nothing but the bytes of the views', () => {
    const large = new Uint8Array(65_536);
    const { buffer } = packParams([large.subarray(10, 20), large.subarray(0, 5)]);
    expect(buffer?.buffer.byteLength).toBe(15);
  });

  it('take no buffer along when none is bytes', () => {
    expect(packParams(['a', 1, null])).toEqual({ values: '["a",1,null]', buffer: undefined });
  });

  it('keep odd texts, but for what no engine stores', () => {
    expect(unpackParams(packParams(['\u2028"\\', 'a\0b', '\ud800x', '😀']))).toEqual([
      '\u2028"\\',
      'a\ufffdb',
      '\ufffdx',
      '😀',
    ]);
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1n, true, new Date(0)])(
    'refuse %s, which would not come back',
    (value) => {
      expect(() => packParams([value as number])).toThrow(expect.objectContaining({ code: 'value_refused' }));
    },
  );
});
