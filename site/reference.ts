/**
 * Writes the API reference to site/content/reference, by typedoc from the sources. typedoc knows TypeScript up to 6, the project is
 * checked by 7: this folder has a TypeScript of its own, whose opinion about types does not count here.
 */
import { join } from 'node:path';
import { Application } from 'typedoc';

const ROOT = join(import.meta.dirname, '..');
const CONTENT = join(import.meta.dirname, 'content');

/** Of typedoc-plugin-markdown, which typedoc's types do not know. */
const PLUGIN_OPTIONS = { outputFileStrategy: 'modules', entryFileName: 'index' };

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: [
    'server/src/index.ts',
    'server/src/commands/index.ts',
    'server/src/testing/index.ts',
    'simulator/src/index.ts',
  ].map((path) => join(ROOT, 'packages', path)),
  tsconfig: join(import.meta.dirname, 'tsconfig.typedoc.json'),
  basePath: join(ROOT, 'packages'),
  // One page for each package; links between the pages go by these names.
  ...PLUGIN_OPTIONS,
  skipErrorChecking: true,
  readme: 'none',
  outputs: [{ name: 'markdown', path: join(CONTENT, 'reference') }],
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  validation: { notExported: false, invalidLink: false },
  logLevel: 'Error',
});
const project = await app.convert();
if (project === undefined) throw new Error('typedoc made nothing');
await app.generateOutputs(project);
