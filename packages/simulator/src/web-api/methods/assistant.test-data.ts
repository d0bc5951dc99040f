/** Facts about assistant.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const assistantFacts = {
  'assistant.threads.setStatus': {
    test: 'src/web-api/methods/assistant.test.ts › setStatus shows until two minutes have passed',
    errors: 'channel_not_found invalid_thread_ts reserved_username',
  },
  'assistant.threads.setSuggestedPrompts': {
    test: 'src/web-api/methods/assistant.test.ts › setSuggestedPrompts offers at most four',
    errors: 'channel_not_found invalid_thread_ts message_not_found not_agent_app',
  },
  'assistant.threads.setTitle': {
    test: 'src/web-api/methods/assistant.test.ts › setTitle shows on the first message of the thread',
    errors: 'channel_not_found invalid_thread_ts',
  },
} as const satisfies MethodFacts;
