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

  it('stay as they are when none is bytes', () => {
    const params = ['a', 1];
    expect(packParams(params)).toEqual({ values: params, buffer: undefined });
  });
});
