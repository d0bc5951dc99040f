/**
 * From which addresses the right token came. Kept in the store, or a restart, and each other node, would let strangers behind the same
 * proxy lock the operator and the scraper out. Only who has a token gets in here, so the rows are few, and are written once a day each.
 */
import { isBotServerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { keepProof, readProofs } from './login-repository.ts';

const DAY_MS = 86_400_000;
/** An address that nobody has used for so long may be somebody else's by now. */
const KEPT_MS = 30 * DAY_MS;
/** Scrapers that come from a new address with each deployment leave theirs behind. */
const MAX_PROOFS = 1_000;
/** After this an address that is right is written again. */
const RENEW_MS = DAY_MS;
/** After this it is tried again when the store did not take it. */
const RETRY_MS = 60_000;
/** So seldom does what strangers send have the rows read: whichever token they try, so that nothing is told by how long it takes. */
const READ_EVERY_MS = 2_000;

export interface ProofsDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
}

/** The addresses of operators, as all nodes know them. */
export class Proofs {
  readonly #deps: ProofsDeps;
  /** When each was written last, in milliseconds. */
  readonly #provedMs = new Map<string, number>();
  #readMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(deps: ProofsDeps) {
    this.#deps = deps;
  }

  /** Whether the right token came from there; what another node has seen is known here two seconds later. */
  async has(address: string): Promise<boolean> {
    if (this.#isKept(address)) return true;
    await this.#read();
    return this.#isKept(address);
  }

  /** The right token came from there. */
  async keep(address: string): Promise<void> {
    const nowMs = this.#deps.clock.now();
    const ageMs = nowMs - (this.#provedMs.get(address) ?? Number.NEGATIVE_INFINITY);
    if (ageMs >= 0 && ageMs < RENEW_MS) return;
    // Before it is written, so that of many requests at once one writes it.
    this.#remember(address, nowMs);
    const bounds = { sinceMs: nowMs - KEPT_MS, limit: MAX_PROOFS };
    const kept = await unlessAway(() => keepProof(this.#deps.store, { address, provedMs: nowMs }, bounds));
    if (!kept) this.#remember(address, nowMs - RENEW_MS + RETRY_MS);
  }

  #isKept(address: string): boolean {
    const provedMs = this.#provedMs.get(address);
    return provedMs !== undefined && this.#deps.clock.now() - provedMs < KEPT_MS;
  }

  async #read(): Promise<void> {
    const nowMs = this.#deps.clock.now();
    const isRecent = nowMs >= this.#readMs && nowMs - this.#readMs < READ_EVERY_MS;
    if (!isRecent) {
      this.#readMs = nowMs;
      this.#reading = this.#readAll(nowMs);
    }
    await this.#reading;
  }

  async #readAll(nowMs: number): Promise<void> {
    const proofs = (await unlessAway(() => readProofs(this.#deps.store, nowMs - KEPT_MS))) ?? [];
    for (const { address, provedMs } of proofs) {
      if (provedMs > (this.#provedMs.get(address) ?? 0)) this.#remember(address, provedMs);
    }
  }

  #remember(address: string, provedMs: number): void {
    this.#provedMs.delete(address);
    this.#provedMs.set(address, provedMs);
    const [oldest] = this.#provedMs.keys();
    if (this.#provedMs.size > MAX_PROOFS && oldest !== undefined) this.#provedMs.delete(oldest);
  }
}

/** Undefined while the store does not answer. */
export async function unlessAway<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isBotServerError(error, 'store_unavailable')) return undefined;
    throw error;
  }
}
