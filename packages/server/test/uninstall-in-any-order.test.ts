/**
 * Uninstalls, revoked tokens and re-installs in any order, with events that are late, lost, repeated or wrong: in the end the
 * rows say of the bot and of each person what Slack says of their tokens. By the other way and store: uninstall-elsewhere.test.ts.
 */
import { it } from 'vitest';
import { STORIES_TIMEOUT_MS, tellStories } from './uninstall-stories.test-kit.ts';

it(
  'any order leaves what Slack says, by http on sqlite',
  async () => {
    await tellStories({ transport: 'http', database: 'sqlite', stories: 12 });
  },
  STORIES_TIMEOUT_MS,
);
