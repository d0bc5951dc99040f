/** Writes the pages of docs/ that are made of the code: `npm run docs:generate`. */
import { writeFileSync } from 'node:fs';
import { pages } from './docs/pages.ts';

for (const { path, text } of await pages()) writeFileSync(path, text);
