/** How a page is built: its folder becomes files whose names carry a hash, with a .gz beside each, for a server that sends them as they are. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin, UserConfig } from 'vite';

export interface PageBuild {
  /** The folder with index.html. */
  root: string;
  /** Emptied first. */
  outDir: string;
  /** The path below which the server has the files, with a slash at its end. */
  base: string;
}

/** What is smaller gains nothing from being packed. */
const LEAST_PACKED_BYTES = 1_024;

/** The settings of Vite for one page. */
export function pageConfig({ root, outDir, base }: PageBuild): UserConfig {
  return {
    root,
    base,
    logLevel: 'warn',
    // A module preload needs a script of its own in old browsers, and nothing is inlined: the policy allows files alone.
    build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    plugins: [packFiles(outDir)],
  };
}

function packFiles(outDir: string): Plugin {
  return {
    name: 'pack-files',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || path.endsWith('.gz')) continue;
        const bytes = readFileSync(path);
        if (bytes.length >= LEAST_PACKED_BYTES) writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
