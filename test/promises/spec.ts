/**
 * Reads packages/server/SPEC.md: which tests stand for which promise or invariant.
 *
 *   - **P1 Proof deactivates.** …
 *     - `test/deactivation.test.ts`: title of a test · title of another one
 */

export interface NamedTest {
  /** From packages/server. */
  file: string;
  /** As it stands in the code: `%s` and the like are not filled in. */
  title: string;
}

/** A promise (P1) or an invariant (I1) with its tests. */
export interface Clause {
  id: string;
  tests: NamedTest[];
}

/** All clauses, in their order. */
export function readClauses(markdown: string): Clause[] {
  const clauses: Clause[] = [];
  for (const line of markdown.split('\n')) {
    const id = /^- \*\*([PI]\d+)\b/.exec(line)?.[1];
    if (id) clauses.push({ id, tests: [] });
    const [, file, titles] = /^ {2}- `([^`]+\.test\.ts)`: (.+)$/.exec(line) ?? [];
    if (file && titles) clauses.at(-1)?.tests.push(...titles.split(' · ').map((title) => ({ file, title })));
  }
  return clauses;
}

/** Targets of the links to files of the repository. */
export function readLinks(markdown: string): string[] {
  return Array.from(markdown.matchAll(/\]\(([^)#]+)\)/g), ([, target = '']) => target);
}

/** Whether the code has a string that is this title, in whatever quotes. */
export function hasTitle(code: string, title: string): boolean {
  const plain = code.replaceAll(String.raw`\'`, "'");
  return ["'", '"', '`'].some((quote) => plain.includes(quote + title + quote));
}

/** Whether a test that ran under `name` is the one of this title, whose `%s` and the like stand for anything. */
export function isNamed(name: string, title: string): boolean {
  const parts = title.split(/%[sdifjo]|\$\w+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
