/** The README names what there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hookNames } from '../packages/server/test/hook-names.test-kit.ts';

it('names every hook in its row of server.on, and no other', () => {
  const lines = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8').split('\n');
  const row = lines.find((line) => line.startsWith('| `server.on(')) ?? '';
  const named = row.replaceAll(/\(.*?\)/g, '').match(/\b\w+(?=\s*(,|\|$))/g) ?? [];
  expect(named.toSorted()).toEqual(hookNames.toSorted());
});
