/**
 * `npm run stage`: both packages as they are published, in release/. Only what their `files` name, and a package.json without what is for
 * the checkout: scripts, devDependencies, and the condition `source`, whose files are not published. Build them first.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Manifest {
  name: string;
  files: string[];
  exports: Record<string, string | Record<string, string>>;
  scripts?: object;
  devDependencies?: object;
  repository?: object;
}

const ROOT = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: { to: { type: 'string', default: join(ROOT, 'release') }, repository: { type: 'string' } },
});

for (const folder of ['server', 'simulator']) stage(join(ROOT, 'packages', folder), folder);

function stage(source: string, folder: string): void {
  const {
    scripts: _scripts,
    devDependencies: _dev,
    ...manifest
  } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  const target = join(values.to, manifest.name);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const file of manifest.files) {
    cpSync(join(source, file), join(target, file), {
      recursive: true,
      filter: (path) => !path.endsWith('.tsbuildinfo'),
    });
  }
  const exports = Object.fromEntries(Object.entries(manifest.exports).map(([path, to]) => [path, withoutSource(to)]));
  // A provenance statement is only taken when package.json names the repository that it comes from.
  const repository = values.repository && {
    repository: { type: 'git', url: `git+${values.repository}.git`, directory: `packages/${folder}` },
  };
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ ...manifest, exports, ...repository }, null, 2)}\n`);
  process.stdout.write(`${target}\n`);
}

function withoutSource(to: string | Record<string, string>): string | Record<string, string> {
  if (typeof to === 'string') return to;
  const { source: _source, ...published } = to;
  return published;
}
