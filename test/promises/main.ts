/** `npm run check:promises`: breaks the mechanism of each promise on a copy, and its test must fail. Exits 1 if one did not. */
import { resolve } from 'node:path';
import { breakages } from './breakages.ts';
import { checkPromises } from './check-promises.ts';
import { Workshop } from './workshop.ts';

const workshop = await Workshop.open(resolve(import.meta.dirname, '../..'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    workshop.close();
    process.exit(1);
  });
}
try {
  const areKept = await checkPromises(workshop, breakages, {
    tell: ({ line }) => process.stdout.write(`${line}\n`),
  });
  process.exitCode = areKept ? 0 : 1;
} finally {
  workshop.close();
}
