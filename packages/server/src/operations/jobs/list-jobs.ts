/** The jobs of the bot: when they run, and what came of their last runs. */
import { z } from 'zod';
import { isBotServerError } from '../../errors.ts';
import { type JobRow, type JobRunRow, lastRuns, readJobs, summarizeTeams } from '../../jobs/job-rows-repository.ts';
import { createSchedule, type Schedule } from '../../jobs/schedule.ts';
import { isoTime, time, wholeNumber } from '../fields.ts';
import { defineOperation, type RunContext } from '../operation.ts';

const jobRun = z.object({
  planned: time,
  started: time,
  ended: time.nullable(),
  outcome: z.enum(['running', 'done', 'failed']),
  error: z.string().nullable(),
  node: z.string().describe('The server that ran it.'),
});

const jobRow = z.object({
  name: z.string(),
  schedule: z.string().describe('`unreadable`: what its row holds is none; its server writes it again at its start.'),
  perTeam: z.boolean(),
  paused: time.nullable().describe('Since when; null: it is not paused.'),
  nextRun: time.nullable().describe('Null: it is paused, or runs for each team at its turn.'),
  asked: time.nullable().describe('A run was asked for then, and has not begun yet.'),
  registered: time.describe('When a server last said that it has this job.'),
  runs: z.array(jobRun).describe('The newest first.'),
  teams: z
    .object({
      count: z.int(),
      ran: z.int().describe('For so many of them it has run.'),
      oldest: time.nullable(),
      newest: time.nullable(),
    })
    .nullable()
    .describe(
      'Of a job per team: how many teams, and of their last runs when the oldest and the newest began; null: none yet.',
    ),
});

export type JobListRow = z.output<typeof jobRow>;

export const listJobs = defineOperation({
  name: 'jobs.list',
  role: 'read',
  summary: 'the jobs of the bot with their last and next runs',
  input: z.strictObject({ runs: wholeNumber(0, 50).default(3).describe('Last runs of each job at most.') }),
  output: z.object({ jobs: z.array(jobRow) }),
  errors: [],
  async run(context, { runs }) {
    const jobs: JobListRow[] = [];
    for (const job of await readJobs(context.store)) jobs.push(await rowOf(context, job, runs));
    return { jobs };
  },
});

async function rowOf({ store, clock }: RunContext, job: JobRow, runs: number): Promise<JobListRow> {
  const { name, isPerTeam, pausedAtMs, runAtMs, seenAtMs } = job;
  const schedule = scheduleOf(job, clock.now());
  const nextMs = isPerTeam || pausedAtMs !== null ? undefined : schedule?.next(clock.now());
  return {
    name,
    schedule: schedule?.label ?? UNREADABLE,
    perTeam: isPerTeam,
    paused: timeOrNull(pausedAtMs),
    nextRun: timeOrNull(nextMs ?? null),
    asked: timeOrNull(runAtMs),
    registered: isoTime(seenAtMs),
    runs: isPerTeam ? [] : (await lastRuns(store, name, runs)).map(runOf),
    teams: isPerTeam ? await teamsOf({ store }, name) : null,
  };
}

/** In place of a schedule that no job has; the server that has the job writes it again at its start. */
const UNREADABLE = 'unreadable';

function scheduleOf({ schedule, isPerTeam }: JobRow, nowMs: number): Pick<Schedule, 'label' | 'next'> | undefined {
  try {
    const found = createSchedule(schedule, nowMs);
    const isCron = typeof schedule === 'object' && 'cron' in schedule;
    const label = isCron ? found.label : `every ${found.label}${isPerTeam ? ' per team' : ''}`;
    return { label, next: (ms) => found.next(ms) };
  } catch (error) {
    if (isBotServerError(error, 'usage')) return undefined;
    throw error;
  }
}

async function teamsOf({ store }: Pick<RunContext, 'store'>, name: string): Promise<JobListRow['teams']> {
  const { teams, ran, oldestMs, newestMs } = await summarizeTeams(store, name);
  return { count: teams, ran, oldest: timeOrNull(oldestMs), newest: timeOrNull(newestMs) };
}

function runOf({ slotMs, startedAtMs, endedAtMs, state, error, owner }: JobRunRow): JobListRow['runs'][number] {
  return {
    planned: isoTime(slotMs),
    started: isoTime(startedAtMs),
    ended: timeOrNull(endedAtMs),
    outcome: state,
    error,
    node: owner,
  };
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
