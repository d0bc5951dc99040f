/** team.*: the workspace. */

import { refuse } from '../../wire/answer.ts';
import { text } from '../../wire/arguments.ts';
import type { Team } from '../../workspace/model.ts';
import { type Json, teamShape } from '../../workspace/slack-shapes.ts';
import { teamMethod, type WebApiMethod } from '../method.ts';

export const teamMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'team.info',
    tier: 3,
    scopes: ['team:read'],
    args: { team: text.optional(), domain: text.optional() },
    run({ team }, args) {
      const isOther = (args.team ?? team.id) !== team.id || (args.domain ?? team.domain) !== team.domain;
      return isOther ? refuse('team_not_found') : { ok: true, team: teamShape(team) };
    },
  }),
  teamMethod({
    name: 'team.profile.get',
    tier: 3,
    scopes: ['users.profile:read'],
    args: { visibility: text.optional() },
    run: ({ team }) => ({ ok: true, profile: { fields: customFields(team), sections: [] } }),
  }),
  teamMethod({
    name: 'team.billing.info',
    tier: 3,
    scopes: ['team.billing:read'],
    args: {},
    // Which words there are besides `free` is a guess; nothing here is less than a paid workspace can do.
    run: ({ team }) => ({ ok: true, plan: team.enterprise ? 'enterprise' : 'plus' }),
  }),
  teamMethod({
    name: 'team.preferences.list',
    tier: 3,
    scopes: ['team.preferences:read'],
    args: {},
    run: ({ team }) => ({ ok: true, ...preferencesOf(team) }),
  }),
];

/** What holds here, in Slack's words as far as its page has them; `allow_all`, `admin` and -1 are guesses. */
function preferencesOf(team: Team): Json {
  const isGeneralOpen = [...team.channels.values()].every(({ isGeneral, isReadOnly }) => !(isGeneral && isReadOnly));
  return {
    allow_message_deletion: true,
    display_real_names: false,
    disable_file_uploads: 'allow_all',
    msg_edit_window_mins: -1,
    who_can_post_general: isGeneralOpen ? 'everyone' : 'admin',
  };
}

/** On Slack administrators define the fields; here a field is there once somebody has filled it in. */
function customFields(team: Team): Json[] {
  const ids = new Set([...team.users.values()].flatMap((user) => Object.keys(user.profile.fields)));
  return [...ids].map((id, ordering) => ({
    id,
    ordering,
    label: id,
    hint: '',
    type: 'text',
    possible_values: null,
    options: null,
    is_hidden: 0,
  }));
}
