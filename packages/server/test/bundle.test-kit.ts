/**
 * The command line as few files, for the hundreds of processes that tests start: from the sources each would load 540 modules, and
 * take twice the processor time. Made when first asked for, and kept for as long as the sources stay what they are. A globalSetup of
 * vitest.config.ts; that the packages start as they are published is for packed.test.ts to show.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests ask for the bundle; the answer is the path of its program. */
    bundleDoor: string;
  }
}

const SERVER = fileURLToPath(new URL('..', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/slack-bot-server/', import.meta.url));
/** Beside the sources of the server: what else makes a bundle what it is. */
const OTHERS = ['../../../package-lock.json', './bundle.test-kit.ts'];

/** Runs before all test files; the returned function after them. */
export async function setup(project: TestProject): Promise<() => void> {
  let made: Promise<string> | undefined;
  const door = createServer((_request, response) => {
    made ??= makeBundle();
    made.then(
      (program) => response.end(program),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('bundleDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
  return () => {
    door.close();
    door.closeAllConnections();
  };
}

/** Answers the path of its program. */
async function makeBundle(): Promise<string> {
  const folder = join(CACHE, hashOfSources());
  const program = join(folder, 'program', 'main.js');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  // Where they stand by the modules that read them: version.ts (also for templates.ts), and migration-files.ts.
  cpSync(join(SERVER, 'package.json'), join(draft, 'package.json'));
  cpSync(join(SERVER, 'templates'), join(draft, 'templates'), { recursive: true });
  cpSync(join(SERVER, 'src/store/migrations'), join(draft, 'program/migrations'), { recursive: true });
  await using bundle = await rolldown({
    input: [join(SERVER, 'src/cli/main.ts'), join(SERVER, 'src/store/sqlite-worker.ts')],
    platform: 'node',
    resolve: { conditionNames: ['source', 'node'] },
    // The first is not installed. The second has files of its own, which it looks for beside its modules.
    external: ['pg-native', 'slack-simulator'],
    logLevel: 'silent',
  });
  await bundle.write({ dir: join(draft, 'program'), format: 'esm' });
  // Another run may have been faster; then its bundle stays.
  if (existsSync(folder)) rmSync(draft, { recursive: true });
  else renameSync(draft, folder);
  return program;
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const file of OTHERS) hash.update(readFileSync(new URL(file, import.meta.url)));
  for (const file of globSync('{package.json,src/**/*,templates/*/*}', { cwd: SERVER }).toSorted()) {
    const isRead = file.startsWith('templates') || /\.(ts|sql|json)$/.test(file);
    if (isRead && !/src.*\.test(-kit)?\.ts$/.test(file)) {
      hash.update(file).update(readFileSync(join(SERVER, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
