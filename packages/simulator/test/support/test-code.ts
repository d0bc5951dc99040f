/** The code of a test with what it uses of its file, so that what is said of a test can be held against it. */
import { parseSync } from 'oxc-parser';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

/** A file of tests, read once. */
export class TestCode {
  readonly #text: string;
  /** The tests by their titles. */
  readonly #tests = new Map<string, string>();
  /** Functions and values by their names, of every level. */
  readonly #declared = new Map<string, string>();

  constructor(text: string) {
    this.#text = text;
    this.#read(parseSync('a.test.ts', text).program as unknown as Node, '');
  }

  /** The test of this title (as it is written, with its `%s`), its table, and all that it uses; undefined: no such test. */
  of(title: string): string | undefined {
    const test = this.#tests.get(title);
    if (test === undefined) return undefined;
    const used = new Set<string>();
    const parts = [test];
    for (const part of parts) {
      for (const [name] of part.matchAll(/\w+/g)) {
        const declared = this.#declared.get(name);
        if (declared === undefined || used.has(name)) continue;
        used.add(name);
        parts.push(declared);
      }
    }
    return parts.join('\n');
  }

  /** @param suites The titles and tables of the suites around a node. */
  #read(node: Node, suites: string): void {
    let around = suites;
    const code = this.#text.slice(node.start, node.end);
    if (node.type === 'CallExpression') {
      const callee = node.callee as Node;
      const of = this.#text.slice(callee.start, callee.end);
      const title = titleOf(node);
      if (title !== undefined && /^it\b/.test(of))
        this.#tests.set(title, `${this.#tests.get(title) ?? ''}${suites}${code}`);
      if (title !== undefined && /^describe\b/.test(of)) around = `${suites}${of}('${title}')\n`;
    }
    if (node.type === 'FunctionDeclaration' || node.type === 'VariableDeclarator') {
      for (const name of namesOf(node.id as Node)) this.#declared.set(name, code);
    }
    for (const child of childrenOf(node)) this.#read(child, around);
  }
}

function titleOf({ arguments: given }: Node): string | undefined {
  const [first] = given as readonly Node[];
  if (first?.type === 'Literal' && typeof first.value === 'string') return first.value;
  if (first?.type !== 'TemplateLiteral') return undefined;
  const quasis = first.quasis as readonly { value: { cooked: string } }[];
  return quasis.length === 1 ? quasis[0]?.value.cooked : undefined;
}

/** One name, or those of a pattern. */
function namesOf(id: Node): string[] {
  if (id.type === 'Identifier') return [String(id.name)];
  return childrenOf(id).flatMap((child) => namesOf(child));
}

function childrenOf(node: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';
  return Object.values(node).flatMap((part) =>
    Array.isArray(part) ? part.filter(isNode) : isNode(part) ? [part] : [],
  );
}
