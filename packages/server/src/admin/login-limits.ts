/**
 * How often an address may be wrong about a token. Counted in the store, so that it holds on all nodes and after a restart; each attempt
 * is counted before it is judged, so that a thousand at once are no way around it. While the store is away each process counts by itself.
 */
import { BotServerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Attempts, countAttempt, forgetAttempts, forgetOldest, pruneAttempts } from './login-repository.ts';
import { Proofs, unlessAway } from './proofs.ts';

/** An operator mistypes a few times; a program with an old token is told for ten minutes, and not asked for rows meanwhile. */
const MAX_ATTEMPTS = 20;
const WINDOW_MS = 600_000;

/**
 * Addresses that are counted at a time. Beyond that the oldest is forgotten: whoever has a thousand addresses (an IPv6 /48 has 65,536
 * networks) has twenty attempts from each of them anyway, so a new count for the oldest gives nothing away. Counted together they would
 * lock out everybody whose address is new.
 */
const MAX_ADDRESSES = 1_000;

export interface LoginLimitsDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
}

/** Counts attempts by address; see networkOf() for what an address is. */
export class LoginLimits {
  readonly #deps: LoginLimitsDeps;
  /** Until when which addresses are refused: these cost no statement. */
  readonly #refused = new Map<string, number>();
  /** Attempts that the store could not count. */
  readonly #counted = new Map<string, Attempts>();
  /** Addresses from which the right token came: whatever strangers behind the same proxy try, these are let in by it. */
  readonly #proofs: Proofs;

  constructor(deps: LoginLimitsDeps) {
    this.#deps = deps;
    this.#proofs = new Proofs(deps);
  }

  /** Whether an operator has been there. */
  async hasProved(address: string): Promise<boolean> {
    return await this.#proofs.has(address);
  }

  /** An operator is there again, and was not counted. */
  async renew(address: string): Promise<void> {
    await this.#proofs.keep(address);
  }

  /** Counts an attempt, which is judged afterwards. @throws BotServerError `too_many_attempts` */
  async attempt(address: string): Promise<void> {
    const nowMs = this.#deps.clock.now();
    this.#refuse(address, nowMs);
    const { count, sinceMs } = await this.#count(address, nowMs);
    if (count <= MAX_ATTEMPTS) return;
    const endMs = sinceMs + WINDOW_MS;
    setBounded(this.#refused, address, endMs);
    throw tooMany(endMs - nowMs);
  }

  /** The attempt was right. */
  async prove(address: string): Promise<void> {
    this.#counted.delete(address);
    await unlessAway(() => forgetAttempts(this.#deps.store, address));
    await this.#proofs.keep(address);
  }

  async #count(address: string, nowMs: number): Promise<Attempts> {
    const { store } = this.#deps;
    const window = { nowMs, windowMs: WINDOW_MS };
    const counted = await unlessAway(async () => {
      const attempts = await countAttempt(store, address, window);
      // Only the first of an address makes a row.
      if (attempts.count > 1) return attempts;
      const surplus = (await pruneAttempts(store, window)) - MAX_ADDRESSES;
      if (surplus > 0) await forgetOldest(store, surplus, { except: address });
      return attempts;
    });
    return counted ?? this.#countHere(address, nowMs);
  }

  /** While the store is away, which is when a scraper or an operator who comes for the first time is needed most. */
  #countHere(address: string, nowMs: number): Attempts {
    const before = this.#counted.get(address);
    const isOver = before === undefined || nowMs - before.sinceMs >= WINDOW_MS || before.sinceMs > nowMs;
    const counted = isOver ? { count: 1, sinceMs: nowMs } : { ...before, count: before.count + 1 };
    if (isOver) setBounded(this.#counted, address, counted);
    else this.#counted.set(address, counted);
    return counted;
  }

  #refuse(address: string, nowMs: number): void {
    const untilMs = this.#refused.get(address) ?? 0;
    if (untilMs > nowMs) throw tooMany(untilMs - nowMs);
    this.#refused.delete(address);
  }
}

/** As the newest; without the oldest when there are too many. */
function setBounded<Value>(map: Map<string, Value>, address: string, value: Value): void {
  map.delete(address);
  map.set(address, value);
  const [oldest] = map.keys();
  if (map.size > MAX_ADDRESSES && oldest !== undefined) map.delete(oldest);
}

function tooMany(retryAfterMs: number): BotServerError {
  const message = `There were more than ${MAX_ATTEMPTS} attempts from this address in ${WINDOW_MS / 60_000} minutes`;
  return new BotServerError('too_many_attempts', message, { facts: { retryAfterMs } });
}
