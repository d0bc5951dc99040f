/** `slack-bot-server init [dir]`: a new bot with its first test. It writes no file that is there. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { BotServerError } from '../../errors.ts';
import { ask, isAttended, processTerminal, type Terminal } from '../ask.ts';
import { EXIT } from '../exit-codes.ts';
import { complain, say, sayWhole } from '../output.ts';
import { isUnbuiltCheckout } from './package-source.ts';
import { filesOf, type NewFile, type Template, templates } from './templates.ts';

export interface InitOptions {
  yes?: boolean;
  template?: Template;
  /** Where it asks. @defaultValue that of the process */
  terminal?: Terminal;
}

/** What Enter alone begins with. */
const DEFAULT: Template = 'hello';

/** @throws BotServerError `usage` when files are in the way, and `interrupted` at Ctrl-C; none is written then */
export async function init(dir: string | undefined, options: InitOptions): Promise<void> {
  const folder = resolve(dir ?? '.');
  const template = await chosen(options);
  if (template === undefined) {
    complain('Nothing was done');
    process.exitCode = EXIT.failure;
    return;
  }
  const files = filesOf(template, packageNameOf(folder), folder);
  refuseToOverwrite(folder, files);
  await mkdir(folder, { recursive: true });
  for (const { name, text } of files) await write(join(folder, name), text);
  say(`A new bot from the template ${template}, in ${folder}:`);
  for (const { name } of files) say(`  ${name}`);
  const path = relative(process.cwd(), folder);
  say();
  say('Next:');
  if (isUnbuiltCheckout()) say('  npm run build     in the checkout of slack-bot-server, which the bot will import');
  if (path !== '') sayWhole(`  cd ${path}`);
  say('  npm install');
  say('  npm test          its first test, on a simulated Slack');
  say('  npm run dev       the bot on a simulated Slack in your browser; a change of a file reloads it');
}

/** Where nobody can be asked, the default is taken. Undefined: it was asked, and not answered. */
async function chosen({ template, yes, terminal = processTerminal() }: InitOptions): Promise<Template | undefined> {
  if (template !== undefined) return template;
  if (yes || !isAttended(terminal)) return DEFAULT;
  return await ask(`Begin with (${templates.join(', ')}) [${DEFAULT}]: `, {
    terminal,
    read: (text) => (text === '' ? DEFAULT : templates.find((one) => one === text)),
    fix: 'Run it again and answer, or pass --yes or --template.',
  });
}

function refuseToOverwrite(folder: string, files: readonly NewFile[]): void {
  const there = files.filter(({ name }) => existsSync(join(folder, name))).map(({ name }) => name);
  if (there.length === 0) return;
  const words = there.length === 1 ? `${there[0]} is` : `${there.join(', ')} are`;
  throw new BotServerError('usage', `${words} already in ${folder}: init overwrites nothing`, {
    fix: 'Name another folder, or move them away.',
  });
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new BotServerError('usage', `${path} cannot be written`, {
      cause,
      fix: 'Name a folder in which you may write.',
    });
  }
}

/** As npm takes it: lower case, letters, digits, dashes. */
function packageNameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
  return name === '' ? 'my-bot' : name;
}
