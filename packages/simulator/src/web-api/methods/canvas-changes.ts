/** canvases.edit and canvases.access.*: what a canvas says, and who may read and write it. */
import { type Answer, isRefusal, type Refusal, refuse, refuseArgument } from '../../wire/answer.ts';
import { jsonArray, text, words } from '../../wire/arguments.ts';
import { accessTo, type CanvasFile, changeCanvas, grant, newSections, revoke } from '../../workspace/canvases.ts';
import type { CanvasSection, Channel } from '../../workspace/model.ts';
import { failed, markdownOf, writableCanvas } from '../canvas-access.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const canvasArgument = text.required({ invalid: 'canvas_not_found' });
const accessArguments = { canvas_id: canvasArgument, channel_ids: words.optional(), user_ids: words.optional() };
const LEVELS = ['read', 'write', 'owner'] as const;
const writing = { tier: 3, scopes: ['canvases:write'] } as const;

export const canvasChangeMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'canvases.edit',
    ...writing,
    args: { canvas_id: canvasArgument, changes: jsonArray.required() },
    run: edit,
  }),
  teamMethod({
    name: 'canvases.access.set',
    ...writing,
    args: { ...accessArguments, access_level: text.required() },
    run(call, args) {
      const level = LEVELS.find((one) => one === args.access_level);
      if (!level) return refuseArgument('invalid_arguments', 'access_level must be one of read, write, owner');
      return withTargets(call, args, (file, targets) => {
        const isOwner = accessTo(call.team, file, call.token.userId) === 'owner';
        if (level === 'owner' && !isOwner) return refuse('restricted_action');
        // A conversation owns nothing.
        if (level === 'owner' && args.channel_ids !== undefined) return refuse('invalid_parameters');
        for (const target of targets) grant(call.world, canvasContext(call, file), target, level);
        return { ok: true };
      });
    },
  }),
  teamMethod({
    name: 'canvases.access.delete',
    ...writing,
    args: accessArguments,
    run: (call, args) =>
      withTargets(call, args, (file, targets) => {
        for (const { id } of targets)
          if (file.canvas.access.get(id) !== 'owner') revoke(call.world, canvasContext(call, file), id);
        return { ok: true };
      }),
  }),
];

const canvasContext = ({ team, token }: TeamCall, file: CanvasFile) => ({ team, file, userId: token.userId });

type Target = Channel | { readonly id: string; readonly kind?: undefined };

/** People or conversations, but not both. The canvas of a channel has no access of its own. */
function withTargets(
  call: TeamCall,
  args: {
    canvas_id: string;
    channel_ids: readonly string[] | undefined;
    user_ids: readonly string[] | undefined;
  },
  run: (file: CanvasFile, targets: readonly Target[]) => Answer,
): Answer {
  const file = writableCanvas(call, args.canvas_id);
  if (isRefusal(file)) return file;
  if (file.canvas.isOfChannel) return refuse('canvas_not_found');
  const { channel_ids: channelIds = [], user_ids: userIds = [] } = args;
  if (channelIds.length > 0 === userIds.length > 0) return refuse('invalid_parameters');
  const targets: Target[] = [];
  for (const id of channelIds) {
    const channel = visibleConversation(call, id);
    if (isRefusal(channel)) return channel;
    targets.push(channel);
  }
  for (const id of userIds) {
    if (!call.team.users.has(id)) return refuse('user_not_found');
    targets.push({ id });
  }
  return run(file, targets);
}

/** One change per call. (https://docs.slack.dev/reference/methods/canvases.edit) */
function edit(call: TeamCall, args: { canvas_id: string; changes: readonly unknown[] }): Answer {
  const file = writableCanvas(call, args.canvas_id);
  if (isRefusal(file)) return file;
  const [change, ...others] = args.changes;
  if (!isObject(change) || others.length > 0) return refuseArgument('invalid_arguments', 'changes must have one item');
  if (change.operation === 'rename') return rename(call, file, change);
  const sections = changed(call, file, change);
  if (isRefusal(sections)) return sections;
  changeCanvas(call.world, canvasContext(call, file), { sections });
  return { ok: true };
}

function rename(
  call: TeamCall,
  file: CanvasFile,
  { title_content: content }: Readonly<Record<string, unknown>>,
): Answer {
  const title = contentMarkdown('title_content', content);
  if (typeof title !== 'string') return title;
  changeCanvas(call.world, canvasContext(call, file), { title });
  return { ok: true };
}

function contentMarkdown(name: string, content: unknown): string | Refusal {
  if (isObject(content)) return markdownOf(content, 'canvas_editing_failed');
  return failed('canvas_editing_failed', `'${name}' error: must be an object`);
}

/** The sections after a change, or why it cannot be made. */
function changed(
  { world }: TeamCall,
  { canvas }: CanvasFile,
  change: Readonly<Record<string, unknown>>,
): CanvasSection[] | Refusal {
  const { operation, document_content: content } = change;
  const id = typeof change.section_id === 'string' ? change.section_id : undefined;
  const { sections } = canvas;
  const at = id === undefined ? -1 : sections.findIndex((section) => section.id === id);
  // Recorded in October 2026: curie, test_channel_canvas.
  if (id !== undefined && at < 0) return failed('canvas_editing_failed', `Section ${id} was not found`);
  const needsSection = operation === 'delete' || operation === 'insert_after' || operation === 'insert_before';
  if (needsSection && at < 0) return failed('canvas_editing_failed', "'section_id' error: must be given");
  if (operation === 'delete') return sections.toSpliced(at, 1);
  const markdown = contentMarkdown('document_content', content);
  if (typeof markdown !== 'string') return markdown;
  const fresh = newSections(world, markdown);
  switch (operation) {
    case 'insert_at_start':
      return [...fresh, ...sections];
    case 'insert_at_end':
      return [...sections, ...fresh];
    case 'insert_before':
      return sections.toSpliced(at, 0, ...fresh);
    case 'insert_after':
      return sections.toSpliced(at + 1, 0, ...fresh);
    case 'replace':
      return at < 0 ? fresh : sections.toSpliced(at, 1, ...fresh);
    default:
      return failed('canvas_editing_failed', "'operation' error: unknown operation");
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
