/**
 * In place of start-worker.ts in the processes of the tests: the same work in threads that are used again. A test opens a few stores,
 * each for a moment, and a thread of its own for each takes three times the processor time of what it is there for. Processes that
 * tests start have threads as they are published. Named by an alias of vitest.config.ts.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import type { WorkerTask } from './sqlite-messages.ts';

/** What such a thread is told: see sqlite-worker.test-kit.ts. */
export interface Errand {
  task: WorkerTask;
  port: MessagePort;
}

/** More that wait for work would only take memory. */
const MOST_IDLE = 8;

const idle: TaskThread[] = [];

export function startWorker(task: WorkerTask): Worker {
  const thread = idle.pop() ?? new TaskThread();
  return thread.begin(task) as unknown as Worker;
}

/** One thread for as long as one task takes: what a store uses of a Worker. */
class Borrowed extends EventEmitter {
  readonly #port: MessagePort;
  /** Ends the thread, too. */
  readonly terminate: () => Promise<number>;

  constructor(port: MessagePort, terminate: () => Promise<number>) {
    super();
    this.#port = port;
    this.terminate = terminate;
    port.on('message', (message) => this.emit('message', message));
    port.on('messageerror', (error) => this.emit('messageerror', error));
  }

  postMessage(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

class TaskThread {
  readonly #worker = new Worker(new URL('./sqlite-worker.test-kit.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  #borrowed: Borrowed | undefined;
  /** Of a task: the thread says that it is over, and its port closes behind the last message. In any order. */
  #endsToCome = 0;

  constructor() {
    this.#worker.on('message', () => this.#end());
    this.#worker.on('error', (error) => this.#borrowed?.emit('error', error));
    this.#worker.on('exit', (code) => this.#borrowed?.emit('exit', code));
    // The port keeps the process alive, as the thread of a store does. After the listeners, which would undo it.
    this.#worker.unref();
  }

  begin(task: WorkerTask): Borrowed {
    const { port1, port2 } = new MessageChannel();
    this.#endsToCome = 2;
    this.#borrowed = new Borrowed(port1, () => this.#worker.terminate());
    port1.once('close', () => this.#end());
    this.#worker.postMessage({ task, port: port2 } satisfies Errand, [port2]);
    return this.#borrowed;
  }

  #end(): void {
    this.#endsToCome--;
    if (this.#endsToCome > 0) return;
    const borrowed = this.#borrowed;
    this.#borrowed = undefined;
    if (idle.length < MOST_IDLE) idle.push(this);
    else void this.#worker.terminate();
    borrowed?.emit('exit', 0);
  }
}
