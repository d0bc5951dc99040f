/** A generator on raw sockets: each connection sends one request, waits for the whole answer, and sends the next. */
import { closeSync, openSync, readSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Load, LoadResult } from './load.ts';

/** Sends for `durationMs`. */
export async function sendRequests(load: Load): Promise<LoadResult> {
  const fd = openSync(load.file, 'r');
  try {
    return await new Sending(load, fd).run();
  } finally {
    closeSync(fd);
  }
}

class Sending {
  readonly #load: Load;
  readonly #fd: number;
  readonly #latenciesMs: number[] = [];
  #failed = 0;
  #sent = 0;
  #fresh = 0;
  #startedAtMs = 0;
  #untilMs = 0;
  /** Places in the pace that were given out. */
  #places = 0;

  constructor(load: Load, fd: number) {
    this.#load = load;
    this.#fd = fd;
  }

  async run(): Promise<LoadResult> {
    const { inFlight, count, durationMs, mayRepeat } = this.#load;
    const startedAtMs = performance.now();
    const cpuBefore = process.cpuUsage();
    this.#startedAtMs = startedAtMs;
    this.#untilMs = startedAtMs + durationMs;
    await Promise.all(Array.from({ length: inFlight }, () => this.#connection()));
    const { user, system } = process.cpuUsage(cpuBefore);
    const sorted = Float64Array.from(this.#latenciesMs).toSorted();
    return {
      requests: sorted.length,
      durationMs: performance.now() - startedAtMs,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      failed: this.#failed,
      sent: this.#sent,
      isExhausted: !mayRepeat && this.#fresh > count,
      cpuMs: (user + system) / 1_000,
    };
  }

  #connection(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = connect({ port: this.#load.port, host: '127.0.0.1', noDelay: true });
    let sentAtMs = 0;
    let answer = '';
    const send = (dueAtMs = performance.now()) => {
      if (performance.now() >= this.#untilMs) return socket.end();
      sentAtMs = dueAtMs;
      socket.write(this.#nextRequest());
    };
    const sendInTurn = () => {
      const waitMs = this.#waitMs();
      if (waitMs === undefined) send();
      // One that is late because its connection was not free is late by what it waited; a late timer is the generator's own.
      else if (waitMs <= 0) send(performance.now() + waitMs);
      else setTimeout(() => send(), waitMs);
    };
    socket.setEncoding('latin1');
    socket.on('connect', sendInTurn);
    socket.on('data', (text: string) => {
      answer += text;
      if (!isWhole(answer)) return;
      this.#note(answer, performance.now() - sentAtMs);
      answer = '';
      sendInTurn();
    });
    socket.on('error', () => void this.#failed++);
    socket.on('close', () => resolve());
    endAt(socket, this.#untilMs + GIVE_UP_MS);
    return promise;
  }

  /** Until the next place in the pace, in milliseconds; undefined without a pace. */
  #waitMs(): number | undefined {
    const { perSecond } = this.#load;
    if (perSecond === undefined) return undefined;
    return this.#startedAtMs + (this.#places++ * 1_000) / perSecond - performance.now();
  }

  #note(answer: string, latencyMs: number): void {
    this.#latenciesMs.push(latencyMs);
    if (!answer.startsWith('HTTP/1.1 2')) this.#failed++;
  }

  #nextRequest(): Buffer {
    const { requestBytes } = this.#load;
    const bytes = Buffer.allocUnsafe(requestBytes);
    readSync(this.#fd, bytes, 0, requestBytes, this.#nextNumber() * requestBytes);
    return bytes;
  }

  #nextNumber(): number {
    const { first, count, known } = this.#load;
    this.#sent += 1;
    if (known && this.#sent % 2 === 0) return known.first + ((this.#sent / 2 - 1) % known.count);
    return first + (this.#fresh++ % count);
  }
}

const GIVE_UP_MS = 10_000;

function endAt(socket: Socket, atMs: number): void {
  const timer = setTimeout(() => socket.destroy(), atMs - performance.now());
  socket.on('close', () => clearTimeout(timer));
}

/** Whether the text is an answer to its end, by its length or its last chunk. */
export function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  if (bodyAt === 3) return false;
  const length = /^content-length: *(\d+)/im.exec(answer)?.[1];
  if (length !== undefined) return answer.length - bodyAt >= Number(length);
  return answer.endsWith('\r\n0\r\n\r\n') || !/^transfer-encoding: *chunked/im.test(answer);
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
