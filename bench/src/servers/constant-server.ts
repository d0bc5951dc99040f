/** Answers every request with the same bytes and reads none: how fast a generator can be. Requests are counted by their length. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type EventServer, handled } from './event-server.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

export async function startConstantServer({ requestBytes }: { requestBytes: number }): Promise<EventServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes < requestBytes) return;
      const requests = Math.floor(bytes / requestBytes);
      bytes -= requests * requestBytes;
      handled.count += requests;
      socket.write(requests === 1 ? ANSWER : ANSWER.repeat(requests), 'latin1');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port };
}
