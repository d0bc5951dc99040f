/** Stories of uninstall-scene.test-kit.ts, told until one of them ends with rows that are not what Slack says. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { aStory, UninstallScene } from './uninstall-scene.test-kit.ts';

/** The same stories in every run; other ones by UNINSTALL_SEED. A failure prints its seed and the shortest story that it found. */
const SEED = Number(process.env.UNINSTALL_SEED ?? 2);
/** So many times as many stories, to look for more; `npm run test:long` tells three times as many. */
const TIMES = Number(process.env.UNINSTALL_TIMES ?? (process.env.LONG_RUNS ? 3 : 1));
const LIMIT_MS = 240_000 * TIMES;

/** For a test that tells them. */
export const STORIES_TIMEOUT_MS = LIMIT_MS + 20_000;

/** Where they happen, and how many. */
export interface Telling {
  transport: 'http' | 'socket';
  database: 'sqlite' | 'postgres';
  stories: number;
}

export async function tellStories({ transport, database, stories }: Telling): Promise<void> {
  const stage = await UninstallScene.open({ transport, database });
  const property = fc.asyncProperty(aStory, async (actions) => {
    const story = await stage.begin();
    for (const action of actions) await story.act(action);
    await story.settle();
    const { atSlack, inRows } = await story.compare();
    expect(inRows).toEqual(atSlack);
  });
  await fc.assert(property, {
    seed: SEED,
    numRuns: stories * TIMES,
    interruptAfterTimeLimit: LIMIT_MS,
    markInterruptAsFailure: true,
  });
}
