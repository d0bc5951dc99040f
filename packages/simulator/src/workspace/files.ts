/** What is done with files: announced, uploaded, shared in conversations, made public, deleted. */
import type { Upload } from './file-store.ts';
import { type Draft, postMessage } from './messages.ts';
import type { Channel, Message, SlackFile, Team } from './model.ts';
import type { World } from './world.ts';

/** What is said about a file before it comes. */
export interface UploadRequest {
  team: Team;
  userId: string;
  name: string;
  sizeBytes: number;
  altText: string;
  snippetType: string | undefined;
  /** `http://host:port` under which the uploader reached the simulator. */
  origin: string;
}

/** Prepares for a file; its content goes to the URL with the ticket. */
export function announceUpload(world: World, request: UploadRequest): Upload {
  const { team, sizeBytes, ...facts } = request;
  const file: SlackFile = {
    ...facts,
    id: world.freshId('F', world.files),
    teamId: team.id,
    title: request.name,
    createdAtMs: world.clock.now(),
    publicSecret: world.ids.secret(10),
    isPublicUrlShared: false,
    content: new Uint8Array(0),
    shares: new Map(),
    isDeleted: false,
  };
  const upload = { ticket: world.ids.secret(32), sizeBytes, team, file, hasArrived: false };
  world.files.announce(upload);
  return upload;
}

/** The upload becomes a file that only its owner sees. */
export function completeUpload(world: World, upload: Upload, title: string | undefined): SlackFile {
  const file = world.files.complete(upload);
  file.title = title ?? file.name;
  world.events.emit({ type: 'file_created', team: upload.team, fileId: file.id, userId: file.userId, channelIds: [] });
  return file;
}

/** Shows the files in a conversation, in one message. */
export function shareFiles(
  world: World,
  place: { team: Team; channel: Channel },
  files: readonly SlackFile[],
  draft: Draft,
): Message {
  const { team, channel } = place;
  // The message shows its own share, so the files need to know its timestamp before anybody sees it.
  const ts = world.ids.timestamp();
  for (const file of files) file.shares.set(channel.id, [...(file.shares.get(channel.id) ?? []), ts]);
  const message = postMessage(world, { ...place, draft: { ...draft, subtype: 'file_share', files }, ts });
  for (const { id, userId } of files) {
    const fact = { team, fileId: id, userId, channelIds: [channel.id] };
    world.events.emit({ type: 'file_shared', ...fact });
    if (channel.kind === 'channel') world.events.emit({ type: 'file_public', ...fact });
  }
  return message;
}

/** Whether somebody may see a file: their own, or one that was shared where they can read. */
export function canSeeFile(team: Team, file: SlackFile, userId: string): boolean {
  if (file.userId === userId || file.canvas?.access.has(userId)) return true;
  return [...file.shares.keys()].some((id) => {
    const channel = team.channels.get(id);
    return channel !== undefined && (channel.kind === 'channel' || channel.members.has(userId));
  });
}

/** Deletes it everywhere; messages show a tombstone in its place. */
export function deleteFile(world: World, team: Team, file: SlackFile, userId: string): void {
  const channelIds = [...file.shares.keys()];
  world.files.delete(file);
  world.events.emit({ type: 'file_deleted', team, fileId: file.id, userId, channelIds });
}

/** Whether anybody with the link may download it. */
export function setPublicUrl(world: World, team: Team, file: SlackFile, isShared: boolean): void {
  if (file.isPublicUrlShared === isShared) return;
  file.isPublicUrlShared = isShared;
  const channelIds = [...file.shares.keys()];
  world.events.emit({ type: 'file_changed', team, fileId: file.id, userId: file.userId, channelIds });
}
