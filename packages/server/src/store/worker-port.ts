/** The store's end of the line to its worker: numbers the calls, matches the replies, and fails all of them when it dies. */
import type { Worker } from 'node:worker_threads';
import { BotServerError } from '../errors.ts';
import { packParams } from './packed-params.ts';
import { fromFailure } from './sqlite-failure.ts';
import type { Call, CallOf, PackedRequest, Request, Results, WorkerMessage } from './sqlite-messages.ts';

interface Pending {
  resolve(value: never): void;
  reject(error: BotServerError): void;
}

/** Told what the worker says by itself. */
export interface WorkerEvents {
  onExpired: (tx: number, error: BotServerError) => void;
  onLockLost: (error: BotServerError) => void;
}

export class WorkerPort {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #events: WorkerEvents;
  #lastId = 0;
  #death: BotServerError | undefined;

  constructor(worker: Worker, events: WorkerEvents) {
    this.#worker = worker;
    this.#events = events;
    worker.on('message', (message: WorkerMessage) => this.#receive(message));
    worker.on('error', (error) => this.#die('failed', error));
    worker.on('messageerror', (error) => this.#die('sent what cannot be read', error));
    worker.on('exit', () => this.#die('ended'));
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** @throws BotServerError `store_unavailable` when the engine fails or the thread is gone */
  call<Op extends keyof Results>(call: CallOf<Op>): Promise<Results[Op]> {
    if (this.#death) return Promise.reject(this.#death);
    const id = ++this.#lastId;
    return new Promise<Results[Op]>((resolve, reject) => {
      // In this order: what cannot be posted throws, and would wait for its answer for ever.
      this.#post(id, call as Call);
      this.#pending.set(id, { resolve, reject });
    });
  }

  #post(id: number, call: Call): void {
    if (!('params' in call)) {
      this.#worker.postMessage({ id, call } satisfies Request);
      return;
    }
    const { params, ...rest } = call;
    const packed = packParams(params);
    const transfer = packed.buffer ? [packed.buffer.buffer] : [];
    this.#worker.postMessage({ id, call: { ...rest, packed } } satisfies PackedRequest, transfer);
  }

  /** Ends the thread without asking it; for a database that could not be opened. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if (message.kind === 'expired') {
      this.#events.onExpired(message.tx, fromFailure(message.failure));
      return;
    }
    if (message.kind === 'lock_lost') {
      this.#events.onLockLost(fromFailure(message.failure));
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'failed') pending?.reject(fromFailure(message.failure));
    else pending?.resolve(message.value as never);
  }

  #die(what: string, cause?: unknown): void {
    this.#death ??= new BotServerError('store_unavailable', `The thread of the database ${what}`, { cause });
    for (const pending of this.#pending.values()) pending.reject(this.#death);
    this.#pending.clear();
  }
}
