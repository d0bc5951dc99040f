/**
 * One job of `everyTeam`: runs for each team once per interval, the first time where the team's turn in the interval is. A
 * team that may not act is passed over and runs when it may again; what was missed runs once.
 */
import { isBotServerError } from '../errors.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { JobOutcome, JobRunner } from './job-runner.ts';
import type { JobTeams, TeamRun, WrittenRun } from './job-teams-repository.ts';
import type { JobLog } from './scheduled-job.ts';
import { lastTurn } from './spread.ts';

export interface TeamJobDeps {
  name: string;
  intervalMs: number;
  timeoutMs: number;
  /** At most so many teams at a time, slow runs left out. */
  concurrency: number;
  /** A run that takes longer is slow: it makes room for another team, because one that hangs takes no processor time. */
  slowAfterMs: number;
  /** The author's code, with what it gets for a team. */
  readonly work: (teamId: string, signal: AbortSignal) => unknown;
  /** Every team that was seen, whether it may act or not, with the shard of its installation. */
  known: ReadonlyMap<string, Shard>;
  /** Whether this node runs the jobs of the teams of that shard. */
  readonly owns: (shard: Shard) => boolean;
  /** Whether it is active, without doubt, right now. */
  readonly mayRun: (teamId: string) => boolean;
  /** Runs under way, also of a job of this name that was removed; see runKey. */
  underWay: Set<string>;
  teams: JobTeams;
  runner: JobRunner;
  clock: Clock;
  log: JobLog;
}

/** Between two polls of the teams, in milliseconds: soon enough for intervals of minutes, and often enough for a clock that jumped. */
const MIN_POLL_MS = 1_000;
const MAX_POLL_MS = 10_000;
/** So many teams are looked at once a second; with more it is less often, because a poll of 100,000 takes about 15 ms. */
const TEAMS_PER_SECOND = 10_000;
/** So many teams that have no row yet are taken in with one poll. */
const NEWCOMERS_PER_POLL = 5_000;

/** Slow runs beside which none begins. */
const MAX_SLOW = 1_000;

/** A run that starts later than this part of the interval moves the team's turn; less is forgiven, or turns would drift. */
const LATE_PART = 0.1;

/** Runs from `start` to `stop`. */
export class TeamJob {
  readonly #deps: TeamJobDeps;
  /** Undefined until the rows were read. */
  #lastRuns: Map<string, number> | undefined;
  #isLoading = false;
  /** Shards that this node has gained: others ran the job for their teams meanwhile, and when is not read yet. */
  readonly #unread = new Set<Shard>();
  /** Due and waiting for a free place, those that wait longest first. */
  #queue: string[] = [];
  /** Runs that are not slow; of teams that hung before, those alone. */
  #running = 0;
  #runningSuspects = 0;
  #slow = 0;
  /** Teams whose last run took until its time was over: they come after the others, and leave half of the places free. */
  readonly #suspects = new Set<string>();
  /** Runs whose row could not be written yet, by team. */
  readonly #unwritten = new Map<string, WrittenRun>();
  readonly #background = new Set<Promise<void>>();
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(deps: TeamJobDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#poll();
  }

  /** Begins nothing more; what runs goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#queue = [];
  }

  /** What somebody wishes of it has changed. */
  wake(): void {
    this.#poll();
  }

  /** These shards are this node's from now on, or what their rows say has changed. */
  gained(shards: readonly Shard[]): void {
    if (this.#isStopped || !this.#lastRuns) return;
    for (const shard of shards) this.#unread.add(shard);
    this.#poll();
  }

  /** Resolves when nothing of it runs. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  #poll(): void {
    if (this.#isStopped) return;
    let waitMs = MAX_POLL_MS;
    if (this.#lastRuns) waitMs = this.#startDue(this.#lastRuns);
    const isUnread = !this.#lastRuns || this.#unread.size > 0;
    if (isUnread && !this.#isLoading) this.#inBackground(this.#load());
    if (this.#unwritten.size > 0) this.#inBackground(this.#write());
    this.#timer?.cancel();
    this.#timer = this.#deps.clock.after(waitMs, () => this.#poll());
  }

  async #load(): Promise<void> {
    const { name, teams, log } = this.#deps;
    this.#isLoading = true;
    try {
      if (this.#lastRuns) await this.#read(this.#lastRuns);
      else this.#lastRuns = timesOf(await teams.list(name));
    } catch (error) {
      log.warn({ job: name, err: error }, 'job waits: the store does not answer');
      return;
    } finally {
      this.#isLoading = false;
    }
    this.#poll();
  }

  /** Reads when the job last ran for the teams of shards that were gained; what this node has not written yet counts more. */
  async #read(lastRuns: Map<string, number>): Promise<void> {
    const { name, teams, known } = this.#deps;
    const shards = new Set(this.#unread);
    const teamIds = Array.from(known.keys()).filter((teamId) => shards.has(known.get(teamId) as Shard));
    const rows = timesOf(await teams.list(name, teamIds));
    for (const teamId of teamIds) {
      const lastRunMs = this.#unwritten.get(teamId)?.lastRunMs ?? rows.get(teamId);
      if (lastRunMs === undefined) lastRuns.delete(teamId);
      else lastRuns.set(teamId, lastRunMs);
    }
    for (const shard of shards) this.#unread.delete(shard);
  }

  /** Starts what is due; answers when to poll again. */
  #startDue(lastRuns: Map<string, number>): number {
    const { name, intervalMs, known, owns, mayRun, clock } = this.#deps;
    const nowMs = clock.now();
    const newcomers: TeamRun[] = [];
    const due: { teamId: string; atMs: number }[] = [];
    let earliestMs = nowMs + MAX_POLL_MS;
    for (const [teamId, shard] of known) {
      if (!owns(shard) || this.#unread.has(shard)) continue;
      let lastRunMs = lastRuns.get(teamId);
      if (lastRunMs === undefined) {
        if (newcomers.length === NEWCOMERS_PER_POLL) continue;
        lastRunMs = lastTurn({ name, teamId, intervalMs, nowMs });
        lastRuns.set(teamId, lastRunMs);
        newcomers.push({ teamId, lastRunMs });
      }
      if (lastRunMs > nowMs) {
        // Written by a clock that was ahead: the team would wait until that time comes again.
        lastRunMs = nowMs;
        lastRuns.set(teamId, lastRunMs);
        const ranAtMs = this.#unwritten.get(teamId)?.ranAtMs;
        this.#unwritten.set(teamId, { teamId, lastRunMs, ranAtMs });
      }
      const atMs = lastRunMs + intervalMs;
      if (atMs > nowMs) earliestMs = Math.min(earliestMs, atMs);
      else if (mayRun(teamId)) due.push({ teamId, atMs });
    }
    const rank = (teamId: string) => (this.#suspects.has(teamId) ? 1 : 0);
    this.#queue = due.sort((a, b) => rank(a.teamId) - rank(b.teamId) || a.atMs - b.atMs).map(({ teamId }) => teamId);
    if (newcomers.length > 0) this.#inBackground(this.#admit(newcomers));
    this.#startQueued(lastRuns);
    if (newcomers.length === NEWCOMERS_PER_POLL) return MIN_POLL_MS;
    const leastMs = Math.max(MIN_POLL_MS, (known.size / TEAMS_PER_SECOND) * 1_000);
    return Math.min(MAX_POLL_MS, Math.max(leastMs, earliestMs - nowMs));
  }

  #startQueued(lastRuns: Map<string, number>): void {
    const { name, intervalMs, concurrency, underWay, mayRun, clock } = this.#deps;
    while (!this.#isStopped && this.#running < concurrency && this.#slow < MAX_SLOW) {
      const [teamId] = this.#queue;
      // Behind the first suspect there are only others.
      if (teamId === undefined || (this.#suspects.has(teamId) && !this.#hasPlaceForSuspects)) return;
      this.#queue.shift();
      const dueMs = (lastRuns.get(teamId) ?? 0) + intervalMs;
      // It may have run, begun or left since it was queued.
      const mayBegin = mayRun(teamId) && this.#isOurs(teamId);
      if (dueMs > clock.now() || underWay.has(runKey(name, teamId)) || !mayBegin) continue;
      this.#inBackground(this.#run(lastRuns, { teamId, dueMs }));
    }
  }

  get #hasPlaceForSuspects(): boolean {
    return this.#runningSuspects < Math.max(1, Math.floor(this.#deps.concurrency / 2));
  }

  async #run(lastRuns: Map<string, number>, { teamId, dueMs }: { teamId: string; dueMs: number }): Promise<void> {
    const { name, timeoutMs, runner, work, underWay, clock, log } = this.#deps;
    const startedMs = clock.now();
    underWay.add(runKey(name, teamId));
    const freePlace = this.#takePlace(lastRuns, teamId);
    const outcome = await runner.run({
      name,
      teamId,
      shard: this.#deps.known.get(teamId),
      timeoutMs,
      work: (signal) => work(teamId, signal),
    });
    freePlace();
    underWay.delete(runKey(name, teamId));
    if (outcome.kind === 'failed' && outcome.error.code === 'job_timed_out') this.#suspects.add(teamId);
    else this.#suspects.delete(teamId);
    log.debug({ job: name, teamId, outcome: outcome.kind, tookMs: clock.now() - startedMs }, 'job ended');
    const lastRunMs = this.#countedFrom({ teamId, dueMs, startedMs, outcome });
    if (lastRunMs === undefined) return;
    lastRuns.set(teamId, lastRunMs);
    this.#unwritten.set(teamId, { teamId, lastRunMs, ranAtMs: startedMs });
    this.#startQueued(lastRuns);
    await this.#write();
  }

  /** Takes a place for a run, and lends it out again when that is slow. What it answers is called when the run has ended. */
  #takePlace(lastRuns: Map<string, number>, teamId: string): () => void {
    const suspects = this.#suspects.has(teamId) ? 1 : 0;
    this.#running++;
    this.#runningSuspects += suspects;
    let isSlow = false;
    const leave = () => {
      this.#running--;
      this.#runningSuspects -= suspects;
    };
    const { slowAfterMs, timeoutMs, clock } = this.#deps;
    // With both at the same moment the place would be lent out before the run ends.
    if (slowAfterMs >= timeoutMs) return leave;
    const timer = clock.after(slowAfterMs, () => {
      isSlow = true;
      this.#slow++;
      leave();
      this.#startQueued(lastRuns);
    });
    return () => {
      timer.cancel();
      if (isSlow) this.#slow--;
      else leave();
    };
  }

  /** From when the next interval counts; undefined for a run that has to come again. */
  #countedFrom(run: { teamId: string; dueMs: number; startedMs: number; outcome: JobOutcome }): number | undefined {
    if (run.outcome.kind === 'interrupted') return undefined;
    const { name, intervalMs, clock, log } = this.#deps;
    const isLate = run.startedMs - run.dueMs > intervalMs * LATE_PART;
    const fromMs = isLate ? run.startedMs : run.dueMs;
    const skipped = Math.floor((clock.now() - fromMs) / intervalMs);
    if (skipped > 0)
      log.warn({ job: name, teamId: run.teamId, skipped }, 'job skipped: its run before was still going');
    return fromMs + skipped * intervalMs;
  }

  async #admit(newcomers: readonly TeamRun[]): Promise<void> {
    const { name, teams, log } = this.#deps;
    try {
      await teams.admit(name, newcomers);
    } catch (error) {
      // The next start counts the same turns; only a first run that is missed until then comes an interval later.
      log.warn({ job: name, teams: newcomers.length, err: error }, 'teams of a job not written');
    }
  }

  async #write(): Promise<void> {
    const { name, teams, log } = this.#deps;
    const runs = Array.from(this.#unwritten.values());
    this.#unwritten.clear();
    for (const run of runs) {
      const { teamId } = run;
      try {
        await teams.record(name, run);
      } catch (error) {
        if (isBotServerError(error, 'value_refused')) {
          log.error({ job: name, teamId, err: error }, 'run of a job not written: the database refuses its row');
          continue;
        }
        if (!this.#unwritten.has(teamId)) this.#unwritten.set(teamId, run);
        log.warn({ job: name, teamId, err: error }, 'run of a job not written yet');
      }
    }
  }

  #isOurs(teamId: string): boolean {
    const { known, owns } = this.#deps;
    const shard = known.get(teamId);
    return shard !== undefined && owns(shard) && !this.#unread.has(shard);
  }

  #inBackground(work: Promise<void>): void {
    this.#background.add(work);
    void work.finally(() => this.#background.delete(work));
  }
}

function timesOf(runs: readonly TeamRun[]): Map<string, number> {
  return new Map(runs.map(({ teamId, lastRunMs }) => [teamId, lastRunMs]));
}

/** Under which a run stands in `underWay`. */
function runKey(name: string, teamId: string): string {
  return `${name}\n${teamId}`;
}
