/** COVERAGE.md says what is true: it is made anew and compared, and every test that it names exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { methodCoverage } from '../src/web-api/methods/coverage.test-data.ts';
import { webApiMethods } from '../src/web-api/methods/registry.ts';
import { renderCoverage, sections } from '../tools/coverage-md/render.ts';

const PACKAGE = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(PACKAGE, file), 'utf8');
const declared = sections.flatMap(({ covered }) => Object.entries(covered).map(([name, { test }]) => ({ name, test })));

describe('COVERAGE.md', () => {
  it('is what `npm run coverage` makes of the code', () => {
    expect(read('COVERAGE.md')).toBe(renderCoverage());
  });

  it('names every method of the registry, and no other as there', () => {
    expect(Object.keys(methodCoverage).sort()).toEqual([...webApiMethods.keys()].sort());
  });

  it('names tests that exist', () => {
    const wrong = declared.filter(({ test }) => {
      const [file = '', title = ''] = test.split(' › ');
      const text = read(file);
      return !text.includes(`('${title}'`) && !text.includes(`("${title}"`);
    });
    expect(wrong).toEqual([]);
  });

  it('names a file in which the method is called', () => {
    const wrong = Object.entries<{ test: string }>(methodCoverage).filter(
      ([method, { test }]) => !read(test.split(' › ')[0] ?? '').includes(method),
    );
    expect(wrong).toEqual([]);
  });
});
