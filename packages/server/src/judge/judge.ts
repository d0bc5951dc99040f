/**
 * The judge: turns signals into verdicts. Signals only raise doubt; an answer to rtm.connect or auth.test with the current
 * version is proof. It writes rows by compare-and-set and nothing else; whoever watches the rows acts on them.
 * When a probe is due is probe-plan.ts, and what its answer means probe-answer.ts; how a verdict is written, and the breaker,
 * is verdict-writer.ts; when an uninstall event is probed, uninstall-watch.ts. Tokens of people decide nothing about the
 * installation: people-judge.ts.
 * Probes that thousands may want at the same moment (an incident, the periodic check, suspended ones) wait for their turn.
 */
import type { Clock, Timer } from '../time/clock.ts';
import { Lanes } from '../time/lanes.ts';
import {
  afterIncidentProbe,
  INCIDENT_PROBES_MS,
  type Incident,
  isProvedByIncident,
  nextIncidentProbeMs,
} from '../team/breaker.ts';
import { type Credential, type InstallationKey, isAnswering, isSameVersion } from '../team/installation.ts';
import type { InstallationEvent } from './installation-lifecycle.ts';
import type { Installations, InstallationView } from '../team/installations.ts';
import { PeopleJudge } from './people-judge.ts';
import { eventOfAnswer, isAboutTheGrant, isAnswer, proofOf, wordFor } from './probe-answer.ts';
import {
  isPaced,
  isProbeWanted,
  notAhead,
  PROBE_LANES,
  type ProbeEnv,
  retryWaitMs,
  silenceAfter,
  type Unanswered,
  waitBeforeProbe,
} from './probe-plan.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import { type Revocation, UninstallWatch } from './uninstall-watch.ts';
import { classify, type VerdictClass, type VerdictOverrides } from '../slack/verdict.ts';
import { VerdictWriter } from './verdict-writer.ts';

export interface JudgeOptions {
  /** Time between the two probes that confirm an ambiguous answer (`invalid_auth`), in milliseconds. @defaultValue 30000 */
  confirmAfterMs?: number;
  /** First wait before an unanswered probe is sent again, in milliseconds; it doubles. @defaultValue 1000 */
  probeRetryMs?: number;
  /** Longest wait before an unanswered probe is sent again, in milliseconds. @defaultValue 300000 */
  maxProbeRetryMs?: number;
  /** How often a suspended installation is asked again, in milliseconds. @defaultValue 300000 */
  suspendedProbeMs?: number;
  /** Classes of codes that differ from the built-in table. */
  verdicts?: VerdictOverrides;
}

export const judgeDefaults = {
  confirmAfterMs: 30_000,
  probeRetryMs: 1_000,
  maxProbeRetryMs: 300_000,
  suspendedProbeMs: 300_000,
  verdicts: {},
} as const satisfies Required<JudgeOptions>;

export interface JudgeDeps {
  installations: Installations;
  /** Sends auth.test with the installation's current bot token, past the gate. Never throws for an answer of Slack. */
  probe(view: InstallationView): Promise<ProbeAnswer>;
  /** The same with the token of a person. */
  probePerson(credential: Credential): Promise<ProbeAnswer>;
  /**
   * A token has expired: true when its successor is on the way or there already, false when nothing can refresh it.
   * @defaultValue nothing can
   */
  renew?(expired: Pick<Signal, 'key' | 'kind' | 'userId' | 'version'>): Promise<boolean>;
  clock: Clock;
  random: () => number;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
  /** Called after a row was written, so that this node acts at once instead of at its next look. */
  readonly wake: () => void;
  /** So many failed together that it is taken for an incident, or that is over. */
  readonly onIncident: (isOn: boolean) => void;
  options?: JudgeOptions;
}

/** What one installation has before the judge. Exists only while there is something. */
interface Docket extends Unanswered {
  /** Work on one installation never overlaps itself. */
  queue: Promise<void>;
  /** How many pieces of work wait in `queue`; the docket is closed when there are none and no timer. */
  waiting: number;
  timer: Timer | undefined;
  /** A signal that asks for a probe and is not answered yet; later ones join it. */
  signal: Signal | undefined;
}

/** Judges every installation of the app. `report` and `observe` return at once; the work runs in the background. */
export class Judge {
  readonly #deps: JudgeDeps;
  readonly #options: Required<JudgeOptions>;
  readonly #dockets = new Map<InstallationKey, Docket>();
  readonly #verdicts: VerdictWriter;
  readonly #uninstalls: UninstallWatch;
  readonly #people: PeopleJudge;
  /** What may wait for its turn before it comes to the docket, so that a fresh signal about the same installation need not. */
  readonly #lanes: Lanes;
  /** Whose planned probe waits there. */
  readonly #queued = new Set<InstallationKey>();
  #isStopped = false;

  constructor(deps: JudgeDeps) {
    this.#deps = deps;
    this.#options = { ...judgeDefaults, ...deps.options };
    this.#verdicts = new VerdictWriter({ ...deps, confirmAfterMs: this.#options.confirmAfterMs });
    this.#uninstalls = new UninstallWatch(deps.clock, (key, revocation) =>
      this.#run(key, () => this.#probeAfterUninstall(key, revocation)),
    );
    this.#lanes = new Lanes(deps.clock, PROBE_LANES);
    this.#people = new PeopleJudge({
      ...deps,
      probe: (credential) => deps.probePerson(credential),
      renew: async (expired) => (await deps.renew?.(expired)) ?? false,
      options: this.#options,
    });
  }

  /** Takes an answer that raises doubt. One about an older version is about something that is gone: ignored. */
  report(signal: Signal): void {
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
    if (signal.kind === 'user') return this.#people.report(signal, verdict);
    if (!isAboutTheGrant(verdict)) return;
    if (signal.source !== 'call') {
      this.#run(signal.key, () => this.#applyProof(signal, verdict));
      return;
    }
    const docket = this.#docket(signal.key);
    const isJoining = docket.signal !== undefined && isSameVersion(docket.signal.version, signal.version);
    docket.signal = signal;
    if (!isJoining) this.#run(signal.key, () => this.#probe(signal.key));
  }

  /**
   * Takes an event of Slack about the installation itself (app_uninstalled, tokens_revoked). It may be late or of an earlier
   * installation, so it proves nothing: the tokens that it is about are asked, now and twice again.
   */
  noteUninstall(key: InstallationKey, event: Revocation & { receivedAtMs: number }): void {
    this.#uninstalls.note(key, event);
  }

  /**
   * Takes Slack's word about a migration of the organization (grid_migration_started, -_finished). It pauses at once; when it
   * is told to be over the token is asked. As with everything suspended it is asked every few minutes meanwhile, so that
   * an event that never comes pauses nobody for good.
   */
  noteMigration(key: InstallationKey, stage: 'started' | 'finished'): void {
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
        await this.#settled(key, async () => {
          isAnswered = await this.#probePeriodically(key);
        });
        resolve(isAnswered);
      });
    });
  }

  /** Looks at a row that changed: plans the probe that its state or its request asks for. */
  observe(view: InstallationView): void {
    const { key } = view.installation;
    const known = this.#dockets.get(key);
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

  /** Plans nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#uninstalls.stop();
    for (const docket of this.#dockets.values()) docket.timer?.cancel();
    const queues = Array.from(this.#dockets.values(), ({ queue }) => queue);
    await Promise.allSettled([this.#people.stop(), this.#lanes.stop(), ...queues]);
  }

  #plan(key: InstallationKey, waitMs: number, { isPaced }: { isPaced: boolean }): void {
    if (this.#isStopped) return;
    const docket = this.#docket(key);
    docket.timer = this.#deps.clock.after(waitMs, () => {
      docket.timer = undefined;
      if (isPaced) this.#queue(key);
      else this.#run(key, () => this.#probe(key));
    });
  }

  #queue(key: InstallationKey): void {
    if (this.#queued.has(key)) return;
    this.#queued.add(key);
    this.#lanes.add(async () => {
      this.#queued.delete(key);
      await this.#settled(key, () => this.#probe(key));
    });
  }

  async #applyProof(signal: Signal, verdict: VerdictClass): Promise<void> {
    try {
      await this.#verdicts.apply(signal.key, signal.version, proofOf(verdict, signal.code), signal.method);
    } catch (error) {
      // Not written: as a signal it makes the probe that follows a failure wanted.
      this.#docket(signal.key).signal = signal;
      throw error;
    }
  }

  /** Sends one probe if the row or a signal still asks for it, and writes what it proves. */
  async #probe(key: InstallationKey): Promise<void> {
    const docket = this.#docket(key);
    const { signal } = docket;
    const view = await this.#deps.installations.find(key);
    if (!view || !isProbeWanted(view, signal)) {
      docket.signal = undefined;
      return;
    }
    const { version, request, changedSeq, incident } = view.installation;
    if (incident && request !== 'probe') return await this.#probeInIncident(view, incident);
    const answer = await this.#ask(view);
    const why = request === 'probe' ? 'operator' : (signal?.method ?? 'follow_up');
    this.#deps.log.info({ key, why, answer: wordFor(answer) }, 'installation probed');
    const event = this.#eventOf(answer, { isRequested: request === 'probe' });
    docket.unanswered = event ? 0 : docket.unanswered + 1;
    docket.notBeforeMs = silenceAfter(answer, this.#env());
    if (event) await this.#verdicts.apply(key, version, event, why);
    else if (signal) await this.#verdicts.apply(key, version, { type: 'doubted', code: signal.code }, why);
    if (request === 'probe' && isAnswer(answer, this.#options.verdicts)) {
      await this.#deps.installations.addTimeline(key, {
        kind: 'probed',
        facts: { by: 'operator', answer: wordFor(answer) },
      });
      await this.#deps.installations.clearRequest(key, changedSeq);
      this.#deps.wake();
    }
    await this.#afterProbe(key, docket, signal);
  }

  /** An answer revives or releases; only two refusals hours apart are believed, and what nobody answers stays as it is. */
  async #probeInIncident(view: InstallationView, dated: Incident): Promise<void> {
    const { installations, log, clock } = this.#deps;
    const { key, version, state } = view.installation;
    const sentAtMs = clock.now();
    const incident = notAhead(dated, sentAtMs);
    if (nextIncidentProbeMs(incident) <= sentAtMs) {
      const answer = await this.#ask(view);
      log.info({ key, why: 'incident', answer: wordFor(answer) }, 'installation probed');
      const event = this.#eventOf(answer, { isRequested: true });
      const next = afterIncidentProbe(incident, { isTerminal: event?.type === 'probe_terminal', sentAtMs });
      const code = event && 'code' in event ? event.code : '';
      const isLast = state.kind === 'inactive' && next.probes >= INCIDENT_PROBES_MS.length;
      if (event && event.type !== 'probe_terminal') await this.#verdicts.apply(key, version, event, 'incident');
      else if (state.kind === 'active' && isProvedByIncident(next)) {
        await this.#verdicts.apply(key, version, { type: 'incident_proved', code }, 'incident');
      } else await installations.setIncident(key, { version }, isLast ? null : next);
    }
    const after = await installations.find(key);
    if (after) this.observe(after);
  }

  /** False when nothing was learned. */
  async #probePeriodically(key: InstallationKey): Promise<boolean> {
    const view = await this.#deps.installations.find(key);
    if (!view || !isAnswering(view.installation.state)) return true;
    const answer = await this.#ask(view);
    const event = this.#eventOf(answer);
    if (event) await this.#verdicts.apply(key, view.installation.version, event, 'periodic_check');
    return isAnswer(answer, this.#options.verdicts);
  }

  /** The bot first: of an installation that is gone nobody else has to be asked. */
  async #probeAfterUninstall(key: InstallationKey, { type, bot, users }: Revocation): Promise<void> {
    if (bot) await this.#probeBotAfterUninstall(key, type);
    this.#people.askAfterUninstall(key, users, type);
  }

  /** Its answer together with Slack's event is proof, `invalid_auth` included; `ok` means that the event was of the past. */
  async #probeBotAfterUninstall(key: InstallationKey, type: string): Promise<void> {
    const view = await this.#deps.installations.find(key);
    if (!view || view.installation.state.kind === 'inactive') return;
    const answer = await this.#ask(view);
    const { version } = view.installation;
    this.#deps.log.info({ key, why: type, answer: wordFor(answer) }, 'installation probed');
    const event = this.#eventOf(answer);
    const docket = this.#docket(key);
    docket.unanswered = event ? 0 : docket.unanswered + 1;
    docket.notBeforeMs = silenceAfter(answer, this.#env());
    if (event?.type === 'probe_terminal') {
      await this.#verdicts.apply(key, version, { type: 'uninstall_proved', code: event.code }, type);
    } else if (event) await this.#verdicts.apply(key, version, event, type);
    // Nobody knows: nothing is sent until a probe is answered.
    else await this.#verdicts.apply(key, version, { type: 'doubted', code: type }, type);
    const after = await this.#deps.installations.find(key);
    if (after) this.observe(after);
  }

  /** One probe. The expired token of a pair proves nothing: its successor will be asked. */
  async #ask(view: InstallationView): Promise<ProbeAnswer> {
    const answer = await this.#deps.probe(view);
    if (answer.kind !== 'error') return answer;
    if (classify(answer.code, 'probe', this.#options.verdicts) !== 'refreshable') return answer;
    const { key, version } = view.installation;
    const isRenewed = await this.#deps.renew?.({ key, kind: 'bot', userId: '', version });
    return isRenewed ? { kind: 'unanswered', reason: answer.code, retryAfterMs: 0 } : answer;
  }

  /** A signal that came while the probe was in flight may be younger than its answer: one more probe settles it. */
  async #afterProbe(key: InstallationKey, docket: Docket, probedFor: Signal | undefined): Promise<void> {
    const isYounger = docket.signal !== probedFor;
    if (isYounger) this.#run(key, () => this.#probe(key));
    else docket.signal = undefined;
    const view = await this.#deps.installations.find(key);
    if (view) this.observe(view);
  }

  #eventOf(answer: ProbeAnswer, { isRequested = false } = {}): InstallationEvent | undefined {
    return eventOfAnswer(answer, { isRequested, verdicts: this.#options.verdicts });
  }

  #env(): ProbeEnv {
    const { clock, random } = this.#deps;
    return { nowMs: clock.now(), monotonicMs: clock.monotonic(), random: random(), patience: this.#options };
  }

  #run(key: InstallationKey, work: () => Promise<void>): void {
    void this.#settled(key, work);
  }

  /** Works on one installation after what is under way there; resolves when that has ended, and never rejects. */
  #settled(key: InstallationKey, work: () => Promise<void>): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    const docket = this.#docket(key);
    docket.waiting++;
    const done = docket.queue.then(work).catch((error: unknown) => this.#keepAfterFailure(key, docket, error));
    docket.queue = done.then(() => {
      docket.waiting--;
      if (docket.waiting === 0 && !docket.timer) this.#dockets.delete(key);
    });
    return docket.queue;
  }

  /** The store failed: the doubt must not be lost with it, so the installation is probed when it answers again. */
  #keepAfterFailure(key: InstallationKey, docket: Docket, error: unknown): void {
    this.#deps.log.error({ key, err: error }, 'judging failed');
    docket.unanswered++;
    docket.timer?.cancel();
    this.#plan(key, retryWaitMs(docket, this.#env()), { isPaced: docket.signal === undefined });
  }

  #docket(key: InstallationKey): Docket {
    let docket = this.#dockets.get(key);
    if (!docket) {
      docket = {
        queue: Promise.resolve(),
        waiting: 0,
        timer: undefined,
        unanswered: 0,
        notBeforeMs: 0,
        signal: undefined,
      };
      this.#dockets.set(key, docket);
    }
    return docket;
  }
}
