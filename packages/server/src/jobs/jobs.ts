/** The jobs of a bot: registered at any time, run from `start` to `stop`. What runs when is in scheduled-job.ts and team-job.ts. */

import { BotServerError } from '../errors.ts';
import { type StartedBeside, startedBeside } from '../ownership/cluster-repository.ts';
import type { GainedShard, Ownership, OwnershipFollower, Shard } from '../ownership/ownership.ts';
import { cutText, isStorable, MAX_KEY_LENGTH } from '../store/storable-text.ts';
import type { Store } from '../store/store.ts';
import { isNamedAfter } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { shardOf } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { clearRun, type JobFacts, type JobWish, pruneJobs } from './job-rows-repository.ts';
import { type JobFailure, JobRunner, type JobRunnerDeps } from './job-runner.ts';
import { createJobSlots, type JobSlots } from './job-slots-repository.ts';
import { createJobTeams, type JobTeams } from './job-teams-repository.ts';
import { JobWishes } from './job-wishes.ts';
import { createSchedule, type JobInterval, type JobSchedule, parseInterval } from './schedule.ts';
import { type JobContext, type JobLog, ScheduledJob } from './scheduled-job.ts';
import { TeamJob } from './team-job.ts';

export interface JobOptions {
  /**
   * Under which its runs are remembered. Give one when the order of your jobs may change: a job under a new name has missed
   * nothing and finished everything. @defaultValue made of the order of registering and the interval
   */
  name?: string;
  /** A run that takes longer is aborted and counts as failed, in milliseconds. @defaultValue 300000 (5 min) */
  timeoutMs?: number;
}

export interface TeamJobOptions extends JobOptions {
  /** For how many teams it runs at a time, runs that are slow left out. @defaultValue 10 */
  concurrency?: number;
  /**
   * A run that takes longer, in milliseconds, is slow: another team's begins beside it, up to 1,000 of them. Teams whose run
   * took until `timeoutMs` come after the others the next time. With `timeoutMs` here `concurrency` is a hard limit, and as
   * many teams whose runs hang hold up all others. @defaultValue 10000
   */
  slowAfterMs?: number;
}

export const jobDefaults = { timeoutMs: 300_000, concurrency: 10, slowAfterMs: 10_000 } as const satisfies Required<
  Omit<TeamJobOptions, 'name'>
>;

export interface JobsDeps<TeamContext> {
  clock: Clock;
  log: JobLog;
  readonly report: (failure: JobFailure) => void;
  /** See JobRunnerDeps. */
  readonly trace: JobRunnerDeps['trace'];
  /** What is stored of a failure: words without secrets. */
  readonly describe: (error: unknown) => string;
  /** Whether the team is active, without doubt, right now. */
  mayRun(teamId: string): boolean;
  /** Between two looks at what operators wish, in milliseconds. @defaultValue 1000 */
  wishPollMs?: number;
  /** What a job gets for a team that may run. */
  contextOf(teamId: string, signal: AbortSignal): TeamContext;
}

type AnyJob = Pick<ScheduledJob, 'start' | 'stop' | 'settled' | 'wake'> &
  Partial<Pick<ScheduledJob, 'lookForUnfinished'> & Pick<TeamJob, 'gained'>>;

interface Registered {
  facts: JobFacts;
  /** Made at the start, which brings the store. */
  create(running: Running): AnyJob;
  job: AnyJob | undefined;
}

interface Running {
  slots: JobSlots;
  teams: JobTeams;
  ownership: JobOwnership;
  wishes: JobWishes;
  store: Store;
  readonly startedBeside: () => Promise<StartedBeside>;
}

/** What jobs ask of it. */
export type JobOwnership = Pick<Ownership, 'nodeId' | 'state' | 'owns'>;

/** How long a finished run is remembered, in milliseconds. */
const SLOT_TTL_MS = 7 * 86_400_000;

/** How long a job is remembered that no server has any more, in milliseconds. */
const JOB_TTL_MS = 7 * 86_400_000;

/** Adds, removes, starts and stops jobs. Jobs of teams run where their shard is; of any other one each run is somebody's. */
export class Jobs<TeamContext> implements OwnershipFollower {
  readonly #deps: JobsDeps<TeamContext>;
  readonly #runner: JobRunner;
  readonly #registered = new Map<string, Registered>();
  /** Jobs that were removed while they ran. */
  readonly #leaving = new Set<AnyJob>();
  readonly #known = new Map<string, Shard>();
  readonly #underWay = new Set<string>();
  #running: Running | undefined;
  #count = 0;
  #isStopped = false;

  constructor(deps: JobsDeps<TeamContext>) {
    this.#deps = deps;
    this.#runner = new JobRunner(deps);
  }

  /** @throws BotServerError `usage`, `server_stopped` */
  every(
    given: JobSchedule,
    work: (context: JobContext) => unknown,
    { name, timeoutMs = jobDefaults.timeoutMs, isRunAtStart = false }: JobOptions & { isRunAtStart?: boolean } = {},
  ): () => void {
    const schedule = createSchedule(given, this.#deps.clock.now());
    requireWork(work);
    requirePositive({ timeoutMs });
    const shared = { ...this.#deps, runner: this.#runner };
    const label = schedule.label;
    return this.#register({ name, label, schedule: given, isPerTeam: false }, (jobName, running) => {
      const { slots, ownership, wishes, store, startedBeside } = running;
      return new ScheduledJob({
        ...shared,
        name: jobName,
        schedule,
        isRunAtStart,
        timeoutMs,
        work,
        slots,
        startedBeside,
        mayBegin: () => ownership.state === 'owning' && wishes.mayBegin(jobName),
        wantedMs: () => (ownership.state === 'owning' ? wishes.of(jobName).runAtMs : null),
        onTaken: (runAtMs) => clearRun(store, { name: jobName, runAtMs }),
      });
    });
  }

  /** @throws BotServerError `usage`, `server_stopped` */
  everyTeam(
    given: JobInterval,
    work: (context: TeamContext) => unknown,
    {
      name,
      timeoutMs = jobDefaults.timeoutMs,
      concurrency = jobDefaults.concurrency,
      slowAfterMs = jobDefaults.slowAfterMs,
    }: TeamJobOptions = {},
  ): () => void {
    const { label, intervalMs } = parseInterval(given);
    requireWork(work);
    requirePositive({ timeoutMs, concurrency, slowAfterMs });
    const facts = { name, label: `${label} per team`, schedule: given, isPerTeam: true };
    return this.#register(facts, (jobName, { teams, ownership, wishes }) => {
      return new TeamJob({
        ...this.#deps,
        name: jobName,
        intervalMs,
        timeoutMs,
        concurrency,
        slowAfterMs,
        work: (teamId, signal) => work(this.#deps.contextOf(teamId, signal)),
        known: this.#known,
        owns: (shard) => ownership.owns(shard),
        mayRun: (teamId) => wishes.mayBegin(jobName) && this.#deps.mayRun(teamId),
        underWay: this.#underWay,
        teams,
        runner: this.#runner,
      });
    });
  }

  /** A row that changed: its teams are known from now on. */
  observe({ installation: { key, isEnterprise }, teams }: InstallationView): void {
    // An organization is no workspace: its own row is passed over.
    const shard = shardOf(key);
    for (const { teamId } of teams) if (!isEnterprise || !isNamedAfter(key, teamId)) this.#known.set(teamId, shard);
  }

  /** Runs them; every team was observed. Runs that another process left unfinished are this one's now. */
  start({ store, ownership }: { store: Store; ownership: JobOwnership }): void {
    const wishes = new JobWishes({
      ...this.#deps,
      pollMs: this.#deps.wishPollMs,
      store,
      jobs: () => Array.from(this.#registered.values(), ({ facts }) => facts),
      onWish: (name, wish, before) => this.#heed(name, wish, before),
    });
    // Of this start, whatever becomes of the lease.
    const { nodeId } = ownership;
    this.#running = {
      startedBeside: () => startedBeside(store, nodeId),
      store,
      wishes,
      slots: createJobSlots({ store, clock: this.#deps.clock, owner: () => ownership.nodeId }),
      teams: createJobTeams({ store }),
      ownership,
    };
    for (const registered of this.#registered.values()) this.#startOne(registered, this.#running);
    if (this.#registered.size > 0) wishes.note();
  }

  /** What an operator wishes of a job of this process has changed. */
  #heed(name: string, wish: JobWish, before: JobWish | undefined): void {
    const job = this.#registered.get(name)?.job;
    if (!job) return;
    job.wake();
    if (!before || wish.runSeq === before.runSeq) return;
    // Of several wishes since the last look only the newest one is named.
    const isOne = wish.runSeq === before.runSeq + 1 && wish.runTeamId !== null;
    const shards = isOne ? [this.#known.get(wish.runTeamId ?? '')] : Array.from(this.#known.values());
    job.gained?.(shards.filter((shard) => shard !== undefined));
  }

  gained(gained: readonly GainedShard[]): void {
    const shards = gained.map(({ shard }) => shard);
    for (const { job } of this.#registered.values()) job?.gained?.(shards);
    // A node that died had shards, and perhaps a run of a job.
    if (gained.some(({ hadDied }) => hadDied)) this.#lookForUnfinished();
  }

  async drain(shards: readonly Shard[], { limitMs }: { limitMs: number }): Promise<void> {
    const leaving = new Set(shards);
    const ended = this.#runner.ended(({ shard }) => shard !== undefined && leaving.has(shard));
    await within(ended, { clock: this.#deps.clock, limitMs, late: () => undefined });
  }

  /** What another node begins again must not go on here. */
  lost(shards: readonly Shard[]): void {
    const gone = new Set(shards);
    this.#runner.interrupt(({ shard, owner }) => {
      return (shard !== undefined && gone.has(shard)) || (owner !== undefined && !this.#isLeased(owner));
    });
  }

  /** Whether the lease under which a run was begun goes on, so that nobody else takes that run for one of the dead. */
  #isLeased(owner: string): boolean {
    const { state, nodeId } = this.#running?.ownership ?? {};
    return owner === nodeId && (state === 'owning' || state === 'draining');
  }

  /** What runs goes on: the lease may come back, and until then nothing is sent. */
  fenced(): void {}

  resumed(): void {
    this.#lookForUnfinished();
  }

  #lookForUnfinished(): void {
    for (const { job } of this.#registered.values()) job?.lookForUnfinished?.();
  }

  /** Begins nothing more, waits at most `graceMs` for what runs, then aborts it: that runs again at the next start. */
  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    this.#running?.wishes.stop();
    this.#runner.close();
    const jobs = [...this.#leaving];
    for (const { job } of this.#registered.values()) if (job) jobs.push(job);
    for (const job of jobs) job.stop();
    const settled = Promise.all(jobs.map((job) => job.settled()));
    await within(settled, { clock: this.#deps.clock, limitMs: graceMs, late: () => undefined });
    const unfinished = this.#runner.interruptAll();
    await settled;
    return { unfinished };
  }

  /** Forgets runs that ended long ago, and jobs that are gone; answers how many runs. */
  async prune(): Promise<number> {
    if (this.#running) {
      this.#running.wishes.renew();
      await pruneJobs(this.#running.store, this.#deps.clock.now() - JOB_TTL_MS);
    }
    return (await this.#running?.slots.prune(this.#deps.clock.now() - SLOT_TTL_MS)) ?? 0;
  }

  #register(
    { name: given, label, ...schedule }: Omit<JobFacts, 'name'> & { name: string | undefined; label: string },
    create: (name: string, running: Running) => AnyJob,
  ): () => void {
    if (this.#isStopped) throw new BotServerError('server_stopped', 'No job can be added: the server has stopped');
    this.#count++;
    const name = given ?? `${this.#count} ${label}`;
    if (name.trim() === '') throw new BotServerError('usage', 'The name of a job is empty');
    if (name.length > MAX_KEY_LENGTH || !isStorable(name))
      throw new BotServerError(
        'usage',
        `The name of a job must have at most ${MAX_KEY_LENGTH} characters, and neither a NUL nor half a surrogate pair; got ${JSON.stringify(cutText(name, 60))} (${name.length} characters)`,
      );
    if (this.#registered.has(name))
      throw new BotServerError('usage', `There is a job named ${name}; names must differ`);
    const registered: Registered = {
      facts: { name, ...schedule },
      create: (running) => create(name, running),
      job: undefined,
    };
    this.#registered.set(name, registered);
    if (this.#running) {
      this.#startOne(registered, this.#running);
      this.#running.wishes.note();
    }
    return () => this.#remove(name, registered);
  }

  #startOne(registered: Registered, running: Running): void {
    registered.job = registered.create(running);
    registered.job.start();
  }

  #remove(name: string, registered: Registered): void {
    if (this.#registered.get(name) !== registered) return;
    this.#registered.delete(name);
    if (this.#registered.size === 0) this.#running?.wishes.rest();
    const { job } = registered;
    if (!job) return;
    job.stop();
    this.#leaving.add(job);
    void job.settled().then(() => this.#leaving.delete(job));
  }
}

function requireWork(work: unknown): void {
  if (typeof work !== 'function') throw new BotServerError('usage', 'A job is a function');
}

/** The longest time of a timer of Node: with more it would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

function requirePositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value > 0 && value <= MAX_TIMER_MS) continue;
    const allowed = `a number above 0 and at most ${MAX_TIMER_MS}`;
    throw new BotServerError('usage', `${name} of a job is ${String(value)}; it must be ${allowed}`);
  }
}
