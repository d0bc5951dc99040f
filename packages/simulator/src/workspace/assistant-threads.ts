/** What apps say about the threads in which they assist: a title, a status that passes, prompts to choose from. */

import { type Json, seconds } from './json.ts';
import { changeMessage } from './message-edits.ts';
import { findMessage, postMessage } from './messages.ts';
import type { AssistantThread, Channel, Message, Team } from './model.ts';
import { richTextOf } from './rich-text.ts';
import type { World } from './world.ts';

/** A status disappears by itself. (https://docs.slack.dev/reference/methods/assistant.threads.setStatus) */
export const STATUS_LIFETIME_MS = 120_000;
/** How many threads a conversation keeps, so that memory stays bounded. */
export const ASSISTANT_THREADS_KEPT = 200;

/** Which part of a thread an app sets. */
export type ThreadChange =
  | { part: 'title'; title: string }
  | { part: 'status'; status: string; loadingMessages: readonly string[] }
  | { part: 'prompts'; promptsTitle: string | undefined; prompts: AssistantThread['prompts'] }
  | { part: 'session'; session: NonNullable<AssistantThread['session']> }
  | { part: 'shownAs'; shownAs: AssistantThread['shownAs'] };

/** Where the thread is, and whose it is. */
export interface ThreadPlace {
  team: Team;
  channel: Channel;
  threadTs: string;
  appId: string;
}

/**
 * A person opens a new thread with an app: its first message is Slack's, in the name of the bot's user and without a
 * bot_id. (Recorded in iterate; slackapi/bolt-python, tests/scenario_tests/test_events_assistant.py)
 */
export function startAssistantThread(
  world: World,
  { team, channel, botUserId }: { team: Team; channel: Channel; botUserId: string },
): Message {
  const draft = { text: 'New Assistant thread', subtype: 'assistant_app_thread', userId: botUserId } as const;
  return postMessage(world, { team, channel, draft });
}

/** What the first message of a thread says about it. */
export function assistantThreadShape({ title, threadTs }: AssistantThread): Json {
  const titleBlocks = title === '' ? [] : richTextOf(title, threadTs.slice(-5));
  return { title, title_blocks: titleBlocks, artifacts: [], context: {} };
}

/** Sets one part of a thread; the first time makes it. */
export function changeAssistantThread(world: World, place: ThreadPlace, change: ThreadChange): AssistantThread {
  const { team, channel } = place;
  const thread = channel.assistantThreads.get(place.threadTs) ?? createThread(place);
  const { part, ...values } = change;
  Object.assign(thread, values);
  world.events.emit({ type: 'assistant_thread_changed', team, channel, thread, part });
  if (part === 'title') showTitle(world, place, thread);
  if (part === 'status' && thread.status !== '') expireStatus(world, team, channel, thread);
  return thread;
}

/** An app's answer in the thread ends its status. */
export function clearStatus(world: World, { team, channel, threadTs, appId }: ThreadPlace): void {
  const thread = channel.assistantThreads.get(threadTs);
  if (!thread || thread.status === '' || thread.appId !== appId) return;
  thread.status = '';
  thread.loadingMessages = [];
  world.events.emit({ type: 'assistant_thread_changed', team, channel, thread, part: 'status' });
}

/** A title changes the thread's first message, and whoever reads the conversation is told. */
function showTitle(world: World, { team, channel, threadTs }: ThreadPlace, thread: AssistantThread): void {
  const message = findMessage(channel, threadTs);
  if (message?.subtype !== 'assistant_app_thread') return;
  const edited = { editorId: message.userId ?? '', ts: `${seconds(world.clock.now())}.000000` };
  const details = { assistant_app_thread: assistantThreadShape(thread) };
  changeMessage(world, { team, channel, message }, { details, edited });
}

function createThread({ channel, threadTs, appId }: ThreadPlace): AssistantThread {
  const thread: AssistantThread = {
    threadTs,
    appId,
    title: '',
    status: '',
    loadingMessages: [],
    promptsTitle: undefined,
    prompts: [],
    session: undefined,
    shownAs: undefined,
  };
  channel.assistantThreads.set(threadTs, thread);
  const [oldest] = channel.assistantThreads.keys();
  if (channel.assistantThreads.size > ASSISTANT_THREADS_KEPT && oldest !== undefined) {
    channel.assistantThreads.delete(oldest);
  }
  return thread;
}

function expireStatus(world: World, team: Team, channel: Channel, thread: AssistantThread): void {
  const { status, loadingMessages, appId, threadTs } = thread;
  world.clock.after(STATUS_LIFETIME_MS, () => {
    // A newer status has its own timer, even when it says the same.
    const isStillThis = thread.status === status && thread.loadingMessages === loadingMessages;
    if (isStillThis) clearStatus(world, { team, channel, threadTs, appId });
  });
}
