/**
 * `npm run check:promises`: breaks the mechanism of each promise on a copy, and its test must fail. Exits 1 if one did not. With
 * `-- --after-tests` it does not first run them as they are: `npm test` has just done that.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { breakages } from './breakages.ts';
import { checkPromises } from './check-promises.ts';
import { Workshop } from './workshop.ts';

const root = resolve(import.meta.dirname, '../..');
const { 'after-tests': isAfterTests } = parseArgs({
  options: { 'after-tests': { type: 'boolean', default: false } },
}).values;
// One more than CI has cores: a third of a run is waiting.
const workshops = [await Workshop.open(root), await Workshop.open(root), await Workshop.open(root)] as const;
const close = () => {
  for (const workshop of workshops) workshop.close();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    close();
    process.exit(1);
  });
}
try {
  const areKept = await checkPromises(workshops, breakages, {
    tell: ({ line }) => process.stdout.write(`${line}\n`),
    options: { isAfterTests },
  });
  process.exitCode = areKept ? 0 : 1;
} finally {
  close();
}
