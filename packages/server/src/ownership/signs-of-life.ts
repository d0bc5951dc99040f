/**
 * Writes every few seconds that this process serves its database, which nobody else does: the next one tells since when nobody did, also
 * after a kill. Where nodes share a database their leases say it.
 */
import type { Statements } from '../store/store.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { readServedUntil, readSocketLostAt, writeServedUntil } from './served-repository.ts';

/** Twice that of leases, in milliseconds: a write of SQLite waits for the disk, and a laptop's may be slow. */
const SIGN_EVERY_MS = 5_000;

export interface SignsOfLifeDeps {
  store: Pick<Statements, 'get' | 'run'>;
  clock: Pick<Clock, 'now' | 'after'>;
  log: { warn(facts: object, message: string): void };
}

/** From `begin` to `end`; written from `go` on. */
export class SignsOfLife {
  readonly #deps: SignsOfLifeDeps;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;
  #isGoing = false;

  constructor(deps: SignsOfLifeDeps) {
    this.#deps = deps;
  }

  /**
   * Reads, and writes nothing: until it is written elsewhere what is to be told of the time before, a kill must not shorten it. Answers for how long nobody served the database, in milliseconds; undefined when nobody ever did. `socketMs`: for how long the app had
   * no Socket Mode connection, which may be longer.
   */
  async begin(): Promise<{ unservedMs: number | undefined; socketMs: number | undefined }> {
    const { store, clock } = this.#deps;
    const untilMs = await readServedUntil(store);
    const socketLostAtMs = await readSocketLostAt(store);
    const nowMs = clock.now();
    const since = (atMs: number | undefined) => (atMs === undefined ? undefined : Math.max(0, nowMs - atMs));
    return { unservedMs: since(untilMs), socketMs: since(socketLostAtMs ?? untilMs) };
  }

  /** What is to be told of the time before is written elsewhere. Resolves with the first sign. */
  async go(): Promise<void> {
    if (this.#isGoing) return;
    this.#isGoing = true;
    this.#sign();
    await this.#writing;
  }

  /** With one last sign, unless there was none, or the database is another's by now. */
  async end({ isLost = false } = {}): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#writing;
    if (this.#isGoing && !isLost) await this.#write();
    this.#isGoing = false;
  }

  #sign(): void {
    this.#writing = this.#write();
    this.#timer = this.#deps.clock.after(SIGN_EVERY_MS, () => this.#sign());
  }

  async #write(): Promise<void> {
    const { store, clock, log } = this.#deps;
    try {
      await writeServedUntil(store, clock.now());
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err }, 'that this process serves the database is not written, tried again');
      this.#isFailing = true;
    }
  }
}
