/** Which methods of the Web API a bot's own files call, as far as their text tells: a hint, and said to be one. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { helperMethods, methodScopes } from './slack-needs.ts';

/** Files of a bot that are read at most. */
const MOST_FILES = 500;
const EXTENSIONS = ['', '.ts', '.mts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];

/** The methods by name, with the file in which each was found first. Modules of npm packages are not read. */
export function callsInSource(botPath: string): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [resolve(botPath)];
  const seen = new Set(waiting);
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const text = withoutComments(readFileSync(file, 'utf8'));
    for (const method of methodsIn(text)) if (!found.has(method)) found.set(method, file);
    for (const next of importsIn(text, file)) {
      if (seen.has(next) || seen.size >= MOST_FILES) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return found;
}

function methodsIn(text: string): Set<string> {
  const methods = new Set<string>();
  for (const [, chain = ''] of text.matchAll(/\.((?:[A-Za-z]\w*\s*\??\.\s*){1,3}[A-Za-z]\w*)\s*\(/g)) {
    const words = chain.split('.').map((word) => word.replace(/[\s?]/g, ''));
    // `client.chat.postMessage(`: the method is the longest end of the chain that is one.
    const name = words.map((_, from) => words.slice(from).join('.')).find((end) => Object.hasOwn(methodScopes, end));
    if (name) methods.add(name);
  }
  for (const [, name = ''] of text.matchAll(/\bapiCall\(\s*['"`]([\w.]+)['"`]/g)) {
    if (Object.hasOwn(methodScopes, name)) methods.add(name);
  }
  for (const [helper, method] of Object.entries(helperMethods)) {
    if (new RegExp(`(?<![.\\w])${helper}\\(`).test(text)) methods.add(method);
  }
  return methods;
}

function importsIn(text: string, file: string): string[] {
  const specifiers = text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return Array.from(specifiers, ([, specifier = '']) => fileOf(resolve(dirname(file), specifier))).filter(
    (path) => path !== undefined,
  );
}

/** TypeScript may be imported under the name that it gets when it is built. */
function fileOf(path: string): string | undefined {
  const candidates = [...EXTENSIONS.map((extension) => path + extension), path.replace(/\.([mc]?)js$/, '.$1ts')];
  return candidates.find((candidate) => /\.[mc]?[jt]s$/.test(candidate) && existsSync(candidate));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
