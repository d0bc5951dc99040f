/** Puts together what one person sees of a workspace. Looking changes nothing. */

import type { AppSockets } from '../../faults/live-sockets.ts';
import type { Interactions } from '../../interactivity/interactions.ts';
import type { RtmGateway } from '../../rtm/rtm-gateway.ts';
import { shownAuthorName } from '../../workspace/author-name.ts';
import { findChannel } from '../../workspace/channels.ts';
import { typeOf } from '../../workspace/file-shape.ts';
import { personOf } from '../../workspace/lookups.ts';
import { MESSAGES_KEPT_PER_CHANNEL } from '../../workspace/messages.ts';
import type { App, Channel, Message, Team, User } from '../../workspace/model.ts';
import { shownAttachments } from '../../workspace/work-objects.ts';
import type { World } from '../../workspace/world.ts';
import type {
  ScreenApp,
  ScreenConversation,
  ScreenInfo,
  ScreenMessage,
  ScreenPerson,
  ScreenQuery,
} from './screen-schema.ts';
import type { Typers } from './typers.ts';

/** What is looked at. */
export interface ScreenTools {
  world: World;
  rtm: Pick<RtmGateway, 'list'>;
  socketMode: Pick<AppSockets, 'list'>;
  interactions: Interactions;
  typers: Typers;
}

/** Messages at a time: what fits a tall screen a few times. */
const PAGE = 60;
/** At most, of those that are asked for by `from`. */
const MOST = 2_000;

/** @throws SimulatorError `not_found` */
export function screenOf(tools: ScreenTools, team: Team, query: ScreenQuery): ScreenInfo {
  const me = personOf(team, query.user);
  const channel = query.channel === undefined ? undefined : channelOf(tools, team, { me, reference: query.channel });
  return {
    team: { id: team.id, name: team.name, domain: team.domain, enterprise: team.enterprise?.id },
    me: me.id,
    people: [...team.users.values()].map(personInfo),
    conversations: [...team.channels.values()]
      .filter((one) => isVisible(one, me))
      .map((one) => conversationInfo(one, me)),
    apps: [...tools.world.apps.values()].map((app) => appInfo(tools, team, { app, me })),
    emoji: Object.fromEntries(team.emoji),
    channel: channel && channelScreen(tools, team, { channel, me, query }),
  };
}

function channelOf(
  { world }: ScreenTools,
  team: Team,
  { me, reference }: { me: User; reference: string },
): Channel | undefined {
  const channel = reference === 'bot' ? directMessageWith(world, team, me) : findChannel(team, reference);
  return channel && isVisible(channel, me) ? channel : undefined;
}

function directMessageWith(world: World, team: Team, me: User): Channel | undefined {
  const bot = team.installations.get(world.findApp()?.id ?? '')?.botUserId ?? '';
  return [...team.channels.values()].find(
    ({ kind, members }) => kind === 'im' && members.has(me.id) && members.has(bot),
  );
}

/** Others' private conversations are theirs. */
function isVisible({ kind, members }: Channel, { id }: User): boolean {
  return kind === 'channel' || members.has(id);
}

function personInfo({
  id,
  name,
  realName,
  botId,
  appId,
  isDeleted,
  isAdmin,
  isOnline,
  color,
  profile,
}: User): ScreenPerson {
  const { title, statusText, statusEmoji } = profile;
  return {
    id,
    name,
    realName,
    isBot: botId !== undefined,
    isDeleted,
    isAdmin,
    isOnline,
    color,
    title,
    statusText,
    statusEmoji,
    app: appId,
  };
}

function conversationInfo(channel: Channel, me: User): ScreenConversation {
  const { id, kind, name, members, isArchived, topic } = channel;
  const unread = unreadOf(channel, me);
  return {
    id,
    kind,
    name,
    partner: kind === 'im' ? ([...members].find((one) => one !== me.id) ?? me.id) : undefined,
    isMember: members.has(me.id),
    isArchived,
    topic: topic.value,
    members: members.size,
    unread: unread.length,
    mentions: unread.filter(
      ({ text }) => kind === 'im' || text.includes(`<@${me.id}`) || /<!(here|channel|everyone)/.test(text),
    ).length,
  };
}

function unreadOf({ messages, lastRead, members }: Channel, me: User): Message[] {
  if (!members.has(me.id)) return [];
  const readUpTo = lastRead.get(me.id) ?? '';
  const firstRead = messages.findLastIndex(({ ts }) => ts <= readUpTo);
  return messages
    .slice(firstRead + 1)
    .filter(
      ({ userId, threadTs, subtype }) => userId !== me.id && threadTs === undefined && subtype !== 'channel_join',
    );
}

function appInfo(
  { rtm, socketMode, interactions }: ScreenTools,
  team: Team,
  { app, me }: { app: App; me: User },
): ScreenApp {
  const installation = team.installations.get(app.id);
  const sockets = [...rtm.list({ team: team.id, app: app.id }), ...socketMode.list({ app: app.id })];
  return {
    id: app.id,
    name: app.name,
    kind: app.kind,
    status: installation?.status ?? 'none',
    botUserId: installation?.botUserId,
    sockets: sockets.length,
    hasHome: interactions.views.homeOf({ app, team, userId: me.id }) !== undefined,
    commands: app.commands.map(({ command }) => command),
    shortcuts: app.shortcuts,
  };
}

interface ChannelWanted {
  channel: Channel;
  me: User;
  query: ScreenQuery;
}

function channelScreen(tools: ScreenTools, team: Team, { channel, me, query }: ChannelWanted): ScreenInfo['channel'] {
  const shown = (message: Message, isEphemeral = false) => messageScreen(tools, team, { message, isEphemeral });
  const mine = channel.ephemerals.filter(({ userId }) => userId === me.id).map(({ message }) => message);
  const tops = channel.messages.filter(
    ({ threadTs, subtype }) => threadTs === undefined || subtype === 'thread_broadcast',
  );
  const older = query.before === undefined ? tops : tops.filter(({ ts }) => ts < (query.before ?? ''));
  const page = older.slice(-Math.max(PAGE, Math.min(MOST, countFrom(older, query.from))));
  const first = page[0]?.ts ?? '';
  const isInPage = ({ ts, threadTs }: Message) =>
    threadTs === undefined && ts >= first && (query.before === undefined || ts < query.before);
  const inThread = ({ ts, threadTs }: Message) => ts === query.thread || threadTs === query.thread;
  const sorted = (messages: ScreenMessage[]) => messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
  return {
    id: channel.id,
    messages: sorted([...page.map((one) => shown(one)), ...mine.filter(isInPage).map((one) => shown(one, true))]),
    hasOlder: page.length < older.length,
    trimmedTo: channel.isTrimmed ? MESSAGES_KEPT_PER_CHANNEL : undefined,
    threads: [...channel.assistantThreads.values()].map(
      ({ threadTs, appId, title, status, promptsTitle, prompts, session }) => ({
        threadTs,
        app: appId,
        title,
        status,
        promptsTitle,
        prompts,
        session,
      }),
    ),
    thread:
      query.thread === undefined
        ? undefined
        : sorted([
            ...channel.messages.filter(inThread).map((one) => shown(one)),
            ...mine.filter(({ threadTs }) => threadTs === query.thread).map((one) => shown(one, true)),
          ]),
    pins: channel.pins.length,
    typing: tools.typers.in(channel.id).filter((id) => id !== me.id),
  };
}

function countFrom(messages: readonly Message[], from: string | undefined): number {
  return from === undefined ? 0 : messages.filter(({ ts }) => ts >= from).length;
}

function messageScreen(
  { interactions }: ScreenTools,
  team: Team,
  { message, isEphemeral }: { message: Message; isEphemeral: boolean },
): ScreenMessage {
  const { ts, threadTs, userId, botId, appId, subtype, text, blocks, files, reactions, stream, thread } = message;
  return {
    ts,
    threadTs,
    author: userId ?? botId ?? '',
    name: shownAuthorName(team, message),
    isBot: botId !== undefined,
    app: appId,
    subtype,
    text,
    blocks,
    attachments: shownAttachments(team, message),
    files: files?.map((file) => ({
      id: file.id,
      name: file.name,
      mimetype: typeOf(file).mimeType,
      size: file.content.length,
    })),
    reactions: reactions?.map((one) => ({ name: one.name, users: one.userIds })),
    isEdited: message.edited !== undefined,
    isPinned: message.isPinned,
    isEphemeral,
    stream: stream?.state,
    replies:
      thread && thread.replyCount > 0
        ? { count: thread.replyCount, latest: thread.latestReply, users: [...thread.replyUsers] }
        : undefined,
    values: interactions.messageValues.get(message),
  };
}
