/** The version of this package: clusters compare it, and clients are told it; and where its files are. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BotServerError } from './errors.ts';

/** The folder of the package, with what is neither source nor built. */
export const PACKAGE_FOLDER = new URL('..', import.meta.url);

const manifest = JSON.parse(readFileSync(ownFile('package.json', PACKAGE_FOLDER), 'utf8')) as { version: string };

export const { version } = manifest;

/**
 * A file or folder that is read beside the code, which a bundle does not have.
 * @throws BotServerError `invalid_configuration` when it is not there
 */
export function ownFile(name: string, folder: string | URL): URL {
  const url = new URL(name, folder);
  if (existsSync(url)) return url;
  const path = fileURLToPath(url);
  const message = `${path} is missing: slack-bot-server cannot be bundled; make slack-bot-server an external of the bundler, and install it beside the bundle`;
  throw new BotServerError('invalid_configuration', message, { facts: { path } });
}
