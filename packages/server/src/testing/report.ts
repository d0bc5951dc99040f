/** What happened since a person did something, for whoever reads why a test failed: deliveries, listeners, calls, errors. */
import type { DeliveryInfo, LogRecord } from 'slack-simulator';
import { messageOf } from '../errors.ts';
import type { Stage } from './stage.ts';
import { type Run, wordsOfRun } from './witness.ts';

/** Lines of each kind at most: the newest. */
const MOST_LINES = 20;

/** @param after What happened until this record of the log is not of interest. */
export async function whatHappened(stage: Stage, { team, after }: { team: string; after: number }): Promise<string> {
  const { id } = await stage.teamOf(team);
  const records = await stage.slack.log({ after, limit: 100_000 });
  const sinceMs = records[0]?.atMs ?? stage.clock.now();
  const deliveries = (await stage.slack.deliveries({ team: id, limit: 1_000 })).filter(({ atMs }) => atMs >= sinceMs);
  const runs = stage.witness.listeners.filter(({ teamId }) => teamId === undefined || teamId === id);
  return [
    'what Slack delivered, and what became of it:',
    ...(deliveries.length > 0
      ? deliveries.slice(-MOST_LINES).flatMap((one) => linesOf(one, runs, stage))
      : deliveredLines(stage, records, runs)),
    'what the bot called:',
    ...listed(
      records.filter((one) => one.kind === 'request' && one.team === id && one.method !== 'auth.test').map(callWords),
    ),
    ...errorLines(stage),
  ].join('\n');
}

function linesOf(
  { event, eventId, payload, acked, status, error, attempt }: DeliveryInfo,
  runs: readonly Run[],
  stage: Stage,
): string[] {
  const cause = eventId ?? (payload.trigger_id as string | undefined);
  const answer = acked ? 'taken by the server' : `not taken (${error ?? status ?? 'no answer'})`;
  const retry = attempt > 0 ? `, retry ${attempt}` : '';
  const ran = runs.filter((run) => run.cause === cause).map((run) => `    ${wordsOfRun(run)}`);
  return [`  ${event}: ${answer}${retry}`, ...(ran.length > 0 ? ran : [`    ${noListener(stage)}`])];
}

/** Over RTM there are frames in place of deliveries, which have no ids. */
function deliveredLines(stage: Stage, records: readonly LogRecord[], runs: readonly Run[]): string[] {
  const frames = records
    .filter(({ kind, frame }) => kind === 'frame_out' && frame === 'message')
    .map(() => '  message: sent to the socket');
  if (frames.length === 0) return ['  nothing: is the app installed, in the channel, and subscribed to it?'];
  return [...frames.slice(-MOST_LINES), ...listed(runs.slice(-MOST_LINES).map(wordsOfRun), noListener(stage))];
}

function noListener({ witness, isRunning }: Stage): string {
  if (!isRunning) return 'no server runs';
  return witness.hasAssistant
    ? 'no listener ran, but for those of the Assistant, which are not seen'
    : 'no listener ran';
}

function callWords({ method = '', ok, error, status }: LogRecord): string {
  return `${method} ${ok ? 'ok' : (error ?? `answered ${status}`)}`;
}

function errorLines({ witness }: Stage): string[] {
  const errors = witness.hooks.filter(({ name }) => name === 'error').slice(-MOST_LINES);
  if (errors.length === 0) return [];
  return [
    'errors that the server told:',
    ...errors.map(({ where, error }) => `  ${where}: ${messageOf(error?.cause ?? error)}`),
  ];
}

function listed(lines: readonly string[], none = 'nothing'): string[] {
  return (lines.length > 0 ? lines.slice(-MOST_LINES) : [none]).map((line) => `  ${line}`);
}
