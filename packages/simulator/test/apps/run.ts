/**
 * `npm run apps`: foreign apps and SDKs from npm and Debian, each a process of its own and unchanged but for the base URL,
 * used by a person through the control API. Counts the steps of each; ends with 1 when one fails. Not part of `npm test`:
 * they are installed first, those of npm into this folder, apart from the workspace.
 */
import { whyMissing } from './debian-packages.ts';
import { install } from './install.ts';
import { play, type Scenario } from './play.ts';
import { scenarios } from './scenarios.ts';
import { isInReadme, type Row, renderTable } from './table.ts';

/** Two side by side: much of a scenario is waiting for its process to start. */
const LANES = 2;

if (!install()) process.exit(1);
const wanted = process.argv.slice(2);
const played = scenarios.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const rows: Row[] = [];
const left = played.entries();
await Promise.all(
  Array.from({ length: LANES }, async () => {
    // One iterator for both: each lane takes what the other has not begun.
    for (const [place, scenario] of left) rows[place] = await rowOf(scenario);
  }),
);

say(`\n${renderTable(rows)}`);
const isShown = wanted.length > 0 || isInReadme(rows);
if (!isShown) say('\nThe table in packages/simulator/README.md is another one: put this one there.');
process.exitCode = isShown && rows.every(({ outcome }) => (outcome?.failures.length ?? 0) === 0) ? 0 : 1;

async function rowOf(scenario: Scenario): Promise<Row> {
  const skipped = whyMissing(scenario.debian ?? []);
  if (skipped !== undefined) {
    say(`- ${scenario.name}: skipped, ${skipped}: ${scenario.debian?.join(', ')}`);
    return { scenario, skipped };
  }
  const outcome = await play(scenario);
  say(`${outcome.failures.length === 0 ? '✓' : '✕'} ${scenario.name}: ${outcome.passed} of ${outcome.steps} steps`);
  for (const failure of outcome.failures) say(`    ${failure}`);
  return { scenario, outcome };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
