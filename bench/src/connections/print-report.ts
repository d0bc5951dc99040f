/** A report as text for people: the table, the goals, what failed, and on what it was measured. Pure. */
import { describeMachine } from '../conditions.ts';
import { formatRatio, formatTable } from '../table.ts';
import { type MeasureName, measureNames, measures } from './measures.ts';
import type { ContenderReport, Goal, Report, Result } from './report.ts';

/** The whole text. */
export function formatReport(report: Report): string {
  const parts = [headline(report), resultTable(report), legend(report), goalTable(report.goals), ...failures(report)];
  return parts.join('\n\n');
}

function headline({ date, teams, rounds, quick, machine }: Report): string {
  const size = `${teams} teams, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}${quick ? ', quick' : ''}`;
  return `${date}: ${size}; ${describeMachine(machine)}`;
}

/** Three lines per measure at most: the values, and the ratios where there are any. */
function resultTable({ contenders }: Report): string {
  const header = ['median (min–max)', ...contenders.map(({ name }) => name)];
  return formatTable(
    header,
    measureNames.flatMap((measure) => rowsOf(measure, contenders)),
  );
}

function rowsOf(measure: MeasureName, contenders: readonly ContenderReport[]): string[][] {
  const results = contenders.map((contender) => contender.results[measure]);
  if (results.every((result) => result === undefined)) return [];
  const rows = [[measures[measure].title, ...results.map((result) => valueCell(measure, result))]];
  const ratios = [
    ['· to the floor', ...results.map((result) => ratioCell(result?.toFloor))],
    ['· to @slack/rtm-api', ...results.map((result) => ratioCell(result?.toRtmApi))],
  ];
  rows.push(...ratios.filter(([, ...cells]) => cells.some((cell) => cell !== '')));
  return rows;
}

function valueCell(measure: MeasureName, result: Result | undefined): string {
  if (!result) return '–';
  const { format } = measures[measure];
  const { median, min, max, samples } = result;
  return samples.length === 1 ? format(median) : `${format(median)} (${format(min)}–${format(max)})`;
}

function ratioCell(value: number | undefined): string {
  return value === undefined ? '' : formatRatio(value);
}

function legend({ contenders }: Report): string {
  return contenders.map(({ name, about }) => `${name}: ${about}`).join('\n');
}

function goalTable(goals: readonly Goal[]): string {
  return formatTable(
    ['goal', 'at most', 'measured', ''],
    goals.map(({ text, limit, measured, met }) => [
      text,
      shortNumber(limit),
      measured === undefined ? '–' : shortNumber(measured),
      met === undefined ? 'not measured' : met ? 'met' : 'missed',
    ]),
  );
}

function shortNumber(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}

function failures({ contenders }: Report): string[] {
  const lines = contenders.flatMap(({ name, failures: reasons }) => reasons.map((why) => `FAILED ${name}: ${why}`));
  return lines.length === 0 ? [] : [lines.join('\n')];
}
