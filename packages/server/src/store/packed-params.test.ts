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

  it('keep texts that are no well-formed UTF-16', () => {
    expect(unpackParams(packParams(['\ud800', '\u2028"\\']))).toEqual(['\ud800', '\u2028"\\']);
  });

  it.each([undefined, Number.NaN, Number.POSITIVE_INFINITY])('refuse %s, which JSON would make null', (value) => {
    expect(() => packParams([value as number])).toThrow(TypeError);
  });
});
