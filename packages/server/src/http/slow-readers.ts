/** Cuts who asks for a page and does not take it: the answer would stay in memory for as long as they like. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../time/clock.ts';

/** Looks after an answer until it is all on its way; nothing taken within `readMs` milliseconds cuts the connection. */
export function cutUnlessRead(
  response: ServerResponse,
  socket: Socket,
  deps: { clock: Pick<Clock, 'after'>; readMs: number },
): void {
  const { clock, readMs } = deps;
  let waitingBytes = 0;
  const look = () => {
    const isStuck = socket.writableLength > 0 && socket.writableLength === waitingBytes;
    if (isStuck) return socket.destroy();
    waitingBytes = socket.writableLength;
    timer = clock.after(readMs, look);
  };
  let timer = clock.after(readMs, look);
  response.once('close', () => timer.cancel());
}
