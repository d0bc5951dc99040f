/** The way of a file into Slack: files.getUploadURLExternal, the content by plain HTTP, files.completeUploadExternal. */

import { normalizedBlocks } from '../../content/block-kit/normalize.ts';
import { blocksRefusal } from '../../content/message-content.ts';
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, integer, jsonArray, text, timestamp } from '../../wire/arguments.ts';
import { fileShape } from '../../workspace/file-shape.ts';
import { FILE_LIMIT_BYTES, type Upload } from '../../workspace/file-store.ts';
import { findSnippetType } from '../../workspace/file-types.ts';
import { announceUpload, completeUpload, shareFiles } from '../../workspace/files.ts';
import { findMessage } from '../../workspace/messages.ts';
import type { Channel } from '../../workspace/model.ts';
import { slackText } from '../../workspace/slack-text.ts';
import { postingRefusal, postingTarget } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** (https://docs.slack.dev/reference/methods/files.getUploadURLExternal, alt_txt_too_large) */
const MAX_ALT_TEXT_LENGTH = 1000;
/** The largest snippet; as a file it may be larger. */
const SNIPPET_LIMIT_BYTES = 1024 * 1024;
/** As many conversations as one call may share with. */
const MAX_CHANNELS = 100;

const urlArguments = {
  filename: text.required({ empty: 'missing_argument' }),
  length: integer.required({ empty: 'missing_argument' }),
  alt_txt: text.optional(),
  // What the official clients send for alt_txt.
  alt_text: text.optional(),
  snippet_type: text.optional(),
};

const completeArguments = {
  files: jsonArray.required(),
  channel_id: text.optional({ invalid: 'channel_not_found' }),
  channels: text.optional({ invalid: 'invalid_channel' }),
  initial_comment: text.optional(),
  thread_ts: timestamp.optional(),
  blocks: jsonArray.optional({ invalid: 'invalid_blocks' }),
};

export const fileUploadMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'files.getUploadURLExternal',
    tier: 4,
    scopes: ['files:write'],
    args: urlArguments,
    run: giveUrl,
  }),
  teamMethod({
    name: 'files.completeUploadExternal',
    tier: 4,
    scopes: ['files:write'],
    args: completeArguments,
    run: complete,
  }),
];

function giveUrl(call: TeamCall, args: ArgumentsOf<typeof urlArguments>): Answer {
  const { filename, length, snippet_type: snippetType, alt_txt: altText = args.alt_text ?? '' } = args;
  if (length < 0) return refuse('invalid_arguments');
  if (length > FILE_LIMIT_BYTES) return refuse('file_upload_size_restricted');
  if (altText.length > MAX_ALT_TEXT_LENGTH) return refuse('alt_txt_too_large');
  if (snippetType !== undefined && !findSnippetType(snippetType)) return refuse('unknown_snippet_type');
  if (snippetType !== undefined && length > SNIPPET_LIMIT_BYTES) return refuse('snippet_too_large');
  const origin = call.world.origin(call.host);
  const { userId } = call.token;
  const request = { team: call.team, userId, name: filename, sizeBytes: length, altText, snippetType, origin };
  const upload = announceUpload(call.world, request);
  return { ok: true, upload_url: `${origin}/upload/v1/${upload.ticket}`, file_id: upload.file.id };
}

/** An announced file whose content is here, and the title that it gets. */
interface Arrived {
  readonly upload: Upload;
  readonly title: string | undefined;
}

/** Real Slack shares a moment later; here the message is there when the answer is. */
function complete(call: TeamCall, args: ArgumentsOf<typeof completeArguments>): Answer {
  const wrongBlocks = args.blocks && blocksRefusal(args.blocks);
  if (wrongBlocks) return wrongBlocks;
  const arrived = arrivedFiles(call, args.files);
  if (isRefusal(arrived)) return arrived;
  const channels = channelsOf(call, args);
  if (isRefusal(channels)) return channels;
  const files = arrived.map(({ upload, title }) => completeUpload(call.world, upload, title));
  const { userId, botId, functionRunId } = call.token;
  for (const channel of channels) {
    shareFiles(call.world, { team: call.team, channel }, files, {
      text: slackText(args.initial_comment ?? ''),
      userId,
      botId,
      appId: botId === undefined ? undefined : call.app.id,
      threadTs: args.thread_ts,
      functionRunId,
      blocks: args.blocks && normalizedBlocks(args.blocks, () => call.world.ids.secret(5)),
    });
  }
  return { ok: true, files: files.map((file) => fileShape(call.team, file)) };
}

function arrivedFiles(call: TeamCall, files: readonly unknown[]): Arrived[] | Refusal {
  const arrived: Arrived[] = [];
  for (const one of files) {
    if (typeof one !== 'object' || one === null || !('id' in one)) return refuse('invalid_arguments');
    const upload = call.world.files.findArrived(call.team, String(one.id));
    if (upload?.file.userId !== call.token.userId) return refuse('file_not_found');
    const title = 'title' in one && typeof one.title === 'string' && one.title !== '' ? one.title : undefined;
    arrived.push({ upload, title });
  }
  const isRepeated = new Set(arrived.map(({ upload }) => upload)).size < arrived.length;
  return arrived.length === 0 || isRepeated ? refuse('invalid_arguments') : arrived;
}

/** The conversations to share with; none keeps the files to their owner. */
function channelsOf(call: TeamCall, args: ArgumentsOf<typeof completeArguments>): Channel[] | Refusal {
  const listed = (args.channels ?? '').split(',').map((id) => id.trim());
  const ids = [...new Set([args.channel_id ?? '', ...listed])].filter((id) => id !== '');
  if (ids.length > MAX_CHANNELS) return refuse('channels_limit_exceeded');
  const channels: Channel[] = [];
  for (const id of ids) {
    const channel = postingTarget(call, id);
    if (isRefusal(channel)) return refuse(id === args.channel_id ? 'channel_not_found' : 'invalid_channel');
    const refusal = sharingRefusal(call, channel, args.thread_ts);
    if (refusal) return refusal;
    channels.push(channel);
  }
  return channels;
}

/** Sharing needs membership, where posting sometimes does not. */
function sharingRefusal(call: TeamCall, channel: Channel, threadTs: string | undefined): Refusal | undefined {
  if (!channel.members.has(call.token.userId)) return refuse('not_in_channel');
  if (postingRefusal(call, channel)) return refuse('posting_to_channel_denied');
  return threadTs !== undefined && !findMessage(channel, threadTs) ? refuse('file_update_failed') : undefined;
}
