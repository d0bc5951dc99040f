/** The files of a new bot: those of every bot, those of its template, and package.json, which knows the versions of this server. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../../version.ts';
import { sourceOf } from './package-source.ts';

/** What a bot can begin with. */
export const templates = ['hello', 'commands', 'assistant'] as const;

export type Template = (typeof templates)[number];

/** One file to be written. */
export interface NewFile {
  /** Below the folder of the bot. */
  name: string;
  text: string;
}

const FOLDER = new URL('templates/', PACKAGE_FOLDER);

/** As this repository uses them. */
const TYPESCRIPT = '^7.0.2';
const NODE_TYPES = '^24.10.1';

/** The files in the order in which somebody would read them. @param name That of the package. @param folder Where they will be. */
export function filesOf(template: Template, name: string, folder: string): NewFile[] {
  const files = [...filesIn(template), ...filesIn('common'), { name: 'package.json', text: packageJson(name, folder) }];
  return files
    .map((file) => ({ ...file, text: file.text.replaceAll('BOT_NAME', name) }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** npm leaves files that begin with a dot out of packages, or reads them: here they begin with an underscore. */
function filesIn(folder: string): NewFile[] {
  const path = fileURLToPath(new URL(`${folder}/`, FOLDER));
  return readdirSync(path).map((name) => ({
    name: name.replace(/^_/, '.'),
    text: readFileSync(new URL(`${folder}/${name}`, FOLDER), 'utf8'),
  }));
}

function packageJson(name: string, folder: string): string {
  const own = readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8');
  const { engines } = JSON.parse(own) as { engines: { node: string } };
  const facts = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: engines.node },
    scripts: {
      dev: 'slack-bot-server dev bot.ts --transport http',
      test: 'node --test',
      check: 'tsc',
      // npm knows no .env.
      start: 'node --env-file-if-exists=.env node_modules/slack-bot-server/bin/slack-bot-server.cjs start bot.ts',
    },
    dependencies: { 'slack-bot-server': sourceOf('slack-bot-server', folder) },
    devDependencies: {
      '@types/node': NODE_TYPES,
      'slack-simulator': sourceOf('slack-simulator', folder),
      typescript: TYPESCRIPT,
    },
  };
  return `${JSON.stringify(facts, null, 2)}\n`;
}
