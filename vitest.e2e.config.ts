/** How `npm run e2e` runs: both pages in a real browser, against the built files. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// What Node compiles is kept: each file starts servers from the sources.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url));

/** Those that wait longest begin first, so that nothing waits for them at the end. */
const LONG = ['e2e/incident.e2e.ts', 'e2e/dashboard.e2e.ts', 'e2e/slack-page.e2e.ts', 'e2e/session.e2e.ts'];

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((file) => moduleId.endsWith(`/${file}`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
  test: {
    include: ['e2e/**/*.e2e.ts'],
    globalSetup: ['e2e/browser.ts'],
    pool: 'forks',
    execArgv: ['--conditions=source'],
    sequence: { sequencer: LongFilesFirst },
    // One more than CI has cores: a test mostly waits for a page, a server or a person's pause.
    maxWorkers: 3,
    isolate: false,
    // For a busy machine: pages, a server and a simulator share its cores.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
