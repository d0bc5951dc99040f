/** Bot files of every kind of package and spelling, each loaded by a Node of its own. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

const BOT_FILE = new URL('./bot-file.ts', import.meta.url).href;

/** Loads files of a folder, and answers of each what its function returns, or why it cannot be loaded. */
async function load(bots: readonly string[], files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bot-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const script = `const { loadBotFile } = await import(${JSON.stringify(BOT_FILE)});
    for (const file of ${JSON.stringify(bots.map((bot) => join(folder, bot)))}) {
      await loadBotFile(file).then((bot) => console.log(bot({})), (error) => console.log(error.message.replaceAll('\\n', ' ')));
    }`;
  const words = ['--no-warnings', '--input-type=module', '--eval', script];
  return (await promisify(execFile)(process.execPath, words)).stdout.trim().split('\n');
}

const asModule = `import { greeting } from './lib/greeting.ts';
import type { BotServer } from 'slack-bot-server';
export default (_context: BotServer) => greeting('module');\n`;
const asCommonJs = `const { greeting } = require('./lib/greeting.js');\nmodule.exports = () => greeting('commonjs');\n`;
const compiled = `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = () => 'hi compiled';\n`;

describe.each(['commonjs', 'module', undefined])('in a package of the type %s', (type) => {
  const files = {
    'package.json': JSON.stringify({ name: 'bot', ...(type && { type }) }),
    'lib/greeting.ts': 'export const greeting = (name: string): string => `hi ${name}`;\n',
    'lib/greeting.cjs': 'exports.greeting = (name) => `hi ${name}`;\n',
    'plain.js': `export default () => 'hi plain';\n`,
    'bot.ts': asModule,
    'bot.mts': asModule,
    'bot.cjs': asCommonJs.replace('greeting.js', 'greeting.cjs'),
    'compiled.cjs': compiled,
  };

  it('each kind of bot file is loaded', async () => {
    const bots = ['bot.ts', 'bot.mts', 'plain.js', 'bot.cjs', 'compiled.cjs'];
    expect(await load(bots, files)).toEqual(['hi module', 'hi module', 'hi plain', 'hi commonjs', 'hi compiled']);
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

  it('a file that is wrong says what is wrong with it', async () => {
    const broken = {
      'package.json': packageJson,
      'bot.ts': 'export default () => {\n',
      'none.ts': 'export const a = 1;\n',
    };
    const [syntax, noFunction] = await load(['bot.ts', 'none.ts'], broken);
    expect(syntax).toMatch(/bot\.ts cannot be loaded: .*(Expression expected|Unexpected|'}')/);
    expect(noFunction).toMatch(/none\.ts has no function as its default export$/);
  });
});
