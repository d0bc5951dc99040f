/**
 * Runs the functions of jobs so that none can hurt the server: each is isolated, bounded in time, told by its signal when
 * its time is over, and reported when it fails. What is to run, and when, others say.
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { Clock } from '../time/clock.ts';

/** How a run ended. `interrupted`: the server stopped, or another node took over, before; it has to run again. */
export type JobOutcome = { kind: 'done' } | { kind: 'failed'; error: BotServerError } | { kind: 'interrupted' };

/** One run. */
export interface JobRun {
  name: string;
  /** Null for a job that does not run for a team. */
  teamId: string | null;
  /** That of the team's installation: when it is another node's, the run ends. */
  shard?: Shard | undefined;
  /** Of a job that does not run for a team: the id under which this node runs it. */
  owner?: string;
  timeoutMs: number;
  /** The author's code. */
  readonly work: (signal: AbortSignal) => unknown;
}

/** A run that failed, for the log and the hook `error`. */
export interface JobFailure {
  name: string;
  teamId: string | null;
  error: BotServerError;
  /** That of its span; undefined when nothing is traced. */
  traceId: string | undefined;
}

export interface JobRunnerDeps {
  clock: Clock;
  readonly report: (failure: JobFailure) => void;
  /** Runs the work of a job; it may be traced, and is told in which trace then. */
  readonly trace: (
    run: Pick<JobRun, 'name' | 'teamId'>,
    work: (traceId: string | undefined) => Promise<void>,
  ) => Promise<void>;
}

/** One per server. */
export class JobRunner {
  readonly #deps: JobRunnerDeps;
  readonly #underWay = new Map<JobRun, { interrupt: (why: string) => void; ended: Promise<unknown> }>();
  #isClosed = false;

  constructor(deps: JobRunnerDeps) {
    this.#deps = deps;
  }

  /** Begins nothing more; what runs goes on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Resolves when the run has settled, its time is over, or it was interrupted. Never rejects. */
  async run(run: JobRun): Promise<JobOutcome> {
    const { name, teamId, timeoutMs, work } = run;
    if (this.#isClosed) return { kind: 'interrupted' };
    const { clock, report, trace } = this.#deps;
    const facts = { job: name, ...(teamId === null ? {} : { teamId }) };
    const controller = new AbortController();
    const { promise: ending, resolve: end } = Promise.withResolvers<JobOutcome>();
    // Decided first, aborted second: what the work does about its signal is no news.
    const interrupt = (why: string) => {
      end({ kind: 'interrupted' });
      controller.abort(new BotServerError('server_stopped', `${why} while job ${name} ran`, { facts }));
    };
    const timer = clock.after(timeoutMs, () => {
      const error = new BotServerError('job_timed_out', `Job ${name} did not settle within ${timeoutMs} ms`, { facts });
      end({ kind: 'failed', error });
      controller.abort(error);
    });
    // What is reported of a run is said when its span may have ended.
    let traceId: string | undefined;
    const traced = async (id: string | undefined) => {
      traceId = id;
      await work(controller.signal);
    };
    const ended = Promise.race([ending, outcomeOf(() => trace(run, traced), { name, facts })]);
    this.#underWay.set(run, { interrupt, ended });
    const outcome = await ended;
    this.#underWay.delete(run);
    timer.cancel();
    if (outcome.kind === 'failed') report({ name, teamId, error: outcome.error, traceId });
    return outcome;
  }

  /** Waits no longer for what is under way: the signals abort. Answers how many that were. */
  interruptAll(): number {
    const count = this.#underWay.size;
    for (const { interrupt } of this.#underWay.values()) interrupt('The server stopped');
    return count;
  }

  /** Ends the runs that another node repeats: its signal aborts. */
  interrupt(isLost: (run: JobRun) => boolean): void {
    for (const [run, { interrupt }] of this.#underWay) if (isLost(run)) interrupt('Another node took over');
  }

  /** Resolves when these runs have ended. Runs that begin meanwhile are not waited for. */
  async ended(isMeant: (run: JobRun) => boolean): Promise<void> {
    const meant = Array.from(this.#underWay).filter(([run]) => isMeant(run));
    await Promise.all(meant.map(([, { ended }]) => ended));
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
