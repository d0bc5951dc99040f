/**
 * Lets Node keep what it compiles: each server of a test has a store worker of its own and each command is a process, and
 * stripping the types of the same files again would be a third of the time of all these tests.
 */
import { fileURLToPath } from 'node:url';

/** The folder, by the name under which Node looks for it. */
export const compileCache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../../node_modules/.cache/node-compile', import.meta.url)),
} as const;

// Worker threads read it when they start.
Object.assign(process.env, compileCache);
