/**
 * The shapes of Slack's events, cut down to the facts about where they happened, with the order key that each must have.
 * C1 is a channel, D1 a direct message, 10.1 the root of a thread and 20.2 a reply in it.
 */

interface EventShape {
  what: string;
  event: Readonly<Record<string, unknown>>;
  key: string | undefined;
}

const IN_C1 = { channel: 'C1', channel_type: 'channel', user: 'U1', event_ts: '30.3' };
const CHANGE = { ...IN_C1, type: 'message', hidden: true, ts: '30.3' };
const ROOT = { type: 'message', user: 'U1', text: 'root', ts: '10.1' };
/** What Slack makes of a root with its first reply. */
const ANSWERED_ROOT = { ...ROOT, thread_ts: '10.1', reply_count: 1, latest_reply: '20.2' };
const REPLY = { type: 'message', user: 'U1', text: 'reply', ts: '20.2', thread_ts: '10.1', parent_user_id: 'U1' };
const ASSISTANT_THREAD = { user_id: 'U1', channel_id: 'D1', thread_ts: '10.1', context: { channel_id: 'C1' } };
const LINKS = [{ url: 'https://example.com/1', domain: 'example.com' }];
const CHANNEL = { id: 'C1', name: 'general', created: 10, creator: 'U1' };

const messages: EventShape[] = [
  { what: 'a message', event: { ...IN_C1, ...ROOT }, key: 'C1' },
  { what: 'a direct message', event: { ...ROOT, channel: 'D1', channel_type: 'im' }, key: 'D1' },
  { what: 'a message of a bot', event: { ...IN_C1, ...ROOT, subtype: 'bot_message', bot_id: 'B1' }, key: 'C1' },
  { what: 'a message with a file', event: { ...IN_C1, ...ROOT, subtype: 'file_share' }, key: 'C1' },
  { what: 'a /me message', event: { ...IN_C1, ...ROOT, subtype: 'me_message' }, key: 'C1' },
  { what: 'a joined channel', event: { ...IN_C1, ...ROOT, subtype: 'channel_join', inviter: 'U2' }, key: 'C1' },
  { what: 'a changed topic', event: { ...IN_C1, ...ROOT, subtype: 'channel_topic', topic: 'x' }, key: 'C1' },
  { what: 'a mention', event: { ...IN_C1, ...ROOT, type: 'app_mention' }, key: 'C1' },
  { what: 'a reply', event: { ...IN_C1, ...REPLY }, key: 'C1:10.1' },
  { what: 'a reply of a bot', event: { ...IN_C1, ...REPLY, subtype: 'bot_message' }, key: 'C1:10.1' },
  { what: 'a mention in a thread', event: { ...IN_C1, ...REPLY, type: 'app_mention' }, key: 'C1:10.1' },
  {
    what: 'a reply that is shown in the channel, too',
    event: { ...IN_C1, ...REPLY, subtype: 'thread_broadcast', root: ANSWERED_ROOT },
    key: 'C1:10.1',
  },
  {
    what: 'an edited message',
    event: { ...CHANGE, subtype: 'message_changed', message: ROOT, previous_message: ROOT },
    key: 'C1',
  },
  {
    what: 'an edited root that has replies',
    event: { ...CHANGE, subtype: 'message_changed', message: ANSWERED_ROOT, previous_message: ANSWERED_ROOT },
    key: 'C1',
  },
  {
    what: 'an edited reply',
    event: { ...CHANGE, subtype: 'message_changed', message: REPLY, previous_message: REPLY },
    key: 'C1:10.1',
  },
  {
    what: 'an edited reply whose thread only the message before the edit names',
    event: { ...CHANGE, subtype: 'message_changed', message: { ...ROOT, ts: '20.2' }, previous_message: REPLY },
    key: 'C1:10.1',
  },
  { what: 'a deleted message', event: { ...CHANGE, subtype: 'message_deleted', previous_message: ROOT }, key: 'C1' },
  {
    what: 'a deleted reply',
    event: { ...CHANGE, subtype: 'message_deleted', deleted_ts: '20.2', previous_message: REPLY },
    key: 'C1:10.1',
  },
  { what: 'a deletion that does not say of what', event: { ...CHANGE, subtype: 'message_deleted' }, key: 'C1' },
  {
    what: 'the news that a root was replied to',
    event: { ...CHANGE, subtype: 'message_replied', message: ANSWERED_ROOT },
    key: 'C1:10.1',
  },
  {
    what: 'the same without the thread in the root',
    event: { ...CHANGE, subtype: 'message_replied', message: ROOT },
    key: 'C1:10.1',
  },
  { what: 'a message that nobody may read', event: { ...CHANGE, subtype: 'ekm_access_denied' }, key: 'C1' },
  {
    what: 'metadata of a message',
    event: { type: 'message_metadata_posted', channel_id: 'C1', message_ts: '10.1' },
    key: 'C1',
  },
];

const aboutMessages: EventShape[] = [
  { what: 'a link', event: { ...IN_C1, type: 'link_shared', message_ts: '10.1', links: LINKS }, key: 'C1' },
  {
    what: 'a link in a reply',
    event: { ...IN_C1, type: 'link_shared', message_ts: '20.2', thread_ts: '10.1', links: LINKS },
    key: 'C1:10.1',
  },
  ...['U1', 'U2'].map((user) => ({
    what: `a link that ${user} is still writing`,
    event: { type: 'link_shared', user, channel: 'COMPOSER', message_ts: 'd-1', unfurl_id: `C7-${user}`, links: LINKS },
    key: `COMPOSER:${user}:d-1`,
  })),
  {
    what: 'a link of an unsent message that does not say whose',
    event: { type: 'link_shared', channel: 'COMPOSER', unfurl_id: 'C7-U3', links: LINKS },
    key: 'COMPOSER:C7-U3',
  },
  {
    what: 'an unsent message without any id',
    event: { type: 'link_shared', channel: 'COMPOSER', links: LINKS },
    key: undefined,
  },
  ...['reaction_added', 'reaction_removed'].map((type) => ({
    what: type,
    event: {
      type,
      user: 'U1',
      reaction: 'wave',
      item: { type: 'message', channel: 'C1', ts: '20.2' },
      event_ts: '30.3',
    },
    key: 'C1',
  })),
  {
    what: 'a reaction to a file',
    event: { type: 'reaction_added', user: 'U1', reaction: 'wave', item: { type: 'file', file: 'F1' } },
    key: undefined,
  },
  ...['pin_added', 'pin_removed'].flatMap((type) => [
    {
      what: `${type} of a message`,
      event: { type, user: 'U1', channel_id: 'C1', item: { type: 'message', channel: 'C1', message: ANSWERED_ROOT } },
      key: 'C1',
    },
    {
      what: `${type} of a reply`,
      event: { type, user: 'U1', channel_id: 'C1', item: { type: 'message', channel: 'C1', message: REPLY } },
      key: 'C1:10.1',
    },
  ]),
  ...['star_added', 'star_removed'].map((type) => ({
    what: type,
    event: { type, user: 'U1', item: { type: 'message', channel: 'C1', message: ROOT } },
    key: 'C1',
  })),
];

const assistants: EventShape[] = [
  ...['assistant_thread_started', 'assistant_thread_context_changed'].map((type) => ({
    what: type,
    event: { type, assistant_thread: ASSISTANT_THREAD, event_ts: '30.3' },
    key: 'D1:10.1',
  })),
  {
    what: 'the first message in the thread of an assistant',
    event: { ...REPLY, channel: 'D1', channel_type: 'im' },
    key: 'D1:10.1',
  },
  {
    what: 'a new title of the thread of an assistant',
    event: {
      ...CHANGE,
      channel: 'D1',
      subtype: 'message_changed',
      message: { ...ANSWERED_ROOT, subtype: 'assistant_app_thread', assistant_app_thread: { title: 'x' } },
    },
    key: 'D1:10.1',
  },
  {
    what: 'a stopped session of an agent',
    event: { type: 'agent_session_stopped', channel: 'D1', thread_ts: '10.1', user: 'U1' },
    key: undefined,
  },
  { what: 'an opened home', event: { type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home' }, key: 'D1' },
];

const CONVERSATION_TYPES = [
  'channel_archive',
  'channel_unarchive',
  'channel_deleted',
  'channel_left',
  'channel_shared',
  'channel_unshared',
  'group_archive',
  'group_unarchive',
  'group_close',
  'group_deleted',
  'group_left',
  'group_open',
  'im_close',
  'im_open',
  'member_joined_channel',
  'member_left_channel',
];

const conversations: EventShape[] = [
  ...['channel_created', 'channel_rename', 'group_rename', 'im_created'].map((type) => ({
    what: type,
    event: { type, channel: CHANNEL, event_ts: '30.3' },
    key: 'C1',
  })),
  ...CONVERSATION_TYPES.map((type) => ({
    what: type,
    event: { type, channel: 'C1', user: 'U1', event_ts: '30.3' },
    key: 'C1',
  })),
  {
    what: 'a new id of a channel',
    event: { type: 'channel_id_changed', old_channel_id: 'C1', new_channel_id: 'C2' },
    key: 'C1',
  },
  {
    what: 'a rejected call',
    event: { type: 'call_rejected', call_id: 'R1', user_id: 'U1', channel_id: 'C1' },
    key: 'C1',
  },
  {
    what: 'a file in a channel',
    event: { type: 'file_shared', file_id: 'F1', user_id: 'U1', file: { id: 'F1' }, channel_id: 'C1' },
    key: 'C1',
  },
];

/** Nothing in them says where. */
const elsewhere: EventShape[] = [
  { type: 'app_requested', app_request: { id: 'Ar1' } },
  { type: 'app_uninstalled' },
  { type: 'channel_history_changed', latest: '10.1', ts: '30.3' },
  { type: 'dnd_updated', user: 'U1', dnd_status: { dnd_enabled: false } },
  { type: 'dnd_updated_user', user: 'U1', dnd_status: { dnd_enabled: false } },
  { type: 'email_domain_changed', email_domain: 'example.com' },
  { type: 'emoji_changed', subtype: 'add', name: 'wave' },
  { type: 'file_change', file_id: 'F1', file: { id: 'F1' } },
  { type: 'file_created', file_id: 'F1', user_id: 'U1', file: { id: 'F1' } },
  { type: 'file_deleted', file_id: 'F1', channel_ids: ['C1', 'C2'] },
  { type: 'file_public', file_id: 'F1', user_id: 'U1', file: { id: 'F1' } },
  { type: 'file_unshared', file_id: 'F1', user_id: 'U1', file: { id: 'F1' } },
  { type: 'grid_migration_finished', enterprise_id: 'E1' },
  { type: 'invite_requested', invite_request: { id: 'I1', channel_ids: ['C1'] } },
  { type: 'resources_added', resources: [{ resource: { type: 'channel', grant: { resource_id: 'C1' } } }] },
  { type: 'scope_granted', scopes: ['chat:write'], trigger_id: '1.2' },
  { type: 'subteam_created', subteam: { id: 'S1', team_id: 'T1' } },
  { type: 'subteam_members_changed', subteam_id: 'S1', team_id: 'T1', added_users: ['U1'] },
  { type: 'team_access_granted', team_ids: ['T1'] },
  { type: 'team_domain_change', url: 'https://example.com', domain: 'example' },
  { type: 'team_join', user: { id: 'U1', team_id: 'T1' } },
  { type: 'team_rename', name: 'x' },
  { type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } },
  { type: 'user_change', user: { id: 'U1', team_id: 'T1' } },
  { type: 'user_huddle_changed', user: { id: 'U1', team_id: 'T1' } },
  { type: 'user_resource_granted', user: 'U1', scopes: ['chat:write'], trigger_id: '1.2' },
  { type: 'workflow_published', workflow_id: 'Wf1' },
  { type: 'workflow_step_execute', callback_id: 'x', workflow_step: { workflow_id: 'Wf1', step_id: 'x' } },
].map((event) => ({ what: event.type, event, key: undefined }));

export const eventShapes: EventShape[] = [...messages, ...aboutMessages, ...assistants, ...conversations, ...elsewhere];
