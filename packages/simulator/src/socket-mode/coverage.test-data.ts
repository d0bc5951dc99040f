/** The test that shows each frame of Socket Mode. */
import type { CoverageTable } from '../coverage.test-data.ts';

export const socketModeCoverage = {
  '← hello': { test: 'src/socket-mode/socket-mode.test.ts › begins with hello' },
  '← events_api': { test: 'src/socket-mode/socket-mode.test.ts › is an envelope with the body that HTTP would carry' },
  '← slash_commands': {
    test: 'test/compat-bolt-interactivity.test.ts › answers commands, buttons, message shortcuts and option queries',
  },
  '← interactive': {
    test: 'test/compat-bolt-interactivity.test.ts › opens, updates, pushes and clears modals, and shows errors',
  },
  '→ ack with payload': {
    test: 'test/compat-bolt-interactivity.test.ts › opens, updates, pushes and clears modals, and shows errors',
  },
  '← retry': {
    test: 'src/socket-mode/socket-mode.test.ts › that is not acknowledged comes again, perhaps on another socket',
  },
  '← disconnect: warning': {
    test: 'src/socket-mode/socket-mode.test.ts › is refreshed with a warning, after the time that hello named',
  },
  '← disconnect: refresh_requested': {
    test: 'src/socket-mode/socket-mode.test.ts › is refreshed with a warning, after the time that hello named',
  },
  '← disconnect: link_disabled': {
    test: 'src/socket-mode/socket-mode.test.ts › ends with link_disabled when Socket Mode is switched off, and so does a new one',
  },
  '← disconnect: too_many_websockets': { test: 'src/socket-mode/socket-mode.test.ts › is one of ten at most' },
  '→ frame above the limit': {
    test: 'src/socket-mode/socket-mode.test.ts › of one byte more closes its connection with 1009, acknowledges nothing, and leaves the others alone',
  },
} as const satisfies CoverageTable;
