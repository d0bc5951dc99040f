/** Runs a job of the bot now, as an operator would ask for it, and waits for what comes of it. */
import { AssertionError } from 'node:assert';
import { BotServerError, type ErrorCode, errorFixes } from '../errors.ts';
import type { Stage } from './stage.ts';
import type { Run } from './witness.ts';

/** A job that takes longer in moved time, in milliseconds, hangs. */
const JOB_MS = 60_000;

/** And in real time, in milliseconds. */
const PATIENCE_MS = 3_000;

/** @throws what the job throws, and what `jobs.run` answers */
export async function askJob(stage: Stage, name: string, { team }: { team?: string }): Promise<void> {
  const before = stage.witness.jobs.length;
  const { teams } = await ask(stage, name, team === undefined ? {} : { teamId: (await stage.teamOf(team)).id });
  const wanted = teams ?? 1;
  let seq = await stage.slack.lastSeq();
  const look = async (): Promise<Run[] | undefined> => {
    const runs = stage.witness.jobs.slice(before).filter((run) => run.what === name && run.state !== 'running');
    if (runs.length >= wanted) return runs;
    seq = await stage.time.moment(seq);
    return undefined;
  };
  const runs = await stage.time.poll(look, { withinMs: JOB_MS, patienceMs: PATIENCE_MS });
  if (!runs) throw new AssertionError({ message: `The job ${name} did not end within ${JOB_MS / 1_000} s` });
  const failed = runs.find(({ state }) => state === 'failed');
  if (failed) throw failed.error;
}

interface Answer {
  teams: number | null;
}

async function ask(stage: Stage, name: string, body: { teamId?: string }): Promise<Answer> {
  const { url } = stage.running;
  const headers = { authorization: `Bearer ${stage.adminToken}`, 'content-type': 'application/json' };
  const request = fetch(`${url}/api/jobs/${encodeURIComponent(name)}/run`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const response = await stage.time.during(request);
  const answer = (await response.json()) as Answer & { code?: string; detail?: string };
  if (response.ok) return answer;
  const code = answer.code !== undefined && answer.code in errorFixes ? (answer.code as ErrorCode) : 'unexpected';
  throw new BotServerError(code, answer.detail ?? `The server answered ${response.status}`);
}
