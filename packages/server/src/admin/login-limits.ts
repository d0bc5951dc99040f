/**
 * How often an address may be wrong about a token. Counted in the store, so that it holds on all nodes and after a restart; each attempt
 * is counted before it is judged, so that a thousand at once are no way around it.
 */
import { BotServerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { countAttempt, forgetAttempts, pruneAttempts } from './login-repository.ts';

/** An operator mistypes a few times; a program with an old token is told for ten minutes, and not asked for rows meanwhile. */
const MAX_ATTEMPTS = 20;
const WINDOW_MS = 600_000;

/** Rows that strangers can make; beyond that they share one. */
const MAX_ADDRESSES = 1_000;
const OTHERS = 'others';

export interface LoginLimitsDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
}

/** Counts attempts by address; see networkOf() for what an address is. */
export class LoginLimits {
  readonly #deps: LoginLimitsDeps;
  /** Until when which addresses are refused: these cost no statement. */
  readonly #refused = new Map<string, number>();
  /** Addresses from which the right token came: whatever strangers behind the same proxy try, these are let in by it. */
  readonly #proved = new Set<string>();

  constructor(deps: LoginLimitsDeps) {
    this.#deps = deps;
  }

  /** Whether an operator has been there. */
  hasProved(address: string): boolean {
    return this.#proved.has(address);
  }

  /** Counts an attempt, which is judged afterwards. @throws BotServerError `too_many_attempts` */
  async attempt(address: string): Promise<void> {
    const nowMs = this.#deps.clock.now();
    this.#refuse(address, nowMs);
    const key = await this.#keyOf(address, nowMs);
    this.#refuse(key, nowMs);
    const { count, sinceMs } = await countAttempt(this.#deps.store, key, { nowMs, windowMs: WINDOW_MS });
    if (count <= MAX_ATTEMPTS) return;
    const endMs = sinceMs + WINDOW_MS;
    if (this.#refused.size >= MAX_ADDRESSES) this.#refused.clear();
    this.#refused.set(key, endMs);
    throw tooMany(endMs - nowMs);
  }

  /** The attempt was right. */
  async prove(address: string): Promise<void> {
    await forgetAttempts(this.#deps.store, address);
    if (this.#proved.size >= MAX_ADDRESSES) this.#proved.clear();
    this.#proved.add(address);
  }

  #refuse(key: string, nowMs: number): void {
    const untilMs = this.#refused.get(key) ?? 0;
    if (untilMs > nowMs) throw tooMany(untilMs - nowMs);
    this.#refused.delete(key);
  }

  async #keyOf(address: string, nowMs: number): Promise<string> {
    const rows = await pruneAttempts(this.#deps.store, { nowMs, windowMs: WINDOW_MS });
    return rows < MAX_ADDRESSES ? address : OTHERS;
  }
}

function tooMany(retryAfterMs: number): BotServerError {
  const message = `There were more than ${MAX_ATTEMPTS} attempts from this address in ${WINDOW_MS / 60_000} minutes`;
  return new BotServerError('too_many_attempts', message, { facts: { retryAfterMs } });
}
