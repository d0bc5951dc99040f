/** The story on each transport, with SQLite. The same on PostgreSQL, a crash and a second server: packages/server/test/gamebot.test.ts. */
import { it } from 'vitest';
import { playStory } from './story.test-kit.ts';

it.each(['http', 'socket', 'rtm'] as const)(
  'two teams play a season over %s, whatever happens in between',
  async (transport) => {
    await playStory({ transport });
  },
);
