/**
 * What operators wish of the jobs of this process: rows that it reads once a second, because a wish must not depend on who hears it.
 * Nothing begins before they were read once: a job that is paused stays paused over a restart.
 */
import type { Store } from '../store/store.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { type JobFacts, type JobWish, readJobs, registerJob } from './job-rows-repository.ts';
import type { JobLog } from './scheduled-job.ts';

export interface JobWishesDeps {
  store: Store;
  clock: Clock;
  log: JobLog;
  /** Between two looks, in milliseconds: an operator's word is heeded within so long. @defaultValue 1000 */
  pollMs?: number | undefined;
  /** The jobs that this process has now. */
  readonly jobs: () => readonly JobFacts[];
  /** The wish for this job is another one, or it was read for the first time. */
  readonly onWish: (name: string, wish: JobWish, before: JobWish | undefined) => void;
}

const POLL_MS = 1_000;

const NOTHING: JobWish = { pausedAtMs: null, runAtMs: null, runSeq: 0, runTeamId: null };

/** From `start` to `stop`; reads nothing while there are no jobs. */
export class JobWishes {
  readonly #deps: JobWishesDeps;
  #wishes: ReadonlyMap<string, JobWish> | undefined;
  /** Written into their rows. */
  readonly #registered = new Set<string>();
  #timer: Timer | undefined;
  #isPolling = false;
  #hasFailed = false;
  #isStopped = false;

  constructor(deps: JobWishesDeps) {
    this.#deps = deps;
  }

  /** A job came: its row is written, and wishes are read from now on. */
  note(): void {
    if (!this.#isPolling && !this.#isStopped) void this.#poll();
  }

  /** There are no jobs any more. */
  rest(): void {
    this.#timer?.cancel();
  }

  stop(): void {
    this.#isStopped = true;
    this.rest();
  }

  /** Whether the job may begin: wishes are known, and it is not paused. */
  mayBegin(name: string): boolean {
    return this.#wishes !== undefined && this.of(name).pausedAtMs === null;
  }

  of(name: string): JobWish {
    return this.#wishes?.get(name) ?? NOTHING;
  }

  /** Says once more that this process has its jobs, so that they are not forgotten. */
  renew(): void {
    this.#registered.clear();
  }

  async #poll(): Promise<void> {
    const { clock, jobs, log, pollMs = POLL_MS } = this.#deps;
    this.#isPolling = true;
    this.#timer?.cancel();
    try {
      await this.#register(jobs());
      await this.#read(jobs());
      this.#hasFailed = false;
    } catch (error) {
      // What was wished last goes on.
      if (!this.#hasFailed) log.warn({ err: error }, 'requests about jobs not read: the store does not answer');
      this.#hasFailed = true;
    }
    this.#isPolling = false;
    if (!this.#isStopped && jobs().length > 0) this.#timer = clock.after(pollMs, () => void this.#poll());
  }

  async #register(jobs: readonly JobFacts[]): Promise<void> {
    const { store, clock } = this.#deps;
    for (const job of jobs) {
      if (this.#registered.has(job.name)) continue;
      await registerJob(store, job, clock.now());
      this.#registered.add(job.name);
    }
  }

  async #read(jobs: readonly JobFacts[]): Promise<void> {
    const rows = new Map((await readJobs(this.#deps.store)).map((row) => [row.name, row]));
    const before = this.#wishes;
    this.#wishes = rows;
    if (this.#isStopped) return;
    for (const { name } of jobs) {
      const [wish, last] = [this.of(name), before?.get(name)];
      if (!last || !isSame(wish, last) || wish.runAtMs !== null) this.#deps.onWish(name, wish, last);
    }
  }
}

function isSame(a: JobWish, b: JobWish): boolean {
  return a.pausedAtMs === b.pausedAtMs && a.runAtMs === b.runAtMs && a.runSeq === b.runSeq;
}
