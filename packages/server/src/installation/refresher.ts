/**
 * Keeps tokens that rotate alive: gets the next pair two hours before the present token ends, one refresh at a time per
 * credential, and stores it before anybody uses it. Decides nothing about teams: what Slack refuses goes to the judge.
 *
 *   waiting ──due──▶ queued ──lane──▶ sent ──pair──▶ stored ──▶ waiting
 *      ▲                               ├── no answer ──▶ waiting (back-off, also after the end of the token)
 *      └───────────────────────────────┴── refused ──▶ is the access token alive? until its end; else to the judge
 */
import { BotServerError } from '../errors.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { Credential, InstallationKey, Version } from '../team/installation.ts';
import { isSameVersion } from '../team/installation.ts';
import type { GrantedToken } from '../team/installations.ts';
import type { PairOwner, PairStore, StoredPair } from '../team/refresh-repository.ts';
import type { ProbeAnswer, Signal } from '../team/signal.ts';
import { classify, type VerdictOverrides } from '../team/verdict.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { readRefreshed } from './refresh-answer.ts';
import { RefreshLanes, type RefreshLanesOptions } from './refresh-lanes.ts';

export interface RefresherOptions extends RefreshLanesOptions {
  /** How long before its end a token is replaced, in milliseconds; Slack's own SDKs say 2 h. @defaultValue 7200000 */
  leadMs?: number;
  /** Refreshes that are due together are spread over so long before that, in milliseconds. @defaultValue 300000 */
  spreadMs?: number;
  /** First wait after a failure, in milliseconds; it doubles. @defaultValue 1000 */
  retryMs?: number;
  /** Longest wait after a failure, in milliseconds. @defaultValue 300000 */
  maxRetryMs?: number;
}

export const refresherDefaults = {
  leadMs: 7_200_000,
  spreadMs: 300_000,
  retryMs: 1_000,
  maxRetryMs: 300_000,
} as const satisfies RefresherOptions;

export interface RefresherDeps {
  pairs: PairStore;
  /** oauth.v2.access with `grant_type=refresh_token`. Never throws. */
  refresh(refreshToken: string): Promise<SlackAnswer>;
  /** auth.test past the gate. Never throws. */
  probe(token: string): Promise<ProbeAnswer>;
  /** To the judge: what a probe proved after Slack had refused the refresh token. */
  report(signal: Signal): void;
  /** The operator has to look. Told once per reason. */
  onProblem(key: InstallationKey, error: BotServerError): void;
  /** Rows were written: act on them at once. */
  wake(): void;
  /** Whether the token may be used has changed without a change of the row. */
  onReleased(key: InstallationKey): void;
  verdicts?: VerdictOverrides;
  clock: Clock;
  random: () => number;
  log: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
  options?: RefresherOptions;
}

/** One credential that may rotate. */
interface Rotation extends PairOwner {
  expiresAtMs: number | null;
  /** Wall clock; Infinity = never by itself. */
  dueAtMs: number;
  refreshedAtMs: number | null;
  failures: number;
  /** Queued or sent. */
  isUnderWay: boolean;
  /** Asked for although it is not due: Slack called the token of this version expired. */
  forced: Version | undefined;
  /** A newer pair is stored: what is known here is of the older one until the row is seen. */
  isReplaced: boolean;
  /** Gone from the rows; what is under way ends by itself. */
  isDropped: boolean;
  /** Came from Slack and could not be stored yet. The old refresh token may be used up, so it must not be lost. */
  unstored: { used: string; granted: GrantedToken } | undefined;
  /** Slack refused this refresh token. */
  refused: string | undefined;
}

/** Codes that say that our own client id or secret is wrong: true for all teams. */
const APP_CODES = new Set(['bad_client_secret', 'invalid_client_id', 'invalid_client', 'bad_client_id']);

/** Between two looks at most, in milliseconds: wall clocks jump, and timers cannot be arbitrarily long. */
const MAX_LOOK_MS = 60_000;
const MIN_LOOK_MS = 1_000;

/** Runs from its first `observe` to `stop`. */
export class Refresher {
  readonly #deps: RefresherDeps;
  readonly #options: Required<Omit<RefresherOptions, keyof RefreshLanesOptions>>;
  readonly #lanes: RefreshLanes;
  readonly #rotations = new Map<InstallationKey, Map<string, Rotation>>();
  /** Reasons that the operator was told. */
  readonly #told = new Set<string>();
  #appFailures = 0;
  #timer: Timer | undefined;
  #lookAtMs = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(deps: RefresherDeps) {
    this.#deps = deps;
    this.#options = { ...refresherDefaults, ...deps.options };
    this.#lanes = new RefreshLanes(deps.clock, deps.options);
  }

  /** Looks at a row that changed: `credentials` are all that the installation may act with now; none unless it is active. */
  observe(key: InstallationKey, credentials: readonly Credential[]): void {
    const rotating = credentials.filter(({ expiresAtMs }) => expiresAtMs !== null);
    const known = this.#rotations.get(key);
    if (!known && rotating.length === 0) return;
    for (const rotation of known?.values() ?? []) {
      if (!rotating.some(({ userId }) => userId === rotation.userId)) this.#drop(rotation);
    }
    for (const { kind, userId, expiresAtMs } of rotating) {
      const rotation = this.#rotation({ key, kind, userId });
      if (rotation.expiresAtMs === expiresAtMs && !rotation.isReplaced) continue;
      if (rotation.isReplaced) rotation.forced = undefined;
      rotation.isReplaced = false;
      rotation.expiresAtMs = expiresAtMs;
      rotation.failures = 0;
      this.#plan(rotation, this.#dueAtMs(rotation));
    }
  }

  /** Whether the bot's token has ended and its successor is awaited: until then events wait. */
  isAwaited(key: InstallationKey): boolean {
    const bot = this.#rotations.get(key)?.get('');
    if (!bot || bot.isDropped) return false;
    if (bot.forced) return true;
    return bot.expiresAtMs !== null && bot.expiresAtMs <= this.#deps.clock.now();
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
    const rotation = this.#rotation({ key, kind, userId });
    if (rotation.refused === stored.refreshToken) return false;
    rotation.forced = version;
    // After a failure the back-off counts, however many calls say the same.
    if (!rotation.isUnderWay && rotation.failures === 0) this.#plan(rotation, this.#deps.clock.now());
    return true;
  }

  /** Starts nothing more and waits for answers that are under way, because they must be stored. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#lanes.stop();
  }

  #rotation(owner: PairOwner): Rotation {
    const ofKey = this.#rotations.get(owner.key) ?? new Map<string, Rotation>();
    this.#rotations.set(owner.key, ofKey);
    const known = ofKey.get(owner.userId);
    if (known) {
      known.isDropped = false;
      return known;
    }
    const rotation: Rotation = {
      ...owner,
      expiresAtMs: null,
      dueAtMs: Number.POSITIVE_INFINITY,
      refreshedAtMs: null,
      failures: 0,
      isUnderWay: false,
      forced: undefined,
      isReplaced: false,
      isDropped: false,
      unstored: undefined,
      refused: undefined,
    };
    ofKey.set(owner.userId, rotation);
    return rotation;
  }

  #drop(rotation: Rotation): void {
    rotation.isDropped = true;
    // What the judge asked for goes on without the row's being active: its next probe decides.
    if (rotation.isUnderWay || rotation.forced || rotation.unstored) return;
    const ofKey = this.#rotations.get(rotation.key);
    ofKey?.delete(rotation.userId);
    if (ofKey?.size === 0) this.#rotations.delete(rotation.key);
  }

  /** A token that lives shorter than the lead is replaced at half its life, not over and over. */
  #dueAtMs({ expiresAtMs, refreshedAtMs }: Rotation): number {
    if (expiresAtMs === null) return Number.POSITIVE_INFINITY;
    const { leadMs, spreadMs } = this.#options;
    const dueAtMs = expiresAtMs - leadMs - this.#deps.random() * spreadMs;
    return refreshedAtMs === null ? dueAtMs : Math.max(dueAtMs, (expiresAtMs + refreshedAtMs) / 2);
  }

  #plan(rotation: Rotation, dueAtMs: number): void {
    rotation.dueAtMs = dueAtMs;
    if (this.#isStopped || rotation.isUnderWay) return;
    if (dueAtMs <= this.#deps.clock.now()) this.#enqueue(rotation);
    else this.#lookAt(dueAtMs);
  }

  #lookAt(atMs: number): void {
    const { clock } = this.#deps;
    const waitMs = Math.min(Math.max(atMs - clock.now(), MIN_LOOK_MS), MAX_LOOK_MS);
    if (this.#timer && this.#lookAtMs <= clock.monotonic() + waitMs) return;
    this.#timer?.cancel();
    this.#lookAtMs = clock.monotonic() + waitMs;
    this.#timer = clock.after(waitMs, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.#deps.clock.now();
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const ofKey of this.#rotations.values()) {
      for (const rotation of ofKey.values()) {
        if (rotation.isUnderWay) continue;
        if (rotation.dueAtMs <= nowMs) this.#enqueue(rotation);
        else nextAtMs = Math.min(nextAtMs, rotation.dueAtMs);
      }
    }
    if (Number.isFinite(nextAtMs)) this.#lookAt(nextAtMs);
  }

  #enqueue(rotation: Rotation): void {
    rotation.isUnderWay = true;
    this.#lanes.add(() => this.#run(rotation));
  }

  async #run(rotation: Rotation): Promise<void> {
    // Planned by whatever it comes to; without a word it is a failure.
    rotation.dueAtMs = Number.POSITIVE_INFINITY;
    try {
      await this.#renewOne(rotation);
    } catch (err) {
      this.#deps.log.warn({ ...factsOf(rotation), err }, 'token not refreshed');
      this.#planRetry(rotation);
    }
    rotation.isUnderWay = false;
    if (rotation.isDropped && !rotation.unstored && !rotation.forced) this.#drop(rotation);
    else if (Number.isFinite(rotation.dueAtMs)) this.#plan(rotation, rotation.dueAtMs);
  }

  async #renewOne(rotation: Rotation): Promise<void> {
    if (rotation.unstored) return await this.#store(rotation, rotation.unstored);
    const stored = await this.#deps.pairs.find(ownerOf(rotation));
    if (!stored?.refreshToken || (stored.status !== 'active' && !rotation.forced)) return this.#release(rotation);
    // Another process was faster; its row is on the way here.
    if (!this.#isMeant(rotation, stored)) return this.#adopt(rotation, stored.credential.expiresAtMs);
    const used = stored.refreshToken;
    const sentAtMs = this.#deps.clock.now();
    const answer = await this.#deps.refresh(used);
    if (answer.kind === 'ok') {
      const granted = readRefreshed(answer.body, { owner: rotation, nowMs: sentAtMs });
      if (!granted) return this.#fail(rotation, 'malformed_answer');
      rotation.unstored = { used, granted };
      rotation.refreshedAtMs = sentAtMs;
      return await this.#store(rotation, rotation.unstored);
    }
    if (answer.kind === 'limited') return this.#pauseAll(rotation, answer.retryAfterMs);
    if (answer.kind !== 'error') return this.#fail(rotation, answer.reason);
    if (APP_CODES.has(answer.code)) return this.#pauseForOperator(rotation, answer.code);
    const isRefused =
      answer.code === 'invalid_refresh_token' || ['terminal', 'refreshable'].includes(this.#classify(answer.code));
    if (isRefused) return await this.#afterRefusal(rotation, { ...stored, refreshToken: used }, answer.code);
    if (this.#classify(answer.code) === 'operator') this.#tell(rotation, answer.code);
    this.#fail(rotation, answer.code);
  }

  /** Whether what is stored is what was planned for. */
  #isMeant(rotation: Rotation, { credential: { version, expiresAtMs } }: StoredPair): boolean {
    if (rotation.forced) return isSameVersion(rotation.forced, version);
    return this.#dueAtMs({ ...rotation, expiresAtMs }) <= this.#deps.clock.now();
  }

  async #store(rotation: Rotation, { used, granted }: NonNullable<Rotation['unstored']>): Promise<void> {
    const isStored = await this.#deps.pairs.replace(ownerOf(rotation), used, granted);
    rotation.unstored = undefined;
    // Asked for or not, it stays so until the row is seen: before that nobody here has the new token.
    rotation.isReplaced = true;
    rotation.refused = undefined;
    rotation.failures = 0;
    this.#appFailures = 0;
    for (const code of APP_CODES) this.#told.delete(code);
    this.#deps.log.info(
      factsOf(rotation),
      isStored ? 'token refreshed' : 'refreshed token dropped: a newer one is stored',
    );
    // The row comes back with its new end, and is planned then.
    this.#deps.wake();
  }

  /** The refresh token is used up: by another process, by a crash between Slack and the store, or because the grant is gone. */
  async #afterRefusal(rotation: Rotation, stored: StoredPair & { refreshToken: string }, code: string): Promise<void> {
    const again = await this.#deps.pairs.find(ownerOf(rotation));
    if (again?.refreshToken !== stored.refreshToken)
      return this.#adopt(rotation, again?.credential.expiresAtMs ?? null);
    const { token, version, expiresAtMs } = stored.credential;
    const answer = await this.#deps.probe(token);
    if (answer.kind === 'unanswered') return this.#fail(rotation, answer.reason);
    const verdict = answer.kind === 'ok' ? 'call' : this.#classify(answer.code);
    const isAboutTheGrant = verdict === 'terminal' || verdict === 'refreshable' || verdict === 'suspended';
    rotation.refused = stored.refreshToken;
    rotation.forced = undefined;
    if (answer.kind === 'error' && isAboutTheGrant) {
      await this.#giveUp(rotation, { version, code: answer.code, used: stored.refreshToken });
      return;
    }
    this.#tell(rotation, code);
    // It lives: used until its end, when Slack is asked once more.
    const nowMs = this.#deps.clock.now();
    rotation.dueAtMs = expiresAtMs !== null && expiresAtMs > nowMs ? expiresAtMs : nowMs + this.#options.maxRetryMs;
    this.#deps.onReleased(rotation.key);
  }

  async #giveUp(
    rotation: Rotation,
    { version, code, used }: { version: Version; code: string; used: string },
  ): Promise<void> {
    const { key, kind, userId } = rotation;
    this.#deps.log.warn({ ...factsOf(rotation), code }, 'refresh token refused, and the access token as well');
    // An ambiguous or suspending answer may turn out well, and an incident may be over.
    rotation.dueAtMs = this.#deps.clock.now() + this.#options.maxRetryMs;
    if (kind === 'bot') {
      this.#deps.report({ key, kind, userId, version, code, source: 'probe', method: 'auth.test' });
      return;
    }
    if (this.#classify(code) === 'suspended') return;
    // A person's token may die without the bot's.
    await this.#deps.pairs.dropUser(ownerOf(rotation), used);
    this.#deps.wake();
  }

  /** Nothing to refresh here: events wait no longer, and Slack's answer to them decides. */
  #release(rotation: Rotation): void {
    rotation.forced = undefined;
    rotation.isDropped = true;
    this.#deps.onReleased(rotation.key);
  }

  #adopt(rotation: Rotation, expiresAtMs: number | null): void {
    rotation.forced = undefined;
    rotation.failures = 0;
    rotation.isReplaced = true;
    rotation.dueAtMs = this.#dueAtMs({ ...rotation, expiresAtMs });
    this.#deps.wake();
    this.#deps.onReleased(rotation.key);
  }

  #fail(rotation: Rotation, reason: string): void {
    this.#deps.log.warn({ ...factsOf(rotation), reason }, 'token not refreshed');
    this.#planRetry(rotation);
  }

  #planRetry(rotation: Rotation): void {
    rotation.failures++;
    rotation.dueAtMs = this.#deps.clock.now() + this.#backoffMs(rotation.failures);
  }

  #pauseAll(rotation: Rotation, retryAfterMs: number): void {
    const pauseMs = Math.min(retryAfterMs, this.#options.maxRetryMs);
    this.#lanes.pause(pauseMs);
    this.#deps.log.warn({ pauseMs }, 'Slack limits the refreshing of tokens');
    rotation.dueAtMs = this.#deps.clock.now();
  }

  #pauseForOperator(rotation: Rotation, code: string): void {
    this.#lanes.pause(this.#backoffMs(++this.#appFailures));
    this.#tell(rotation, code);
    rotation.dueAtMs = this.#deps.clock.now();
  }

  #tell(rotation: Rotation, code: string): void {
    const { key, kind, userId } = rotation;
    const reason = APP_CODES.has(code) ? code : `${code} ${key} ${userId}`;
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    const message = `The ${kind} token of installation ${key} cannot be refreshed: ${code}`;
    this.#deps.onProblem(key, new BotServerError('refresh_refused', message, { facts: { key, slackError: code } }));
  }

  #classify(code: string) {
    return classify(code, 'probe', this.#deps.verdicts);
  }

  #backoffMs(failures: number): number {
    const { retryMs, maxRetryMs } = this.#options;
    return Math.min(maxRetryMs, retryMs * 2 ** (failures - 1)) * (0.5 + this.#deps.random() / 2);
  }
}

function ownerOf({ key, kind, userId }: PairOwner): PairOwner {
  return { key, kind, userId };
}

function factsOf({ key, kind }: PairOwner) {
  return { key, kind };
}
