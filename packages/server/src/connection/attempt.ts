/** One try for a socket, from the limiter's slot to hello. Reports what happens; connection-state.ts says what follows. */
import { assertNever } from '../assert-never.ts';
import type { Clock } from '../time/clock.ts';
import type { ConnectLimiter, Slot } from './connect-limiter.ts';
import type { AttemptEvent } from './connection-model.ts';
import type { Heartbeat } from './heartbeat.ts';
import { Link, type LinkOptions, type LinkOwner } from './link.ts';
import type { ConnectAnswer, Frame, Transport } from './transport.ts';

/** What attempts share with everything else in the process. */
export interface AttemptShared {
  transport: Transport;
  clock: Clock;
  limiter: ConnectLimiter;
  heartbeat: Heartbeat;
}

/** See connection.ts, which makes one for each `ask`. */
export class Attempt {
  readonly id: number;
  readonly #shared: AttemptShared;
  readonly #report: (event: AttemptEvent) => void;
  readonly #abort = new AbortController();
  /** What a trial's socket said; told when it has replaced the old one. */
  greeting: Frame | undefined;
  #slot: Slot | undefined;
  #link: Link | undefined;
  /** Ends the wait of a moved clock. */
  #finished: (() => void) | undefined;

  constructor(id: number, shared: AttemptShared, report: (event: AttemptEvent) => void) {
    this.id = id;
    this.#shared = shared;
    this.#report = report;
  }

  /** The socket, once dialed. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Waits for a slot, then asks for the URL. Never rejects. */
  async ask(key: string, number: number, { isSuccessor }: { isSuccessor: boolean }): Promise<void> {
    const { limiter, transport } = this.#shared;
    const { signal } = this.#abort;
    try {
      this.#slot = await limiter.acquire(number, signal, { isSuccessor });
      if (signal.aborted) return this.#slot.release();
      this.#holdClock();
      this.#report({ type: 'granted', id: this.id });
      const answer = await transport.requestUrl(key, signal);
      if (answer.kind === 'limited' || (answer.kind === 'failed' && answer.isOverload)) limiter.slowDown();
      this.#report(toEvent(this.id, answer));
    } catch {
      // A transport answers with values; a throw is an abort, a stopping limiter, or a bug that must not end the retries.
      if (!signal.aborted) this.#report({ type: 'failed', id: this.id, reason: 'connect_threw' });
    }
  }

  dial(url: string, owner: LinkOwner, options: LinkOptions): void {
    try {
      this.#link = new Link(this.id, url, owner, this.#shared.heartbeat, options);
      this.#shared.limiter.noteDialed();
    } catch {
      // Reported later, because the connection is in the middle of a step; the error is dropped: its message may hold the URL.
      queueMicrotask(() => this.#report({ type: 'closed', id: this.id, reason: 'url_invalid' }));
    }
  }

  /** Gives up: no request, no socket, no slot. */
  abandon(): void {
    this.#abort.abort();
    this.#link?.mute();
    this.#link?.terminate();
    this.end();
  }

  /** The attempt has led to a socket or has failed: others may use the slot. */
  end(): void {
    this.#slot?.release();
    this.#finished?.();
  }

  #holdClock(): void {
    void this.#shared.clock.io(
      new Promise<void>((resolve) => {
        this.#finished = resolve;
      }),
    );
  }
}

function toEvent(id: number, answer: ConnectAnswer): AttemptEvent {
  switch (answer.kind) {
    case 'url':
      return { type: 'url', id, url: answer.url };
    case 'refused':
      return { type: 'refused', id, code: answer.code, class: answer.class };
    case 'limited':
      return { type: 'limited', id, retryAfterMs: answer.retryAfterMs };
    case 'failed':
      return { type: 'failed', id, reason: answer.reason };
    default:
      return assertNever(answer, 'connect answer');
  }
}
