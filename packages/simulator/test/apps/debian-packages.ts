/** Packages of Debian that some of the apps are: there already, installed by apt where this process may, or not to be had. */
import { spawnSync } from 'node:child_process';

const INSTALL_TIMEOUT_MS = 300_000;
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Why these packages are not here; undefined when they are. Installs what it can. */
export function whyMissing(names: readonly string[]): string | undefined {
  if (areThere(names)) return undefined;
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'no apt-get';
  if (process.getuid?.() !== 0) return 'not root, and not installed';
  // The list of packages of a new machine is old or empty: the first try fails there.
  if (!install(names)) {
    apt('update');
    install(names);
  }
  return areThere(names) ? undefined : 'apt-get has none';
}

function areThere(names: readonly string[]): boolean {
  return names.every((name) => {
    const { status, stdout } = spawnSync('dpkg-query', ['--show', '--showformat', `\${db:Status-Status}`, name]);
    return status === 0 && String(stdout) === 'installed';
  });
}

function install(names: readonly string[]): boolean {
  return apt('install', '--yes', '--no-install-recommends', ...names);
}

function apt(...words: string[]): boolean {
  return spawnSync('apt-get', ['--quiet=2', ...words], { env: environment, timeout: INSTALL_TIMEOUT_MS }).status === 0;
}
