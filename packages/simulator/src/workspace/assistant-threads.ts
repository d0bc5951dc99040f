/** What apps say about the threads in which they assist: a title, a status that passes, prompts to choose from. */
import type { AssistantThread, Channel, Team } from './model.ts';
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
  | { part: 'session'; session: NonNullable<AssistantThread['session']> };

/** Where the thread is, and whose it is. */
export interface ThreadPlace {
  team: Team;
  channel: Channel;
  threadTs: string;
  appId: string;
}

/** Sets one part of a thread; the first time makes it. */
export function changeAssistantThread(world: World, place: ThreadPlace, change: ThreadChange): AssistantThread {
  const { team, channel } = place;
  const thread = channel.assistantThreads.get(place.threadTs) ?? createThread(place);
  const { part, ...values } = change;
  Object.assign(thread, values);
  world.events.emit({ type: 'assistant_thread_changed', team, channel, thread, part });
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
