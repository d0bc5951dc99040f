/**
 * What /readyz says: whether this process may act at all, and whether events are stored here, by their last commit and, when there was none lately, by a probe of writing:
 * at most one a second however many ask, because anyone may. Each check is a word; `reasons` says what is wrong with those that
 * fail.
 */
import { isBotServerError } from '../errors.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { type OngoingTrouble, type StoreTrouble, storeTroubles, troubleOf } from '../store/store-trouble.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** Whether this process should get traffic; `checks` says which part does not let it. No secrets: anyone may read it. */
export interface Readiness {
  ready: boolean;
  checks: Readonly<Record<string, string>>;
  /** Why, in words, for each check that is not `ok`. */
  reasons?: Readonly<Record<string, string>>;
}

/** An answer of the store counts for so long, in milliseconds. */
const FRESH_MS = 1_000;
/** One that refused an event counts longer: a large one may find no room where the probe does. */
const FAILURE_FRESH_MS = 5_000;
/** A write that takes longer counts as none, in milliseconds: Slack gives up after 3 s. */
const WRITE_TIMEOUT_MS = 2_500;
/**
 * After so long without a failure the next one begins anew, in milliseconds: it may have worked meanwhile. Slack sends an event that was
 * refused again after a minute and after five.
 */
const UNCONFIRMED_MS = 600_000;

export interface ReadinessDeps {
  /** Writes nothing, durably; see write-probe-repository.ts. `needsRoom`: the disk was full, and may be. */
  write(options: { needsRoom: boolean }): Promise<void>;
  /** Whether every row was read. */
  isBooted(): boolean;
  /** Whether this process may act for its teams. */
  ownership: Pick<Ownership, 'state' | 'missingKeys' | 'isLost'>;
  clock: Clock;
  log: { error(facts: object, message: string): void; info(facts: object, message: string): void };
}

interface Answer {
  /** By the monotonic clock. */
  atMs: number;
  trouble: OngoingTrouble | undefined;
}

/** One per server. */
export class ReadinessCheck {
  readonly #deps: ReadinessDeps;
  #lastCommit: Answer | undefined;
  #lastProbe: Answer | undefined;
  /** The last failure, until a write succeeds. */
  #lastFailure: { atMs: number; sinceMs: number } | undefined;
  #probing: Promise<Answer> | undefined;
  /** A probe whose write goes on although its time was over. */
  #isHanging = false;

  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
  }

  /** Events were committed, or could not be. */
  noteCommit(error?: unknown): void {
    if (isBotServerError(error, 'value_refused')) return;
    const trouble = error === undefined ? undefined : troubleOf(error);
    this.#lastCommit = this.#answer(trouble);
  }

  /**
   * A commit takes long: the last one proves nothing any more. A node that is cut off from its database must be known as such before
   * Slack sends again what it refuses after 2.5 s, because the next time after that is a minute later.
   */
  noteSlow(): void {
    if (this.#lastCommit?.trouble === undefined) this.#lastCommit = undefined;
    if (this.#lastProbe?.trouble === undefined) this.#lastProbe = undefined;
  }

  /** Never rejects. */
  async check(): Promise<Readiness> {
    const trouble = (await this.storeTrouble())?.trouble;
    const isBooted = this.#deps.isBooted();
    const { word, reason } = wordOfOwnership(this.#deps.ownership);
    const reasons = {
      ...(trouble && { store: storeTroubles[trouble].what }),
      ...(reason !== undefined && { ownership: reason }),
      ...(!isBooted && { teams: 'the server is starting and has not read every team yet' }),
    };
    return {
      ready: trouble === undefined && reason === undefined && isBooted,
      checks: { store: trouble ?? 'ok', ownership: word, teams: isBooted ? 'ok' : 'starting' },
      ...(Object.keys(reasons).length > 0 && { reasons }),
    };
  }

  /** What `store` is in the checks, and since when; undefined while it is `ok`. Never rejects. */
  async storeTrouble(): Promise<OngoingTrouble | undefined> {
    const nowMs = this.#deps.clock.monotonic();
    const commit = this.#lastCommit;
    const freshMs = commit?.trouble === undefined ? FRESH_MS : FAILURE_FRESH_MS;
    if (commit && nowMs - commit.atMs < freshMs) return commit.trouble;
    if (this.#lastProbe && nowMs - this.#lastProbe.atMs < FRESH_MS) return this.#lastProbe.trouble;
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return (await this.#probing).trouble;
  }

  #answer(trouble: StoreTrouble | undefined): Answer {
    const { clock } = this.#deps;
    const atMs = clock.monotonic();
    const before = this.#lastFailure;
    const isLasting = before !== undefined && atMs - before.atMs <= UNCONFIRMED_MS;
    const sinceMs = isLasting ? before.sinceMs : clock.now();
    this.#lastFailure = trouble && { atMs, sinceMs };
    return { atMs, trouble: trouble && { trouble, sinceMs } };
  }

  async #probe(): Promise<Answer> {
    const { log } = this.#deps;
    const before = this.#lastProbe?.trouble?.trouble;
    const commit = this.#lastCommit;
    const needsRoom = commit?.trouble?.trouble === 'disk_full' || before === 'disk_full';
    const { trouble, error } = await this.#write({ needsRoom });
    // A commit that failed since it began knows more.
    if (trouble === undefined && this.#lastCommit?.trouble && this.#lastCommit !== commit) return this.#lastCommit;
    // There is room again: so it is until a commit says something else.
    if (trouble === undefined && needsRoom && this.#lastCommit === commit) this.#lastCommit = undefined;
    this.#lastProbe = this.#answer(trouble);
    // Once per change: asked each second it would fill the log.
    if (trouble !== undefined && trouble !== before) log.error({ trouble, err: error }, 'the database takes no writes');
    if (trouble === undefined && before !== undefined) log.info({}, 'the database takes writes again');
    return this.#lastProbe;
  }

  /** One at a time: what hangs would else take a connection with each look. */
  async #write(options: { needsRoom: boolean }): Promise<{ trouble?: StoreTrouble; error?: unknown }> {
    if (this.#isHanging) return { trouble: 'locked' };
    this.#isHanging = true;
    const writing = this.#deps
      .write(options)
      .then(
        () => ({}),
        (error: unknown) => ({ trouble: troubleOf(error), error }),
      )
      .finally(() => {
        this.#isHanging = false;
      });
    const { clock } = this.#deps;
    return await within(writing, { clock, limitMs: WRITE_TIMEOUT_MS, late: () => ({ trouble: 'locked' as const }) });
  }
}

/** A fingerprint tells nothing of its key. */
function wordOfOwnership({ state, missingKeys, isLost }: ReadinessDeps['ownership']): {
  word: string;
  reason?: string;
} {
  if (state === 'idle') return { word: 'starting', reason: 'the server has not joined the others on its database yet' };
  if (state === 'fenced' && isLost)
    return {
      word: state,
      reason: 'the lock on the database is lost; stop any other server on it and start this one again',
    };
  if (state === 'fenced')
    return { word: state, reason: 'the lease on the database is over; nothing is sent until it is renewed' };
  if (state === 'draining') return { word: state, reason: 'the server gives its work to the others' };
  if (missingKeys.length === 0) return { word: state };
  const reason = `ENCRYPTION_KEYS lacks ${missingKeys.join(', ')}, with which tokens of this database are sealed; this server takes no work`;
  return { word: 'key_missing', reason };
}
