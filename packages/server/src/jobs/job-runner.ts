/**
 * Runs the functions of jobs so that none can hurt the server: each is isolated, bounded in time, told by its signal when
 * its time is over, and reported when it fails. What is to run, and when, others say.
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';

/** How a run ended. `interrupted`: the server stopped before; it has to run again. */
export type JobOutcome = { kind: 'done' } | { kind: 'failed'; error: BotServerError } | { kind: 'interrupted' };

/** One run. */
export interface JobRun {
  name: string;
  /** Null for a job that does not run for a team. */
  teamId: string | null;
  timeoutMs: number;
  /** The author's code. */
  readonly work: (signal: AbortSignal) => unknown;
}

/** A run that failed, for the log and the hook `error`. */
export interface JobFailure {
  name: string;
  teamId: string | null;
  error: BotServerError;
}

export interface JobRunnerDeps {
  clock: Clock;
  readonly report: (failure: JobFailure) => void;
}

/** One per server. */
export class JobRunner {
  readonly #deps: JobRunnerDeps;
  readonly #interrupts = new Set<() => void>();
  #isClosed = false;

  constructor(deps: JobRunnerDeps) {
    this.#deps = deps;
  }

  /** Begins nothing more; what runs goes on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Resolves when the run has settled, its time is over, or it was interrupted. Never rejects. */
  async run({ name, teamId, timeoutMs, work }: JobRun): Promise<JobOutcome> {
    if (this.#isClosed) return { kind: 'interrupted' };
    const { clock, report } = this.#deps;
    const facts = { job: name, ...(teamId === null ? {} : { teamId }) };
    const controller = new AbortController();
    const { promise: ending, resolve: end } = Promise.withResolvers<JobOutcome>();
    // Decided first, aborted second: what the work does about its signal is no news.
    const interrupt = () => {
      end({ kind: 'interrupted' });
      controller.abort(new BotServerError('server_stopped', `The server stopped while job ${name} ran`, { facts }));
    };
    const timer = clock.after(timeoutMs, () => {
      const error = new BotServerError('job_timed_out', `Job ${name} did not settle within ${timeoutMs} ms`, { facts });
      end({ kind: 'failed', error });
      controller.abort(error);
    });
    this.#interrupts.add(interrupt);
    const outcome = await Promise.race([ending, outcomeOf(() => work(controller.signal), { name, facts })]);
    this.#interrupts.delete(interrupt);
    timer.cancel();
    if (outcome.kind === 'failed') report({ name, teamId, error: outcome.error });
    return outcome;
  }

  /** Waits no longer for what is under way: the signals abort. Answers how many that were. */
  interruptAll(): number {
    const count = this.#interrupts.size;
    for (const interrupt of this.#interrupts) interrupt();
    return count;
  }
}

async function outcomeOf(
  work: () => unknown,
  { name, facts }: { name: string; facts: BotServerError['facts'] },
): Promise<JobOutcome> {
  try {
    await work();
    return { kind: 'done' };
  } catch (cause) {
    if (isBotServerError(cause, 'job_failed')) return { kind: 'failed', error: cause };
    return { kind: 'failed', error: new BotServerError('job_failed', `Job ${name} failed`, { cause, facts }) };
  }
}
