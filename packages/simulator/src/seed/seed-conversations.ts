/** Writes the messages of a seed, with their answers, reactions and pins, in the order in which they stand there. */
import { SimulatorError } from '../errors.ts';
import { findChannel, joinChannel, openDirectMessage } from '../workspace/channels.ts';
import { emojiName } from '../workspace/emoji.ts';
import { announceUpload, completeUpload, shareFiles } from '../workspace/files.ts';
import { type Draft, postMessage } from '../workspace/messages.ts';
import type { Channel, Message, SlackFile, Team } from '../workspace/model.ts';
import { pinMessage } from '../workspace/pins.ts';
import { addReaction } from '../workspace/reactions.ts';
import type { World } from '../workspace/world.ts';
import { memberId, type SeedPlace } from './seed-place.ts';
import type { SeedFile, SeedMessage, SeedTeam } from './seed-schema.ts';

interface Room {
  world: World;
  team: Team;
  channel: Channel;
}

/** The messages of a channel. Who writes is a member from then on. */
export function seedMessages(
  { world, team, channel: name, messages }: Omit<Room, 'channel'> & { channel: string; messages: SeedMessage[] },
  { at, path }: SeedPlace,
): void {
  const channel = findChannel(team, name);
  if (!channel) return;
  messages.forEach((message, index) => seedThread({ world, team, channel }, message, { at, path: [...path, index] }));
}

/** A direct message of two, or of more. */
export function seedDirectMessage(
  { world, team, seed }: Omit<Room, 'channel'> & { seed: NonNullable<SeedTeam['directMessages']>[number] },
  { at, path }: SeedPlace,
): void {
  const ids = seed.users.map((user, index) =>
    at([...path, 'users', index], () => memberId({ world, team }, { user, app: seed.app })),
  );
  const { channel } = openDirectMessage(world, team, ids);
  seed.messages?.forEach((message, index) =>
    seedThread({ world, team, channel }, message, { at, path: [...path, 'messages', index] }),
  );
}

function seedThread(room: Room, seed: SeedMessage, { at, path }: SeedPlace): void {
  const root = seedMessage(room, seed, { at, path });
  if (seed.isPinned) pinMessage(room.world, { ...room, message: root }, root.userId ?? room.channel.creatorId);
  seed.replies?.forEach((reply, index) =>
    seedMessage(room, { ...reply, threadTs: root.ts }, { at, path: [...path, 'replies', index] }),
  );
}

function seedMessage(room: Room, seed: SeedMessage & { threadTs?: string }, { at, path }: SeedPlace): Message {
  const { world, team, channel } = room;
  const userId = at([...path, 'user'], () => memberId(room, seed));
  joinChannel(world, team, channel, userId);
  const author = team.users.get(userId);
  const draft: Draft = {
    text: seed.text ?? '',
    blocks: seed.blocks,
    attachments: seed.attachments,
    userId,
    botId: author?.botId,
    appId: author?.appId,
    threadTs: seed.threadTs,
    clientMsgId: author?.botId === undefined ? world.ids.uuid() : undefined,
  };
  const files = seed.files?.map((file) => seedFile(room, userId, file));
  const message = files
    ? shareFiles(world, { team, channel }, files, draft)
    : postMessage(world, { team, channel, draft });
  for (const [name, users] of Object.entries(seed.reactions ?? {})) {
    users.forEach((user, index) =>
      at([...path, 'reactions', name, index], () => {
        const reaction = emojiName(team, name);
        if (reaction === undefined) throw new SimulatorError('invalid_input', `${name} is not the name of an emoji`);
        addReaction(world, { ...room, message, userId: memberId(room, { user, app: seed.app }), reaction });
      }),
    );
  }
  return message;
}

/** Nobody has reached the simulator yet: the address of the file is known as soon as it listens. */
function seedFile({ world, team }: Room, userId: string, { name, title, text, base64 = '' }: SeedFile): SlackFile {
  const content = text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
  const facts = { team, userId, name, sizeBytes: content.length, altText: '', snippetType: undefined, origin: '' };
  const upload = announceUpload(world, facts);
  world.files.receive(upload, content);
  return completeUpload(world, upload, title);
}
