/**
 * One job of `every`: waits for its planned times and runs each that it gets. A slot that was left unfinished runs again,
 * missed ones run once, and one that comes while the job still runs is skipped.
 */
import { isBotServerError } from '../errors.ts';
import type { StartedBeside } from '../ownership/cluster-repository.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { JobOutcome, JobRunner } from './job-runner.ts';
import type { JobSlots, OwnedSlot } from './job-slots-repository.ts';
import type { Schedule } from './schedule.ts';

/** Where jobs say what they do. */
export interface JobLog {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What a job of `every` is told. */
export interface JobContext {
  name: string;
  /** The time for which this run was planned, in milliseconds since the epoch; a late or repeated run keeps it. */
  plannedAtMs: number;
  /** Aborts when the run takes longer than its `timeoutMs`, or the server stops. */
  signal: AbortSignal;
}

export interface ScheduledJobDeps {
  name: string;
  schedule: Schedule;
  /** Run once at each start, too, of the first server. */
  isRunAtStart: boolean;
  /** Whether this process started beside other servers. */
  readonly startedBeside: () => Promise<StartedBeside>;
  timeoutMs: number;
  readonly work: (context: JobContext) => unknown;
  slots: JobSlots;
  /** Whether this process may begin what is planned now. */
  readonly mayBegin: () => boolean;
  /** The slot of a run that somebody asked for; null when nobody did. */
  readonly wantedMs: () => number | null;
  /** That run has begun, here or elsewhere. */
  readonly onTaken: (slotMs: number) => Promise<void>;
  runner: JobRunner;
  /** What is stored of a failure: words without secrets. */
  readonly describe: (error: unknown) => string;
  clock: Clock;
  log: JobLog;
}

/** No timer is longer, in milliseconds: wall clocks are set, machines sleep, and Node's own timers end at 25 days. */
const MAX_WAIT_MS = 60_000;
/** Clocks of two processes differ by less, in milliseconds: what is further ahead was never due. */
const MAX_SKEW_MS = 1_000;
/** In the place of an error that the store does not take. */
const REFUSED_WORDS = 'job_failed: the database refuses the words of this error';
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 5_000;
/** Whether other servers are alive shows within a lease, in milliseconds. */
const LOOK_AGAIN_MS = 1_000;

/** Runs from `start` to `stop`. */
export class ScheduledJob {
  readonly #deps: ScheduledJobDeps;
  #startedAtMs = 0;
  /** The planned time that was last acted on. */
  #seenMs = 0;
  /** What the process before left was looked at. */
  #isBegun = false;
  /** The clock was set back: slots of times that are to come again are forgotten before the next one. */
  #wasSetBack = false;
  /** What a dead node may have left is to be taken over. */
  #isUnfinishedDue = false;
  /** Whether this start gets a run of its own is not decided. */
  #isStartOpen = false;
  #turn: Promise<void> | undefined;
  #timer: Timer | undefined;
  #retryAtMs: number | undefined;
  /** An end that the store did not take; without it the job would count as running for ever. */
  #owedEnd: { slot: OwnedSlot; error: string | null } | undefined;
  #isStopped = false;

  constructor(deps: ScheduledJobDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#startedAtMs = this.#deps.clock.now();
    this.#seenMs = this.#startedAtMs;
    this.#isStartOpen = this.#deps.isRunAtStart;
    this.#tick();
  }

  /** A node has died, perhaps while it ran this job. */
  lookForUnfinished(): void {
    this.#isUnfinishedDue = this.#isBegun;
    this.#tick();
  }

  /** What somebody wishes of it has changed. */
  wake(): void {
    this.#tick();
  }

  /** Begins nothing more; what runs goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Resolves when nothing of it runs. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #tick(): void {
    if (this.#isStopped) return;
    const { name, schedule, mayBegin, wantedMs, clock, log } = this.#deps;
    this.#retryAtMs = undefined;
    const nowMs = clock.now();
    if (this.#seenMs > nowMs) {
      this.#seenMs = nowMs;
      this.#wasSetBack = true;
    }
    const plannedMs = schedule.previous(nowMs);
    const isDue = plannedMs !== undefined && plannedMs > this.#seenMs;
    const isWork = isDue || !this.#isBegun || this.#isUnfinishedDue || this.#isStartOpen;
    if (wantedMs() !== null && !this.#turn && (this.#isBegun || !mayBegin())) this.#takeWanted();
    // Fenced: whoever has the lease takes what is due. Paused: nobody does. When it goes on, the last slot that was passed over is tried.
    if (!mayBegin()) return this.#plan();
    if (!this.#turn && isWork) this.#takeTurn(isDue ? plannedMs : undefined);
    else if (isDue) {
      this.#seenMs = plannedMs;
      log.warn({ job: name, slotMs: plannedMs }, 'job skipped: its run before is still going');
    }
    this.#plan();
  }

  #plan(): void {
    this.#timer?.cancel();
    if (this.#isStopped) return;
    const { clock, schedule } = this.#deps;
    const nowMs = clock.now();
    const nextMs = Math.min(schedule.next(nowMs) ?? Number.POSITIVE_INFINITY, this.#retryAtMs ?? nowMs + MAX_WAIT_MS);
    this.#timer = clock.after(Math.min(nextMs - nowMs, MAX_WAIT_MS), () => this.#tick());
  }

  /** A run that was asked for is tried each second until it has begun somewhere: the run before it may take long. */
  #takeWanted(): void {
    const { name, slots, wantedMs, onTaken, log } = this.#deps;
    const run = async (slotMs: number) => {
      await this.#writeOwedEnd();
      const claim = await slots.claim({ name, slotMs });
      if (claim === 'overlap') return;
      // Unless it is written, the wish is read again, and found to be taken.
      await onTaken(slotMs).catch((err: unknown) => log.warn({ job: name, slotMs, err }, 'run of a job not noted yet'));
      if (claim !== 'taken') await this.#execute(claim);
    };
    const slotMs = wantedMs();
    if (slotMs === null) return;
    this.#turn = run(slotMs)
      .catch((error: unknown) => log.warn({ job: name, slotMs, err: error }, 'job waits: the store does not answer'))
      .finally(() => {
        this.#turn = undefined;
      });
  }

  #takeTurn(plannedMs: number | undefined): void {
    const beforeMs = this.#seenMs;
    if (plannedMs !== undefined) this.#seenMs = plannedMs;
    const { name, clock, log } = this.#deps;
    this.#turn = this.#run(plannedMs)
      .catch((error: unknown) => {
        if (isBotServerError(error, 'value_refused')) {
          log.error({ job: name, slotMs: plannedMs, err: error }, 'job skipped: the database refuses its row');
          this.#isBegun = true;
          return;
        }
        log.warn({ job: name, slotMs: plannedMs, err: error }, 'job waits: the store does not answer');
        if (this.#seenMs === plannedMs) this.#seenMs = beforeMs;
        this.#retryAtMs = clock.now() + RETRY_MS;
        this.#plan();
      })
      .finally(() => {
        this.#turn = undefined;
      });
  }

  /** Rejects only when the store fails before anything ran. */
  async #run(plannedMs: number | undefined): Promise<void> {
    if (!this.#isBegun) await this.#begin();
    if (this.#wasSetBack) await this.#forgetFuture();
    if (this.#isUnfinishedDue) await this.#runUnfinished();
    if (this.#isStartOpen) await this.#runAtStart();
    if (plannedMs !== undefined) await this.#runSlot(plannedMs);
  }

  async #runUnfinished(): Promise<void> {
    const unfinished = await this.#deps.slots.takeOver(this.#deps.name);
    this.#isUnfinishedDue = false;
    if (unfinished) await this.#repeat(unfinished);
  }

  async #repeat(slot: OwnedSlot): Promise<void> {
    this.#deps.log.info({ job: slot.name, slotMs: slot.slotMs }, 'job runs again: its last run was not finished');
    await this.#execute(slot);
  }

  async #begin(): Promise<void> {
    const { name, slots, schedule, log } = this.#deps;
    await this.#forgetFuture();
    const unfinished = await slots.takeOver(name);
    if (unfinished) {
      this.#isBegun = true;
      this.#isStartOpen = false;
      return await this.#repeat(unfinished);
    }
    if (this.#isStartOpen && (await this.#runAtStart())) return;
    const newestMs = await slots.newest(name);
    const missedMs = schedule.previous(this.#startedAtMs);
    // A job that never ran has missed nothing.
    if (newestMs !== undefined && missedMs !== undefined && missedMs > newestMs) {
      log.info({ job: name, slotMs: missedMs, newestMs }, 'job runs late: no server ran when it was planned');
      await this.#runSlot(missedMs);
    }
    this.#isBegun = true;
  }

  /** Answers whether it did. One that joins others does not, and while their leases may be those of the dead nobody knows. */
  async #runAtStart(): Promise<boolean> {
    const { name, startedBeside, clock, log } = this.#deps;
    const beside = await startedBeside();
    this.#isStartOpen = beside === 'unknown';
    if (beside === 'nobody') {
      await this.#runSlot(this.#startedAtMs);
      return true;
    }
    if (beside === 'others') log.debug({ job: name }, 'job not run at this start: other servers were there');
    else this.#retryAtMs = clock.now() + LOOK_AGAIN_MS;
    this.#plan();
    return false;
  }

  async #forgetFuture(): Promise<void> {
    const { name, slots } = this.#deps;
    await slots.forgetFuture(name, { skewMs: MAX_SKEW_MS });
    this.#wasSetBack = false;
  }

  async #runSlot(slotMs: number): Promise<void> {
    const { name, slots, log } = this.#deps;
    await this.#writeOwedEnd();
    const claim = await slots.claim({ name, slotMs });
    this.#isBegun = true;
    if (claim === 'overlap') log.warn({ job: name, slotMs }, 'job skipped: its run before is still going');
    if (typeof claim === 'object') await this.#execute(claim);
  }

  async #writeOwedEnd(): Promise<void> {
    if (!this.#owedEnd) return;
    await this.#deps.slots.end(this.#owedEnd.slot, this.#owedEnd.error);
    this.#owedEnd = undefined;
  }

  async #execute(slot: OwnedSlot): Promise<void> {
    const { name, timeoutMs, runner, work, clock, log } = this.#deps;
    const fromMs = clock.monotonic();
    const outcome = await runner.run({
      name,
      teamId: null,
      timeoutMs,
      owner: slot.owner,
      work: (signal) => work({ name, plannedAtMs: slot.slotMs, signal }),
    });
    const tookMs = Math.round(clock.monotonic() - fromMs);
    log.debug({ job: name, slotMs: slot.slotMs, outcome: outcome.kind, tookMs }, 'job ended');
    await this.#writeEnd(slot, outcome);
  }

  async #writeEnd(slot: OwnedSlot, outcome: JobOutcome): Promise<void> {
    if (outcome.kind === 'interrupted') return;
    const { name, slots, describe, log } = this.#deps;
    const error = outcome.kind === 'failed' ? describe(outcome.error) : null;
    try {
      await slots.end(slot, error).catch(async (cause: unknown) => {
        if (!isBotServerError(cause, 'value_refused')) throw cause;
        log.error({ job: name, slotMs: slot.slotMs, err: cause }, 'end of a job written without its error text');
        await slots.end(slot, REFUSED_WORDS);
      });
    } catch (err) {
      this.#owedEnd = { slot, error };
      log.warn({ job: name, slotMs: slot.slotMs, err }, 'end of a job not written yet');
    }
  }
}
