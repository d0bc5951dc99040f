/** Looks at what was built: no page asks another host for anything, and the search has an index. VitePress itself refuses dead links. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, 'dist');
/** What a browser fetches by itself. Links that a person follows may lead anywhere. */
const FETCHED = [
  /<(?:script|img|iframe|source|audio|video)\b[^>]*\bsrc="(?:https?:)?\/\/[^"]*"/gi,
  /<link\b(?=[^>]*\brel="(?:stylesheet|preload|modulepreload|prefetch|preconnect|icon)")[^>]*\bhref="(?:https?:)?\/\/[^"]*"/gi,
  /(?:url\(|@import\s*)["']?(?:https?:)?\/\/[^)"']*/gi,
];

const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
const problems = files
  .filter((path) => /\.(html|css)$/.test(path))
  .flatMap((path) => {
    const text = readFileSync(join(DIST, path), 'utf8');
    return FETCHED.flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => `${path} fetches ${found}`));
  });
if (!files.some((path) => /localSearchIndex/.test(path))) problems.push('there is no index for the search');
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${files.filter((path) => path.endsWith('.html')).length} pages in ${DIST}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
