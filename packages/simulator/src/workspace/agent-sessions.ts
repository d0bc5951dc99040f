/**
 * Agent sessions: how far an agent is with a thread, and what people do with it.
 * (https://docs.slack.dev/ai/agent-sessions)
 */
import type { Timer } from '../clock/clock.ts';
import { changeAssistantThread, type ThreadPlace } from './assistant-threads.ts';
import { stopMessageStream } from './message-edits.ts';
import type { App, AssistantThread, Message } from './model.ts';
import type { World } from './world.ts';

/** What a session may be. */
export type SessionStatus = NonNullable<AssistantThread['session']>;

export const SESSION_STATUSES: readonly SessionStatus[] = ['active', 'processing', 'suspended', 'closed'];

/** An agent that works for so long without saying so again no longer does. (ai/agent-sessions, "Session timeouts") */
export const PROCESSING_LIFETIME_MS = 3_600_000;

/** Whose thread a person has in hand. */
export interface SessionPlace extends ThreadPlace {
  app: App;
  userId: string;
}

/** One timer per session, however often an agent says that it works. */
const timers = new WeakMap<AssistantThread, Timer>();

/** Says how far the agent is; the first time begins the session. */
export function setSession(world: World, place: ThreadPlace, session: SessionStatus): AssistantThread {
  const thread = changeAssistantThread(world, place, { part: 'session', session });
  timers.get(thread)?.cancel();
  if (session === 'processing') {
    const timer = world.clock.after(PROCESSING_LIFETIME_MS, () => {
      // An old thread may have been forgotten meanwhile.
      if (place.channel.assistantThreads.get(place.threadTs) === thread) setSession(world, place, 'active');
    });
    timers.set(thread, timer);
  }
  return thread;
}

/**
 * A person presses Stop: what the agent still writes in the thread ends, and the app is told. The status stays until the app
 * changes it. @returns the timestamps of those messages
 */
export function stopSession(world: World, place: SessionPlace): readonly string[] {
  const { team, app, channel, threadTs, userId } = place;
  const written = channel.messages.filter((message) => isStreamIn(place, message));
  for (const message of written) stopMessageStream(world, { team, channel, message });
  const streamTs = written.map(({ ts }) => ts);
  world.events.emit({ type: 'agent_session_stopped', team, app, channel, userId, threadTs, streamTs });
  return streamTs;
}

/** A person gives the session a title, whatever the app called it. */
export function renameSession(world: World, place: SessionPlace, title: string): void {
  const { team, app, channel, threadTs, userId } = place;
  const previousTitle = channel.assistantThreads.get(threadTs)?.title ?? '';
  changeAssistantThread(world, place, { part: 'title', title });
  const facts = { team, app, channel, userId, threadTs, title, previousTitle };
  world.events.emit({ type: 'agent_session_title_changed', ...facts });
}

function isStreamIn({ app, threadTs }: SessionPlace, message: Message): boolean {
  const { stream } = message;
  return stream?.state === 'in_progress' && stream.appId === app.id && (message.threadTs ?? message.ts) === threadTs;
}
