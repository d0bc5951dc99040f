/**
 * Feeds node:http what strangers send in small pieces, one in a turn of the event loop. By itself it takes what was read, up to
 * 64 KiB, in one go, which can be ten thousand chunks of a byte or two thousand requests: a tenth of a second in which nobody else is
 * served, also when the connection was cut at the first of them. Reading here costs some 20 microseconds and 64 KiB of garbage a
 * request, so a connection goes back to node:http once it is trusted.
 */
import type { Socket } from 'node:net';

/** Larger than what Slack usually posts, so that this is one piece. */
const PIECE_BYTES = 4_096;

/** A connection that is fed in pieces. */
export interface FedConnection {
  /** From now on node:http reads by itself, as soon as nothing waits here. May be called for each request. */
  trust(): void;
}

/** Feeds a connection in pieces from now on. */
export function feedInPieces(socket: Socket): FedConnection {
  const node = takeFromNode(socket);
  let waiting: Buffer | undefined;
  let isOurs = true;

  const feed = () => {
    if (!waiting || socket.destroyed || socket.writableEnded) {
      waiting = undefined;
      return;
    }
    const piece = waiting.subarray(0, PIECE_BYTES);
    waiting = waiting.length > PIECE_BYTES ? waiting.subarray(PIECE_BYTES) : undefined;
    node.parse(piece);
    if (waiting) setImmediate(feed);
    else socket.resume();
  };

  const onData = (bytes: Buffer) => {
    if (waiting) {
      waiting = Buffer.concat([waiting, bytes]);
      socket.pause();
    } else if (bytes.length <= PIECE_BYTES) node.parse(bytes);
    else {
      waiting = bytes;
      socket.pause();
      feed();
    }
  };
  socket.on('data', onData);

  return {
    trust() {
      if (!isOurs || waiting || socket.destroyed || socket.isPaused() || socket.readableLength > 0) return;
      socket.off('data', onData);
      isOurs = !node.giveBack();
      if (isOurs) socket.on('data', onData);
    },
  };
}

/** What node:http keeps of a connection; its own, so nothing here relies on finding it. */
interface Internals {
  parser?: { consume?: (handle: object) => void; _consumed?: boolean } | null;
  _handle?: { isStreamBase?: boolean; _consumed?: boolean } | null;
}

type Listener = (...args: unknown[]) => void;

/** node:http's parser, which otherwise reads by itself: a listener takes the bytes back. */
function takeFromNode(socket: Socket): { parse: (bytes: Buffer) => void; giveBack: () => boolean } {
  const flow = { pause: listenersOf(socket, 'pause'), resume: listenersOf(socket, 'resume') };
  const placeholder = () => {};
  socket.on('data', placeholder);
  const [parse] = listenersOf(socket, 'data');
  if (!parse || parse === placeholder) throw new TypeError('node:http does not listen to its socket');
  socket.removeAllListeners('data');
  return {
    parse: (bytes) => parse.call(socket, bytes),
    // What node:http does with a new connection, in its order.
    giveBack() {
      const { parser, _handle: handle } = socket as unknown as Internals;
      if (!parser?.consume || !handle?.isStreamBase) return false;
      socket.on('data', parse);
      for (const event of ['pause', 'resume'] as const) {
        const present = listenersOf(socket, event);
        for (const listener of flow[event]) if (!present.includes(listener)) socket.on(event, listener);
      }
      parser._consumed = true;
      handle._consumed = true;
      parser.consume(handle);
      return true;
    },
  };
}

function listenersOf(socket: Socket, event: string): Listener[] {
  return socket.listeners(event) as Listener[];
}
