/**
 * The way over Socket Mode: envelopes on the sockets that the server has opened, which are closed on too large a frame, as Slack
 * does. What was not acknowledged then is lost to whoever waited for it.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Delivery, Way } from './slack-sender.ts';

/** Slack closes a socket with 1009 on a larger frame. (revelrylabs/slax#614, slack-go#1196) */
const MAX_CLIENT_FRAME_BYTES = 20_480;
const ACKED_WITHIN_MS = 10_000;
const HELLO = JSON.stringify({
  type: 'hello',
  num_connections: 1,
  connection_info: { app_id: 'A0BENCH001' },
  debug_info: { host: 'bench', approximate_connection_time: 3_600 },
});

/** Who waits for the ack of an envelope. */
interface Waiting {
  socket: WebSocket;
  settle(status: number): void;
}

export class SocketEnvelopes implements Way {
  readonly #server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
  });
  readonly #waiting = new Map<string, Waiting>();
  #number = 0;

  private constructor() {
    this.#server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(): Promise<SocketEnvelopes> {
    const started = new SocketEnvelopes();
    await once(started.#server, 'listening');
    return started;
  }

  /** What apps.connections.open answers. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Resolves when the server has opened a socket. */
  async opened(): Promise<void> {
    if (this.#server.clients.size === 0) await once(this.#server, 'connection');
  }

  deliver(delivery: Delivery): Promise<number> {
    const sockets = [...this.#server.clients].filter(({ readyState, OPEN }) => readyState === OPEN);
    const socket = sockets[this.#number % Math.max(1, sockets.length)];
    if (!socket) return Promise.resolve(0);
    this.#number += 1;
    const id = `bench-${this.#number}`;
    return new Promise((resolve) => {
      const settle = (status: number) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(status);
      };
      const timer = setTimeout(() => settle(0), ACKED_WITHIN_MS);
      this.#waiting.set(id, { socket, settle });
      socket.send(envelopeOf(id, delivery));
    });
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #accept(socket: WebSocket): void {
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      const { envelope_id: id } = JSON.parse(data.toString()) as { envelope_id?: string };
      this.#waiting.get(id ?? '')?.settle(200);
    });
    socket.on('close', () => {
      for (const waiting of this.#waiting.values()) if (waiting.socket === socket) waiting.settle(0);
    });
    socket.send(HELLO);
  }
}

function envelopeOf(id: string, delivery: Delivery): string {
  const [type, payload] =
    delivery.kind === 'event' ? ['events_api', delivery.json] : ['slash_commands', JSON.stringify(delivery.fields)];
  const head = { envelope_id: id, type, accepts_response_payload: delivery.kind === 'command' };
  return `${JSON.stringify(head).slice(0, -1)},"payload":${payload}}`;
}
