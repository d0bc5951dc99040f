import { expect, it } from 'vitest';
import { loneIndices } from './lone-values.ts';

it('a value between gaps is found, so that it is drawn as a point', () => {
  expect(loneIndices([null, 3, null, 4, 5, undefined, 6])).toEqual([1, 6]);
  expect(loneIndices([])).toEqual([]);
});
