import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/long-files-first.ts';

// What Node compiles is kept for the next test file, thread and process: each would strip the types of the same files again.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url));

/**
 * `npm run test:long`: whole measurements in small, which show that a benchmark finds what was planted (whoever changes something in
 * bench/ runs them), each alert tried by minutes of scrapes, nodes that join, restart, are frozen or are cut off by real leases, a soak of deafness
 * over days, and more stories of uninstalls. Minutes of waiting; deaf.test.ts and uninstall-in-any-order.test.ts have the short cases, monitoring-files.test.ts checks the rules.
 */
const LONG_RUNS = [
  'packages/server/test/{alerts,cut-off-moves,cut-short,deaf-soak,frozen-processes,joining-node,rolling-restart-rtm,uninstall-elsewhere,why-processes}.test.ts',
  'bench/src/interrupted.test.ts',
  'bench/src/{attack,crash}/run.test.ts',
  'bench/src/chaos/{run,planted-in-leases,planted-in-sockets}.test.ts',
  'bench/src/cluster/{run,throughput}.test.ts',
  'bench/src/{connections,gamebot,intake}/run.test.ts',
];

/** `npm run check:packages`: builds, packs and installs both packages. */
const PACKED = ['packages/server/test/packed.test.ts'];

// Tests run the TypeScript sources: the export condition `source` leads there, so nothing has to be built first.
export default defineConfig({
  resolve: {
    conditions: ['source'],
    // Threads of the store that are used again: see there.
    alias: [
      {
        find: /^\.\/start-worker\.ts$/,
        replacement: fileURLToPath(new URL('packages/server/src/store/start-worker.test-kit.ts', import.meta.url)),
      },
    ],
  },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: [
      'packages/*/{src,test}/**/*.test.ts',
      'packages/*/{dashboard,page}/src/**/*.test.ts',
      'test/**/*.test.ts',
      'demo/**/*.test.ts',
      'examples/**/*.test.ts',
      'bench/src/**/*.test.ts',
    ],
    exclude: [
      ...configDefaults.exclude,
      ...(process.env.LONG_RUNS ? [] : LONG_RUNS),
      ...(process.env.PACKED ? [] : PACKED),
    ],
    globalSetup: ['packages/server/src/store/postgres-server.test-kit.ts', 'packages/server/test/bundle.test-kit.ts'],
    setupFiles: ['test/patient-waits.ts'],
    // As patient as vi.waitFor, see test/patient-waits.ts.
    expect: { poll: { timeout: 5_000 } },
    pool: 'forks',
    execArgv: ['--conditions=source'],
    // One more than CI has cores: many tests wait for other processes.
    maxWorkers: 3,
    // A process for each file, which loads the same modules as the one before, takes a second of the processor: longer than most.
    isolate: false,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
