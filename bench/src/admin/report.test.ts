/** What the admin benchmark calls good, on made-up figures. */
import { expect, it } from 'vitest';
import { type AdminReport, formatReport, isGood, type Round } from './report.ts';

const load = (p99Ms: number, perSecond: number) => ({ perSecond, p50Ms: 1, p99Ms, failed: 0 });

function reportOf({
  alone = 10,
  beside = 10,
  arrivedAlone = 4_990,
  arrivedBeside = 4_980,
  answers = [20, 30],
  failed = [] as string[],
} = {}): AdminReport {
  const round: Round = {
    alone: load(alone, arrivedAlone),
    beside: load(beside, arrivedBeside),
    asked: { timesMs: { 'teams: first page': answers }, failed },
  };
  return { teams: 100, timelineRows: 1_000, perSecond: 5_000, stores: [{ store: 'sqlite', rounds: [round] }] };
}

it.each([
  ['quick answers beside an undisturbed load', {}, true],
  ['a load that is slower by what nobody measures', { alone: 1, beside: 5 }, true],
  ['a load that is slower by half', { alone: 20, beside: 29 }, true],
  ['a load that is disturbed', { alone: 20, beside: 31 }, false],
  ['a load that was never there', { arrivedAlone: 3_900, arrivedBeside: 3_500 }, false],
  ['a load that the questions displace', { arrivedBeside: 3_500 }, false],
  ['slow answers', { answers: [20, 101] }, false],
  ['a question that fails', { failed: ['teams: first page: no'] }, false],
])('%s', (_what, figures, expected) => {
  expect(isGood(reportOf(figures))).toBe(expected);
});

it('a report names each question with its times, and says which goal was met', () => {
  const text = formatReport(reportOf());
  expect(text).toMatch(/teams: first page +\| +2 \| +20\.0 ms \| +30\.0 ms/);
  expect(text).toContain('sqlite: p99 of all answers 30.0 ms (goal ≤ 100 ms): met');
  expect(text).not.toContain('missed');
});

it.each([
  [
    'alone',
    { arrivedAlone: 3_900, arrivedBeside: 3_500 },
    '3900 of 5000 events/s arrived alone, this machine takes no more: see --rate: missed',
  ],
  [
    'beside questions',
    { arrivedBeside: 3_500 },
    '3500 of 5000 events/s arrived while somebody asks, the questions take its place: missed',
  ],
])('a report says when the load was not taken %s', (_when, figures, said) => {
  const told = formatReport(reportOf(figures)).match(/^sqlite: .*events\/s.*$/gm);
  expect(told).toEqual([`sqlite: ${said}`]);
});
