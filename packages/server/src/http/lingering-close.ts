/**
 * Ends a connection whose client is still sending. Closing it at once would reset it, and a reset takes the answer away from
 * the client before it was read: so what comes is thrown away for a moment, unparsed. (RFC 9112, 9.6)
 */
import type { Socket } from 'node:net';
import type { Clock } from '../time/clock.ts';

/** A client that is there has read the answer by then, in milliseconds. */
const LINGER_MS = 500;
/** What a client may still send behind the answer: what was on its way, and no more. */
const LINGER_BYTES = 4 * 1_048_576;

/** From now on node:http, which ends a connection by `destroySoon`, ends this one so. */
export function closeLingering(socket: Socket, clock: Pick<Clock, 'after'>): void {
  const closeAtOnce = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    if (socket.destroyed || socket.readableEnded || !isSending(socket)) closeAtOnce();
    else linger(socket, clock);
  };
}

/** Whether the request that was read last is not complete yet: node:http's parser knows. */
function isSending(socket: Socket & { parser?: { incoming?: { complete: boolean } | null } | null }): boolean {
  return socket.parser?.incoming?.complete === false;
}

function linger(socket: Socket, clock: Pick<Clock, 'after'>): void {
  let leftBytes = LINGER_BYTES;
  socket.end();
  // Nothing is parsed any more; see small-pieces.ts.
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    leftBytes -= chunk.length;
    if (leftBytes < 0) socket.destroy();
  });
  socket.once('end', () => socket.destroy());
  const timer = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('close', () => timer.cancel());
  socket.resume();
}
