/**
 * Reads the folder of a FileInstallationStore, of Bolt for JavaScript (`TEAM/app-latest`, `user-USER-latest`) or for Python
 * (`ENTERPRISE-TEAM/bot-latest`, `installer-latest`, `installer-USER-latest`), into one JSON object per installation. Files of earlier
 * installs stand beside those and are left alone.
 *
 * @slack/oauth puts no separator between its folder and the team's: with `/data/bolt` team T1 is in `/data/boltT1` (file-store.ts,
 * getInstallationDir), unless the folder was given with a slash at its end. Those neighbours belong to the folder.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { BotServerError } from '../errors.ts';

/** One installation, or why it cannot be read, and the folder that it was found in. */
export type FolderEntry = { place: string } & ({ content: string } | { error: string });

/** The folder itself, that of an app in it, and those of its installations. */
const MAX_DEPTH = 2;

/**
 * The installations in the order of their folders' names.
 * @throws BotServerError `invalid_input` when there are none, or the folder cannot be read
 */
export async function* boltFolder(folder: string): AsyncGenerator<FolderEntry> {
  let found = 0;
  for await (const { path, names } of foldersOf(resolve(folder))) {
    const read = readerOf(names);
    if (!read) continue;
    found++;
    yield { place: relative(folder, path) || '.', ...(await readIn(path, names, read)) };
  }
  if (found > 0) return;
  throw new BotServerError(
    'invalid_input',
    `${folder} holds no installations: no app-latest, bot-latest or installer-latest`,
    {
      fix: 'Name the folder that the FileInstallationStore of the other program writes into (baseDir, base_dir).',
    },
  );
}

/** Whether it is there, or at least a neighbour that belongs to it. */
export async function isBoltFolder(folder: string): Promise<boolean> {
  const { folders } = await listed(dirname(resolve(folder))).catch(() => ({ folders: [] }));
  return folders.some((name) => name === basename(resolve(folder)) || isNeighbour(name, folder));
}

function isNeighbour(name: string, folder: string): boolean {
  const own = basename(resolve(folder));
  return name.startsWith(own) && /^T[A-Z0-9]+$/.test(name.slice(own.length));
}

interface Folder {
  path: string;
  names: readonly string[];
}

async function* foldersOf(folder: string): AsyncGenerator<Folder> {
  const around = await listed(dirname(folder));
  if (around.folders.includes(basename(folder))) yield* foldersIn(folder, MAX_DEPTH);
  const neighbours = around.folders.filter((name) => isNeighbour(name, folder));
  for (const name of neighbours) yield* foldersIn(join(dirname(folder), name), 0);
}

async function* foldersIn(path: string, depth: number): AsyncGenerator<Folder> {
  const { files, folders } = await listed(path);
  yield { path, names: files };
  if (depth === 0) return;
  for (const name of folders) yield* foldersIn(join(path, name), depth - 1);
}

async function listed(folder: string): Promise<{ files: string[]; folders: string[] }> {
  try {
    const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const names = (areFolders: boolean) =>
      entries.filter((entry) => entry.isDirectory() === areFolders).map(({ name }) => name);
    return { files: names(false), folders: names(true) };
  } catch (cause) {
    throw new BotServerError('invalid_input', `${folder} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

type Reader = (read: (name: string) => Promise<Fields>, names: readonly string[]) => Promise<Fields>;

function readerOf(names: readonly string[]): Reader | undefined {
  if (names.includes('app-latest')) return readBolt;
  const isPython = names.some((name) => name === 'bot-latest' || /^installer-(.+-)?latest$/.test(name));
  return isPython ? readPython : undefined;
}

const readBolt: Reader = async (read, names) => {
  const people = names.filter((name) => /^user-.+-latest$/.test(name));
  const users = await Promise.all(people.map(async (name) => (await read(name)).user));
  return { ...(await read('app-latest')), users: users.filter((user) => user !== undefined) };
};

/** The bot's own file is written at each install and each refresh, so it is never the older one. */
const readPython: Reader = async (read, names) => {
  const people = names.filter((name) => /^installer-.+-latest$/.test(name));
  const users = await Promise.all(people.map(read));
  const installer = names.includes('installer-latest') ? await read('installer-latest') : newestOf(users);
  const bot = names.includes('bot-latest') ? await read('bot-latest') : {};
  return { ...installer, ...bot, users: users.map(personIn) };
};

function newestOf(installations: readonly Fields[]): Fields {
  const at = ({ installed_at }: Fields) => Number(installed_at) || 0;
  return installations.toSorted((a, b) => at(b) - at(a))[0] ?? {};
}

function personIn(installation: Fields): Fields {
  return Object.fromEntries(Object.entries(installation).filter(([name]) => name.startsWith('user_')));
}

async function readIn(
  folder: string,
  names: readonly string[],
  read: Reader,
): Promise<{ content: string } | { error: string }> {
  try {
    return { content: JSON.stringify(await read((name) => fieldsOf(folder, name), names)) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** @throws Error naming the file, and nothing of what stands in it */
async function fieldsOf(folder: string, name: string): Promise<Fields> {
  const text = await readFile(join(folder, name), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`${name} cannot be read: ${cause.code ?? 'unknown'}`);
  });
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${name} must be one JSON object`);
  }
  return value as Fields;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim());
  } catch {
    return undefined;
  }
}
