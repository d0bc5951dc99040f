/**
 * `npm run apps`: foreign apps and SDKs from npm, each a process of its own and unchanged but for the base URL, used by a
 * person through the control API. Counts the steps of each; ends with 1 when one fails. Not part of `npm test`: they are
 * installed into this folder first, apart from the workspace.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, versionOf } from './install.ts';
import { type Outcome, play } from './play.ts';
import { scenarios } from './scenarios.ts';

const README = join(import.meta.dirname, '../../README.md');

/** Two side by side: much of a scenario is waiting for its process to start. */
const LANES = 2;

if (!install()) process.exit(1);
const wanted = process.argv.slice(2);
const played = scenarios.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const outcomes: Outcome[] = [];
const left = played.entries();
await Promise.all(
  Array.from({ length: LANES }, async () => {
    // One iterator for both: each lane takes what the other has not begun.
    for (const [place, scenario] of left) {
      const outcome = await play(scenario);
      outcomes[place] = outcome;
      say(`${outcome.failures.length === 0 ? '✓' : '✕'} ${scenario.name}: ${outcome.passed} of ${outcome.steps} steps`);
      for (const failure of outcome.failures) say(`    ${failure}`);
    }
  }),
);

const table = [
  '| app | runs on | steps |',
  '| --- | --- | --- |',
  ...outcomes.map(({ scenario, passed, steps }) => {
    const packages = scenario.packages.map((name) => `${name} ${versionOf(name)}`).join(', ');
    return `| ${scenario.what} | ${packages} | ${passed} of ${steps} |`;
  }),
].join('\n');
say(`\n${table}`);
const isShown = wanted.length > 0 || readFileSync(README, 'utf8').includes(table);
if (!isShown) say('\nThe table in packages/simulator/README.md is another one: put this one there.');
process.exitCode = isShown && outcomes.every(({ failures }) => failures.length === 0) ? 0 : 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
