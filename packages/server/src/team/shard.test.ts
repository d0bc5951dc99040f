import { describe, expect, it } from 'vitest';
import { SHARD_COUNT, shardOf } from './shard.ts';

describe('shardOf', () => {
  // Published FNV-1a values: '' 811c9dc5, 'a' e40c292c, 'foobar' bf9cf968.
  it.each([
    ['', 0xc5],
    ['a', 0x2c],
    ['foobar', 0x68],
    // Over UTF-8, by an implementation in another language.
    ['Tü', 0x74],
    ['T1日本', 0x12],
  ])('puts %j where 32-bit FNV-1a puts it, for ever', (key, shard) => {
    expect(shardOf(key)).toBe(shard);
  });

  it('spreads teams over all shards', () => {
    const shards = Array.from({ length: 10_000 }, (_, i) =>
      shardOf(`T${i.toString(36).toUpperCase().padStart(8, '0')}`),
    );
    expect(new Set(shards).size).toBe(SHARD_COUNT);
  });
});
