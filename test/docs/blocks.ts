/** The code blocks of the documentation, with what the comments right above each say of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../../site/pages.ts';

export interface Block {
  /** `docs/bots.md:14`. */
  place: string;
  language: string;
  code: string;
  /** `<!-- with: … -->`: declarations that the code takes for granted. */
  given: string;
  /** `<!-- from: path -->`: the file that it shows, from the root of the repository. */
  source: string | undefined;
  /** `<!-- not checked: why -->`. */
  excuse: string | undefined;
}

const OUTSIDE_OF_DOCS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'packages/server/README.md',
  'packages/simulator/README.md',
  'packages/ui-kit/README.md',
];

/** Every page for people, from the root of the repository. */
export function documents(): string[] {
  const examples = filesBelow(join(ROOT, 'examples')).filter((path) => /^examples\/[^/]+\/README\.md$/.test(path));
  const docs = filesBelow(join(ROOT, 'docs')).filter((path) => path.endsWith('.md'));
  return [...OUTSIDE_OF_DOCS, ...docs, ...examples];
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

const FENCE = /((?:^<!--[^]*?-->\n+)*)^(`{3,})(\w*)[^\n]*\n([^]*?)^\2 *$/gm;

export function blocksOf(path: string): Block[] {
  const text = textOf(path);
  return Array.from(text.matchAll(FENCE), (found) => {
    const [, comments = '', , language = '', code = ''] = found;
    const line = text.slice(0, found.index + comments.length).split('\n').length;
    const said = (word: string) => new RegExp(`<!-- ${word}:([^]*?)-->`).exec(comments)?.[1]?.trim();
    return {
      place: `${path}:${line}`,
      language,
      code,
      given: said('with') ?? '',
      source: said('from'),
      excuse: said('not checked'),
    };
  });
}

export function allBlocks(): Block[] {
  return documents().flatMap(blocksOf);
}
