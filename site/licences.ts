/** docs/licences.md: what the two packages bring along when they are installed, with licences, from the lockfile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pages.ts';

interface Locked {
  version?: string;
  license?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>;
};

/** What is written into the pages of the packages by their build, and so published inside of them. */
const BUNDLED = {
  server: ['preact', '@preact/signals', 'uplot'],
  simulator: ['preact', '@preact/signals', 'marked', 'emojibase-data', 'slack-message-parser'],
};

export function licencesPage(): string {
  const found = new Map<string, Locked>();
  for (const [name, bundled] of Object.entries(BUNDLED)) {
    const place = `packages/${name}`;
    const wanted = [...Object.keys(packages[place]?.dependencies ?? {}), ...bundled];
    for (const dependency of wanted) follow(dependency, place, found);
  }
  const rows = [...found].map(([key, { license }]) => `| ${key} | ${license ?? 'see its package'} |`).toSorted();
  return `# Which licences do the dependencies have?

<!-- Made from package-lock.json by \`npm run docs:generate\`: a test compares it. -->

slack-bot-server and slack-simulator are under the MIT licence. Installed, they bring these ${rows.length} packages along, or have them bundled into their pages:

| package | licence |
|---|---|
${rows.join('\n')}
`;
}

function follow(name: string, from: string, found: Map<string, Locked>): void {
  const place = placeOf(name, from);
  const locked = place === undefined ? undefined : packages[place];
  if (place === undefined || locked === undefined || locked.link) return;
  const key = `${name} ${locked.version}`;
  if (found.has(key)) return;
  found.set(key, locked);
  for (const dependency of Object.keys(locked.dependencies ?? {})) follow(dependency, place, found);
}

/** As Node looks for it: in the package's own folder, then further up. */
function placeOf(name: string, from: string): string | undefined {
  const folders = [from];
  for (let at = from; at !== ''; folders.push(at)) {
    const parent = at.lastIndexOf('node_modules/');
    at = parent <= 0 ? '' : at.slice(0, parent - 1);
  }
  return folders
    .map((folder) => `${folder === '' ? '' : `${folder}/`}node_modules/${name}`)
    .find((place) => packages[place]);
}
