/** Medians and ratios. */
import { describe, expect, it } from 'vitest';
import { percentile, ratio, summarize } from './statistics.ts';

describe('summarize', () => {
  it('takes the middle one of an odd number of samples, whatever their order', () => {
    expect(summarize([30, 4, 20])).toEqual({ median: 20, min: 4, max: 30, samples: [30, 4, 20] });
  });

  it('takes the mean of the two in the middle of an even number', () => {
    expect(summarize([1, 10, 2, 4])?.median).toBe(3);
  });

  it('answers nothing for no samples, so that a failed contender is no zero', () => {
    expect(summarize([])).toBeUndefined();
  });
});

describe('ratio', () => {
  it('compares medians', () => {
    expect(ratio(summarize([3, 6, 90]), summarize([4]))).toBe(1.5);
  });

  it('answers nothing where there is nothing to compare with', () => {
    expect(ratio(summarize([3]), undefined)).toBeUndefined();
    expect(ratio(undefined, summarize([3]))).toBeUndefined();
    expect(ratio(summarize([3]), summarize([0]))).toBeUndefined();
    expect(ratio(summarize([3]), summarize([-2]))).toBeUndefined();
  });
});

it('gives the value of the nearest rank as a percentile', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(samples, 50), percentile(samples, 99), percentile(samples, 100), percentile([7], 99)]).toEqual([
    50, 99, 100, 7,
  ]);
});
