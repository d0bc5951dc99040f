/** As uninstall-in-any-order.test.ts, where events come over a socket, and where rows are PostgreSQL's: fewer stories. */
import { it } from 'vitest';
import { STORIES_TIMEOUT_MS, tellStories } from './uninstall-stories.test-kit.ts';

it.each([
  { transport: 'socket', database: 'sqlite', stories: 6 },
  { transport: 'http', database: 'postgres', stories: 6 },
] as const)('any order leaves what Slack says, by $transport on $database', tellStories, STORIES_TIMEOUT_MS);
