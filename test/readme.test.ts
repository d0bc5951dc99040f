/** The README is short, and its neighbour names what there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hookNames } from '../packages/server/test/hook-names.test-kit.ts';

const textOf = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');

it('the README has at most 150 lines', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

it('docs/hooks.md has a row for every hook, each with its meaning, and no other', () => {
  const table = textOf('docs/hooks.md').split('## InstallingFacts')[0] ?? '';
  const rows = [...table.matchAll(/^\| `(\w+)` \| (\S.*?) \| \S/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual([...hookNames].toSorted());
});
