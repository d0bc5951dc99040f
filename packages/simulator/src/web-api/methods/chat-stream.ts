/** chat.startStream, chat.appendStream and chat.stopStream: a message that is written while people watch. */

import { MAX_BLOCKS } from '../../content/block-kit/blocks.ts';
import { normalizedBlocks } from '../../content/block-kit/normalize.ts';
import { blocksRefusal, keptMetadata, MAX_TEXT_LENGTH, metadataRefusal } from '../../content/message-content.ts';
import { type Answer, isRefusal, type Refusal, refuse, refuseArgument } from '../../wire/answer.ts';
import { type ArgumentsOf, jsonArray, jsonObject, text, timestamp } from '../../wire/arguments.ts';
import { SESSION_STATUSES, setSession } from '../../workspace/agent-sessions.ts';
import { clearStatus } from '../../workspace/assistant-threads.ts';
import { changeMessage, type MessagePlace } from '../../workspace/message-edits.ts';
import { findMessage, postMessage } from '../../workspace/messages.ts';
import type { Channel, MessageStream } from '../../workspace/model.ts';
import { messageShape } from '../../workspace/slack-shapes.ts';
import { expireStream } from '../../workspace/stream-expiry.ts';
import { addChunks, type Chunk, newStream, streamBlocks } from '../../workspace/streams.ts';
import { channelArgument, writableConversation } from '../conversations.ts';
import { authorArguments, authorOf } from '../message-author.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { chunkArguments, readChunks } from '../stream-chunks.ts';

const { username, icon_emoji, icon_url } = authorArguments;
const NOT_STREAMING = 'message_not_in_streaming_state';

const tsArgument = timestamp.required({ invalid: 'message_not_found' });

const startArguments = {
  channel: channelArgument,
  thread_ts: timestamp.lenient(),
  ...chunkArguments,
  recipient_user_id: text.optional({ invalid: 'user_not_found' }),
  recipient_team_id: text.optional({ invalid: 'team_not_found' }),
  task_display_mode: text.optional(),
  username,
  icon_emoji,
  icon_url,
};
const appendArguments = { channel: channelArgument, ts: tsArgument, ...chunkArguments };
const stopArguments = {
  ...appendArguments,
  blocks: jsonArray.optional({ invalid: 'invalid_blocks' }),
  session_status: text.optional(),
  metadata: jsonObject.optional({ invalid: 'invalid_metadata_format' }),
};

export const chatStreamMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'chat.startStream', tier: 2, scopes: ['chat:write'], args: startArguments, run: start }),
  teamMethod({ name: 'chat.appendStream', tier: 4, scopes: ['chat:write'], args: appendArguments, run: append }),
  teamMethod({ name: 'chat.stopStream', tier: 2, scopes: ['chat:write'], args: stopArguments, run: stop }),
];

function start(call: TeamCall, args: ArgumentsOf<typeof startArguments>): Answer {
  const chunks = readChunks(args, () => call.world.ids.secret(5));
  if (isRefusal(chunks)) return chunks;
  const channel = writableConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const refusal = recipientRefusal(call, channel, args);
  if (refusal) return refusal;
  const mode = args.task_display_mode === 'plan' ? 'plan' : 'timeline';
  const stream = newStream(call.app.id, mode, call.world.clock.now());
  const wrong = write(stream, chunks);
  if (wrong) return wrong;
  const message = postMessage(call.world, {
    team: call.team,
    channel,
    draft: { ...authorOf(call, args), ...shown(stream), stream, threadTs: args.thread_ts },
  });
  const thread = { team: call.team, channel, threadTs: message.threadTs ?? message.ts, appId: call.app.id };
  clearStatus(call.world, thread);
  // A stream begins a session. (https://docs.slack.dev/ai/agent-sessions, "Messaging interactions")
  setSession(call.world, thread, 'processing');
  expireStream(call.world, { team: call.team, channel, message }, thread);
  return { ok: true, channel: channel.id, ts: message.ts };
}

function append(call: TeamCall, args: ArgumentsOf<typeof appendArguments>): Answer {
  const chunks = readChunks(args, () => call.world.ids.secret(5));
  if (isRefusal(chunks)) return chunks;
  if (chunks.length === 0) return refuse('no_text');
  const streaming = streamingMessage(call, args, { stopped: 'stopped_by_user' });
  if (isRefusal(streaming)) return streaming;
  const wrong = write(streaming.stream, chunks);
  if (wrong) return wrong;
  streaming.stream.writtenAtMs = call.world.clock.now();
  changeMessage(call.world, streaming.place, shown(streaming.stream));
  return { ok: true, channel: streaming.place.channel.id, ts: args.ts };
}

function stop(call: TeamCall, args: ArgumentsOf<typeof stopArguments>): Answer {
  const chunks = readChunks(args, () => call.world.ids.secret(5));
  if (isRefusal(chunks)) return chunks;
  const refusal = (args.blocks && blocksRefusal(args.blocks)) ?? (args.metadata && metadataRefusal(args.metadata));
  if (refusal) return refusal;
  const session = SESSION_STATUSES.find((one) => one === (args.session_status ?? 'active'));
  if (session === undefined)
    return refuseArgument('invalid_arguments', `session_status must be one of ${SESSION_STATUSES.join(', ')}`);
  const streaming = streamingMessage(call, args);
  if (isRefusal(streaming)) return streaming;
  const { stream, place } = streaming;
  const last: Chunk[] = args.blocks
    ? [{ type: 'blocks', blocks: normalizedBlocks(args.blocks, () => call.world.ids.secret(5)) }]
    : [];
  const wrong = write(stream, [...chunks, ...last]);
  if (wrong) return wrong;
  const metadata = (args.metadata && keptMetadata(args.metadata)) ?? place.message.metadata;
  changeMessage(call.world, place, { ...shown(stream), stream: { ...stream, state: 'completed' }, metadata });
  const { channel, message } = place;
  const threadTs = message.threadTs ?? message.ts;
  setSession(call.world, { team: call.team, channel, threadTs, appId: call.app.id }, session);
  return { ok: true, channel: channel.id, ts: message.ts, message: messageShape(call.team, message) };
}

/** In a channel a stream is for somebody, because an app may answer several people at once. */
function recipientRefusal(
  { team }: TeamCall,
  channel: Channel,
  args: { recipient_user_id: string | undefined; recipient_team_id: string | undefined },
): Refusal | undefined {
  if (channel.kind === 'im') return undefined;
  if (args.recipient_user_id === undefined) return refuse('missing_recipient_user_id');
  if (args.recipient_team_id === undefined) return refuse('missing_recipient_team_id');
  if (args.recipient_team_id !== team.id) return refuse('team_not_found');
  return team.users.has(args.recipient_user_id) ? undefined : refuse('user_not_found');
}

/** The message that is still being written. `stopped` is the method's code for one that a person stopped. */
function streamingMessage(
  call: TeamCall,
  args: { channel: string; ts: string },
  { stopped = NOT_STREAMING }: { stopped?: string } = {},
): { place: MessagePlace; stream: MessageStream } | Refusal {
  const channel = writableConversation(call, args.channel);
  if (isRefusal(channel)) return channel;
  const message = findMessage(channel, args.ts);
  if (!message) return refuse('message_not_found');
  if (message.appId !== call.app.id) return refuse('message_not_owned_by_app');
  const { stream } = message;
  if (stream?.state === 'stopped_by_user') return refuse(stopped);
  if (stream?.state !== 'in_progress') return refuse(NOT_STREAMING);
  return { place: { team: call.team, channel, message }, stream };
}

/** Adds chunks unless the message would become too large. */
function write(stream: MessageStream, chunks: readonly Chunk[]): Refusal | undefined {
  const grown: MessageStream = { ...stream, tasks: new Map(stream.tasks), extraBlocks: [...stream.extraBlocks] };
  addChunks(grown, chunks);
  if (grown.markdown.length > MAX_TEXT_LENGTH) return refuse('msg_blocks_too_long');
  if (streamBlocks(grown).length > MAX_BLOCKS.message) return refuse('msg_blocks_too_many');
  addChunks(stream, chunks);
  return undefined;
}

function shown(stream: MessageStream) {
  return { text: stream.markdown, blocks: streamBlocks(stream) };
}
