/** Joins the jobs with the teams: who may run, with which client and data, and where a failure is told. */
import { WebClient } from '@slack/web-api';
import type { TeamData } from '../data/team-data.ts';
import { type BoltLog, webClientOptions } from '../dispatch/bolt.ts';
import { BotServerError, isBotServerError, messageOf } from '../errors.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Roster } from '../installation/roster.ts';
import { mayRunJobs, type Standing } from '../installation/standing.ts';
import type { JobFailure } from '../jobs/job-runner.ts';
import { Jobs } from '../jobs/jobs.ts';
import type { Tracing } from '../observability/tracing/tracing.ts';
import type { ClientFetch, SlackFetch } from '../slack/slack-fetch.ts';
import type { Clock } from '../time/clock.ts';
import { traceJob } from './trace-events.ts';

/** What a job of `everyTeam` is given. */
export interface TeamJobContext {
  teamId: string;
  /** The team's current client; it sends nothing more once `signal` has aborted. */
  client: WebClient;
  /** The bot's own documents of the team. */
  data: TeamData;
  /** Aborts when the run takes longer than its `timeoutMs`, or the server stops. */
  signal: AbortSignal;
}

export type ServerJobs = Jobs<TeamJobContext>;

export interface ServerJobsDeps {
  apiUrl: string;
  slackFetch: SlackFetch;
  roster: Pick<Roster, 'actorOf'>;
  standingOf(teamId: string): Standing;
  hooks: Pick<Hooks, 'emit'>;
  tracing: Tracing;
  data(teamId: string): TeamData;
  /** Takes secrets out of what is stored of an error. */
  readonly redact: (text: string) => string;
  clock: Clock;
  log: BoltLog;
}

/** Creates the jobs of a server; nothing runs before `start`. */
export function createJobs(deps: ServerJobsDeps): ServerJobs {
  const { clock, log } = deps;
  return new Jobs<TeamJobContext>({
    clock,
    log,
    mayRun: (teamId) => mayRunJobs(deps.standingOf(teamId)),
    contextOf: (teamId, signal) => ({
      teamId,
      client: clientOf(deps, teamId, signal),
      data: deps.data(teamId),
      signal,
    }),
    report: (failure) => report(deps, failure),
    trace: (run, work) => traceJob(deps.tracing, run, work),
    describe: (error) => describe(error, deps.redact),
  });
}

function clientOf({ roster, ...deps }: ServerJobsDeps, teamId: string, signal: AbortSignal): WebClient {
  const actor = roster.actorOf(teamId);
  if (!actor)
    throw new BotServerError('installation_not_active', `Team ${teamId} is not active`, { facts: { teamId } });
  const fetch = endWith(deps.slackFetch.fetchOf(actor.botToken), signal);
  return new WebClient(actor.botToken, { ...webClientOptions(deps), fetch, teamId });
}

/** The one fetch, for as long as a run may go on: code that does not look at its signal must not post beside the next run. */
function endWith(fetch: ClientFetch, signal: AbortSignal): ClientFetch {
  return (url, init = {}) => {
    const ending = init.signal ? AbortSignal.any([init.signal, signal]) : signal;
    return fetch(url, { ...init, signal: ending });
  };
}

function report({ hooks, log }: ServerJobsDeps, { name, teamId, error, traceId }: JobFailure): void {
  const ids = { ...(teamId !== null && { teamId }), ...(traceId !== undefined && { traceId }) };
  log.error({ job: name, ...ids, err: error }, 'job failed');
  void hooks.emit('error', { teamId, where: 'job', error });
}

/** Messages of jobs may quote what Slack sent, so secrets are taken out. */
function describe(error: unknown, redact: (text: string) => string): string {
  const cause = isBotServerError(error, 'job_failed') ? error.cause : error;
  const code = isBotServerError(error) ? error.code : 'job_failed';
  return redact(`${code}: ${messageOf(cause)}`).slice(0, 1_000);
}
