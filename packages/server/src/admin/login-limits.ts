/**
 * How often an address may be wrong about a token. Counted in the store, so that it holds on all nodes and after a restart; each attempt
 * is counted before it is judged, so that a thousand at once are no way around it. While the store is away each process counts by itself.
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { countAttempt, forgetAttempts, pruneAttempts } from './login-repository.ts';

/** An operator mistypes a few times; a program with an old token is told for ten minutes, and not asked for rows meanwhile. */
const MAX_ATTEMPTS = 20;
const WINDOW_MS = 600_000;

/** Rows that strangers can make; beyond that they share one. */
const MAX_ADDRESSES = 1_000;
const OTHERS = 'others';

interface Counted {
  /** Under which name it is counted. */
  key: string;
  count: number;
  sinceMs: number;
}

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

  /** Attempts that the store could not count. */
  readonly #counted = new Map<string, Omit<Counted, 'key'>>();

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
    const { key, count, sinceMs } = await this.#count(address, nowMs);
    if (count <= MAX_ATTEMPTS) return;
    const endMs = sinceMs + WINDOW_MS;
    if (this.#refused.size >= MAX_ADDRESSES) this.#refused.clear();
    this.#refused.set(key, endMs);
    throw tooMany(endMs - nowMs);
  }

  /** The attempt was right. */
  async prove(address: string): Promise<void> {
    this.#counted.delete(address);
    await unlessAway(() => forgetAttempts(this.#deps.store, address));
    if (this.#proved.size >= MAX_ADDRESSES) this.#proved.clear();
    this.#proved.add(address);
  }

  async #count(address: string, nowMs: number): Promise<Counted> {
    const counted = await unlessAway(async () => {
      const key = await this.#keyOf(address, nowMs);
      this.#refuse(key, nowMs);
      return { key, ...(await countAttempt(this.#deps.store, key, { nowMs, windowMs: WINDOW_MS })) };
    });
    return counted ?? this.#countHere(address, nowMs);
  }

  /** While the store is away, which is when a scraper or an operator who comes for the first time is needed most. */
  #countHere(address: string, nowMs: number): Counted {
    const key = this.#counted.has(address) || this.#counted.size < MAX_ADDRESSES ? address : OTHERS;
    const before = this.#counted.get(key);
    const isOver = before === undefined || nowMs - before.sinceMs >= WINDOW_MS || before.sinceMs > nowMs;
    const counted = isOver ? { count: 1, sinceMs: nowMs } : { ...before, count: before.count + 1 };
    this.#counted.set(key, counted);
    return { key, ...counted };
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

/** Undefined while the store does not answer. */
async function unlessAway<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isBotServerError(error, 'store_unavailable')) return undefined;
    throw error;
  }
}

function tooMany(retryAfterMs: number): BotServerError {
  const message = `There were more than ${MAX_ATTEMPTS} attempts from this address in ${WINDOW_MS / 60_000} minutes`;
  return new BotServerError('too_many_attempts', message, { facts: { retryAfterMs } });
}
