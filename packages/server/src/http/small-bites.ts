/**
 * Feeds node:http what strangers send in small pieces. It takes what was read, up to 64 KiB, in one go, which can be ten thousand
 * chunks of a byte or two thousand requests: a tenth of a second in which nobody else is served, also when the connection was cut at
 * the first of them. Between two pieces it is looked whether it still lives.
 */
import type { Socket } from 'node:net';

/** Larger than what Slack usually posts, so that this is one piece. */
const BITE_BYTES = 4_096;

/** From now on; `isTrusted` is asked when more than a piece has come, and then all of it is taken at once. */
export function feedInBites(socket: Socket, isTrusted: () => boolean): void {
  // A listener takes the bytes back from node:http's parser, which reads by itself otherwise.
  const placeholder = () => {};
  socket.on('data', placeholder);
  const [parse] = socket.listeners('data') as ((this: Socket, bytes: Buffer) => void)[];
  if (!parse || (parse as unknown) === placeholder) throw new TypeError('node:http does not listen to its socket');
  socket.removeAllListeners('data');
  socket.on('data', (bytes: Buffer) => {
    if (bytes.length <= BITE_BYTES || isTrusted()) return parse.call(socket, bytes);
    for (let at = 0; at < bytes.length && !socket.destroyed && !socket.writableEnded; at += BITE_BYTES) {
      parse.call(socket, bytes.subarray(at, at + BITE_BYTES));
    }
  });
}
