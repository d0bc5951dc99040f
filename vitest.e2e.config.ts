/** How `npm run e2e` runs: both pages in a real browser. */
import { defineConfig } from 'vitest/config';

// The pages in a real browser, against the built files: `npm run e2e`. One browser at a time.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['e2e/**/*.e2e.ts'],
    pool: 'forks',
    execArgv: ['--conditions=source'],
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 90_000,
  },
});
