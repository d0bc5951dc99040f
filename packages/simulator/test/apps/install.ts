/** Installs the foreign packages into this folder and into `older`, unless they are there as the lockfile says. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
/** Packages that do not go together with the others: an older hubot. */
export const OLDER = 'older';
/** Long enough for a slow registry. */
const INSTALL_TIMEOUT_MS = 600_000;

/** Whether everything is there afterwards. */
export function install(): boolean {
  return ['.', OLDER].every((folder) => installInto(join(HERE, folder)));
}

function installInto(folder: string): boolean {
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  const mark = join(folder, 'node_modules/.installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return true;
  // Their install scripts are no part of what is tried.
  const options = ['install', '--no-workspaces', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status } = spawnSync('npm', options, { cwd: folder, stdio: 'inherit', timeout: INSTALL_TIMEOUT_MS });
  if (status !== 0) {
    process.stderr.write('The apps could not be installed: is there a registry?\n');
    return false;
  }
  writeFileSync(mark, readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return true;
}

/** The version that is installed. */
export function versionOf(name: string, folder = '.'): string {
  const file = join(HERE, folder, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
