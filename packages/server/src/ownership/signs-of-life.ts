/**
 * Writes every few seconds that this process serves its database, which nobody else does: the next one tells since when nobody did, also
 * after a kill. Where nodes share a database their leases say it.
 */
import type { Statements } from '../store/store.ts';
import type { Clock, Timer } from '../time/clock.ts';
import {
  forgetUntoldSince,
  readServedUntil,
  readSocketLostAt,
  readUntoldSince,
  writeFirstSign,
  writeServedUntil,
} from './served-repository.ts';

/** Twice that of leases, in milliseconds: a write of SQLite waits for the disk, and a laptop's may be slow. */
const SIGN_EVERY_MS = 5_000;

export interface SignsOfLifeDeps {
  store: Pick<Statements, 'get' | 'run'>;
  clock: Pick<Clock, 'now' | 'after'>;
  log: { warn(facts: object, message: string): void };
}

/** For how long, in milliseconds; undefined when nobody knows. See GainedShard. */
export interface Unserved {
  unservedMs: number | undefined;
  untoldMs: number | undefined;
  /** For how long the app had no Socket Mode connection, which may be longer. */
  socketMs: number | undefined;
}

/** From `begin` to `end`. */
export class SignsOfLife {
  readonly #deps: SignsOfLifeDeps;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;
  #next: (atMs: number) => Promise<void>;

  constructor(deps: SignsOfLifeDeps) {
    this.#deps = deps;
    this.#next = (atMs) => writeServedUntil(deps.store, atMs);
  }

  /** Answers for how long nobody served the database; nobody knows when nobody ever did. */
  async begin(): Promise<Unserved> {
    const { store, clock } = this.#deps;
    const untilMs = await readServedUntil(store);
    const untoldSinceMs = (await readUntoldSince(store)) ?? untilMs;
    const socketLostAtMs = (await readSocketLostAt(store)) ?? untoldSinceMs;
    const nowMs = clock.now();
    this.#sign((atMs) => writeFirstSign(store, { atMs, untoldSinceMs }));
    const since = (atMs: number | undefined) => (atMs === undefined ? undefined : Math.max(0, nowMs - atMs));
    return { unservedMs: since(untilMs), untoldMs: since(untoldSinceMs), socketMs: since(socketLostAtMs) };
  }

  /** Rows say since when nobody had served the database. */
  async noted(): Promise<void> {
    const { store } = this.#deps;
    await this.#writing;
    this.#next = (atMs) => writeServedUntil(store, atMs);
    await forgetUntoldSince(store);
  }

  /** With one last sign, unless the database is another's by now. */
  async end({ isLost = false } = {}): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#writing;
    if (!isLost) await this.#write(this.#next);
  }

  /** A first sign that could not be written is tried again as such. */
  #sign(write = (atMs: number) => writeServedUntil(this.#deps.store, atMs)): void {
    const { store, clock } = this.#deps;
    this.#writing = this.#write(write).then((isWritten) => {
      if (isWritten) this.#next = (atMs) => writeServedUntil(store, atMs);
    });
    this.#next = write;
    this.#timer = clock.after(SIGN_EVERY_MS, () => this.#sign(this.#next));
  }

  async #write(write: (atMs: number) => Promise<void>): Promise<boolean> {
    const { clock, log } = this.#deps;
    try {
      await write(clock.now());
      this.#isFailing = false;
      return true;
    } catch (err) {
      if (!this.#isFailing) log.warn({ err }, 'that this process serves the database is not written, tried again');
      this.#isFailing = true;
      return false;
    }
  }
}
