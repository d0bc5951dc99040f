/** A report as text for people: a table per level, the goals, the generator, what failed, and on what it was measured. Pure. */
import { describeMachine } from '../conditions.ts';
import type { Summary } from '../statistics.ts';
import { formatRatio, formatTable } from '../table.ts';
import { type MeasureName, measures } from './measures.ts';
import type { Goal, Level, LevelResult, Report } from './report.ts';

/** The whole text. */
export function formatReport(report: Report): string {
  const parts = [headline(report), ...report.levels.map(levelTable), legend(report), goalTable(report.goals)];
  return [...parts, generatorLine(report), ...failures(report)].join('\n\n');
}

function headline({ date, rounds, seconds, ids, generator, quick, machine }: Report): string {
  const size = `${ids} remembered ids, ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s${quick ? ', quick' : ''}`;
  return `${date}: ${size}, generator ${generator}; ${describeMachine(machine)}`;
}

function levelTable({ inFlight, contenders }: Level): string {
  const header = ['accepted', '× floor', 'handled', '× Bolt', 'p50', 'p99', 'CPU/event', 'RSS', 'backlog', 'generator'];
  return formatTable([`${inFlight} in flight`, ...header], contenders.map(rowOf));
}

function rowOf({ name, results, acceptedToFloor, handledToBolt, generatorHeadroom }: LevelResult): string[] {
  return [
    name,
    rangeCell('accepted', results.accepted),
    ratioCell(acceptedToFloor),
    rangeCell('handled', results.handled),
    ratioCell(handledToBolt),
    ...(['p50Ms', 'p99Ms', 'cpuMicros', 'rssMib', 'backlog'] as const).map((measure) =>
      cell(measure, results[measure]),
    ),
    generatorCell(results.generatorBusy, generatorHeadroom),
  ];
}

function rangeCell(measure: MeasureName, summary: Summary | undefined): string {
  if (!summary || summary.samples.length === 1) return cell(measure, summary);
  const { format } = measures[measure];
  return `${format(summary.median)} (${Math.round(summary.min)}–${Math.round(summary.max)})`;
}

function cell(measure: MeasureName, summary: Summary | undefined): string {
  return summary ? measures[measure].format(summary.median) : '–';
}

function ratioCell(value: number | undefined): string {
  return value === undefined ? '' : formatRatio(value);
}

function generatorCell(busy: Summary | undefined, headroom: number | undefined): string {
  const percent = cell('generatorBusy', busy);
  return headroom === undefined ? percent : `${percent}, ${formatRatio(headroom)}`;
}

function legend({ contenders }: Report): string {
  const lines = contenders.map(({ name, about }) => `${name}: ${about}`);
  const generator =
    'generator: share of a core that it used, and how many times faster it was against the constant answer';
  return [...lines, generator].join('\n');
}

function goalTable(goals: readonly Goal[]): string {
  return formatTable(
    ['goal, 64 in flight', 'limit', 'measured', ''],
    goals.map(({ text, limit, isLeast, measured, met }) => [
      text,
      `${isLeast ? '≥' : '≤'} ${limit}`,
      measured === undefined ? '–' : measured.toFixed(2),
      met === undefined ? 'not measured' : met ? 'met' : 'missed',
    ]),
  );
}

function generatorLine({ levels }: Report): string {
  const doubtful = levels.flatMap(({ inFlight, contenders }) =>
    contenders.filter(({ isGeneratorFree }) => isGeneratorFree === false).map(({ name }) => `${name} at ${inFlight}`),
  );
  if (doubtful.length === 0)
    return 'The generator was not the bottleneck: less than a core, and at least twice as fast.';
  return `The generator may have been a bottleneck (busy, or less than twice as fast) for: ${doubtful.join('; ')}`;
}

function failures({ contenders }: Report): string[] {
  const lines = contenders.flatMap(({ name, failures: reasons }) => reasons.map((why) => `FAILED ${name}: ${why}`));
  return lines.length === 0 ? [] : [lines.join('\n')];
}
