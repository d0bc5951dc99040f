/**
 * Feeds node:http what strangers send in small pieces, one in a turn of the event loop. By itself it takes what was read, up to
 * 64 KiB, in one go, which can be ten thousand chunks of a byte or two thousand requests: a tenth of a second in which nobody else is
 * served, also when the connection was cut at the first of them.
 */
import type { Socket } from 'node:net';

/** Larger than what Slack usually posts, so that this is one piece. */
const BITE_BYTES = 4_096;

/** From now on; `isTrusted` is asked when more than a piece has come, and then all of it is taken at once. */
export function feedInBites(socket: Socket, isTrusted: () => boolean): void {
  const parse = takeFromNode(socket);
  let waiting: Buffer | undefined;

  const feed = () => {
    if (!waiting || socket.destroyed || socket.writableEnded) {
      waiting = undefined;
      return;
    }
    const bite = waiting.subarray(0, BITE_BYTES);
    waiting = waiting.length > BITE_BYTES ? waiting.subarray(BITE_BYTES) : undefined;
    parse(bite);
    if (waiting) setImmediate(feed);
    else socket.resume();
  };

  socket.on('data', (bytes: Buffer) => {
    if (waiting) {
      waiting = Buffer.concat([waiting, bytes]);
      socket.pause();
    } else if (bytes.length <= BITE_BYTES || isTrusted()) parse(bytes);
    else {
      waiting = bytes;
      socket.pause();
      feed();
    }
  });
}

/** node:http's parser, which otherwise reads by itself: a listener takes the bytes back. */
function takeFromNode(socket: Socket): (bytes: Buffer) => void {
  const placeholder = () => {};
  socket.on('data', placeholder);
  const [parse] = socket.listeners('data') as ((this: Socket, bytes: Buffer) => void)[];
  if (!parse || (parse as unknown) === placeholder) throw new TypeError('node:http does not listen to its socket');
  socket.removeAllListeners('data');
  return (bytes) => parse.call(socket, bytes);
}
