/** Puts the lists together. Looking changes nothing. */
import { shownAuthorName } from '../../workspace/author-name.ts';
import { canSee } from '../../workspace/channels.ts';
import type { Channel, Message, Team, User } from '../../workspace/model.ts';
import { matchesMessage, readQuery } from '../../workspace/search-query.ts';
import type { Notification, PlacedMessage, ScheduledInfo, SearchAnswer } from './list-schema.ts';

/** What a person reads at most. */
const MOST_SHOWN = 100;

/** What Slack itself writes is nobody's to find. */
function isSaid({ subtype }: Message): boolean {
  return subtype === undefined || ['bot_message', 'me_message', 'thread_broadcast', 'file_share'].includes(subtype);
}

/** What others wrote to somebody: directly, by mention, or below what they wrote. Newest first. */
export function notificationsOf(team: Team, me: User): Notification[] {
  const found: Notification[] = [];
  for (const channel of team.channels.values()) {
    if (!channel.members.has(me.id)) continue;
    const read = channel.lastRead.get(me.id) ?? '';
    for (const message of channel.messages) {
      const reason = message.userId === me.id || !isSaid(message) ? undefined : reasonOf(channel, message, me);
      if (reason) found.push({ ...placed(team, channel, message), reason, isUnread: message.ts > read });
    }
  }
  return newest(found);
}

function reasonOf({ kind }: Channel, { text, parent }: Message, { id }: User): Notification['reason'] | undefined {
  if (text.includes(`<@${id}`)) return 'mention';
  if (kind === 'im' || kind === 'mpim') return 'direct';
  if (parent && (parent.userId === id || parent.thread?.replyUsers.has(id))) return 'thread';
  return /<!(here|channel|everyone)/.test(text) ? 'everybody' : undefined;
}

/** What somebody finds among what they may read. Newest first. */
export function searchIn(team: Team, me: User, line: string): SearchAnswer {
  const query = readQuery(team, me.id, line);
  const found: PlacedMessage[] = [];
  for (const channel of team.channels.values()) {
    if (!canSee(channel, me.id)) continue;
    for (const message of channel.messages)
      if (isSaid(message) && matchesMessage(query, channel, message)) found.push(placed(team, channel, message));
  }
  return { matches: newest(found), total: found.length };
}

/** What apps put on the clock, in conversations that somebody may see. The next one first. */
export function scheduledFor(team: Team, me: User): ScheduledInfo[] {
  return [...team.scheduledMessages.values()]
    .filter(({ channelId }) => {
      const channel = team.channels.get(channelId);
      return channel !== undefined && canSee(channel, me.id);
    })
    .map(({ id, channelId, appId, text, postAtSeconds }) => ({
      id,
      channel: channelId,
      app: appId,
      text,
      postAtMs: postAtSeconds * 1_000,
    }))
    .toSorted((one, other) => one.postAtMs - other.postAtMs);
}

function placed(team: Team, channel: Channel, message: Message): PlacedMessage {
  const { ts, threadTs, userId, botId, text } = message;
  const name = shownAuthorName(team, message);
  const said = { ts, threadTs, author: userId ?? botId ?? '', name, isBot: botId !== undefined, text };
  return { channel: channel.id, message: said };
}

function newest<One extends PlacedMessage>(found: readonly One[]): One[] {
  return found.toSorted((one, other) => (one.message.ts < other.message.ts ? 1 : -1)).slice(0, MOST_SHOWN);
}
