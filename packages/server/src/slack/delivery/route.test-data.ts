/** Slack's payloads as far as they say whose they are: each kind with the places that it has for ids. The ids are made up. */

/** What a test puts into those places; what is left out is null, as Slack writes it. */
export interface Ids {
  team?: string | null;
  /** Organization of that team. */
  teamOrg?: string;
  user?: string;
  enterprise?: string | null;
  flag?: boolean | undefined;
  viewTeam?: string;
  installed?: string;
}

type Body = Record<string, unknown>;

const ORG_NAME = 'Acme Org';

function teamOf({ team, teamOrg }: Ids): Body {
  if (team === null || team === undefined) return { team: null };
  return { team: { id: team, domain: 'acme', ...(teamOrg && { enterprise_id: teamOrg, enterprise_name: ORG_NAME }) } };
}

const around = (type: string, ids: Ids): Body => ({
  type,
  token: 'v',
  api_app_id: 'A0TEST0001',
  trigger_id: '1.2.abc',
  ...teamOf(ids),
  user: { id: 'U0ANN00001', name: 'ann', ...(ids.user && { team_id: ids.user }) },
  enterprise: ids.enterprise ? { id: ids.enterprise, name: ORG_NAME } : null,
  ...(ids.flag !== undefined && { is_enterprise_install: ids.flag }),
});
const channel = { channel: { id: 'C0GEN00001', name: 'general' }, response_url: 'https://hooks.test/1' };
const viewOf = ({ viewTeam = null, installed = null }: { viewTeam?: string | null; installed?: string | null }) => ({
  view: {
    id: 'V01',
    type: 'modal',
    callback_id: 'cfg',
    blocks: [],
    state: { values: {} },
    team_id: viewTeam,
    app_id: 'A0TEST0001',
    app_installed_team_id: installed,
    bot_id: 'B0BOT00001',
  },
});
const action = { actions: [{ type: 'button', action_id: 'ok', block_id: 'b', value: '1' }] };

/** Payloads without a view. */
export const payloads: Record<string, (ids: Ids) => Body> = {
  block_actions: (ids) => ({ ...around('block_actions', ids), ...channel, ...action }),
  block_suggestion: (ids) => ({ ...around('block_suggestion', ids), action_id: 'city', block_id: 'b', value: 'x' }),
  dialog_cancellation: (ids) => ({ ...around('dialog_cancellation', ids), ...channel, callback_id: 'cb', state: 's' }),
  dialog_submission: (ids) => ({ ...around('dialog_submission', ids), ...channel, callback_id: 'cb', submission: {} }),
  dialog_suggestion: (ids) => ({
    ...around('dialog_suggestion', ids),
    ...channel,
    callback_id: 'cb',
    name: 'n',
    value: 'x',
  }),
  interactive_message: (ids) => ({
    ...around('interactive_message', ids),
    ...channel,
    callback_id: 'cb',
    actions: [{ name: 'n', type: 'button', value: '1' }],
    original_message: {},
  }),
  message_action: (ids) => ({
    ...around('message_action', ids),
    ...channel,
    callback_id: 'cb',
    message_ts: '1.1',
    message: {},
  }),
  shortcut: (ids) => ({ ...around('shortcut', ids), callback_id: 'cb', action_ts: '1.1' }),
};

/** Payloads with a view, which says where the app is installed. */
export const views: Record<string, (ids: Ids) => Body> = {
  view_submission: (ids) => ({ ...around('view_submission', ids), ...viewOf(ids), response_urls: [] }),
  view_closed: (ids) => ({ ...around('view_closed', ids), ...viewOf(ids), is_cleared: false }),
  'block_actions in a view': (ids) => ({ ...around('block_actions', ids), ...viewOf(ids), ...action }),
};

/** A form: no nulls, and texts for flags. */
export const command = ({ team, enterprise, flag }: Ids): Body => ({
  command: '/stan',
  text: '',
  token: 'v',
  api_app_id: 'A0TEST0001',
  user_id: 'U0ANN00001',
  channel_id: 'C0GEN00001',
  ...(team && { team_id: team, team_domain: 'acme' }),
  ...(enterprise && { enterprise_id: enterprise, enterprise_name: ORG_NAME }),
  ...(flag !== undefined && { is_enterprise_install: String(flag) }),
});

/** What an `event_callback` says around its event. */
export interface EventIds {
  team?: string | null;
  enterprise?: string | null;
  contextTeam?: string | null;
  contextEnterprise?: string | null;
  granted?: { team: string | null; enterprise: string | null; flag: boolean };
  isShared?: boolean;
}

const base = ({ team = null, enterprise = null, isShared = false }: EventIds): Body => ({
  type: 'event_callback',
  token: 'v',
  api_app_id: 'A0TEST0001',
  event_id: 'Ev01',
  event_time: 1_795_400_000,
  event_context: '4-eyJ',
  team_id: team,
  enterprise_id: enterprise,
  is_ext_shared_channel: isShared,
  event: { type: 'message', channel: 'C0GEN00001', user: 'U0ANN00001', text: 'hi', ts: '1.1' },
});
const authorized = ({ granted }: EventIds): Body => ({
  authorizations: granted
    ? [
        {
          team_id: granted.team,
          enterprise_id: granted.enterprise,
          user_id: 'U0BOT00001',
          is_bot: true,
          is_enterprise_install: granted.flag,
        },
      ]
    : [],
});
const context = ({ contextTeam = null, contextEnterprise = null }: EventIds): Body => ({
  context_team_id: contextTeam,
  context_enterprise_id: contextEnterprise,
});
const authed = { authed_users: ['U0BOT00001'], authed_teams: ['T0ACME0001'] };

/** The four ways in which Slack writes what is around an event. */
export const events: Record<string, (ids: EventIds) => Body> = {
  'with authorizations': (ids) => ({ ...base(ids), ...authorized(ids) }),
  'with authorizations and authed users': (ids) => ({ ...base(ids), ...authorized(ids), ...authed }),
  'with a context': (ids) => ({ ...base(ids), ...authorized(ids), ...context(ids) }),
  'with a context and authed users': (ids) => ({ ...base(ids), ...authorized(ids), ...context(ids), ...authed }),
};
