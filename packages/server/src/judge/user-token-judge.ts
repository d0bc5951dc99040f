/**
 * Judges the tokens of people. One that Slack refuses is dropped, alone: the bot and everybody else go on. As with bots a
 * signal only raises doubt and the token is asked; what an install or a refresh has changed meanwhile is asked anew.
 * A doubt is kept in memory alone: after a restart the next call with the token raises it again.
 */

import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import { classify, isAmbiguous, type VerdictClass, type VerdictOverrides } from '../slack/verdict.ts';
import {
  type Credential,
  type InstallationKey,
  isAnswering,
  isSameVersion,
  type Version,
} from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import { steadyBackoffMs } from '../time/backoff.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { describeAnswer } from './probe-answer.ts';
import type { RevokedUsers } from './uninstall-watch.ts';

export interface UserTokenJudgeDeps {
  owner: Pick<KeyOwnership, 'owns'>;
  installations: Pick<Installations, 'find' | 'credentials' | 'userCredential' | 'dropUserCredential'>;
  /** Sends auth.test with the token, past the gate. Never throws for an answer of Slack. */
  probe(credential: Credential): Promise<ProbeAnswer>;
  /** See JudgeDeps. */
  renew(expired: Pick<Signal, 'key' | 'kind' | 'userId' | 'version'>): Promise<boolean>;
  clock: Clock;
  random: () => number;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
  /** Called after a row was written. */
  readonly wake: () => void;
  options: { confirmAfterMs: number; probeRetryMs: number; maxProbeRetryMs: number; verdicts: VerdictOverrides };
}

/** Why a token is asked. */
interface Question {
  /** For log and timeline: the method that failed, or the event. */
  why: string;
  /** The token that was refused; undefined = whichever is stored. */
  version?: Version | undefined;
  /** What Slack answered, when that was an answer to auth.test: it is not asked again. */
  code?: string | undefined;
  /** Slack itself told of the end of the token: with that an ambiguous answer is proof, too. */
  isAfterEvent?: boolean;
}

/** What is to be asked about the token of one person. Exists only while there is something. */
interface PendingQuestion {
  key: InstallationKey;
  userId: string;
  /** Work on one person never overlaps itself. */
  work: Promise<void> | undefined;
  /** Asked when that has ended; several that came meanwhile are one. */
  next: Question | undefined;
  timer: Timer | undefined;
  unanswered: number;
  /** The first invalid_auth about a token; monotonic. */
  firstProof: { version: Version; sinceMs: number } | undefined;
}

/** Judges every person of the app. `report` and `askAfterUninstall` return at once. */
export class UserTokenJudge {
  readonly #deps: UserTokenJudgeDeps;
  readonly #pending = new Map<string, PendingQuestion>();
  readonly #background = new Set<Promise<void>>();
  #isStopped = false;

  constructor(deps: UserTokenJudgeDeps) {
    this.#deps = deps;
  }

  /** Takes an answer about a person's token. What pauses it (`suspended`) costs nothing: it may pass. */
  report({ key, userId, version, code, source, method }: Signal, verdict: VerdictClass): void {
    if (!isEnd(verdict)) return;
    void this.#ask(key, userId, { why: method, version, code: source === 'call' ? undefined : code });
  }

  /** After an event of Slack about tokens: asks those of the named people that are stored, one after the other. */
  askAfterUninstall(key: InstallationKey, users: RevokedUsers, why: string): void {
    if (this.#isStopped || users.length === 0) return;
    const asking = this.#askEach(key, users, why).catch((error: unknown) => {
      // Asked twice more; and whoever uses a dead token says so.
      this.#deps.log.error({ key, err: error }, 'user tokens of an installation not checked');
    });
    this.#background.add(asking);
    void asking.finally(() => this.#background.delete(asking));
  }

  /** Another node judges from now on: the next call with such a token raises the doubt there. */
  leave(key: InstallationKey): void {
    for (const [id, one] of this.#pending) {
      if (one.key !== key) continue;
      one.timer?.cancel();
      one.timer = undefined;
      one.next = undefined;
      if (!one.work) this.#pending.delete(id);
    }
  }

  /** Plans nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#pending.values()) timer?.cancel();
    await Promise.allSettled([...this.#background, ...Array.from(this.#pending.values(), ({ work }) => work)]);
  }

  async #askEach(key: InstallationKey, users: RevokedUsers, why: string): Promise<void> {
    const view = await this.#deps.installations.find(key);
    if (view?.installation.state.kind !== 'active') return;
    const stored = await this.#deps.installations.credentials(key);
    for (const { userId } of stored.users) {
      if (users === 'all' || users.includes(userId)) await this.#ask(key, userId, { why, isAfterEvent: true });
    }
  }

  #ask(key: InstallationKey, userId: string, question: Question): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    const one = this.#pendingOf(key, userId);
    // It will be asked anyway, when that may teach something.
    if (one.timer && !question.isAfterEvent && question.code === undefined) return Promise.resolve();
    one.timer?.cancel();
    one.timer = undefined;
    if (!one.next?.isAfterEvent) one.next = question;
    one.work ??= this.#work(one);
    return one.work;
  }

  async #work(one: PendingQuestion): Promise<void> {
    while (one.next && !this.#isStopped) {
      const question = one.next;
      one.next = undefined;
      try {
        await this.#settle(one, question);
      } catch (error) {
        this.#deps.log.error({ key: one.key, userId: one.userId, err: error }, 'user token not judged');
        this.#askLater(one, question);
      }
    }
    one.work = undefined;
    if (!one.timer) this.#pending.delete(idOf(one));
  }

  async #settle(one: PendingQuestion, question: Question): Promise<void> {
    const { installations, owner } = this.#deps;
    const { key, userId } = one;
    const view = await installations.find(key);
    if (!owner.owns(key)) return;
    if (view?.installation.state.kind !== 'active') return;
    // What ails the whole installation is not this person's; when it is over the token is asked.
    if (!isAnswering(view.installation.state)) return this.#askLater(one, question);
    const credential = await installations.userCredential(key, userId);
    if (!credential || (question.version && !isSameVersion(question.version, credential.version))) return;
    const answer = await this.#answerTo(question, credential);
    const verdict = answer.kind === 'error' ? this.#classify(answer.code) : answer.kind;
    if (answer.kind === 'unanswered' || verdict === 'transient') {
      return this.#askLater(one, question, answer.kind === 'unanswered' ? answer.retryAfterMs : 0);
    }
    one.unanswered = 0;
    if (answer.kind === 'ok' || !isEnd(verdict)) one.firstProof = undefined;
    else if (isAmbiguous(answer.code) && !question.isAfterEvent && !this.#isSecondProof(one, credential)) {
      this.#confirmLater(one, credential, question);
    } else await this.#drop(one, credential, { ...question, code: answer.code });
  }

  async #answerTo({ code, why }: Question, credential: Credential): Promise<ProbeAnswer> {
    if (code !== undefined) return { kind: 'error', code };
    const { installationKey: key, kind, userId, version } = credential;
    const answer = await this.#deps.probe(credential);
    this.#deps.log.info({ key, userId, why, answer: describeAnswer(answer) }, 'user token probed');
    if (answer.kind !== 'error' || this.#classify(answer.code) !== 'refreshable') return answer;
    // An expired token that has a successor says nothing.
    const isRenewed = await this.#deps.renew({ key, kind, userId, version });
    return isRenewed ? { kind: 'unanswered', reason: answer.code, retryAfterMs: 0 } : answer;
  }

  async #drop(
    one: PendingQuestion,
    { version }: Credential,
    { why, code = '', isAfterEvent }: Question,
  ): Promise<void> {
    const { installations, log, wake } = this.#deps;
    const { key, userId } = one;
    const entry = { kind: 'user_token_dropped' as const, facts: { userId, code, why } };
    if (await installations.dropUserCredential(key, { userId, version }, entry)) {
      log.info({ key, userId, code, why }, 'user token dropped');
      wake();
      return;
    }
    // Another token, or the same one of another install: the answer was not about that.
    one.next ??= { why, isAfterEvent: isAfterEvent ?? false };
  }

  #isSecondProof({ firstProof }: PendingQuestion, { version }: Credential): boolean {
    if (!firstProof || !isSameVersion(firstProof.version, version)) return false;
    return this.#deps.clock.monotonic() - firstProof.sinceMs >= this.#deps.options.confirmAfterMs;
  }

  #confirmLater(one: PendingQuestion, { version }: Credential, { why }: Question): void {
    const { clock, options } = this.#deps;
    if (!one.firstProof || !isSameVersion(one.firstProof.version, version)) {
      one.firstProof = { version, sinceMs: clock.monotonic() };
    }
    this.#plan(one, one.firstProof.sinceMs + options.confirmAfterMs - clock.monotonic(), { why });
  }

  /** A broken Retry-After must not silence the judge for years. */
  #askLater(one: PendingQuestion, { why, version, isAfterEvent = false }: Question, retryAfterMs = 0): void {
    const { random, options } = this.#deps;
    const { probeRetryMs, maxProbeRetryMs } = options;
    const backoffMs = steadyBackoffMs(++one.unanswered, random(), { initialMs: probeRetryMs, maxMs: maxProbeRetryMs });
    this.#plan(one, Math.min(retryAfterMs, maxProbeRetryMs) + backoffMs, { why, version, isAfterEvent });
  }

  #plan(one: PendingQuestion, waitMs: number, question: Question): void {
    if (this.#isStopped) return;
    one.timer = this.#deps.clock.after(waitMs, () => {
      one.timer = undefined;
      void this.#ask(one.key, one.userId, question);
    });
  }

  #classify(code: string): VerdictClass {
    return classify(code, 'probe', this.#deps.options.verdicts);
  }

  #pendingOf(key: InstallationKey, userId: string): PendingQuestion {
    const id = idOf({ key, userId });
    const known = this.#pending.get(id);
    if (known) return known;
    const one: PendingQuestion = {
      key,
      userId,
      work: undefined,
      next: undefined,
      timer: undefined,
      unanswered: 0,
      firstProof: undefined,
    };
    this.#pending.set(id, one);
    return one;
  }
}

/** A token that expired and that nothing can refresh is gone for good. */
function isEnd(verdict: string): boolean {
  return verdict === 'terminal' || verdict === 'refreshable';
}

function idOf({ key, userId }: Pick<PendingQuestion, 'key' | 'userId'>): string {
  return `${key} ${userId}`;
}
