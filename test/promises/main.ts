/** `npm run check:promises`: breaks the mechanism of each promise on a copy, and its test must fail. Exits 1 if one did not. */
import { resolve } from 'node:path';
import { breakages } from './breakages.ts';
import { checkPromises } from './check-promises.ts';
import { Workshop } from './workshop.ts';

const root = resolve(import.meta.dirname, '../..');
// Two, because most of a run is waiting for processes to start.
const workshops = [await Workshop.open(root), await Workshop.open(root)] as const;
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
  });
  process.exitCode = areKept ? 0 : 1;
} finally {
  close();
}
