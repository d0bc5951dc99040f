/**
 * A load balancer before the nodes of a cluster, for tests and benchmarks: asks each one's `/readyz`, posts to those that are ready,
 * in turn. Where a connection cannot be made it takes the next one; what was sent and not answered is a 502, because only Slack may
 * decide to send an event again.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A node as the balancer knows it. */
export interface Backend {
  name: string;
  /** Undefined while its process does not listen. */
  readonly port: number | undefined;
}

const CHECK_EVERY_MS = 500;
const CHECK_TIMEOUT_MS = 1_500;
/** Slack gives up after 3 s. */
const ANSWER_TIMEOUT_MS = 3_000;

export class Balancer implements AsyncDisposable {
  readonly #backends: readonly Backend[];
  readonly #ready = new Set<Backend>();
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 5_000 });
  readonly #server = createServer((from, to) => void this.#forward(from, to));
  readonly #timer: NodeJS.Timeout;
  #turn = 0;

  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.#timer = setInterval(() => void Promise.all(backends.map((one) => this.#check(one))), CHECK_EVERY_MS);
  }

  /** The port that it listens on. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Names of the nodes that may be posted to. */
  get ready(): string[] {
    return Array.from(this.#ready, ({ name }) => name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#agent.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #check(backend: Backend): Promise<void> {
    const { port } = backend;
    const isReady = port !== undefined && (await isOk(`http://127.0.0.1:${port}/readyz`));
    if (isReady) this.#ready.add(backend);
    else this.#ready.delete(backend);
  }

  async #forward(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of from) body.push(chunk as Buffer);
    const bytes = Buffer.concat(body);
    for (const backend of this.#inTurn()) {
      const status = await this.#post(backend, { from, bytes, to });
      if (status !== 'unreachable') return;
    }
    if (!to.destroyed) to.writeHead(503).end();
  }

  /** Whether anything was sent: what could not be sent may go to another. */
  #post(
    backend: Backend,
    { from, bytes, to }: { from: IncomingMessage; bytes: Buffer; to: ServerResponse },
  ): Promise<'answered' | 'unreachable'> {
    const { port } = backend;
    if (port === undefined) return Promise.resolve('unreachable');
    return new Promise((resolve) => {
      const { method, url: path, headers } = from;
      const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: this.#agent }, (response) => {
        to.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(to).on('close', () => resolve('answered'));
      });
      sent.setTimeout(ANSWER_TIMEOUT_MS, () => sent.destroy());
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') return resolve('unreachable');
        if (to.headersSent) to.destroy();
        else to.writeHead(502).end();
        return resolve('answered');
      });
      sent.end(bytes);
    });
  }

  #inTurn(): Backend[] {
    const ready = this.#backends.filter((one) => this.#ready.has(one));
    const at = this.#turn++ % Math.max(1, ready.length);
    return [...ready.slice(at), ...ready.slice(0, at)];
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
