import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Breakage } from './breakages.ts';
import { checkPromises, type Finding } from './check-promises.ts';
import { Workshop } from './workshop.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A workspace of one package, whose test imports it by name. */
const repository: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'vitest.config.ts': "export default { test: { include: ['packages/*/src/*.test.ts'] } };",
  'packages/little/package.json': '{ "name": "little", "type": "module", "exports": "./src/answer.ts" }',
  'packages/little/src/answer.ts': `// Twice: answer, answer.
    export const answer = () => 42;`,
  'packages/little/src/answer.test.ts': `
    import { answer } from 'little';
    import { describe, expect, it } from 'vitest';
    describe('the answer', () => {
      it('is 42 (and no other)', () => expect(answer()).toBe(42));
      it('is wrong', () => expect(answer()).toBe(6 * 9));
    });`,
};

it('tells for each promise whether its test notices that the mechanism is gone', async () => {
  const workshop = await openWorkshop();
  const findings: Finding[] = [];
  const breakages = [
    aBreakage({ find: '42;', replace: '41;' }),
    aBreakage({ find: '43;' }),
    aBreakage({ find: '// Twice', replace: '// Never' }),
    aBreakage({ find: '=> 42', replace: '=> {{{' }),
    aBreakage({ find: 'answer' }),
    aBreakage({ test: 'the answer > is wrong' }),
    aBreakage({ test: 'the answer > is not there' }),
    aBreakage({ find: '=> 42', replace: "=> { throw new Error('another fault'); }" }),
  ];
  expect(await checkPromises([workshop], breakages, { tell: (finding) => findings.push(finding) })).toBe(false);
  const [kept, missing, unnoticed, broken, ambiguous, wrong, absent, another] = findings.map(({ line }) => line);
  expect(findings.map(({ isKept }) => isKept)).toEqual([true, false, false, false, false, false, false, false]);
  expect(kept).toBe('P1 it answers … broken by this: "the answer > is 42 (and no other)" failed, as it must');
  expect(missing).toContain(
    'FAIL P1 it answers … broken by this: the edit does not fit any more: packages/little/src/',
  );
  expect(missing).toContain('has 0 places instead of one with: 43;');
  expect(unnoticed).toMatch(/^FAIL .* passed all the same$/);
  expect(broken).toMatch(/^FAIL .* the broken code came to no result/);
  expect(ambiguous).toContain('has 3 places instead of one with: answer');
  expect(wrong).toMatch(/^FAIL .* the test does not pass as it is: .*expected 42 to be 54/);
  expect(another).toMatch(/^FAIL .* failed for another reason than "to be 42": Error: another fault/);
  expect(absent).toMatch(/^FAIL .* the test does not pass as it is: .*was not found or did not run/);
}, 120_000);

it('is content when each test fails, several side by side', async () => {
  const workshops = [await openWorkshop(), await openWorkshop()] as const;
  const breakages = [41, 43, 44].map((answer) => aBreakage({ find: '42;', replace: `${answer};` }));
  const findings: Finding[] = [];
  expect(await checkPromises(workshops, breakages, { tell: (finding) => findings.push(finding) })).toBe(true);
  expect(findings).toHaveLength(3);
  expect(await checkPromises(workshops, [], { tell() {} })).toBe(false);
  expect(await checkPromises(workshops, breakages, { tell() {}, options: { isAfterTests: true } })).toBe(true);
  const unnoticed = aBreakage({ find: '// Twice', replace: '// Never' });
  expect(await checkPromises(workshops, [unnoticed], { tell() {}, options: { isAfterTests: true } })).toBe(false);
}, 120_000);

it('gives up what does not end, and leaves nothing behind', async () => {
  const workshop = await openWorkshop();
  const findings: Finding[] = [];
  const tell = (finding: Finding) => findings.push(finding);
  expect(await checkPromises([workshop], [aBreakage({})], { tell, options: { runLimitMs: 1 } })).toBe(false);
  expect(findings[0]?.line).toContain('the test does not pass as it is: no end within 4 ms');
  expect(await readdir(workshop.folder)).toContain('packages');
  workshop.close();
  expect(existsSync(workshop.folder)).toBe(false);
});

async function openWorkshop(): Promise<Workshop> {
  const root = await mkdtemp(join(tmpdir(), 'little-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(repository)) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
  await mkdir(join(root, 'node_modules'));
  await symlink('../packages/little', join(root, 'node_modules/little'));
  await symlink(join(ROOT, 'node_modules/vitest'), join(root, 'node_modules/vitest'));
  const workshop = await Workshop.open(root);
  onTestFinished(() => workshop.close());
  return workshop;
}

/** Removes the text, unless said otherwise. */
function aBreakage(given: { find?: string; replace?: string; test?: string }): Breakage {
  const { find = '42;', replace = '', test: name = 'the answer > is 42 (and no other)' } = given;
  return {
    promise: 'P1',
    title: 'it answers',
    breaks: 'this',
    edits: [{ file: 'packages/little/src/answer.ts', find, replace }],
    test: { file: 'packages/little/src/answer.test.ts', name, says: 'to be 42' },
  };
}
