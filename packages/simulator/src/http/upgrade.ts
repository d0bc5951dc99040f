/** Says no to an HTTP upgrade. */
import type { Duplex } from 'node:stream';
import { resetConnection } from './server.ts';

/** Answers 503 or 404 and ends the connection, or resets it without an answer. */
export function rejectUpgrade(tcp: Duplex, how: '503' | '404' | 'reset'): void {
  tcp.on('error', () => {});
  if (how !== 'reset') {
    const reason = how === '503' ? '503 Service Unavailable' : '404 Not Found';
    tcp.end(`HTTP/1.1 ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  } else resetConnection(tcp);
}
