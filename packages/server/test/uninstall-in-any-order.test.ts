/**
 * Uninstalls, revoked tokens and re-installs in any order, with events that are late, lost, repeated or wrong: in the end the
 * rows say of the bot and of each person what Slack says of their tokens.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aStory, UninstallScene } from './uninstall-scene.test-kit.ts';

/** The same stories in every run; other ones by UNINSTALL_SEED. A failure prints its seed and the shortest story that it found. */
const SEED = Number(process.env.UNINSTALL_SEED ?? 2);
/** So many times as many stories, to look for more. */
const TIMES = Number(process.env.UNINSTALL_TIMES ?? 1);
const LIMIT_MS = 240_000 * TIMES;

it.each([
  { transport: 'http', database: 'sqlite', stories: 30 },
  { transport: 'socket', database: 'sqlite', stories: 10 },
  { transport: 'http', database: 'postgres', stories: 10 },
] as const)(
  'leave what Slack says, by $transport on $database',
  async ({ transport, database, stories }) => {
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
  },
  LIMIT_MS + 20_000,
);
