/** Says no to an HTTP upgrade. */
import type { Duplex } from 'node:stream';
import { resetConnection } from './server.ts';

const REASONS = { '403': 'Forbidden', '404': 'Not Found', '503': 'Service Unavailable' } as const;

/** Answers with a status and ends the connection, or resets it without an answer. */
export function rejectUpgrade(tcp: Duplex, how: keyof typeof REASONS | 'reset', message = ''): void {
  tcp.on('error', () => {});
  if (how !== 'reset') {
    const type = message === '' ? '' : 'Content-Type: text/plain; charset=utf-8\r\n';
    const length = Buffer.byteLength(message);
    tcp.end(
      `HTTP/1.1 ${how} ${REASONS[how]}\r\nConnection: close\r\n${type}Content-Length: ${length}\r\n\r\n${message}`,
    );
  } else resetConnection(tcp);
}
