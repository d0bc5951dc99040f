/** The version of this package: clusters compare it, and clients are told it; and where its files are. */
import { readFileSync } from 'node:fs';

/** The folder of the package, with what is neither source nor built. */
export const PACKAGE_FOLDER = new URL('..', import.meta.url);

const manifest = JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8')) as { version: string };

export const { version } = manifest;
