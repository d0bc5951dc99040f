/** What people do that no call of an app can do for them. Each act causes what it causes on Slack. */
import { assertNever } from '../assert-never.ts';
import { SimulatorError } from '../errors.ts';
import { archiveChannel, renameChannel, setPurpose, setTopic, unarchiveChannel } from '../workspace/channel-acts.ts';
import { canSee, openDirectMessage } from '../workspace/channels.ts';
import { emojiName } from '../workspace/emoji.ts';
import { FILE_LIMIT_BYTES } from '../workspace/file-store.ts';
import { announceUpload, completeUpload, shareFiles } from '../workspace/files.ts';
import { appOf, findPlace, installationOf, type Place, personOf, teamOf } from '../workspace/lookups.ts';
import { enterChannel, leaveChannel } from '../workspace/memberships.ts';
import { deleteMessage, editMessage } from '../workspace/message-edits.ts';
import { findMessage } from '../workspace/messages.ts';
import type { Message, SlackFile } from '../workspace/model.ts';
import { findUser, setOnline } from '../workspace/people.ts';
import { changeUser } from '../workspace/profiles.ts';
import { addReaction, removeReaction } from '../workspace/reactions.ts';
import { slackText } from '../workspace/slack-text.ts';
import type { World } from '../workspace/world.ts';
import { lookAt, onSession } from './agent-acts.ts';
import type { PersonActInfo } from './person-act-info.ts';
import type { ActOf, ReadPersonAct } from './person-act-schemas.ts';

/** What the acts need of their surroundings. */
export interface PersonActTools {
  readonly world: World;
  /** Where the simulator listens: the links of files begin with it. */
  readonly url: () => string;
}

/**
 * A person does something.
 * @throws SimulatorError `not_found`, `invalid_input`, `name_taken`
 */
export function actAsPerson(tools: PersonActTools, asked: ReadPersonAct): PersonActInfo {
  const { world } = tools;
  switch (asked.kind) {
    case 'join':
    case 'leave':
    case 'kick':
    case 'rename_channel':
    case 'set_topic':
    case 'set_purpose':
    case 'archive':
    case 'unarchive':
      return onChannel(world, asked);
    case 'edit':
    case 'delete':
    case 'react':
    case 'unreact':
      return onMessage(world, asked);
    case 'share_file':
      return shareFile(tools, asked);
    case 'upload_file': {
      const team = teamOf(world, asked.team);
      const user = personOf(team, asked.user);
      return {
        user: user.id,
        file: uploadFile(tools, { team, user }, { name: asked.name, content: contentOf(asked) }).id,
      };
    }
    case 'open_dm': {
      const team = teamOf(world, asked.team);
      const user = personOf(team, asked.user);
      const others = asked.users.map((one) => personOf(team, one).id);
      return { user: user.id, channel: openDirectMessage(world, team, [user.id, ...others]).channel.id };
    }
    case 'stop_session':
    case 'rename_session':
      return onSession(world, asked);
    case 'look_at':
      return lookAt(world, asked);
    case 'reject_call': {
      const { team, channel, user } = findPlace(world, asked);
      const call = team.calls.get(asked.callId) ?? notFound(`No call ${asked.callId}`);
      world.events.emit({ type: 'call_rejected', team, app: appOf(world, call.appId), call, channel, userId: user.id });
      return { user: user.id, channel: channel.id };
    }
    case 'presence': {
      const team = teamOf(world, asked.team);
      const user = personOf(team, asked.user);
      setOnline(world, team, user, asked.presence === 'active');
      return { user: user.id };
    }
    case 'change':
      return changePerson(world, asked);
    default:
      return assertNever(asked);
  }
}

type ChannelAct = ActOf<
  'join' | 'leave' | 'kick' | 'rename_channel' | 'set_topic' | 'set_purpose' | 'archive' | 'unarchive'
>;

function onChannel(world: World, asked: ChannelAct): PersonActInfo {
  const place = findPlace(world, asked);
  const userId = place.user.id;
  if (!canSee(place.channel, userId)) refuse(`${place.user.name} does not know ${place.channel.id}`);
  switch (asked.kind) {
    case 'join':
      enterChannel(world, place, userId);
      break;
    case 'leave':
      leaveChannel(world, place, userId);
      break;
    case 'kick': {
      const { team } = place;
      const member =
        asked.member === 'bot' ? installationOf(world, team, asked.app).botUserId : personOf(team, asked.member).id;
      leaveChannel(world, place, member, userId);
      break;
    }
    case 'rename_channel':
      renameChannel(world, place, userId, asked.name);
      break;
    case 'set_topic':
      setTopic(world, place, userId, asked.topic);
      break;
    case 'set_purpose':
      setPurpose(world, place, userId, asked.purpose);
      break;
    case 'archive':
      archiveChannel(world, place, userId);
      break;
    case 'unarchive':
      unarchiveChannel(world, place, userId);
      break;
    default:
      assertNever(asked);
  }
  return { user: userId, channel: place.channel.id };
}

function onMessage(world: World, asked: ActOf<'edit' | 'delete' | 'react' | 'unreact'>): PersonActInfo {
  const place = findPlace(world, asked);
  const { channel, user } = place;
  const message = findMessage(channel, asked.ts);
  if (!message) return notFound(`No message ${asked.ts} in ${channel.id}`);
  const target = { ...place, message };
  if (asked.kind === 'edit') {
    mustOwn(place, message);
    editMessage(world, target, { editorId: user.id, text: slackText(asked.text) });
  } else if (asked.kind === 'delete') {
    if (!user.isAdmin) mustOwn(place, message);
    deleteMessage(world, target);
  } else {
    const reaction = emojiName(place.team, asked.emoji) ?? refuse(`There is no emoji ${asked.emoji}`);
    const change = { ...target, userId: user.id, reaction };
    if (asked.kind === 'react') addReaction(world, change);
    else removeReaction(world, change);
  }
  return { user: user.id, channel: channel.id, ts: message.ts };
}

function shareFile(tools: PersonActTools, asked: ActOf<'share_file'>): PersonActInfo {
  const { world } = tools;
  const place = findPlace(world, asked);
  const { channel, user } = place;
  if (!channel.members.has(user.id)) refuse(`${user.name} is not in ${channel.name || channel.id}`);
  const { others = [], comment = '', threadTs } = asked;
  // All of them are read before one is kept: what is refused leaves no files behind.
  const contents = [asked, ...others].map((one) => ({ name: one.name, content: contentOf(one) }));
  const files = contents.map((one) => uploadFile(tools, place, one));
  const message = shareFiles(world, place, files, { text: slackText(comment), userId: user.id, threadTs });
  return { user: user.id, channel: channel.id, ts: message.ts, file: files[0]?.id };
}

type AskedFile = Pick<ActOf<'upload_file'>, 'name' | 'content'>;

function contentOf({ name, content }: AskedFile): Buffer {
  const bytes = 'text' in content ? Buffer.from(content.text) : Buffer.from(content.base64, 'base64');
  if (bytes.length > FILE_LIMIT_BYTES) refuse(`A file may have ${FILE_LIMIT_BYTES} bytes; ${name} has ${bytes.length}`);
  return bytes;
}

function uploadFile(
  { world, url }: PersonActTools,
  { team, user }: Pick<Place, 'team' | 'user'>,
  { name, content }: { name: string; content: Buffer },
): SlackFile {
  const upload = announceUpload(world, {
    team,
    userId: user.id,
    name,
    sizeBytes: content.length,
    altText: '',
    snippetType: undefined,
    origin: url(),
  });
  world.files.receive(upload, content);
  return completeUpload(world, upload, undefined);
}

function changePerson(world: World, asked: ActOf<'change'>): PersonActInfo {
  const { team: reference, user: _, kind: _kind, displayName, title, ...rest } = asked;
  const { statusText, statusEmoji, statusExpiration, ...facts } = rest;
  const team = teamOf(world, reference);
  const user = personOf(team, asked.user);
  const other = facts.name === undefined ? undefined : findUser(team, facts.name);
  if (other && other !== user)
    throw new SimulatorError('name_taken', `Team ${team.id} already has a user ${other.name}`);
  if (statusEmoji && emojiName(team, statusEmoji) === undefined) refuse(`There is no emoji ${statusEmoji}`);
  const profile = { displayName, title, statusText, statusEmoji, statusExpiration };
  const said = Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
  changeUser(world, team, user, { ...facts, profile: Object.keys(said).length > 0 ? said : undefined });
  return { user: user.id };
}

function mustOwn({ user }: Place, message: Message): void {
  if (message.userId !== user.id) refuse(`Message ${message.ts} is not by ${user.name}`);
}

function notFound(message: string): never {
  throw new SimulatorError('not_found', message);
}

function refuse(message: string): never {
  throw new SimulatorError('invalid_input', message);
}
