/**
 * The judge: turns signals into verdicts. Signals only raise doubt; an answer to rtm.connect or auth.test with the current
 * version is proof. It writes rows by compare-and-set and nothing else; whoever watches the rows acts on them.
 * When a probe is due is probe-plan.ts, how it is sent prober.ts, and what its answer means probe-answer.ts; how a verdict is
 * written, and the breaker, is verdict-writer.ts; when an uninstall event is probed, uninstall-watch.ts. Tokens of people decide
 * nothing about the installation: user-token-judge.ts.
 * Probes that thousands may want at the same moment (an incident, the periodic check, suspended ones) wait for their turn.
 */
import type { Signal } from '../slack/signal.ts';
import { classify, type VerdictClass } from '../slack/verdict.ts';
import { type InstallationKey, isSameVersion } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import type { Timer } from '../time/clock.ts';
import { KeyedQueues } from '../time/keyed-queues.ts';
import { Lanes } from '../time/lanes.ts';
import type { Hint } from './hint.ts';
import { type JudgeDeps, type JudgeOptions, judgeDefaults } from './judge-options.ts';
import { isAboutTheGrant, proofOf } from './probe-answer.ts';
import { isPaced, PROBE_LANES, type ProbeEnv, retryWaitMs, waitBeforeProbe } from './probe-plan.ts';
import { type ProbeRequest, Prober } from './prober.ts';
import { type Revocation, UninstallWatch } from './uninstall-watch.ts';
import { UserTokenJudge } from './user-token-judge.ts';
import { VerdictWriter } from './verdict-writer.ts';

/** What is to be asked about one installation. Exists only while there is something, or work on it waits. */
interface PendingProbe extends ProbeRequest {
  timer: Timer | undefined;
}

/** Judges every installation of the app. `report` and `observe` return at once; the work runs in the background. */
export class Judge {
  readonly #deps: JudgeDeps;
  readonly #options: Required<JudgeOptions>;
  readonly #pending = new Map<InstallationKey, PendingProbe>();
  /** Work on one installation never overlaps itself. */
  readonly #queues = new KeyedQueues<InstallationKey>();
  readonly #verdicts: VerdictWriter;
  readonly #prober: Prober;
  readonly #uninstalls: UninstallWatch;
  readonly #userTokens: UserTokenJudge;
  /** What may wait for its turn before its installation is worked on, so that a fresh signal about the same installation need not. */
  readonly #lanes: Lanes;
  /** Whose planned probe waits there. */
  readonly #queued = new Set<InstallationKey>();
  #isStopped = false;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#options = { ...judgeDefaults, ...deps.options };
    this.#verdicts = new VerdictWriter({ ...deps, confirmAfterMs: this.#options.confirmAfterMs });
    this.#prober = new Prober({ ...deps, verdicts: this.#verdicts, options: this.#options });
    this.#uninstalls = new UninstallWatch(deps.clock, (key, revocation) =>
      this.#run(key, () => this.#probeAfterUninstall(key, revocation)),
    );
    this.#lanes = new Lanes(deps.clock, PROBE_LANES, deps.draw);
    this.#userTokens = new UserTokenJudge({
      ...deps,
      probe: (credential) => deps.probePerson(credential),
      renew: async (expired) => (await deps.renew?.(expired)) ?? false,
      options: this.#options,
    });
  }

  /** Takes an answer that raises doubt. One about an older version is about something that is gone: ignored. */
  report(signal: Signal): void {
    if (!this.#deps.owner.owns(signal.key)) return this.#deps.passOn(signal.key, { type: 'signal', signal });
    const verdict = classify(signal.code, signal.source, this.#options.verdicts);
    if (verdict === 'refreshable') {
      this.#run(signal.key, () => this.#renewOrJudge(signal));
      return;
    }
    this.#judgeSignal(signal, verdict);
  }

  /** A token that expired and has a successor is no news of the grant; until that one is there nothing is handed out. */
  async #renewOrJudge(signal: Signal): Promise<void> {
    const { key, kind, version, code, method } = signal;
    const isRenewed = (await this.#deps.renew?.(signal)) ?? false;
    if (!isRenewed) this.#judgeSignal(signal, 'refreshable');
    else if (kind === 'bot') await this.#verdicts.apply(key, version, { type: 'doubted', code }, method);
  }

  #judgeSignal(signal: Signal, verdict: VerdictClass): void {
    // A person's token may die without the bot's: not a word about the installation.
    if (signal.kind === 'user') return this.#userTokens.report(signal, verdict);
    if (!isAboutTheGrant(verdict)) return;
    if (signal.source !== 'call') {
      this.#run(signal.key, () => this.#applyProof(signal, verdict));
      return;
    }
    const pending = this.#pendingOf(signal.key);
    const isJoining = pending.signal !== undefined && isSameVersion(pending.signal.version, signal.version);
    pending.signal = signal;
    if (!isJoining) this.#run(signal.key, () => this.#probe(signal.key));
  }

  /**
   * Takes an event of Slack about the installation itself (app_uninstalled, tokens_revoked). It may be late or of an earlier
   * installation, so it proves nothing: the tokens that it is about are asked, now and twice again.
   */
  noteUninstall(key: InstallationKey, event: Revocation & { receivedAtMs: number }): void {
    if (this.#deps.owner.owns(key)) this.#uninstalls.note(key, event);
    else this.#deps.passOn(key, { type: 'uninstall', event });
  }

  /** Takes what another node has learned. */
  take(key: InstallationKey, hint: Hint): void {
    if (hint.type === 'signal') this.report(hint.signal);
    else if (hint.type === 'uninstall') this.noteUninstall(key, hint.event);
    else this.noteMigration(key, hint.stage);
  }

  /**
   * Takes Slack's word about a migration of the organization (grid_migration_started, -_finished). It pauses at once; when it
   * is told to be over the token is asked. As with everything suspended it is asked every few minutes meanwhile, so that
   * an event that never comes pauses nobody for good.
   */
  noteMigration(key: InstallationKey, stage: 'started' | 'finished'): void {
    if (!this.#deps.owner.owns(key)) return this.#deps.passOn(key, { type: 'migration', stage });
    this.#run(key, async () => {
      const view = await this.#deps.installations.find(key);
      if (!view) return;
      if (stage === 'finished') return await this.#probe(key);
      const { version } = view.installation;
      await this.#verdicts.apply(key, version, { type: 'migration_started' }, 'grid_migration_started');
    });
  }

  /**
   * Asks an installation from which nothing was heard for long, when its turn comes; an answer decides as always. Resolves with
   * whether anything was learned; never when the judge stops before.
   */
  check(key: InstallationKey): Promise<boolean> {
    return new Promise((resolve) => {
      this.#lanes.add(async () => {
        let isAnswered = false;
        await this.#work(key, async () => {
          isAnswered = await this.#prober.probePeriodically(key);
        });
        resolve(isAnswered);
      });
    });
  }

  /** Looks at a row that changed: plans the probe that its state or its request asks for. */
  observe(view: InstallationView): void {
    const { key } = view.installation;
    const known = this.#pending.get(key);
    const waitMs = waitBeforeProbe(view, known, this.#env());
    // A doubt that the row does not know of yet: its probe is under way, or planned after a failure of the store.
    if (waitMs === undefined && known?.signal) return;
    known?.timer?.cancel();
    if (known) known.timer = undefined;
    if (waitMs === undefined) {
      if (known) known.unanswered = 0;
      return;
    }
    this.#plan(key, waitMs, { isPaced: isPaced(view) });
  }

  /** Another node judges the installation from now on; a doubt that no probe has settled goes along. */
  leave(key: InstallationKey): void {
    this.#uninstalls.leave(key);
    this.#userTokens.leave(key);
    const pending = this.#pending.get(key);
    if (!pending || this.#isStopped) return;
    pending.timer?.cancel();
    this.#passOnDoubt(key, pending);
    if (this.#queues.lengthOf(key) === 0) this.#pending.delete(key);
  }

  /** Resolves when no work on these installations is under way. */
  async settled(keys: readonly InstallationKey[]): Promise<void> {
    const busy = keys.filter((key) => this.#queues.lengthOf(key) > 0);
    await Promise.all(busy.map((key) => this.#queues.add(key, () => {})));
  }

  /** Plans nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#uninstalls.stop();
    for (const { timer } of this.#pending.values()) timer?.cancel();
    await Promise.allSettled([this.#userTokens.stop(), this.#lanes.stop(), this.#queues.settled()]);
  }

  #plan(key: InstallationKey, waitMs: number, { isPaced }: { isPaced: boolean }): void {
    if (this.#isStopped) return;
    const pending = this.#pendingOf(key);
    pending.timer = this.#deps.clock.after(waitMs, () => {
      pending.timer = undefined;
      if (isPaced) this.#queue(key);
      else this.#run(key, () => this.#probe(key));
    });
  }

  #queue(key: InstallationKey): void {
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.#lanes.add(async () => {
      this.#queued.delete(key);
      await this.#work(key, () => this.#probe(key));
    });
  }

  async #applyProof(signal: Signal, verdict: VerdictClass): Promise<void> {
    try {
      await this.#verdicts.apply(signal.key, signal.version, proofOf(verdict, signal.code), signal.method);
    } catch (error) {
      // Not written: as a signal it makes the probe that follows a failure wanted.
      this.#pendingOf(signal.key).signal = signal;
      throw error;
    }
  }

  async #probe(key: InstallationKey): Promise<void> {
    const pending = this.#pendingOf(key);
    const { signal } = pending;
    const outcome = await this.#prober.probe(key, pending);
    if (outcome === 'unwanted') pending.signal = undefined;
    else if (outcome === 'probed') await this.#afterProbe(key, pending, signal);
    else await this.#recheck(key);
  }

  /** The bot first: of an installation that is gone nobody else has to be asked. */
  async #probeAfterUninstall(key: InstallationKey, { type, bot, users }: Revocation): Promise<void> {
    if (bot) {
      const isProbed = await this.#prober.probeAfterUninstall(key, { type, asked: this.#pendingOf(key) });
      if (isProbed) await this.#recheck(key);
    }
    this.#userTokens.askAfterUninstall(key, users, type);
  }

  /** A signal that came while the probe was in flight may be younger than its answer: one more probe settles it. */
  async #afterProbe(key: InstallationKey, pending: PendingProbe, probedFor: Signal | undefined): Promise<void> {
    const isYounger = pending.signal !== probedFor;
    if (isYounger) this.#run(key, () => this.#probe(key));
    else pending.signal = undefined;
    await this.#recheck(key);
  }

  async #recheck(key: InstallationKey): Promise<void> {
    const view = await this.#deps.installations.find(key);
    if (view) this.observe(view);
  }

  #env(): ProbeEnv {
    const { clock, random } = this.#deps;
    return { nowMs: clock.now(), monotonicMs: clock.monotonic(), random: random(), patience: this.#options };
  }

  #run(key: InstallationKey, work: () => Promise<void>): void {
    void this.#work(key, work);
  }

  /** Works on one installation after what is under way there; resolves when that has ended, and never rejects. */
  async #work(key: InstallationKey, work: () => Promise<void>): Promise<void> {
    if (this.#isStopped) return;
    const pending = this.#pendingOf(key);
    await this.#queues.add(key, () => {
      // It waited for its turn, and has moved meanwhile.
      if (!this.#deps.owner.owns(key)) return this.#passOnDoubt(key, pending);
      return work().catch((error: unknown) => this.#keepAfterFailure(key, pending, error));
    });
    if (this.#queues.lengthOf(key) === 0 && !pending.timer) this.#pending.delete(key);
  }

  #passOnDoubt(key: InstallationKey, pending: PendingProbe): void {
    const { signal } = pending;
    pending.signal = undefined;
    if (signal) this.#deps.passOn(key, { type: 'signal', signal });
  }

  /** The store failed: the doubt must not be lost with it, so the installation is probed when it answers again. */
  #keepAfterFailure(key: InstallationKey, pending: PendingProbe, error: unknown): void {
    this.#deps.log.error({ key, err: error }, 'judging failed');
    pending.unanswered++;
    pending.timer?.cancel();
    this.#plan(key, retryWaitMs(pending, this.#env()), { isPaced: pending.signal === undefined });
  }

  #pendingOf(key: InstallationKey): PendingProbe {
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = {
        timer: undefined,
        unanswered: 0,
        notBeforeMs: 0,
        signal: undefined,
      };
      this.#pending.set(key, pending);
    }
    return pending;
  }
}
