/** Facts about canvases.ts and canvas-changes.ts for tests and COVERAGE.md; see method-facts.test-data.ts. */
import type { MethodFacts } from './method-facts.test-data.ts';

const file = 'src/web-api/methods/canvases.test.ts';
const created = `${file} › is a file that is read as HTML, changed and deleted, and apps hear of it` as const;
const ofChannel = `${file} › is one per channel, and written by everybody there` as const;
const shared = `${file} › is shared with people and conversations, to read or to write` as const;
const disabled = 'canvas_disabled_user_team restricted_action' as const;

export const canvasesFacts = {
  'canvases.access.delete': {
    test: shared,
    errors: `${disabled} canvas_not_found channel_not_found invalid_parameters user_not_found`,
  },
  'canvases.access.set': {
    test: shared,
    errors: `
      ${disabled} canvas_not_found channel_not_found failed_to_update_user_ids invalid_parameters user_not_found
    `,
  },
  'canvases.create': {
    test: created,
    errors: `
      ${disabled} canvas_creation_failed free_team_canvas_tab_already_exists
      free_teams_cannot_create_non_tabbed_canvases free_teams_cannot_create_standalone_canvases
    `,
  },
  'canvases.delete': { test: created, errors: `${disabled} canvas_deleting_disabled canvas_not_found` },
  'canvases.edit': {
    test: `${file} › is changed section by section`,
    errors: `
      ${disabled} canvas_editing_failed canvas_editing_locked canvas_not_found canvas_too_large
      free_teams_cannot_edit_standalone_canvases
    `,
  },
  'canvases.sections.lookup': {
    test: `${file} › is changed section by section`,
    errors: 'canvas_deleted canvas_disabled_user_team canvas_not_found',
  },
  'conversations.canvases.create': {
    test: ofChannel,
    errors: `
      ${disabled} canvas_creation_failed canvas_tab_creation_failed channel_canvas_already_exists
      channel_canvas_creation_failed free_team_canvas_tab_already_exists team_tier_cannot_create_channel_canvases
    `,
  },
} as const satisfies MethodFacts;
