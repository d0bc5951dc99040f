/** From where a new bot gets the packages of this project: from where they came here. A registry knows them by their version only. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER, version } from '../../version.ts';

/** The packages, by their folders in a checkout. */
const FOLDERS = { 'slack-bot-server': 'server', 'slack-simulator': 'simulator' } as const;

export type PackageName = keyof typeof FOLDERS;

const OWN_FOLDER = fileURLToPath(PACKAGE_FOLDER);

/** Whether this runs in a checkout that was never built, whose packages others cannot import. */
export function isUnbuiltCheckout(): boolean {
  return projectOf(OWN_FOLDER) === undefined && !existsSync(join(OWN_FOLDER, 'dist', 'index.js'));
}

/**
 * What package.json says of a package: `^0.1.0`, or `file:` and the way to the tarball or the checkout that it was installed from.
 * @param folder Of the new bot
 */
export function sourceOf(name: PackageName, folder: string, ownFolder = OWN_FOLDER): string {
  const project = projectOf(ownFolder);
  if (project === undefined) return fileFrom(folder, resolve(ownFolder, '..', FOLDERS[name]));
  const resolved = resolvedIn(project, name);
  return resolved?.startsWith('file:') ? fileFrom(folder, resolve(project, resolved.slice(5))) : `^${version}`;
}

/** The folder in which npm has installed this package; undefined for a checkout. */
function projectOf(ownFolder: string): string | undefined {
  const modules = dirname(resolve(ownFolder));
  return basename(modules) === 'node_modules' ? dirname(modules) : undefined;
}

interface HiddenLockfile {
  packages?: Record<string, { resolved?: string }>;
}

/** npm writes down what it has installed, and from where. */
function resolvedIn(project: string, name: PackageName): string | undefined {
  try {
    const text = readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8');
    return (JSON.parse(text) as HiddenLockfile).packages?.[`node_modules/${name}`]?.resolved;
  } catch {
    // Another package manager, or an installation for all of the machine.
    return undefined;
  }
}

function fileFrom(folder: string, path: string): string {
  return `file:${relative(folder, path).replaceAll(sep, '/')}`;
}
