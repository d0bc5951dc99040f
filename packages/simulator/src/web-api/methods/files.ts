/** files.*: what was uploaded. How it comes in is file-upload.ts. */

import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, integer, text } from '../../wire/arguments.ts';
import { fileShape, isText, previewOf, typeOf } from '../../workspace/file-shape.ts';
import { fileGroupOf } from '../../workspace/file-types.ts';
import { canSeeFile, deleteFile, setPublicUrl } from '../../workspace/files.ts';
import type { SlackFile } from '../../workspace/model.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
/** (https://docs.slack.dev/surfaces/canvases, "Finding canvases with files.list") */
const groupNames: Readonly<Record<string, string>> = { canvas: 'spaces', canvases: 'spaces' };
const GROUPS: ReadonlySet<string> = new Set([
  'all',
  'spaces',
  'snippets',
  'images',
  'gdocs',
  'zips',
  'pdfs',
  ...Object.keys(groupNames),
]);

const fileArgument = text.required({ invalid: 'file_not_found' });
const listArguments = {
  channel: text.optional(),
  user: text.optional({ invalid: 'user_not_found' }),
  ts_from: text.optional(),
  ts_to: text.optional(),
  types: text.optional({ invalid: 'unknown_type' }),
  count: integer.optional(),
  page: integer.optional(),
  show_files_hidden_by_limit: flag.optional(),
  team_id: text.optional(),
};

export const fileMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'files.info',
    tier: 4,
    scopes: ['files:read'],
    args: { file: fileArgument, cursor: text.optional(), limit: integer.optional() },
    run: info,
  }),
  teamMethod({ name: 'files.list', tier: 3, scopes: ['files:read'], args: listArguments, run: list }),
  teamMethod({ name: 'files.delete', tier: 3, scopes: ['files:write'], args: { file: fileArgument }, run: remove }),
  publicUrlMethod('files.sharedPublicURL', true),
  publicUrlMethod('files.revokePublicURL', false),
];

/** The file, if the caller may see it. */
function visibleFile({ world, team, token }: TeamCall, id: string): SlackFile | Refusal {
  const file = world.files.find(team, id);
  if (!file) return refuse('file_not_found');
  if (file.isDeleted) return refuse('file_deleted');
  return canSeeFile(team, file, token.userId) ? file : refuse('file_not_found');
}

function info(call: TeamCall, args: { file: string }): Answer {
  const file = visibleFile(call, args.file);
  if (isRefusal(file)) return file;
  return {
    ok: true,
    file: fileShape(call.team, file),
    ...(isText(file) && {
      content: new TextDecoder().decode(file.content),
      is_truncated: false,
      content_highlight_html: previewOf(file).preview_highlight,
    }),
    comments: [],
    response_metadata: { next_cursor: '' },
  };
}

function list(call: TeamCall, args: ArgumentsOf<typeof listArguments>): Answer {
  const { team, token, world } = call;
  const types = (args.types ?? 'all').split(',').map((type) => type.trim());
  if (types.some((type) => !GROUPS.has(type))) return refuse('unknown_type');
  if (args.user !== undefined && !team.users.has(args.user)) return refuse('user_not_found');
  const channel = args.channel === undefined ? undefined : visibleConversation(call, args.channel);
  // There is no documented code for an unknown channel: nothing was shared in it.
  const channelId = isRefusal(channel) ? '' : channel?.id;
  const found = world.files.list(team).filter((file) => {
    const createdAt = seconds(file.createdAtMs);
    const isInRange = createdAt >= Number(args.ts_from ?? 0) && createdAt <= Number(args.ts_to ?? Infinity);
    const isOfType =
      types.includes('all') || types.some((type) => (groupNames[type] ?? type) === fileGroupOf(typeOf(file)));
    const isOfUser = args.user === undefined || file.userId === args.user;
    const isThere = channelId === undefined || file.shares.has(channelId);
    return isInRange && isOfType && isOfUser && isThere && canSeeFile(team, file, token.userId);
  });
  const count = Math.min(Math.max(1, args.count ?? DEFAULT_PAGE), MAX_PAGE);
  const page = Math.max(1, args.page ?? 1);
  return {
    ok: true,
    files: found.slice((page - 1) * count, page * count).map((file) => fileShape(team, file)),
    paging: { count, total: found.length, page, pages: Math.ceil(found.length / count) },
  };
}

function remove(call: TeamCall, args: { file: string }): Answer {
  const file = visibleFile(call, args.file);
  if (isRefusal(file)) return file;
  const { team, token, world } = call;
  const mayDelete = file.userId === token.userId || team.users.get(token.userId)?.isAdmin === true;
  if (!mayDelete) return refuse('cant_delete_file');
  deleteFile(world, team, file, token.userId);
  return { ok: true };
}

/** Opens or closes the link with which anybody may download the file. */
function publicUrlMethod(name: string, isShared: boolean): WebApiMethod {
  return teamMethod({
    name,
    tier: 3,
    tokens: ['user'],
    scopes: ['files:write'],
    args: { file: fileArgument },
    run(call, args) {
      const file = visibleFile(call, args.file);
      if (isRefusal(file)) return file;
      setPublicUrl(call.world, call.team, file, isShared);
      return { ok: true, file: fileShape(call.team, file) };
    },
  });
}
