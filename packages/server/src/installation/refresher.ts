/**
 * Keeps tokens that rotate alive: gets the next pair two hours before the present token ends, one refresh at a time per
 * credential, and stores it before anybody uses it. Decides nothing about teams: what Slack refuses goes to the judge.
 * The timer and the lanes are refresh-schedule.ts; what is said to Slack is refresh-attempt.ts.
 *
 *   waiting ──due──▶ queued ──lane──▶ sent ──pair──▶ stored ──▶ waiting
 *      ▲                               ├── no answer ──▶ waiting (back-off, also after the end of the token)
 *      │                               ├── suspended ──▶ the same; the judge asks
 *      └───────────────────────────────┴── refused ──▶ is the access token alive? it is used, past its end too; else to the judge
 */
import { assertNever } from '../assert-never.ts';
import { BotServerError } from '../errors.ts';
import type { Credential, InstallationKey, Version } from '../team/installation.ts';
import { isSameVersion } from '../team/installation.ts';
import type { PairOwner, StoredPair } from '../team/token-pairs.ts';
import { steadyBackoffMs } from '../time/backoff.ts';
import { APP_CODES, attemptRefresh, isLongEnded, type RefreshOutcome } from './refresh-attempt.ts';
import { type RefreshLanesOptions, RefreshSchedule } from './refresh-schedule.ts';
import { type RefresherDeps, type RefresherOptions, refresherDefaults } from './refresher-options.ts';
import { expiredVersion, isAwaited, isForgettable, type UnsavedPair, unsavedPair } from './rotation-state.ts';
import { apply, type Rotation, Rotations } from './rotations.ts';

/** Between two questions while a token is just ending, in milliseconds. */
const MIN_RETRY_MS = 15_000;

/** Runs from its first `observe` to `stop`. */
export class Refresher {
  readonly #deps: RefresherDeps;
  readonly #options: Required<Omit<RefresherOptions, keyof RefreshLanesOptions>>;
  readonly #schedule: RefreshSchedule<Rotation>;
  readonly #rotations = new Rotations();
  /** Codes about the app that the operator was told. */
  readonly #told = new Set<string>();
  #appFailures = 0;
  /** How often Slack limited the refreshing since it last gave a pair, and (monotonic) until when that is paused. */
  #limits = 0;
  #pausedUntilMs = 0;

  constructor(deps: RefresherDeps) {
    this.#deps = deps;
    this.#options = { ...refresherDefaults, ...deps.options };
    this.#schedule = new RefreshSchedule((rotation) => this.#run(rotation), {
      ...deps,
      lanes: deps.options,
    });
  }

  /** Looks at a row that changed: `credentials` are all that the installation may act with now; none unless it is active. */
  observe(key: InstallationKey, credentials: readonly Credential[]): void {
    const rotating = credentials.filter(({ expiresAtMs }) => expiresAtMs !== null);
    for (const rotation of this.#rotations.of(key)) {
      if (!rotating.some(({ userId }) => userId === rotation.userId)) this.#drop(rotation);
    }
    for (const { kind, userId, expiresAtMs } of rotating) {
      const rotation = this.#rotations.ensure({ key, kind, userId });
      const isNews = rotation.expiresAtMs !== expiresAtMs || rotation.state.kind === 'replaced';
      if (isNews) this.#renewed(rotation, expiresAtMs);
      if (isNews || rotation.isOurs !== this.#deps.owner.owns(key)) this.#planIfOurs(rotation);
    }
  }

  /** Another node refreshes its tokens from now on. A pair that came and is not stored yet is stored all the same. */
  leave(key: InstallationKey): void {
    for (const rotation of this.#rotations.of(key)) {
      // Whether it has expired before its time is that node's to find out.
      apply(rotation, { type: 'refused' });
      this.#planIfOurs(rotation);
    }
  }

  /**
   * Whether the token of the bot, or of a person, has ended and its successor is awaited: until then nothing is sent with it,
   * and whatever needs the bot's waits.
   */
  isAwaited(key: InstallationKey, userId = ''): boolean {
    const rotation = this.#rotations.find(key, userId);
    if (!rotation) return false;
    const { state, expiresAtMs } = rotation;
    return isAwaited(state, { hasEnded: expiresAtMs !== null && expiresAtMs <= this.#deps.clock.now() });
  }

  /**
   * Slack says that the token of that version has expired. True when its successor is on the way or there already; false
   * when nothing can refresh it, so that the answer is the end of the credential.
   */
  async renew(owner: PairOwner & { version: Version }): Promise<boolean> {
    const { key, kind, userId, version } = owner;
    const stored = await this.#deps.pairs.find({ key, kind, userId });
    if (!stored?.refreshToken) return false;
    if (!isSameVersion(stored.credential.version, version)) return true;
    const rotation = this.#rotations.ensure({ key, kind, userId });
    if (rotation.refused === stored.refreshToken) return false;
    if (!this.#deps.owner.owns(key)) return true;
    rotation.isOurs = true;
    apply(rotation, { type: 'expired', version });
    // After a failure the back-off counts, however many calls say the same.
    if (!rotation.isUnderWay && rotation.failures === 0) this.#schedule.plan(rotation, this.#deps.clock.now());
    return true;
  }

  #renewed(rotation: Rotation, expiresAtMs: number | null): void {
    if (!rotation.isOurs) apply(rotation, { type: 'superseded' });
    apply(rotation, { type: 'seen' });
    rotation.expiresAtMs = expiresAtMs;
    rotation.failures = 0;
  }

  #planIfOurs(rotation: Rotation): void {
    rotation.isOurs = this.#deps.owner.owns(rotation.key);
    const dueAtMs = expiredVersion(rotation.state) ? this.#deps.clock.now() : this.#dueAtMs(rotation);
    if (rotation.isOurs) this.#schedule.plan(rotation, dueAtMs);
    else if (!unsavedPair(rotation.state)) this.#schedule.forget(rotation);
  }

  /** Starts nothing more and waits for answers that are under way, because they must be stored. */
  async stop(): Promise<void> {
    await this.#schedule.stop();
  }

  #drop(rotation: Rotation): void {
    apply(rotation, { type: 'dropped' });
    if (!rotation.isUnderWay && isForgettable(rotation.state)) this.#forget(rotation);
  }

  #forget(rotation: Rotation): void {
    this.#schedule.forget(rotation);
    this.#rotations.delete(rotation);
  }

  /** A token that lives shorter than the lead is replaced at half its life, not over and over. */
  #dueAtMs({ expiresAtMs, refreshedAtMs }: Rotation): number {
    if (expiresAtMs === null) return Number.POSITIVE_INFINITY;
    const { leadMs, spreadMs } = this.#options;
    const dueAtMs = expiresAtMs - leadMs - this.#deps.random() * spreadMs;
    return refreshedAtMs === null ? dueAtMs : Math.max(dueAtMs, (expiresAtMs + refreshedAtMs) / 2);
  }

  async #run(rotation: Rotation): Promise<void> {
    try {
      await this.#renewOne(rotation);
    } catch (err) {
      this.#deps.log.warn({ ...factsOf(rotation), err }, 'token not refreshed');
      this.#planRetry(rotation);
    }
    if (isForgettable(rotation.state)) this.#forget(rotation);
  }

  async #renewOne(rotation: Rotation): Promise<void> {
    const pair = unsavedPair(rotation.state);
    if (pair) return await this.#store(rotation, pair);
    // It waited for its turn, and has moved meanwhile.
    rotation.isOurs &&= this.#deps.owner.owns(rotation.key);
    if (!rotation.isOurs) return;
    const outcome = await attemptRefresh(ownerOf(rotation), (stored) => this.#compare(rotation, stored), this.#deps);
    await this.#conclude(rotation, outcome);
  }

  async #conclude(rotation: Rotation, outcome: RefreshOutcome): Promise<void> {
    this.#deps.onOutcome?.(outcome.kind);
    switch (outcome.kind) {
      case 'granted': {
        const { used, granted, sentAtMs } = outcome;
        apply(rotation, { type: 'granted', pair: { used, granted } });
        rotation.refreshedAtMs = sentAtMs;
        return await this.#store(rotation, { used, granted });
      }
      case 'nothing_to_refresh':
        return this.#release(rotation);
      case 'superseded':
        return this.#adopt(rotation, outcome.expiresAtMs);
      case 'failed':
        return this.#fail(rotation, outcome);
      case 'limited':
        return this.#pauseAll(rotation, outcome.retryAfterMs);
      case 'app_refused':
        return this.#pauseForOperator(rotation, outcome);
      case 'refused':
        return this.#useUntilItEnds(rotation, outcome);
      case 'suspended':
        return this.#raiseDoubt(rotation, outcome);
      case 'dead':
        return this.#giveUp(rotation, outcome);
      default:
        return assertNever(outcome, 'outcome of a refresh');
    }
  }

  #compare(rotation: Rotation, { status, credential: { version, expiresAtMs } }: StoredPair) {
    const expired = expiredVersion(rotation.state);
    if (status !== 'active' && !expired) return 'unwanted';
    const isMeant = expired
      ? isSameVersion(expired, version)
      : this.#dueAtMs({ ...rotation, expiresAtMs }) <= this.#deps.clock.now();
    return isMeant ? 'meant' : 'superseded';
  }

  async #store(rotation: Rotation, { used, granted }: UnsavedPair): Promise<void> {
    const isStored = await this.#deps.pairs.replace(ownerOf(rotation), used, granted);
    apply(rotation, { type: 'stored' });
    rotation.refused = undefined;
    rotation.failures = 0;
    this.#appFailures = 0;
    this.#limits = 0;
    rotation.told.clear();
    this.#told.clear();
    this.#deps.log.info(
      factsOf(rotation),
      isStored ? 'token refreshed' : 'refreshed token dropped: a newer one is stored',
    );
    // The row comes back with its new end, and is planned then.
    this.#deps.wake();
  }

  #useUntilItEnds(rotation: Rotation, { used, code, expiresAtMs }: Outcome<'refused'>): void {
    rotation.refused = used;
    apply(rotation, { type: 'refused' });
    this.#tell(rotation, code);
    // At its end Slack is asked once more, and again until it is clear that the token outlives it.
    const { clock } = this.#deps;
    const isOver = expiresAtMs !== null && isLongEnded(expiresAtMs, clock);
    const lives = expiresAtMs !== null && expiresAtMs > clock.now();
    const waitMs = expiresAtMs === null || isOver ? this.#options.maxRetryMs : MIN_RETRY_MS;
    rotation.dueAtMs = lives ? expiresAtMs : clock.now() + waitMs;
    if (isOver) return this.#usePastEnd(rotation, code);
    this.#deps.onReleased(rotation.key);
  }

  /** Slack takes what it said had ended: what waits for a refresh that is refused would wait for ever. */
  #usePastEnd(rotation: Rotation, code: string): void {
    const { key, kind, told } = rotation;
    apply(rotation, { type: 'outlived' });
    const message = `The ${kind} token of installation ${key} has ended and cannot be refreshed: ${code}. Slack still takes it, and it is used`;
    this.#tellOnce(told, { key, code, message, reason: 'used past its end' });
    this.#deps.onReleased(key);
  }

  #giveUp(rotation: Rotation, { used, code, version }: Outcome<'dead'>): void {
    const { key, kind, userId } = rotation;
    rotation.refused = used;
    apply(rotation, { type: 'dead' });
    this.#deps.log.warn({ ...factsOf(rotation), code }, 'refresh token refused, and the access token as well');
    // An ambiguous or suspending answer may turn out well, and an incident may be over.
    rotation.dueAtMs = this.#deps.clock.now() + this.#options.maxRetryMs;
    this.#deps.report({ key, kind, userId, version, code, source: 'probe', method: 'auth.test' });
  }

  /** As with any call the judge asks whether it is true; until it says so, and after that is over, the refresh is tried again. */
  #raiseDoubt(rotation: Rotation, { code, version }: Outcome<'suspended'>): void {
    const { key, kind, userId } = rotation;
    this.#fail(rotation, { kind: 'failed', reason: code, isForOperator: false });
    this.#deps.report({ key, kind, userId, version, code, source: 'call', method: 'oauth.v2.access' });
  }

  /** Nothing to refresh here: events wait no longer, and Slack's answer to them decides. */
  #release(rotation: Rotation): void {
    apply(rotation, { type: 'released' });
    this.#deps.onReleased(rotation.key);
  }

  #adopt(rotation: Rotation, expiresAtMs: number | null): void {
    apply(rotation, { type: 'superseded' });
    rotation.failures = 0;
    rotation.dueAtMs = this.#dueAtMs({ ...rotation, expiresAtMs });
    this.#deps.wake();
    this.#deps.onReleased(rotation.key);
  }

  #fail(rotation: Rotation, { reason, isForOperator, isUsable }: Outcome<'failed'>): void {
    if (isForOperator) this.#tell(rotation, reason);
    if (isUsable) this.#usePastEnd(rotation, reason);
    this.#deps.log.warn({ ...factsOf(rotation), reason }, 'token not refreshed');
    this.#planRetry(rotation);
  }

  #planRetry(rotation: Rotation): void {
    rotation.failures++;
    rotation.dueAtMs = this.#deps.clock.now() + this.#backoffMs(rotation.failures);
  }

  /** Retry-After is a floor: 0, or too little of it, must not become a loop. */
  #pauseAll(rotation: Rotation, retryAfterMs: number): void {
    const nowMs = this.#deps.clock.monotonic();
    // What was under way together was refused together.
    if (nowMs >= this.#pausedUntilMs) this.#limits++;
    const floorMs = Math.min(retryAfterMs, this.#options.maxRetryMs);
    const pauseMs = Math.max(floorMs, this.#backoffMs(this.#limits));
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
    this.#schedule.pause(pauseMs);
    this.#deps.log.warn({ pauseMs }, 'Slack limits the refreshing of tokens');
    rotation.dueAtMs = this.#deps.clock.now();
  }

  #pauseForOperator(rotation: Rotation, { code, isUsable }: Outcome<'app_refused'>): void {
    this.#schedule.pause(this.#backoffMs(++this.#appFailures));
    this.#tell(rotation, code);
    if (isUsable) this.#usePastEnd(rotation, code);
    rotation.dueAtMs = this.#deps.clock.now();
  }

  #tell(rotation: Rotation, code: string): void {
    const { key, kind, told } = rotation;
    const message = `The ${kind} token of installation ${key} cannot be refreshed: ${code}`;
    this.#tellOnce(APP_CODES.has(code) ? this.#told : told, { key, code, message, reason: code });
  }

  /** Once until a refresh goes well. */
  #tellOnce(
    told: Set<string>,
    { key, code, message, reason }: Record<'key' | 'code' | 'message' | 'reason', string>,
  ): void {
    if (told.has(reason)) return;
    told.add(reason);
    this.#deps.onProblem(key, new BotServerError('refresh_refused', message, { facts: { key, slackError: code } }));
  }

  #backoffMs(failures: number): number {
    const { retryMs, maxRetryMs } = this.#options;
    return steadyBackoffMs(failures, this.#deps.random(), { initialMs: retryMs, maxMs: maxRetryMs });
  }
}

type Outcome<Kind extends RefreshOutcome['kind']> = Extract<RefreshOutcome, { kind: Kind }>;

function ownerOf({ key, kind, userId }: PairOwner): PairOwner {
  return { key, kind, userId };
}

function factsOf({ key, kind }: PairOwner) {
  return { key, kind };
}
