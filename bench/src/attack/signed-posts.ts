/** The way over HTTP: signed posts to the request URL. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Delivery, Way } from './slack-sender.ts';

const SENDERS = 64;
const TIMEOUT_MS = 10_000;

export class SignedPosts implements Way {
  readonly #port: number;
  readonly #secret: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SENDERS });

  constructor(port: number, secret: string) {
    this.#port = port;
    this.#secret = secret;
  }

  deliver(delivery: Delivery): Promise<number> {
    if (delivery.kind === 'event') return this.#post(delivery.json, 'application/json');
    return this.#post(new URLSearchParams(delivery.fields).toString(), 'application/x-www-form-urlencoded');
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(body: string, contentType: string): Promise<number> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
    return new Promise((resolve) => {
      const to = { host: '127.0.0.1', port: this.#port, path: '/slack/events', method: 'POST', headers };
      const posted = request({ ...to, agent: this.#agent, timeout: TIMEOUT_MS }, (response) => {
        response.resume();
        response.once('close', () => resolve(response.statusCode ?? 0));
      });
      posted.once('timeout', () => posted.destroy());
      posted.once('error', () => resolve(0));
      posted.end(body);
    });
  }
}
