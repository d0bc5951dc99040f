/** Facts about pins.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

export const pinsFacts = {
  'pins.add': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
    errors: `
      already_pinned bad_timestamp channel_not_found external_channel_migrating file_not_found file_not_shared
      message_not_found no_item_specified not_in_channel not_pinnable restricted_action too_many_pins
    `,
  },
  'pins.list': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
    errors: 'channel_not_found restricted_action',
  },
  'pins.remove': {
    test: 'src/web-api/methods/pins.test.ts › are listed, counted in the history and told to sockets, until they are taken off',
    errors: `
      bad_timestamp channel_not_found external_channel_migrating file_comment_not_found file_not_found
      message_not_found no_item_specified no_pin not_pinned restricted_action
    `,
  },
} as const satisfies MethodFacts;
