/** A tiny run with real processes that are really killed. What it finds is the server's business; here it must find something. */
import { expect, it } from 'vitest';
import { reportOf, runCrash } from './run.ts';
import type { Verdict } from './verdict.ts';

const TIMEOUT_MS = 90_000;

it(
  'kills a server under load and ends with a verdict',
  async () => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { lines } = await runCrash({ kills: 1, stores: ['sqlite'], signal, onProgress: () => {} });
    expect(lines[0]).toMatch(/^sqlite: 1 kills, [1-9]\d* accepted, [1-9]\d* handled, at least [1-9]\d* waiting/);
    expect(lines.at(-1)).toMatch(/^crash: (PASS|FAIL) 1 kills, [1-9]\d* accepted, 0 lost/);
  },
  TIMEOUT_MS,
);

it('fails when one store fails, and says of which what is wrong', () => {
  const kept: Verdict = {
    accepted: 10,
    handled: 10,
    kills: 2,
    leastQueue: 3,
    lost: [],
    repeatedInside: 1,
    repeatedOutside: [],
    problems: [],
    isKept: true,
  };
  const broken: Verdict = { ...kept, lost: ['Ev1'], problems: ['integrity check: bad'], isKept: false };
  expect(reportOf([['sqlite', kept]]).lines.at(-1)).toBe(
    'crash: PASS 2 kills, 10 accepted, 0 lost, 1 repeated inside the window, 0 outside',
  );
  const report = reportOf([
    ['sqlite', broken],
    ['postgres', kept],
  ]);
  expect(report.isKept).toBe(false);
  expect(report.lines).toContain('sqlite: lost Ev1');
  expect(report.lines.at(-1)).toBe(
    'crash: FAIL 4 kills, 20 accepted, 1 lost, 2 repeated inside the window, 0 outside, sqlite: integrity check: bad',
  );
});
