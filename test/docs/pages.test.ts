/**
 * The documentation is true where a machine can tell: its code compiles, its commands exist, its data parses, its links lead somewhere.
 * docs/commands.md is run by packages/server/test/commands-page.test.ts, whole bots in other languages by `npm run apps`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { completeProgram as serverProgram } from '../../packages/server/src/cli/program.ts';
import { errorFixes } from '../../packages/server/src/errors.ts';
import { completeProgram as simulatorProgram } from '../../packages/simulator/src/cli/cli.ts';
import { licencesPage } from '../../site/licences.ts';
import { linksOf, ROOT, resolveLink } from '../../site/pages.ts';
import { anchorsOf } from '../../site/slug.ts';
import { allBlocks, type Block, documents, textOf } from './blocks.ts';
import { problemOf } from './command-check.ts';
import { shellCommands } from './shell-words.ts';
import { toModule } from './typescript-blocks.ts';

const blocks = allBlocks().filter(({ excuse }) => excuse === undefined);
const inLanguage = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));
const nothing = { out: () => {}, err: () => {} } as unknown as Parameters<typeof simulatorProgram>[0];

/** Scripts of the package.json that `init` makes, beside those of this repository. */
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
const SCRIPTS = [...Object.keys(scripts), 'start', 'dev', 'check'];
const OWN_COMMANDS = { 'slack-bot-server': await serverProgram(), 'slack-simulator': await simulatorProgram(nothing) };
/** What HKDF is given, in docs/credentials.md: no commands. */
const DERIVED_VALUES = [
  'slack-bot-server key id',
  'slack-bot-server seal',
  'slack-bot-server derived oauth-state',
  'slack-bot-server team',
];
/** Programs of others: nobody here knows their options. */
const OTHERS = [
  'cd',
  'curl',
  'diff',
  'docker',
  'export',
  'git',
  'java',
  'jq',
  'mongoexport',
  'node',
  'openssl',
  'psql',
  'python3',
  'apt-get',
];

describe('each block', () => {
  it('is in a language that is checked, or says why it is not', () => {
    const checked = ['ts', 'js', 'sh', 'json', 'yaml', 'text', 'python', 'ruby', 'go', 'java', 'docker', 'nginx'];
    expect(blocks.filter(({ language }) => !checked.includes(language)).map(({ place }) => place)).toEqual([]);
    expect(allBlocks().filter(({ excuse }) => excuse === '')).toEqual([]);
  });

  it('that shows a file shows it as it is', () => {
    const shown = blocks.filter(({ source }) => source !== undefined);
    expect(
      shown.filter(({ source, code }) => code !== textOf(source ?? '')).map(({ place }) => place),
      'run npm run docs:generate',
    ).toEqual([]);
    const foreign = inLanguage('python', 'ruby', 'go', 'java', 'docker', 'nginx');
    expect(foreign.filter((block) => !shown.includes(block)).map(({ place }) => place)).toEqual([]);
  });

  it('of TypeScript is compiled by npm run check:types, as a module that parses', () => {
    const wrong = inLanguage('ts').filter((block) => parseSync('block.ts', toModule(block)).errors.length > 0);
    expect(wrong.map(({ place }) => place)).toEqual([]);
    expect(scripts['check:types']).toMatch(/write-blocks\.ts && tsc -p tsconfig\.tests\.json/);
    expect(textOf('tsconfig.tests.json')).toContain('"test/**/*.ts"');
  });

  it('of JavaScript parses', () => {
    const wrong = inLanguage('js').filter(({ code }) => parseSync('block.mjs', code).errors.length > 0);
    expect(wrong.map(({ place }) => place)).toEqual([]);
  });

  it('of JSON or YAML parses', () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    const json = inLanguage('json').filter(({ code }) => !isJson(code) && !code.trim().split('\n').every(isJson));
    const yaml = inLanguage('yaml').filter(({ code }) =>
      parseAllDocuments(code).some(({ errors }) => errors.length > 0),
    );
    expect([...json, ...yaml].map(({ place }) => place)).toEqual([]);
  });

  it('of shell has commands that exist, with options that they take', () => {
    expect(inLanguage('sh').flatMap(problemsOfShell)).toEqual([]);
  });

  it('and each command in a sentence exists, in pages and in what errors advise', () => {
    const advice = Object.entries(errorFixes).map(([code, text]): [string, string] => [code, text]);
    const pages = documents().map((path): [string, string] => [
      path,
      textOf(path).replaceAll(/^`{3,}[^]*?^`{3,}/gm, ''),
    ]);
    const said = [...advice, ...pages].flatMap(([place, text]) =>
      Array.from(text.matchAll(/`(?:npx )?(slack-(?:bot-server|simulator) [^`]+)`/g), ([, code = '']) => ({
        place,
        code: code.replaceAll(/\s+/g, ' '),
      })),
    );
    const commands = said.filter(({ code }) => !DERIVED_VALUES.includes(code));
    expect(said.length).toBeGreaterThan(30);
    // A sentence may leave out what the command needs besides.
    const wrong = commands
      .flatMap((one) => problemsOfShell(one as Block))
      .filter((problem) => !/needs \d arguments$/.test(problem));
    expect(wrong).toEqual([]);
  });

  it('is found, and wrong commands are', () => {
    expect(blocks.length).toBeGreaterThan(60);
    const wrong = [
      'npx slack-bot-server teams lost',
      'npx slack-bot-server start --fast',
      'npm run nothing',
      'teleport home',
    ];
    const code = [...wrong, 'A=b npx slack-bot-server teams show T0ACME0001 | jq . # fine'].join('\n');
    expect(problemsOfShell({ code, place: '' } as Block)).toHaveLength(wrong.length);
  });
});

function problemsOfShell({ code, place }: Block): string[] {
  return shellCommands(code).flatMap(({ words }) => {
    const problem = problemOfCommand(words);
    return problem === undefined ? [] : [`${place}: ${words.join(' ')}: ${problem}`];
  });
}

function problemOfCommand([first = '', ...rest]: readonly string[]): string | undefined {
  if (first === '' || OTHERS.includes(first)) return undefined;
  if (first === 'npx') return problemOfCommand(rest);
  if (Object.hasOwn(OWN_COMMANDS, first)) return problemOf(OWN_COMMANDS[first as keyof typeof OWN_COMMANDS], rest);
  if (first !== 'npm') return 'nobody knows this program';
  const [what, script = ''] = rest;
  if (what !== 'run') return ['install', 'init', 'start', 'test'].includes(what ?? '') ? undefined : `npm ${what}`;
  return SCRIPTS.includes(script) || rest.includes('--workspace') ? undefined : `there is no script ${script}`;
}

it('docs/licences.md is what the lockfile says', () => {
  expect(textOf('docs/licences.md'), 'run npm run docs:generate').toBe(licencesPage());
});

describe('each link', () => {
  it('leads to a file and a heading that are there', () => {
    const dead = documents().flatMap((path) =>
      linksOf(textOf(path)).flatMap((target) => (isAlive(path, target) ? [] : [`${path}: ${target}`])),
    );
    expect(dead).toEqual([]);
  });

  it('is found, and a dead one is', () => {
    expect(documents().flatMap((path) => linksOf(textOf(path))).length).toBeGreaterThan(150);
    expect(
      ['docs/nothing.md', '#nowhere', 'docs/why.md#nowhere'].map((target) => isAlive('README.md', target)),
    ).toEqual([false, false, false]);
  });
});

function isAlive(from: string, target: string): boolean {
  const to = resolveLink(from, target);
  if (to === undefined) return true;
  if (!existsSync(join(ROOT, to.path))) return false;
  return to.anchor === undefined || !to.path.endsWith('.md') || anchorsOf(textOf(to.path)).includes(to.anchor);
}
