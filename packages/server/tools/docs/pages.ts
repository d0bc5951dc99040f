/** The pages that are made of the code, with where they stand. */
import { join } from 'node:path';
import { commandLinePage } from './command-line-page.ts';
import { configurationPage } from './configuration-page.ts';
import { errorsPage } from './errors-page.ts';
import { hooksPage } from './hooks-page.ts';

const DOCS = join(import.meta.dirname, '../../../../docs');

export async function pages(): Promise<{ path: string; text: string }[]> {
  return [
    { path: join(DOCS, 'errors.md'), text: errorsPage() },
    { path: join(DOCS, 'configuration.md'), text: configurationPage() },
    { path: join(DOCS, 'command-line.md'), text: await commandLinePage() },
    { path: join(DOCS, 'hooks.md'), text: hooksPage() },
  ];
}
