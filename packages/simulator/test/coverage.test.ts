/** COVERAGE.md says what is true: it is made anew and compared, and every test that it names exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { methodCoverage } from '../src/web-api/methods/coverage.test-data.ts';
import { webApiMethods } from '../src/web-api/methods/registry.ts';
import { renderCoverage, sections } from '../tools/coverage-md/render.ts';
import { TestCode } from './support/test-code.ts';

const PACKAGE = join(import.meta.dirname, '..');
const files = new Map<string, TestCode>();
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
    expect(declared.filter(({ test }) => codeOf(test) === undefined)).toEqual([]);
  });

  it.each(['Web API methods', 'Events'])('names a test in which it happens, for each of: %s', (title) => {
    const { covered = {} } = sections.find((section) => section.title === title) ?? {};
    const wrong = Object.entries(covered).filter(
      ([name, { test }]) => !(codeOf(test) ?? '').includes(name.replace(/^message:/, '')),
    );
    expect(wrong.map(([name, { test }]) => `${name}: ${test}`)).toEqual([]);
  });
});

/** The code of a test, named as `file › title`. */
function codeOf(test: string): string | undefined {
  const [file = '', title = ''] = test.split(' › ');
  const code = files.get(file) ?? new TestCode(read(file));
  files.set(file, code);
  return code.of(title);
}
