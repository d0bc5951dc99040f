/** Reads the simulator's log while it is written, and keeps what this bench asks for: the log itself forgets. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogKind, LogRecord, SimulatorControl } from 'slack-simulator';
import type { ClusterTransport } from './evidence.ts';

interface Wanted {
  kind: LogKind;
  method?: string;
}

const events: readonly Wanted[] = [{ kind: 'message' }, { kind: 'delivery' }];
const wantedOf: Record<ClusterTransport, readonly Wanted[]> = {
  http: events,
  socket: events,
  rtm: [
    { kind: 'message' },
    { kind: 'socket_open' },
    { kind: 'socket_close' },
    { kind: 'frame_out' },
    { kind: 'request', method: 'rtm.connect' },
  ],
};
const POLL_MS = 1_000;
const PAGE = 20_000;

export class LogReader implements AsyncDisposable {
  readonly #records: LogRecord[] = [];
  readonly #control: SimulatorControl;
  readonly #after: Map<Wanted, number>;
  readonly #over = new AbortController();
  #last: Promise<void> = Promise.resolve();
  readonly #polling: Promise<void>;

  constructor(control: SimulatorControl, transport: ClusterTransport) {
    this.#control = control;
    this.#after = new Map(wantedOf[transport].map((wanted) => [wanted, 0]));
    this.#polling = this.#poll();
  }

  /** Everything until now, in order. */
  async read(): Promise<readonly LogRecord[]> {
    await this.#readNew();
    return this.#records.toSorted((a, b) => a.seq - b.seq);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#polling;
  }

  async #poll(): Promise<void> {
    while (!this.#over.signal.aborted) {
      // Read again from the same record when the simulator cannot be reached in time.
      await this.#readNew().catch(() => {});
      await sleep(POLL_MS, undefined, { signal: this.#over.signal }).catch(() => {});
    }
  }

  /** One after the other: two at once would take the same records. */
  #readNew(): Promise<void> {
    const reading = this.#last.then(() => this.#readPages());
    this.#last = reading.catch(() => {});
    return reading;
  }

  async #readPages(): Promise<void> {
    for (const [wanted, after] of this.#after) {
      const found = await this.#control.log({ ...wanted, after, limit: PAGE });
      const last = found.at(-1);
      if (last) this.#after.set(wanted, last.seq);
      // Of what is sent on sockets only messages matter: the rest is pongs.
      for (const record of found) {
        if (record.kind !== 'frame_out' || record.frame === 'message') this.#records.push(record);
      }
    }
  }
}
