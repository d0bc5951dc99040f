/** Which Markdown files are pages of the site, where they stand there, and where links between them lead. */
import { readdirSync } from 'node:fs';
import { join, posix, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

/** Pages outside of docs/, and their place on the site. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'README.md': 'overview.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security-policy.md',
  'packages/server/README.md': 'server/readme.md',
  'packages/server/CHANGELOG.md': 'server/changelog.md',
  'packages/server/SPEC.md': 'server/spec.md',
  'packages/simulator/README.md': 'simulator/reference.md',
  'packages/simulator/CHANGELOG.md': 'simulator/changelog.md',
  'packages/simulator/COVERAGE.md': 'simulator/coverage.md',
};

/** Files of the repository, by their path from its root: `docs/why.md` → `why.md`. */
export function sitePages(): Map<string, string> {
  const docs = filesBelow(join(ROOT, 'docs')).filter((path) => path.endsWith('.md'));
  return new Map([
    ...docs.map((path): [string, string] => [path, path.slice('docs/'.length)]),
    ...Object.entries(OUTSIDE),
  ]);
}

/** What else of docs/ is linked to: pictures, alert rules. */
export function siteFiles(): string[] {
  return filesBelow(join(ROOT, 'docs')).filter((path) => !path.endsWith('.md'));
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .toSorted();
}

const LINK = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+(?:\([^()]*\))?)\)/g;

/** The text with each link of it changed; code is left alone. */
export function mapLinks(
  text: string,
  change: (link: { mark: string; label: string; target: string }) => string,
): string {
  return outsideOfCode(text, (prose) =>
    prose.replaceAll(LINK, (_, mark: string, label: string, target: string) => change({ mark, label, target })),
  );
}

export function linksOf(text: string): string[] {
  const found: string[] = [];
  mapLinks(text, ({ target }) => {
    found.push(target);
    return '';
  });
  return found;
}

/** Changes what is neither in a fence nor in backticks. */
export function outsideOfCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^(?:`{3,})[^]*?^`{3,} *$)/gm)
    .map((part, index) => (index % 2 === 1 ? part : outsideOfSpans(part, change)))
    .join('');
}

/** A link may have code as its label, so spans are hidden and put back. */
function outsideOfSpans(text: string, change: (prose: string) => string): string {
  const spans: string[] = [];
  const hidden = text.replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, (span) => `\u0000${spans.push(span) - 1}\u0000`);
  return change(hidden).replaceAll(/\0(\d+)\0/g, (_, index: string) => spans[Number(index)] ?? '');
}

/** A target in `from`, as a path from the root of the repository, with its anchor; undefined for one that leads elsewhere. */
export function resolveLink(from: string, target: string): { path: string; anchor: string | undefined } | undefined {
  if (/^[a-z]+:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const resolved = path === '' ? from : posix.normalize(posix.join(posix.dirname(from), path));
  return { path: resolved.replace(/\/$/, ''), anchor };
}
