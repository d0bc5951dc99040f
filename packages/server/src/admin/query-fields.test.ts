import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineOperation } from '../operations/operation.ts';
import { queryFields, withPathField } from './query-fields.ts';
import { routeOf } from './route.ts';

const route = routeOf(
  defineOperation({
    name: 'tests.list',
    role: 'read',
    summary: 'for this test',
    input: z.strictObject({
      limit: z.int().default(50),
      ratio: z.number().optional(),
      all: z.literal(true).optional(),
      force: z.boolean().optional(),
      text: z.string().optional(),
      kinds: z.array(z.enum(['a', 'b'])).optional(),
      sizes: z.union([z.array(z.int()), z.null()]).optional(),
    }),
    output: z.object({}),
    errors: [],
    run: () => Promise.resolve({}),
  }),
);

it.each<[string, object]>([
  ['', {}],
  ['limit=20&ratio=-1.5', { limit: 20, ratio: -1.5 }],
  ['all=true&force=false', { all: true, force: false }],
  ['text=20', { text: '20' }],
  ['text=', { text: '' }],
  ['text=a+b%26c', { text: 'a b&c' }],
  ['kinds=a', { kinds: ['a'] }],
  ['kinds=a&kinds=b', { kinds: ['a', 'b'] }],
  ['sizes=1&sizes=x', { sizes: [1, 'x'] }],
  // What does not fit stays as it is, and the operation says what is allowed.
  ['limit=1e3', { limit: '1e3' }],
  ['limit=', { limit: '' }],
  [`limit=${'9'.repeat(400)}`, { limit: '9'.repeat(400) }],
  ['limit=1&limit=2', { limit: ['1', '2'] }],
  ['force=yes', { force: 'yes' }],
  ['other=1', { other: '1' }],
])('?%s', (query, fields) => {
  expect(queryFields(new URLSearchParams(query), route)).toEqual(fields);
});

it('a name that every object has is a field like others', () => {
  const fields = queryFields(new URLSearchParams('__proto__=x&constructor=y'), route);
  expect(Object.keys(fields)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});

it('what stands in the path stands nowhere else', () => {
  const shown = { ...route, pathField: 'text' };
  expect(withPathField({ limit: 1 }, shown, 'T1')).toEqual({ limit: 1, text: 'T1' });
  expect(() => withPathField({ text: 'T2' }, shown, 'T1')).toThrow('text stands in the path');
  expect(withPathField([1], shown, 'T1')).toEqual([1]);
});
