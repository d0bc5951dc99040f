/** What a client may write on an RTM socket, and what it gets for it. (https://docs.slack.dev/legacy/legacy-rtm-api) */
import type { FaultBoard } from '../faults/fault-board.ts';
import { findChannel, openDirectMessage } from '../workspace/channels.ts';
import { postMessage } from '../workspace/messages.ts';
import type { Channel, Presence, Team } from '../workspace/model.ts';
import { findUser } from '../workspace/people.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { slackText } from '../workspace/slack-text.ts';
import type { World } from '../workspace/world.ts';
import type { RtmSession } from './rtm-session.ts';

/** Codes of error frames. Slack documents 1 and 2, Hubot knows -1; the others are ours, because Slack names none. */
export const rtmErrors = {
  slowDown: { code: -1, msg: 'slow down, too many messages...' },
  urlExpired: { code: 1, msg: 'Socket URL has expired' },
  textMissing: { code: 2, msg: 'message text is missing' },
  noSuchChannel: { code: 3, msg: 'channel not found' },
  notInChannel: { code: 4, msg: 'not in channel' },
  archived: { code: 5, msg: 'channel is archived' },
  unknownType: { code: 6, msg: 'unknown frame type' },
  invalidJson: { code: 7, msg: 'frame is not a JSON object' },
  invalidId: { code: 8, msg: 'id must be a positive integer' },
} as const;

/** Refused writes after which the socket is cut. Slack says "then disconnect" without a number. */
const REFUSALS_BEFORE_CUT = 5;
/** As many ids as presence_sub and presence_query may carry. */
const MAX_PRESENCE_IDS = 500;

/** What a frame needs of its surroundings. */
export interface FrameTools {
  world: World;
  faults: FaultBoard;
  readonly cut: (session: RtmSession) => void;
}

type Frame = Json & { type?: unknown; id?: unknown };

/** Acts on one text frame. Nothing that a client writes can throw. */
export function onClientFrame(tools: FrameTools, session: RtmSession, frame: Frame | undefined): void {
  if (!frame) {
    session.send({ type: 'error', error: rtmErrors.invalidJson });
    return;
  }
  switch (frame.type) {
    case 'ping':
      session.send(pong(frame));
      return;
    case 'message':
      if (mayWrite(tools, session, frame)) onMessage(tools, session, frame);
      return;
    case 'typing':
      if (mayWrite(tools, session, frame)) onTyping(tools, session, frame);
      return;
    case 'presence_sub':
      subscribe(tools, session, idsOf(frame));
      return;
    case 'presence_query':
      sendPresence(tools, session, idsOf(frame));
      return;
    default:
      session.send(failure(frame, rtmErrors.unknownType));
  }
}

/** `presence_change` in the form that the session asked for at rtm.connect. */
export function presenceFrame(session: RtmSession, userIds: readonly string[], presence: Presence): Json[] {
  if (session.isBatchPresenceAware) return [{ type: 'presence_change', users: userIds, presence }];
  return userIds.map((user) => ({ type: 'presence_change', user, presence }));
}

/** The answer echoes every flat field. */
function pong(frame: Frame): Json {
  const answer: Json = { type: 'pong', reply_to: frame.id };
  for (const [name, value] of Object.entries(frame)) {
    if (name !== 'id' && name !== 'type' && typeof value !== 'object') answer[name] = value;
  }
  return answer;
}

function onMessage({ world }: FrameTools, session: RtmSession, frame: Frame): void {
  const { team } = session.token;
  if (!team) return;
  if (!isPositiveInteger(frame.id)) session.send(failure(frame, rtmErrors.invalidId));
  else if (typeof frame.text !== 'string' || frame.text === '') session.send(failure(frame, rtmErrors.textMissing));
  else {
    const channel = channelOf(world, team, session, frame.channel);
    if ('code' in channel) session.send(failure(frame, channel));
    else {
      const { userId, botId, app } = session.token;
      const threadTs = typeof frame.thread_ts === 'string' ? frame.thread_ts : undefined;
      const draft = { text: slackText(frame.text), userId, botId, appId: app.id, threadTs };
      const { ts } = postMessage(world, { team, channel, draft, viaSocketId: session.id });
      session.send({ ok: true, reply_to: frame.id, ts, text: draft.text });
    }
  }
}

function onTyping({ world }: FrameTools, session: RtmSession, frame: Frame): void {
  const { team, userId } = session.token;
  if (!team) return;
  const channel = channelOf(world, team, session, frame.channel);
  if ('code' in channel) session.send(failure(frame, channel));
  else world.events.emit({ type: 'user_typing', team, channel, userId });
}

function subscribe(tools: FrameTools, session: RtmSession, ids: readonly string[]): void {
  const added = ids.filter((id) => !session.presenceIds.has(id));
  session.presenceIds = new Set(ids);
  sendPresence(tools, session, added);
}

function sendPresence(_tools: FrameTools, session: RtmSession, ids: readonly string[]): void {
  const { team } = session.token;
  for (const presence of ['active', 'away'] as const) {
    const present = ids.filter((id) => team?.users.get(id)?.presence === presence);
    if (present.length > 0) for (const frame of presenceFrame(session, present, presence)) session.send(frame);
  }
}

/** Whether the write limit of a fault lets this frame through; answers and cuts where it does not. */
function mayWrite({ world, faults, cut }: FrameTools, session: RtmSession, frame: Frame): boolean {
  const limit = faults.match('rtm_write_limit', { team: session.teamId, app: session.appId });
  if (!limit) return true;
  const nowMs = world.clock.now();
  const writes = session.writes ?? { atMs: nowMs, left: limit.burst, refused: 0 };
  const left = Math.min(limit.burst, writes.left + ((nowMs - writes.atMs) / 1000) * limit.perSecond);
  if (left >= 1) {
    session.writes = { atMs: nowMs, left: left - 1, refused: 0 };
    return true;
  }
  session.writes = { atMs: nowMs, left, refused: writes.refused + 1 };
  session.send(failure(frame, rtmErrors.slowDown));
  if (writes.refused + 1 >= REFUSALS_BEFORE_CUT) cut(session);
  return false;
}

type RtmError = (typeof rtmErrors)[keyof typeof rtmErrors];

function failure(frame: Frame, error: RtmError): Json {
  return { ok: false, ...(frame.id !== undefined && { reply_to: frame.id }), error };
}

function channelOf(world: World, team: Team, session: RtmSession, reference: unknown): Channel | RtmError {
  if (typeof reference !== 'string') return rtmErrors.noSuchChannel;
  const person = reference.startsWith('@') ? findUser(team, reference.slice(1)) : team.users.get(reference);
  if (person) return openDirectMessage(world, team, [session.userId, person.id]).channel;
  const channel = findChannel(team, reference);
  if (!channel) return rtmErrors.noSuchChannel;
  if (!channel.members.has(session.userId))
    return channel.kind === 'channel' ? rtmErrors.notInChannel : rtmErrors.noSuchChannel;
  return channel.isArchived ? rtmErrors.archived : channel;
}

function idsOf(frame: Frame): string[] {
  if (!Array.isArray(frame.ids)) return [];
  return frame.ids.filter((id) => typeof id === 'string').slice(0, MAX_PRESENCE_IDS);
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
