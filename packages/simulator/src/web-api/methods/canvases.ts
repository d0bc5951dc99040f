/** canvases.* and conversations.canvases.create: documents of a workspace, and who may read and write them. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { jsonObject, text } from '../../wire/arguments.ts';
import { accessTo, type CanvasFile, canvasOfChannel, createCanvas } from '../../workspace/canvases.ts';
import { deleteFile } from '../../workspace/files.ts';
import type { CanvasSection, Channel } from '../../workspace/model.ts';
import { canvasOf, failed, isCanvas, markdownOf } from '../canvas-access.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const writing = { scopes: ['canvases:write'] } as const;
const createArguments = { title: text.optional(), document_content: jsonObject.optional() };

export const canvasMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'canvases.create',
    tier: 2,
    ...writing,
    args: { ...createArguments, channel_id: text.optional() },
    run(call, args) {
      const channel = args.channel_id === undefined ? undefined : tabPlace(call, args.channel_id);
      if (isRefusal(channel)) return failed('canvas_creation_failed', channel.error);
      return create(call, args, channel);
    },
  }),
  teamMethod({
    name: 'conversations.canvases.create',
    tier: 2,
    ...writing,
    args: { ...createArguments, channel_id: text.required() },
    run(call, args) {
      const channel = tabPlace(call, args.channel_id);
      if (isRefusal(channel)) return failed('channel_canvas_creation_failed', channel.error);
      if (canvasOfChannel(channel)) return refuse('channel_canvas_already_exists');
      return create(call, args, channel, { isOfChannel: true });
    },
  }),
  teamMethod({
    name: 'canvases.delete',
    tier: 3,
    ...writing,
    args: { canvas_id: text.required({ invalid: 'canvas_not_found' }) },
    run(call, args) {
      const file = canvasOf(call, args.canvas_id);
      if (isRefusal(file)) return file;
      const { team, token, world } = call;
      const mayDelete =
        accessTo(team, file, token.userId) === 'owner' || team.users.get(token.userId)?.isAdmin === true;
      if (!mayDelete) return refuse('restricted_action');
      deleteFile(world, team, file, token.userId);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'canvases.sections.lookup',
    tier: 3,
    scopes: ['canvases:read'],
    args: { canvas_id: text.required({ invalid: 'canvas_not_found' }), criteria: jsonObject.required() },
    run(call, args) {
      const file = call.world.files.find(call.team, args.canvas_id);
      if (file && isCanvas(file) && file.isDeleted) return refuse('canvas_deleted');
      const canvas = canvasOf(call, args.canvas_id);
      if (isRefusal(canvas)) return canvas;
      const fits = criterion(args.criteria);
      if (!fits) return refuse('invalid_arguments');
      return { ok: true, sections: canvas.canvas.sections.filter(fits).map(({ id }) => ({ id })) };
    },
  }),
];

function create(
  { world, team, token, host }: TeamCall,
  args: { title: string | undefined; document_content: Record<string, unknown> | undefined },
  channel: Channel | undefined,
  { isOfChannel = false }: { isOfChannel?: boolean } = {},
): Answer {
  const markdown =
    args.document_content === undefined ? '' : markdownOf(args.document_content, 'canvas_creation_failed');
  if (typeof markdown !== 'string') return markdown;
  const { title = '' } = args;
  const facts = { team, userId: token.userId, title, markdown, origin: world.origin(host), channel, isOfChannel };
  const file: CanvasFile = createCanvas(world, facts);
  return { ok: true, canvas_id: file.id };
}

/** A conversation of which the caller is a member. There are no documented codes for others. */
function tabPlace(call: TeamCall, reference: string): Channel | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  if (channel.isArchived) return refuse('is_archived');
  return channel.members.has(call.token.userId) ? channel : refuse('not_in_channel');
}

const SECTION_TYPES: ReadonlySet<unknown> = new Set(['any_header', 'h1', 'h2', 'h3']);

/** Both must fit where both are given; undefined when the criteria are none. Case does not matter (a guess). */
function criterion(criteria: Readonly<Record<string, unknown>>): ((section: CanvasSection) => boolean) | undefined {
  const { section_types: types, contains_text: words } = criteria;
  if (types === undefined && words === undefined) return undefined;
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => SECTION_TYPES.has(type))))
    return undefined;
  if (words !== undefined && typeof words !== 'string') return undefined;
  return ({ kind, markdown }) => {
    const isOfType = types === undefined || types.includes(kind) || (types.includes('any_header') && kind !== 'text');
    return isOfType && (words === undefined || markdown.toLowerCase().includes(words.toLowerCase()));
  };
}
