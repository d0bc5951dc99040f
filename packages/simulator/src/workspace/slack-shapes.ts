/**
 * Slack's JSON for each noun, with every key that Slack sends. Answers, frames and deliveries share these.
 * The keys are those of Slack's own samples (slackapi/java-slack-sdk, json-logs/samples).
 */
import { filledCallBlock, isCallBlock } from './calls.ts';
import { fileShape } from './file-shape.ts';
import { type Json, seconds, teamUrl } from './json.ts';
import type { Bot, Channel, Headline, Message, MessageStream, Reaction, Team, User } from './model.ts';
import { richTextOf } from './rich-text.ts';
import { shownAttachments } from './work-objects.ts';

export { type Json, seconds, teamUrl };

const EPOCH_TS = '0000000000.000000';

/** Where the pictures would be. Nothing is served there: a simulator makes no calls to the outside. */
function pictures(kind: string, sizes: readonly number[]): Json {
  return Object.fromEntries(sizes.map((size) => [`image_${size}`, `https://simulator.invalid/${kind}/${size}.png`]));
}

/** What a profile says about a picture of somebody's own. (@slack/web-api, UsersSetPhotoResponse) */
export function ownPicture(hash: string): Json {
  const original = { image_original: `https://simulator.invalid/user-${hash}/original.png`, is_custom_image: true };
  return { ...pictures(`user-${hash}`, [24, 32, 48, 72, 192, 512, 1024]), ...original };
}

export function teamShape(team: Team): Json {
  return {
    id: team.id,
    name: team.name,
    domain: team.domain,
    email_domain: '',
    icon: { ...pictures('team', [34, 44, 68, 88, 102, 132, 230]), image_default: true },
    is_verified: false,
    url: teamUrl(team),
    avatar_base_url: 'https://simulator.invalid/avatar/',
    discoverable: 'unlisted',
    lob_sales_home_enabled: false,
    is_sfdc_auto_slack: false,
    locale: 'en-US',
    ...(team.enterprise && {
      enterprise_id: team.enterprise.id,
      enterprise_name: team.enterprise.name,
      enterprise_domain: team.enterprise.name.toLowerCase(),
    }),
  };
}

export function userShape(team: Team, user: User): Json {
  return {
    id: user.id,
    team_id: team.id,
    name: user.name,
    deleted: user.isDeleted,
    color: user.color,
    real_name: user.realName,
    tz: 'America/Los_Angeles',
    tz_label: 'Pacific Standard Time',
    tz_offset: -28_800,
    profile: profileShape(team, user),
    is_admin: user.isAdmin,
    is_owner: user.isAdmin,
    is_primary_owner: user.isAdmin,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.botId !== undefined,
    is_app_user: false,
    updated: seconds(user.updatedAtMs),
    is_email_confirmed: user.botId === undefined,
    who_can_share_contact_card: 'EVERYONE',
    ...(user.botId === undefined && { has_2fa: false }),
    ...(team.enterprise && { enterprise_user: enterpriseUser(team, user, team.enterprise) }),
  };
}

/** A profile, as users.profile.get shows it besides the users themselves. */
export function profileShape(team: Team, user: User): Json {
  const { profile } = user;
  const [firstName = '', ...rest] = user.realName.split(' ');
  return {
    title: profile.title,
    phone: profile.phone,
    skype: profile.skype,
    pronouns: profile.pronouns,
    start_date: profile.startDate,
    real_name: user.realName,
    real_name_normalized: user.realName,
    display_name: profile.displayName,
    display_name_normalized: profile.displayName,
    fields: profile.fields,
    status_text: profile.statusText,
    status_text_canonical: '',
    status_emoji: profile.statusEmoji,
    status_emoji_display_info: [],
    status_expiration: profile.statusExpiration,
    avatar_hash: profile.pictureHash ?? 'g5111c1a7e51',
    huddle_state: 'default_unset',
    huddle_state_expiration_ts: 0,
    first_name: firstName,
    last_name: rest.join(' '),
    ...(profile.pictureHash === undefined
      ? pictures('user', [24, 32, 48, 72, 192, 512])
      : ownPicture(profile.pictureHash)),
    team: team.id,
    ...(user.id === 'USLACKBOT' && { always_active: true }),
    ...(user.botId === undefined
      ? user.email !== '' && { email: user.email }
      : { bot_id: user.botId, api_app_id: user.appId, always_active: false }),
  };
}

function enterpriseUser(team: Team, user: User, enterprise: { id: string; name: string }): Json {
  return {
    id: user.id,
    enterprise_id: enterprise.id,
    enterprise_name: enterprise.name,
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    teams: [team.id],
  };
}

export function botShape(bot: Bot): Json {
  return {
    id: bot.id,
    deleted: bot.isDeleted,
    name: bot.name,
    updated: seconds(bot.updatedAtMs),
    app_id: bot.appId,
    user_id: bot.userId,
    icons: pictures('bot', [36, 48, 72]),
  };
}

/** The `bot_profile` of a message. */
export function botProfileShape(team: Team, bot: Bot): Json {
  return { ...botShape(bot), team_id: team.id };
}

/** A conversation as the caller sees it. */
export function channelShape(team: Team, channel: Channel, viewerId: string): Json {
  return channel.kind === 'im' ? imShape(team, channel, viewerId) : namedChannelShape(team, channel, viewerId);
}

function imShape(team: Team, channel: Channel, viewerId: string): Json {
  const unread = unreadCount(channel, viewerId);
  const partner = [...channel.members].find((id) => id !== viewerId) ?? viewerId;
  return {
    id: channel.id,
    created: seconds(channel.createdAtMs),
    is_archived: channel.isArchived,
    is_im: true,
    is_org_shared: false,
    context_team_id: team.id,
    updated: channel.updatedAtMs,
    user: partner,
    is_user_deleted: team.users.get(partner)?.isDeleted ?? false,
    is_open: !channel.closedFor.has(viewerId),
    last_read: channel.lastRead.get(viewerId) ?? EPOCH_TS,
    unread_count: unread,
    unread_count_display: unread,
    priority: 0,
  };
}

/** Messages of others since the viewer last read; the newest of them are at the end. */
function unreadCount({ messages, lastRead }: Channel, viewerId: string): number {
  const readUpTo = lastRead.get(viewerId) ?? EPOCH_TS;
  const firstRead = messages.findLastIndex((message) => message.ts <= readUpTo);
  return messages.slice(firstRead + 1).filter((message) => message.userId !== viewerId).length;
}

function namedChannelShape(team: Team, channel: Channel, viewerId: string): Json {
  const createdAt = seconds(channel.createdAtMs);
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'channel',
    created: createdAt,
    is_archived: channel.isArchived,
    is_general: channel.isGeneral,
    unlinked: 0,
    name_normalized: channel.name,
    is_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    context_team_id: team.id,
    updated: channel.updatedAtMs,
    parent_conversation: null,
    creator: channel.creatorId,
    is_ext_shared: false,
    shared_team_ids: [team.id],
    pending_connected_team_ids: [],
    is_member: channel.members.has(viewerId),
    topic: headlineShape(channel.topic),
    purpose: headlineShape(channel.purpose),
    properties: { ...canvasProperties(channel), tabz: [], is_dormant: false },
    previous_names: channel.previousNames,
  };
}

/** The canvases in tabs. (Recorded in October 2026: curie, test_channel_canvas; `canvas`: rusq/slackdump#401) */
function canvasProperties({ canvases }: Channel): Json {
  const shown = canvases.filter(({ isDeleted }) => !isDeleted);
  const own = shown.find(({ canvas }) => canvas?.isOfChannel);
  return {
    tabs: shown.map(({ id }) => ({ id: `Ct${id.slice(1)}`, type: 'canvas', data: { file_id: id }, label: '' })),
    ...(own && {
      canvas: { file_id: own.id, is_empty: own.canvas?.sections.length === 0, quip_thread_id: own.publicSecret },
    }),
  };
}

/** A topic or purpose. */
export function headlineShape({ value, creatorId, setAtMs }: Headline): Json {
  return { value, creator: creatorId, last_set: seconds(setAtMs) };
}

/** A message as conversations.history and the answer of chat.postMessage show it. */
export function messageShape(team: Team, message: Message): Json {
  const bot = message.botId === undefined ? undefined : team.bots.get(message.botId);
  return {
    ...(message.subtype && { subtype: message.subtype }),
    ...(message.userId !== undefined && { user: message.userId }),
    type: 'message',
    ts: message.ts,
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    ...(message.botId !== undefined && { bot_id: message.botId, app_id: message.appId }),
    text: message.text,
    team: team.id,
    ...(message.username !== undefined && { username: message.username }),
    ...(message.icons && { icons: message.icons }),
    ...(bot && { bot_profile: botProfileShape(team, bot) }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(message.parent && { parent_user_id: message.parent.userId ?? message.parent.botId }),
    ...(message.subtype === 'thread_broadcast' && message.parent && { root: messageShape(team, message.parent) }),
    ...blocksShape(team, message),
    ...attachmentsShape(team, message),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
    ...(message.edited && { edited: { user: message.edited.editorId, ts: message.edited.ts } }),
    ...(message.reactions && { reactions: message.reactions.map((one) => reactionShape(team, one)) }),
    ...(message.stream && { streaming_state: streamingStates[message.stream.state] }),
    ...(message.subtype === 'tombstone' && { hidden: true }),
    ...(message.files && {
      files: message.files.map((file) => fileShape(team, file)),
      upload: false,
      display_as_bot: false,
    }),
    ...message.details,
    ...threadShape(message),
  };
}

function attachmentsShape(team: Team, message: Message): Json {
  const attachments = shownAttachments(team, message);
  return attachments ? { attachments } : {};
}

/**
 * The three words that @slack/types 3.2.0 knows (events/message.d.ts, BotMessageEvent). Which of them Slack says of a stream
 * that a person stopped, and of one that expired, is a guess.
 */
const streamingStates: Readonly<Record<MessageStream['state'], string>> = {
  in_progress: 'in_progress',
  completed: 'completed',
  stopped_by_user: 'completed',
  expired: 'errored',
};

/** Lines that Slack writes itself have none, nor has what somebody does with `/me`. */
const WITH_RICH_TEXT: ReadonlySet<Message['subtype']> = new Set([
  undefined,
  'bot_message',
  'thread_broadcast',
  'file_share',
  'assistant_app_thread',
]);

/** Made once per text, because every event of a message carries it. */
const richTexts = new WeakMap<Message, { text: string; blocks: Json[] }>();

/** Those that an app gave, or what Slack makes of the text. */
function blocksShape(team: Team, message: Message): Json {
  const { blocks, text, subtype } = message;
  if (blocks?.some(isCallBlock)) {
    return { blocks: blocks.map((block) => (isCallBlock(block) ? filledCallBlock(team, block) : block)) };
  }
  if (blocks) return { blocks };
  if (text === '' || !WITH_RICH_TEXT.has(subtype)) return {};
  const known = richTexts.get(message);
  if (known?.text === text) return { blocks: known.blocks };
  const made = { text, blocks: richTextOf(text, richTextId(message)) };
  richTexts.set(message, made);
  return { blocks: made.blocks };
}

function richTextId({ clientMsgId, ts }: Message): string {
  return clientMsgId?.slice(0, 5) ?? Number(ts.replace('.', '')).toString(36).slice(-5);
}

/** With the picture of a custom emoji, as in the samples of slackapi/java-slack-sdk (reactions.get). */
function reactionShape(team: Team, { name, userIds }: Reaction): Json {
  const url = team.emoji.get(name);
  return { name, users: userIds, count: userIds.length, ...(url !== undefined && { url }) };
}

function threadShape(message: Message): Json {
  if (!message.thread) return {};
  return {
    thread_ts: message.ts,
    reply_count: message.thread.replyCount,
    reply_users_count: message.thread.replyUsers.size,
    latest_reply: message.thread.latestReply,
    reply_users: [...message.thread.replyUsers].slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

/** Where a message could be seen in a browser. */
export function permalinkOf({ team, channel, message }: { team: Team; channel: Channel; message: Message }): string {
  const link = `${teamUrl(team)}archives/${channel.id}/p${message.ts.replace('.', '')}`;
  return message.parent ? `${link}?thread_ts=${message.parent.ts}&cid=${channel.id}` : link;
}

/** The letter of `channel_type` in events. */
export function channelType(channel: Channel): 'channel' | 'group' | 'im' | 'mpim' {
  return channel.kind;
}
