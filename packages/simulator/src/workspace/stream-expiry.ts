/** Streams that nobody ends in time: Slack ends them, and what the app adds later is refused. */
import { SimulatorError } from '../errors.ts';
import { setSession } from './agent-sessions.ts';
import type { ThreadPlace } from './assistant-threads.ts';
import { changeMessage, type MessagePlace } from './message-edits.ts';
import { findMessage } from './messages.ts';
import type { World } from './world.ts';

/** When Slack ends a stream of chat.startStream. It says so nowhere; what is known are reports of about five minutes. */
export interface StreamOptions {
  /** In milliseconds of the simulator's clock; 0: never. @defaultValue 300000 */
  lifetimeMs?: number | undefined;
  /**
   * `start`: so long after its beginning, whatever is added meanwhile (slackapi/node-slack-sdk#2702,
   * slackapi/python-slack-sdk#1859). `last_append`: so long after something was added (vercel/chat#607, kortix-ai/suna#3438).
   * The reports disagree; the default is what Slack's own trackers were told, and what more apps fail at.
   * @defaultValue 'start'
   */
  countedFrom?: 'start' | 'last_append' | undefined;
}

export const streamDefaults = { lifetimeMs: 300_000, countedFrom: 'start' } as const satisfies StreamSettings;

/** Those options with the defaults. */
export interface StreamSettings {
  readonly lifetimeMs: number;
  readonly countedFrom: 'start' | 'last_append';
}

/** @throws SimulatorError `invalid_configuration` */
export function checkedStreams(given: StreamOptions = {}): StreamSettings {
  const { lifetimeMs = streamDefaults.lifetimeMs, countedFrom = streamDefaults.countedFrom } = given;
  if (!Number.isSafeInteger(lifetimeMs) || lifetimeMs < 0) {
    throw new SimulatorError(
      'invalid_configuration',
      `streams.lifetimeMs must be a whole number of milliseconds, or 0 for never; got ${lifetimeMs}`,
    );
  }
  if (countedFrom !== 'start' && countedFrom !== 'last_append') {
    const got = JSON.stringify(countedFrom);
    throw new SimulatorError('invalid_configuration', `streams.countedFrom must be start or last_append; got ${got}`);
  }
  return { lifetimeMs, countedFrom };
}

/** Ends the stream when its time is over, and with it what the session was busy with. (https://docs.slack.dev/ai/agent-sessions) */
export function expireStream(world: World, place: MessagePlace, thread: ThreadPlace): void {
  const { lifetimeMs, countedFrom } = world.streams;
  const { channel, message } = place;
  const expire = () => {
    const { stream } = message;
    if (stream?.state !== 'in_progress' || findMessage(channel, message.ts) !== message) return;
    const leftMs = countedFrom === 'start' ? 0 : stream.writtenAtMs + lifetimeMs - world.clock.now();
    if (leftMs > 0) {
      world.clock.after(leftMs, expire);
      return;
    }
    changeMessage(world, place, { stream: { ...stream, state: 'expired' } });
    setSession(world, thread, 'active');
  };
  if (lifetimeMs > 0) world.clock.after(lifetimeMs, expire);
}
