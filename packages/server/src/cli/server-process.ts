/** A server as a whole process: what `start` and `dev` share between their first and their last line. */
import type { Server } from '../bot-server.ts';
import { BotServerError } from '../errors.ts';
import { serve } from './process-end.ts';

/** Beside running listeners, sockets and a store that does not answer have limits of their own; all together, in milliseconds. */
export const REST_MS = 15_000;

/** Starts the server. Answers nothing when the process was asked to end meanwhile: then the start is given up. */
export async function startOrEnd(server: Server, ending: Promise<string>): Promise<string | undefined> {
  const starting = server.start();
  const isEnding = await Promise.race([starting.then(() => false), ending.then(() => true)]);
  if (!isEnding) return (await starting).url;
  // The start rejects because of the stop that follows.
  starting.catch(() => {});
  return undefined;
}

/** @throws BotServerError `stop_timed_out` */
export async function stopWithin(server: Server, graceMs: number): Promise<{ unfinished: number }> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limitMs = graceMs + REST_MS;
  const timer = setTimeout(
    () => reject(new BotServerError('stop_timed_out', `The server did not stop within ${limitMs / 1_000} s`)),
    limitMs,
  );
  try {
    return await Promise.race([server.stop({ graceMs }), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise that a listener forgot must not end every other team's server; an exception that nobody caught must. */
export function guardServer(server: Server): void {
  serve((error) => server.reportUncaught(error));
  process.on('unhandledRejection', (reason) => server.reportFloating(reason));
}
