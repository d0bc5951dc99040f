/** files.remote.*: files that lie at another service. */
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, fileContent, integer, text, words } from '../../wire/arguments.ts';
import { fileShape } from '../../workspace/file-shape.ts';
import { deleteFile, shareFiles } from '../../workspace/files.ts';
import type { Channel } from '../../workspace/model.ts';
import { pictureSize } from '../../workspace/picture-size.ts';
import { addRemoteFile, changeRemoteFile, findRemoteFile, type RemoteSlackFile } from '../../workspace/remote-files.ts';
import { seconds } from '../../workspace/slack-shapes.ts';
import { visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { paginate } from '../pagination.ts';

/** Slack documents that both may be too long, without a number (a guess). */
const MAX_NAME_LENGTH = 255;
const DEFAULT_PAGE = 100;

const whichFile = { file: text.optional({ invalid: 'file_not_found' }), external_id: text.optional() };
const about = {
  filetype: text.optional(),
  preview_image: fileContent.optional({ invalid: 'bad_image' }),
  indexable_file_contents: fileContent.lenient(),
};
const addArguments = { external_id: text.required(), external_url: text.required(), title: text.required(), ...about };
const updateArguments = { ...whichFile, external_url: text.optional(), title: text.optional(), ...about };
const writing = { tier: 2, scopes: ['remote_files:write'] } as const;

export const fileRemoteMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'files.remote.add', ...writing, args: addArguments, run: add }),
  teamMethod({ name: 'files.remote.update', ...writing, args: updateArguments, run: update }),
  teamMethod({
    name: 'files.remote.info',
    tier: 2,
    scopes: ['remote_files:read'],
    args: whichFile,
    run(call, args) {
      const file = namedFile(call, args);
      return isRefusal(file) ? file : { ok: true, file: fileShape(call.team, file) };
    },
  }),
  teamMethod({
    name: 'files.remote.remove',
    ...writing,
    args: whichFile,
    run(call, args) {
      if (call.token.kind !== 'bot') return refuse('bot_user_required');
      const file = namedFile(call, args);
      if (isRefusal(file)) return file;
      deleteFile(call.world, call.team, file, call.token.userId);
      return { ok: true };
    },
  }),
  teamMethod({
    name: 'files.remote.list',
    tier: 2,
    scopes: ['remote_files:read'],
    args: {
      channel: text.optional(),
      cursor: text.optional({ invalid: 'invalid_cursor' }),
      limit: integer.lenient(),
      ts_from: text.optional(),
      ts_to: text.optional(),
    },
    run: list,
  }),
  teamMethod({
    name: 'files.remote.share',
    tier: 2,
    scopes: ['remote_files:share'],
    args: { ...whichFile, channels: words.required({ empty: 'channel_not_found' }) },
    run: share,
  }),
];

/** Adding what is there already changes it. (https://docs.slack.dev/reference/methods/files.remote.add) */
function add(call: TeamCall, args: ArgumentsOf<typeof addArguments>): Answer {
  const { world, team, app, token, host } = call;
  if (token.kind !== 'bot') return refuse('bot_user_required');
  if (args.external_id.length > MAX_NAME_LENGTH) return refuse('invalid_external_id');
  if (args.title.length > MAX_NAME_LENGTH) return refuse('bad_title');
  if (!isHttp(args.external_url)) return refuse('invalid_arguments');
  const said = readSaid(args);
  if (isRefusal(said)) return said;
  const { external_id: externalId, external_url: url, title } = args;
  const known = findRemoteFile(world, { team, app }, { externalId });
  if (known) changeRemoteFile(world, team, known, { ...said, title, url });
  const facts = { team, app, userId: token.userId, externalId, origin: world.origin(host) };
  const file = known ?? addRemoteFile(world, facts, { ...said, title, url });
  return { ok: true, file: fileShape(team, file) };
}

function update(call: TeamCall, args: ArgumentsOf<typeof updateArguments>): Answer {
  const { world, team, token } = call;
  if (token.kind !== 'bot') return refuse('bot_user_required');
  const { file: id, external_id: externalId, external_url: url, title } = args;
  const file =
    id === undefined && externalId === undefined ? undefined : findRemoteFile(world, call, { id, externalId });
  if (!file) return refuse('file_not_found');
  if (title !== undefined && title.length > MAX_NAME_LENGTH) return refuse('invalid_title');
  if (url !== undefined && !isHttp(url)) return refuse('invalid_url');
  const said = readSaid(args);
  if (isRefusal(said)) return said;
  changeRemoteFile(world, team, file, { ...said, title, url });
  return { ok: true, file: fileShape(team, file) };
}

function list(
  call: TeamCall,
  args: {
    channel: string | undefined;
    cursor: string | undefined;
    limit: number | undefined;
    ts_from: string | undefined;
    ts_to: string | undefined;
  },
): Answer {
  const { world, team, app } = call;
  const channel = args.channel === undefined ? undefined : visibleConversation(call, args.channel);
  // There is no documented code for an unknown channel: nothing was shared in it.
  const channelId = isRefusal(channel) ? '' : channel?.id;
  const files = world.files.list(team).filter(({ remote, createdAtMs, shares }) => {
    const createdAt = seconds(createdAtMs);
    const isInRange = createdAt >= Number(args.ts_from ?? 0) && createdAt <= Number(args.ts_to ?? Infinity);
    return remote?.appId === app.id && isInRange && (channelId === undefined || shares.has(channelId));
  });
  const { cursor, limit } = args;
  const page = paginate(files, ({ id }) => id, { cursor, limit, defaultLimit: DEFAULT_PAGE, onBadLimit: 'default' });
  if (isRefusal(page)) return page;
  return {
    ok: true,
    files: page.items.map((file) => fileShape(team, file)),
    response_metadata: { next_cursor: page.nextCursor },
  };
}

function share(
  call: TeamCall,
  args: { file: string | undefined; external_id: string | undefined; channels: readonly string[] },
): Answer {
  // Here both may be said.
  const file = namedFile(call, args.file === undefined ? args : { file: args.file });
  if (isRefusal(file)) return file;
  const channels: Channel[] = [];
  for (const id of args.channels) {
    const channel = visibleConversation(call, id);
    if (isRefusal(channel)) return channel;
    if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
    channels.push(channel);
  }
  const { world, team, app, token } = call;
  const { userId, botId } = token;
  const draft = { text: '', userId, botId, appId: botId === undefined ? undefined : app.id };
  for (const channel of channels) shareFiles(world, { team, channel }, [file], draft);
  return { ok: true, file: fileShape(team, file) };
}

function namedFile(
  { world, team, app }: TeamCall,
  { file: id, external_id: externalId }: { file?: string | undefined; external_id?: string | undefined },
): RemoteSlackFile | Refusal {
  if (id !== undefined && externalId !== undefined) return refuse('too_many_ids');
  if (id === undefined && externalId === undefined) return refuse('invalid_args');
  return findRemoteFile(world, { team, app }, { id, externalId }) ?? refuse('file_not_found');
}

/** The picture itself is shown nowhere here; that there is one is what answers say. */
function readSaid(args: {
  filetype: string | undefined;
  preview_image: Uint8Array | undefined;
}): { fileType: string | undefined; hasPreview: boolean | undefined } | Refusal {
  const { filetype: fileType, preview_image: preview } = args;
  if (preview && !pictureSize(preview)) return refuse('bad_image');
  return { fileType, hasPreview: preview && true };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
