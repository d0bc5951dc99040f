/** An app behind a request URL, as plain as can be: it keeps what arrives and answers what the test says. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from './slack.ts';

/** A request that arrived. */
export interface Arrived {
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  /** The JSON of the body, or its form fields. */
  body: Json;
}

/** Answers one request; `undefined` never answers. */
export type Answer = (arrived: Arrived, response: ServerResponse) => void;

/** 200 without a body. */
export const accept: Answer = (_arrived, response) => void response.end();
export const fail: Answer = (_arrived, response) => void response.writeHead(500).end();
export const hang: Answer = () => {};

/** Serves on a free port until it is disposed of. */
export class AppServer implements AsyncDisposable {
  readonly arrived: Arrived[] = [];
  answer: Answer = accept;
  readonly #server: Server;
  readonly #watchers = new Set<() => void>();

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const arrived = { path: request.url ?? '', headers: request.headers, raw, body: parsed(raw) };
        this.arrived.push(arrived);
        this.answer(arrived, response);
        for (const check of this.#watchers) check();
      });
    });
  }

  static async start(): Promise<AppServer> {
    const app = new AppServer();
    await new Promise<void>((resolve) => app.#server.listen(0, '127.0.0.1', resolve));
    return app;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/slack/events`;
  }

  /** The inner events that arrived, in order. */
  get events(): Json[] {
    return this.arrived.flatMap(({ body }) => (body.event === undefined ? [] : [body.event as Json]));
  }

  /** Resolves with the first request that fits, also one that is there already. */
  async request(fits: (arrived: Arrived) => boolean): Promise<Arrived> {
    await this.until(() => this.arrived.some(fits));
    return this.arrived.find(fits) as Arrived;
  }

  /** The same for inner events. */
  async event(fits: (event: Json) => boolean): Promise<Json> {
    await this.until(() => this.events.some(fits));
    return this.events.find(fits) as Json;
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!holds()) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function parsed(raw: string): Json {
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return Object.fromEntries(new URLSearchParams(raw));
  }
}
