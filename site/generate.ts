/** Writes what pages show of other files: blocks marked `from:` show that file, docs/licences.md the lockfile. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { licencesPage } from './licences.ts';
import { ROOT, sitePages } from './pages.ts';

const SHOWN = /(<!-- from: (\S+) -->\n(`{3,})\w+\n)[^]*?^\3$/gm;

writeFileSync(join(ROOT, 'docs/licences.md'), licencesPage());
for (const page of sitePages().keys()) {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const filled = text.replaceAll(
    SHOWN,
    (_, head: string, path: string, fence: string) => `${head}${readFileSync(join(ROOT, path), 'utf8')}${fence}`,
  );
  if (filled !== text) writeFileSync(join(ROOT, page), filled);
}
