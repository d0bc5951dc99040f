/** The test that shows each payload of interactivity, and each way to answer it. */
import type { CoverageTable } from '../coverage.test-data.ts';

export const interactivityCoverage = {
  slash_command: {
    test: 'src/interactivity/slash-command.test.ts › sends the fields of a slash command as a signed form',
  },
  block_actions: {
    test: 'src/interactivity/block-action.test.ts › sends a pressed button with the message, where it is, and a URL to answer at',
  },
  'block_actions in a view': {
    test: 'src/interactivity/view-action.test.ts › sends the elements of a modal that dispatch, with the view and no message',
  },
  block_suggestion: {
    test: 'src/interactivity/block-action.test.ts › asks for the options of an external select at the options URL',
  },
  interactive_message: {
    test: 'src/interactivity/attachment-action.test.ts › sends a pressed button, and the answer replaces the message',
  },
  'interactive_message for options': {
    test: 'src/interactivity/attachment-action.test.ts › asks for the options of a menu whose data_source is external',
  },
  dialog_submission: {
    test: 'src/interactivity/dialog-action.test.ts › opens for who pressed, and what is entered is sent to the app',
  },
  dialog_cancellation: {
    test: 'src/interactivity/dialog-action.test.ts › tells only an app that asked for it that it was cancelled',
  },
  dialog_suggestion: {
    test: 'src/interactivity/dialog-action.test.ts › asks for the options of a select whose data_source is external',
  },
  shortcut: {
    test: 'src/interactivity/shortcut.test.ts › sends a global shortcut without a channel or a URL to answer at',
  },
  message_action: {
    test: 'src/interactivity/shortcut.test.ts › sends a message shortcut with the message, and takes an answer to it',
  },
  view_submission: {
    test: 'src/interactivity/view-action.test.ts › sends what was entered and closes it when the answer is empty',
  },
  view_closed: { test: 'src/interactivity/view-action.test.ts › is told only to an app that asked for it' },
  'response_action update': {
    test: 'src/interactivity/view-action.test.ts › exchanges it with response_action update',
  },
  'response_action push': {
    test: 'src/interactivity/view-action.test.ts › goes on to a next one with push, and back to the first when that is submitted',
  },
  'response_action clear': { test: 'src/interactivity/view-action.test.ts › closes the whole stack with clear' },
  'response_action errors': {
    test: 'src/interactivity/view-action.test.ts › shows errors under the fields, and they go with the next try',
  },
  response_url: {
    test: 'src/interactivity/slash-command.test.ts › takes five answers at the response URL within half an hour',
  },
  incoming_webhook: { test: 'src/interactivity/shortcut.test.ts › posts into the channel of an incoming webhook' },
} as const satisfies CoverageTable;
