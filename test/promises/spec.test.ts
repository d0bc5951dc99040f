/** SPEC.md and the code agree: the tests that it names exist, and those of check:promises are among them. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Breakage, breakages } from './breakages.ts';
import { hasTitle, isNamed, readClauses, readLinks } from './spec.ts';
import { applyEdit } from './workshop.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SERVER = resolve(ROOT, 'packages/server');
const spec = readFileSync(resolve(SERVER, 'SPEC.md'), 'utf8');
const clauses = readClauses(spec);

describe('SPEC.md', () => {
  it('numbers its promises and invariants without a gap', () => {
    const count = (letter: string) => clauses.filter(({ id }) => id.startsWith(letter)).length;
    const expected = (letter: string) => Array.from({ length: count(letter) }, (_, index) => `${letter}${index + 1}`);
    expect(clauses.map(({ id }) => id)).toEqual([...expected('I'), ...expected('P')]);
  });

  it.each(clauses)('names at least one test for $id', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
  });

  it('names only tests that exist', () => {
    const missing = clauses.flatMap(({ id, tests }) =>
      tests
        .filter(({ file, title }) => !hasTitle(codeOf(file), title))
        .map(({ file, title }) => `${id}: ${file}: ${title}`),
    );
    expect(missing).toEqual([]);
  });

  it('links only to files that exist', () => {
    expect(readLinks(spec).filter((target) => !existsSync(resolve(SERVER, target)))).toEqual([]);
  });

  it('tells a title that is there from one that is not', () => {
    const code = "it('says \\'no\\' to all', f); it.each(x)(`a b`, f); // it says yes";
    expect(["says 'no' to all", 'a b', 'says yes', 'a'].map((title) => hasTitle(code, title))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('check:promises', () => {
  it('breaks every promise, and the invariants of hearing, of ownership and of operators', () => {
    const broken = new Set(breakages.map(({ promise }) => promise));
    expect([...broken]).toEqual([
      'P1',
      'P2',
      'P3',
      'P4',
      'P5',
      'P6',
      'P7',
      'P8',
      'P9',
      'P10',
      'P11',
      'P12',
      'I46',
      'I55',
      'I66',
      'I61',
      'I62',
      'I63',
      'I64',
      'I65',
      'I67',
      'I68',
      'I77',
      'I78',
    ]);
  });

  it.each(breakages)('has edits that fit the code ($promise: $breaks)', ({ edits }) => {
    for (const edit of edits) {
      const code = readFileSync(resolve(ROOT, edit.file), 'utf8');
      expect(applyEdit(code, edit)).not.toBe(code);
    }
  });

  it('runs tests that SPEC.md names for their promise', () => {
    expect(breakages.filter((breakage) => !isInSpec(breakage)).map(({ test }) => test)).toEqual([]);
  });
});

function isInSpec({ promise, test }: Breakage): boolean {
  const title = test.name.split(' > ').at(-1) ?? '';
  const tests = clauses.find(({ id }) => id === promise)?.tests ?? [];
  return tests.some((named) => `packages/server/${named.file}` === test.file && isNamed(title, named.title));
}

function codeOf(file: string): string {
  const path = resolve(SERVER, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
