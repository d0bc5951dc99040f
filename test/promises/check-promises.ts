/**
 * Proves that the promises are kept by what is said to keep them: takes each mechanism away on a copy of the repository, and
 * the test that names the promise must then fail, and by the message that this mechanism's absence leads to. A test that passes
 * all the same, or fails for another reason, proves nothing and fails the check.
 */
import type { Breakage } from './breakages.ts';
import type { TestRun, Workshop } from './workshop.ts';

export interface CheckOptions {
  /** Limit of one run of vitest, in milliseconds. @defaultValue 120000 */
  runLimitMs?: number;
  /** Limit of everything together, in milliseconds. @defaultValue 900000 */
  limitMs?: number;
  /** Whether the tests have just passed as they are; then they are not run once more before anything is broken. @defaultValue false */
  isAfterTests?: boolean;
}

export const checkDefaults = {
  runLimitMs: 120_000,
  limitMs: 900_000,
  isAfterTests: false,
} as const satisfies Required<CheckOptions>;

/** What became of one breakage, as a line for people. */
export interface Finding {
  isKept: boolean;
  line: string;
}

/**
 * Checks the breakages, as many side by side as there are workshops, and tells each finding as soon as it is known; answers
 * whether all are kept.
 */
export async function checkPromises(
  workshops: readonly [Workshop, ...Workshop[]],
  breakages: readonly Breakage[],
  { tell, options = {} }: { tell: (finding: Finding) => void; options?: CheckOptions },
): Promise<boolean> {
  const { runLimitMs, limitMs, isAfterTests } = { ...checkDefaults, ...options };
  const endsAtMs = Date.now() + limitMs;
  const leftMs = () => endsAtMs - Date.now();
  const tests = breakages.map(({ test }) => test);
  // All of them in one run: its workers share it.
  const whole = isAfterTests
    ? undefined
    : await workshops[0].test(tests, { limitMs: Math.min(4 * runLimitMs, limitMs) });
  const left = breakages.values();
  let areAllKept = true;
  await Promise.all(
    workshops.map(async (workshop) => {
      // One iterator for all: each workshop takes what no other has begun.
      for (const breakage of left) {
        const finding = await checkOne(workshop, breakage, { whole, limitMs: Math.min(runLimitMs, leftMs()) });
        areAllKept &&= finding.isKept;
        tell(finding);
      }
    }),
  );
  return areAllKept && breakages.length > 0;
}

async function checkOne(
  workshop: Workshop,
  breakage: Breakage,
  { whole, limitMs }: { whole: TestRun | undefined; limitMs: number },
): Promise<Finding> {
  if (whole && !isProof(whole, breakage)) {
    return failure(breakage, `the test does not pass as it is: ${wordsFor(whole, breakage)}`);
  }
  if (limitMs <= 0) return failure(breakage, 'the time of the whole check was over');
  return await breakOne(workshop, breakage, limitMs);
}

/** Only a test that passes without the edits can prove anything by failing with them. */
function isProof(whole: TestRun, { test }: Breakage): boolean {
  return whole.kind === 'ended' && whole.passed.has(test.name) && !whole.failed.has(test.name);
}

async function breakOne(workshop: Workshop, breakage: Breakage, limitMs: number): Promise<Finding> {
  let repair: () => Promise<void>;
  try {
    repair = await workshop.edit(breakage.edits);
  } catch (error) {
    return failure(breakage, `the edit does not fit any more: ${(error as Error).message}`);
  }
  try {
    return judge(breakage, await workshop.test([breakage.test], { limitMs }));
  } finally {
    await repair();
  }
}

function judge(breakage: Breakage, run: TestRun): Finding {
  const { name, says } = breakage.test;
  const said = run.kind === 'ended' && run.exitCode !== 0 ? run.failed.get(name) : undefined;
  if (said?.includes(says)) return { isKept: true, line: `${headOf(breakage)}: "${name}" failed, as it must` };
  if (said !== undefined) return failure(breakage, `"${name}" failed for another reason than "${says}": ${said}`);
  if (run.kind === 'ended' && run.passed.has(name)) return failure(breakage, `"${name}" passed all the same`);
  return failure(breakage, `the broken code came to no result: ${wordsFor(run, breakage)}`);
}

function failure(breakage: Breakage, why: string): Finding {
  return { isKept: false, line: `FAIL ${headOf(breakage)}: ${why}` };
}

function headOf({ promise, title, breaks }: Breakage): string {
  return `${promise} ${title} … broken by ${breaks}`;
}

function wordsFor(run: TestRun, { test }: Breakage): string {
  if (run.kind === 'timed_out') return `no end within ${run.limitMs} ms`;
  return run.failed.get(test.name) ?? `"${test.name}" was not found or did not run; vitest said: ${run.output}`;
}
