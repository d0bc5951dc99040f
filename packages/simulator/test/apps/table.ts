/** The table of the foreign apps, as it stands in the README. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OLDER, versionOf } from './install.ts';
import type { Outcome, Scenario } from './play.ts';

/** One app: what came of it, or why it was not played. */
export interface Row {
  readonly scenario: Scenario;
  readonly outcome?: Outcome;
  readonly skipped?: string;
}

const README = join(import.meta.dirname, '../../README.md');
const HEAD = ['| app | runs on | steps |', '| --- | --- | --- |'];

export function renderTable(rows: readonly Row[]): string {
  return [...HEAD, ...rows.map(renderRow)].join('\n');
}

/** Whether the README has this table; of an app that was skipped here, whatever it says. */
export function isInReadme(rows: readonly Row[]): boolean {
  const lines = readFileSync(README, 'utf8').split('\n');
  const start = lines.indexOf(HEAD[0] ?? '');
  const shown = lines.slice(start + HEAD.length);
  const end = shown.findIndex((line) => !line.startsWith('|'));
  return (
    end === rows.length &&
    rows.every((row, index) =>
      row.skipped === undefined ? shown[index] === renderRow(row) : shown[index]?.startsWith(beginningOf(row.scenario)),
    )
  );
}

function renderRow({ scenario, outcome, skipped }: Row): string {
  const result = outcome === undefined ? `skipped: ${skipped}` : `${outcome.passed} of ${outcome.steps}`;
  return `${beginningOf(scenario)} ${result} |`;
}

function beginningOf({ what, packages = [], older = [], debian = [] }: Scenario): string {
  const names = [
    ...packages.map((name) => `${name} ${versionOf(name)}`),
    ...older.map((name) => `${name} ${versionOf(name, OLDER)}`),
    // Debian's versions are those of the release that this runs on.
    ...debian.map((name) => `${name} (Debian)`),
  ];
  return `| ${what} | ${names.join(', ')} |`;
}
