/** Copies into dist/ what tsc leaves behind: the migrations, which are read from beside the compiled store. */
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const target = fileURLToPath(new URL('../dist/', import.meta.url));

cpSync(`${source}store/migrations`, `${target}store/migrations`, { recursive: true });
