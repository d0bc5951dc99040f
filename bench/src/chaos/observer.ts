/** Reads the simulator's log while it is written, and keeps what the checker asks for: the log itself forgets. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogKind, LogRecord, SimulatorControl } from 'slack-simulator';
import type { ChaosTransport } from './evidence.ts';

const kindsOf: Record<ChaosTransport, readonly LogKind[]> = {
  http: ['message', 'fault', 'request', 'delivery'],
  socket: ['message', 'fault', 'request', 'delivery', 'socket_open', 'socket_close'],
  rtm: ['message', 'fault', 'request', 'socket_open', 'socket_close', 'frame_out'],
};
const POLL_MS = 1_000;
const PAGE = 20_000;

export class Observer {
  readonly records: LogRecord[] = [];
  readonly #control: SimulatorControl;
  readonly #kinds: readonly LogKind[];
  readonly #after = new Map<LogKind, number>();
  readonly #over = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(control: SimulatorControl, transport: ChaosTransport) {
    this.#control = control;
    this.#kinds = kindsOf[transport];
  }

  start(): void {
    this.#reading = this.#read();
  }

  /** Everything until now is in `records`, in order. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#reading;
    await this.#readNew();
    this.records.sort((a, b) => a.seq - b.seq);
  }

  async #read(): Promise<void> {
    while (!this.#over.signal.aborted) {
      // Read again from the same record when the simulator cannot be reached in time.
      await this.#readNew().catch(() => {});
      await sleep(POLL_MS, undefined, { signal: this.#over.signal }).catch(() => {});
    }
  }

  async #readNew(): Promise<void> {
    for (const kind of this.#kinds) {
      const found = await this.#control.log({ kind, after: this.#after.get(kind) ?? 0, limit: PAGE });
      const last = found.at(-1);
      if (last) this.#after.set(kind, last.seq);
      // Of what is sent on sockets only messages matter: the rest is pongs.
      for (const record of found) if (kind !== 'frame_out' || record.frame === 'message') this.records.push(record);
    }
  }
}
