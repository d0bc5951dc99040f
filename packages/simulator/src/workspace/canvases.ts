/** Canvases: files that people and apps write together. What their text is made of is canvas-text.ts. */
import { htmlOf, sectionsIn } from './canvas-text.ts';
import type { Canvas, CanvasAccess, CanvasSection, Channel, SlackFile, Team } from './model.ts';
import type { World } from './world.ts';

/** Tabs that a conversation keeps; a free workspace has one, Slack names no number for the others (a guess). */
const MAX_TABS = 100;

/** A file that is a canvas. */
export type CanvasFile = SlackFile & { readonly canvas: Canvas };

/** A canvas that is about to be made. */
export interface CanvasRequest {
  team: Team;
  userId: string;
  title: string;
  markdown: string;
  /** `http://host:port` under which the caller reached the simulator. */
  origin: string;
  /** Where it is a tab. */
  channel?: Channel | undefined;
  /** Whether it is the one canvas of that conversation. @defaultValue false */
  isOfChannel?: boolean | undefined;
}

/** Makes a canvas. That a tab is told as a file that was shared is a guess. */
export function createCanvas(world: World, request: CanvasRequest): CanvasFile {
  const { team, userId, title, markdown, origin, channel, isOfChannel = false } = request;
  const nowMs = world.clock.now();
  const sections = sectionsIn(markdown, idMaker(world));
  const file: CanvasFile = {
    id: world.freshId('F', world.files),
    teamId: team.id,
    userId,
    name: 'canvas',
    title,
    altText: '',
    snippetType: undefined,
    createdAtMs: nowMs,
    origin,
    publicSecret: world.ids.secret(10),
    isPublicUrlShared: false,
    content: bytesOf(title, sections),
    shares: new Map(),
    isDeleted: false,
    canvas: { sections, access: new Map([[userId, 'owner']]), isOfChannel, lastEditorId: userId, editedAtMs: nowMs },
  };
  world.files.add(file);
  world.events.emit({ type: 'file_created', team, fileId: file.id, userId, channelIds: [] });
  if (channel) {
    channel.canvases.push(file);
    if (channel.canvases.length > MAX_TABS) channel.canvases.shift();
    grant(world, { team, file, userId }, channel, 'write');
  }
  return file;
}

/** The canvas of a conversation, if it has one. */
export function canvasOfChannel({ canvases }: Channel): SlackFile | undefined {
  return canvases.find(({ canvas, isDeleted }) => canvas?.isOfChannel && !isDeleted);
}

/** What somebody may do with it: by themselves, or as a member of a conversation; whoever can see it there may read it. */
export function accessTo(team: Team, { canvas }: CanvasFile, userId: string): CanvasAccess | undefined {
  const granted = [...canvas.access].flatMap(([id, access]) => {
    if (id === userId) return [access];
    const channel = team.channels.get(id);
    if (channel?.members.has(userId)) return [access];
    return channel?.kind === 'channel' ? ['read' as const] : [];
  });
  return (['owner', 'write', 'read'] as const).find((access) => granted.includes(access));
}

/** Exchanges the sections or the title, and tells who may read files. */
export function changeCanvas(
  world: World,
  { team, file, userId }: { team: Team; file: CanvasFile; userId: string },
  change: { sections?: readonly CanvasSection[]; title?: string },
): void {
  const { canvas } = file;
  canvas.sections = change.sections ?? canvas.sections;
  file.title = change.title ?? file.title;
  canvas.lastEditorId = userId;
  canvas.editedAtMs = world.clock.now();
  world.files.replace(file, bytesOf(file.title, canvas.sections));
  const channelIds = [...file.shares.keys()];
  world.events.emit({ type: 'file_changed', team, fileId: file.id, userId, channelIds });
}

/** Lets somebody, or the members of a conversation, in; a new owner leaves the old one the right to write. An owner keeps theirs. */
export function grant(
  world: World,
  { team, file, userId }: { team: Team; file: CanvasFile; userId: string },
  to: Channel | { readonly id: string; readonly kind?: undefined },
  access: CanvasAccess,
): void {
  const { canvas, shares } = file;
  if (canvas.access.get(to.id) === 'owner') return;
  if (access === 'owner') {
    for (const [id, level] of canvas.access) if (level === 'owner') canvas.access.set(id, 'write');
  }
  canvas.access.set(to.id, access);
  if (to.kind === undefined || shares.has(to.id)) return;
  shares.set(to.id, [world.ids.timestamp()]);
  const fact = { team, fileId: file.id, userId, channelIds: [to.id] };
  world.events.emit({ type: 'file_shared', ...fact });
  if (to.kind === 'channel') world.events.emit({ type: 'file_public', ...fact });
}

/** Takes a right back. */
export function revoke(
  world: World,
  { team, file, userId }: { team: Team; file: CanvasFile; userId: string },
  id: string,
): void {
  file.canvas.access.delete(id);
  if (file.shares.delete(id)) {
    world.events.emit({ type: 'file_unshared', team, fileId: file.id, userId, channelIds: [id] });
  }
}

/** Sections with ids of their own. */
export function newSections(world: World, markdown: string): CanvasSection[] {
  return sectionsIn(markdown, idMaker(world));
}

function idMaker({ ids }: World): () => string {
  return () => `temp:C:${ids.secret(28)}`;
}

function bytesOf(title: string, sections: readonly CanvasSection[]): Uint8Array {
  return new TextEncoder().encode(htmlOf(title, sections));
}
