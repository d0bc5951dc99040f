/**
 * Copies the pages to site/content, as VitePress wants them: at their place on the site, with links that lead there. What stands in
 * the repository and not on the site loses its link.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { filesBelow, mapLinks, outsideOfCode, ROOT, resolveLink, siteFiles, sitePages } from './pages.ts';

export const CONTENT = join(import.meta.dirname, 'content');
const DEPLOY_PAGE = 'deploy.md';

function assemble(): void {
  rmSync(CONTENT, { recursive: true, force: true });
  const pages = sitePages();
  for (const [source, place] of pages)
    put(place, toSite(readFileSync(join(ROOT, source), 'utf8'), { source, place, pages }));
  for (const file of siteFiles()) {
    const target = join(CONTENT, 'public', file.slice('docs/'.length));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, file), target);
  }
  put(DEPLOY_PAGE, deployPage());
  put('index.md', readFileSync(join(import.meta.dirname, 'home.md'), 'utf8'));
}

function put(place: string, text: string): void {
  const path = join(CONTENT, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function toSite(
  text: string,
  { source, place, pages }: { source: string; place: string; pages: Map<string, string> },
): string {
  const uncommented = outsideOfCode(text, (prose) => prose.replaceAll(/<!--[^]*?-->\n?/g, ''));
  return mapLinks(uncommented, ({ mark, label, target }) => {
    const to = resolveLink(source, target);
    if (to === undefined) return `${mark}[${label}](${target})`;
    const anchor = to.anchor === undefined ? '' : `#${to.anchor}`;
    const page = pages.get(to.path) ?? (to.path === 'deploy' ? DEPLOY_PAGE : undefined);
    if (page !== undefined) return `${mark}[${label}](${relativeTo(place, page)}${anchor})`;
    if (to.path.startsWith('docs/')) return `${mark}[${label}](/${to.path.slice('docs/'.length)})`;
    return label;
  });
}

function relativeTo(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

/** The files of deploy/ on one page. */
function deployPage(): string {
  const blocks = filesBelow(join(ROOT, 'deploy')).map((path) => {
    const name = path.slice('deploy/'.length);
    return `## ${name}\n\n\`\`\`\`${languageOf(name)}\n${readFileSync(join(ROOT, path), 'utf8').trimEnd()}\n\`\`\`\``;
  });
  return `# Files to deploy with\n\nCopy what you need. [When and how](./scale.md).\n\n${blocks.join('\n\n')}\n`;
}

function languageOf(name: string): string {
  const ending = name.split('.').at(-1) ?? '';
  return ['ts', 'json', 'yaml'].includes(ending) ? ending : name === 'Dockerfile' ? 'docker' : 'text';
}

assemble();
