/** Bot files of every kind of package and spelling, each loaded by a Node of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { errorFixes } from '../errors.ts';

const BOT_FILE = new URL('./bot-file.ts', import.meta.url).href;

/** Loads files of a folder, and answers of each what its function returns, or why it cannot be loaded and what to do. */
async function load(bots: readonly string[], files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bot-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const script = `const { loadBotFile } = await import(${JSON.stringify(BOT_FILE)});
    for (const file of ${JSON.stringify(bots.map((bot) => join(folder, bot)))}) {
      await loadBotFile(file).then((bot) => console.log(bot({})), ({ message, fix }) => console.log(message, '=>', fix));
    }`;
  const words = ['--no-warnings', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: folder });
  return stdout
    .trim()
    .replaceAll(`${folder}/`, '')
    .replaceAll(folder, 'FOLDER')
    .replaceAll(errorFixes.bot_not_loadable, 'ADVICE')
    .split('\n');
}

const asModule = `import { greeting } from './lib/greeting.ts';
import type { BotServer } from 'slack-bot-server';
export default (_context: BotServer) => greeting('module');\n`;
const asCommonJs = `const { greeting } = require('./lib/greeting.js');\nmodule.exports = () => greeting('commonjs');\n`;
const compiled = `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = () => 'hi compiled';\n`;

const brokenBots = {
  'lib/broken.ts': `export const greeting = () => {\n  const words: string[] = ['a',;\n};\n`,
  'lib/words.ts': 'export const word = 1;\n',
  'node_modules/dep/package.json': '{ "type": "module", "main": "index.js" }',
  'node_modules/dep/index.js': 'export const found = 1;\n',
  'folder.ts/readme': '',
  'ts.ts': 'export default () => {\n  const x: number = ;\n};\n',
  'twice.ts': 'export default () => {\n  const a: number = 1;\n  const a = 2;\n  return a;\n};\n',
  'js.mjs': 'export default () => {\n  const x = ;\n};\n',
  'js.cjs': 'module.exports = () => {\n  const x = ;\n};\n',
  'deep.ts': `import { greeting } from './lib/broken.ts';\nexport default greeting;\n`,
  'enum.ts': 'export enum Word { hi }\nexport default () => Word.hi;\n',
  'none.ts': 'export const a = 1;\nexport const b = 2;\n',
  'empty.cjs': 'exports.start = () => {};\n',
  'object.ts': 'export default { start() {} };\n',
  'class.ts': 'export default class Bot {}\n',
  'throws.ts': `const settings: { a?: { b: string } } = {};\nconst b = settings.a!.b;\nexport default () => b;\n`,
  'text.mjs': `throw 'just a text';\n`,
  'json.mjs': `JSON.parse('{');\nexport default () => {};\n`,
  'package.ts': `import 'dep';\nimport x from '@scope/gone/sub';\nexport default x;\n`,
  'package.cjs': `const x = require('gone');\nmodule.exports = x;\n`,
  'file.ts': `import { word } from './lib/words';\nexport default () => word;\n`,
  'built.mjs': `import { word } from './dist/words.js';\nexport default () => word;\n`,
  'type.ts': `import { Found } from 'dep';\nexport default (_: Found) => {};\n`,
};

/** Of each the message and, behind the arrow, the fix. */
const failures = {
  'gone.ts': 'The bot file gone.ts does not exist => ADVICE',
  ts: 'The bot file ts does not exist => There is ts.ts in FOLDER.',
  'folder.ts': 'The bot file folder.ts is a folder => Name the file in it, for example bot.ts.',
  'ts.ts': 'The bot file ts.ts cannot be loaded: ts.ts:2:21 does not parse: Expression expected => Mend ts.ts:2:21.',
  'twice.ts': `The bot file twice.ts cannot be loaded: twice.ts:3:9 does not parse: Identifier 'a' has already been declared => Mend twice.ts:3:9.`,
  'js.mjs': `The bot file js.mjs cannot be loaded: js.mjs:2:13 does not parse: Unexpected token ';' => Mend js.mjs:2:13.`,
  'js.cjs': `The bot file js.cjs cannot be loaded: js.cjs:2:13 does not parse: Unexpected token ';' => Mend js.cjs:2:13.`,
  'deep.ts':
    'The bot file deep.ts cannot be loaded: lib/broken.ts:2:32 does not parse: Expression expected => Mend lib/broken.ts:2:32.',
  'enum.ts':
    'The bot file enum.ts cannot be loaded: enum.ts:1:8 does not parse: TypeScript enum is not supported in strip-only mode => Node strips types and compiles nothing: write it as JavaScript would, or build the bot first and name the built file.',
  'none.ts': 'The bot file none.ts has no default export; it exports a, b => ADVICE',
  'empty.cjs': 'The bot file empty.cjs has no default export; it exports start => ADVICE',
  'object.ts': 'The default export of the bot file object.ts is not a function but an object => ADVICE',
  'class.ts': 'The default export of the bot file class.ts is not a function but a class => ADVICE',
  'throws.ts': `The bot file throws.ts cannot be loaded: it threw while it was imported (throws.ts:2:23): TypeError: Cannot read properties of undefined (reading 'b') => Mend throws.ts:2:23; what a bot needs at its start belongs in its default export.`,
  'text.mjs':
    'The bot file text.mjs cannot be loaded: it threw while it was imported: just a text => Mend text.mjs; what a bot needs at its start belongs in its default export.',
  'json.mjs':
    "The bot file json.mjs cannot be loaded: it threw while it was imported (json.mjs:1:6): SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2) => Mend json.mjs:1:6; what a bot needs at its start belongs in its default export.",
  'package.ts':
    'The bot file package.ts cannot be loaded: package.ts:2:15 imports @scope/gone, which is not installed => npm install @scope/gone',
  'package.cjs':
    'The bot file package.cjs cannot be loaded: package.cjs:1:19 imports gone, which is not installed => npm install gone',
  'file.ts':
    'The bot file file.ts cannot be loaded: file.ts:1:22 imports lib/words, which does not exist => There is words.ts: name it with its extension, as Node does.',
  'built.mjs':
    'The bot file built.mjs cannot be loaded: built.mjs:1:22 imports dist/words.js, which does not exist => Make that file, or name another one.',
  'type.ts':
    "The bot file type.ts cannot be loaded: type.ts:1:10 imports Found from dep, which exports nothing of that name => If Found is a type: import type { Found } from 'dep'",
};

describe.each(['commonjs', 'module', undefined])('in a package of the type %s', (type) => {
  const files = {
    'package.json': JSON.stringify({ name: 'bot', ...(type && { type }) }),
    'lib/greeting.ts': 'export const greeting = (name: string): string => `hi ${name}`;\n',
    'lib/greeting.cjs': 'exports.greeting = (name) => `hi ${name}`;\n',
    'plain.js': `export default () => 'hi plain';\n`,
    'bot.ts': asModule,
    'bot.mts': asModule,
    'plain.mjs': `export default () => 'hi plain';\n`,
    'bot.cjs': asCommonJs.replace('greeting.js', 'greeting.cjs'),
    'compiled.cjs': compiled,
  };

  it('each kind of bot file is loaded', async () => {
    const bots = ['bot.ts', 'bot.mts', 'plain.js', 'plain.mjs', 'bot.cjs', 'compiled.cjs'];
    const said = ['hi module', 'hi module', 'hi plain', 'hi plain', 'hi commonjs', 'hi compiled'];
    expect(await load(bots, files)).toEqual(said);
  });
});

describe('in a package of the type commonjs', () => {
  const packageJson = JSON.stringify({ type: 'commonjs' });

  it('CommonJS stays CommonJS, also where a text looks like a module', async () => {
    const files = { 'package.json': packageJson, 'lib/greeting.js': 'exports.greeting = (name) => `hi ${name}`;\n' };
    const bot = `const help = \`\nexport default is for modules\n\`;\n${asCommonJs}`;
    const said = await load(['bot.js', 'compiled.js'], { ...files, 'bot.js': bot, 'compiled.js': compiled });
    expect(said).toEqual(['hi commonjs', 'hi compiled']);
  });
});

it.each(['commonjs', 'module'])(
  'each failure says its own reason, place and way out, in a package of the type %s',
  async (type) => {
    const broken = { 'package.json': JSON.stringify({ type }), ...brokenBots };
    const bots = Object.keys(failures);
    const said = await load(bots, broken);
    expect(Object.fromEntries(bots.map((bot, index) => [bot, said[index]]))).toEqual(failures);
  },
);
