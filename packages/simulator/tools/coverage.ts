/** Writes COVERAGE.md: `npm run coverage --workspace slack-simulator`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderCoverage } from './coverage-md/render.ts';

writeFileSync(join(import.meta.dirname, '../COVERAGE.md'), renderCoverage());
