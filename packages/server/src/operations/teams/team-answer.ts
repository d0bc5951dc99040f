/** A probe that the owner of a team makes, and what Slack said to it. */
import { z } from 'zod';
import type { InstallationState } from '../../team/installation.ts';
import type { RunContext } from '../operation.ts';
import { findOwner } from '../owner.ts';
import { pollRows } from '../polling.ts';
import { notFound, requireTeam } from './find-team.ts';

/** How long it waits for the running server's answer, in milliseconds: a probe may take 3 s, and may have to wait for others. */
const ANSWER_WAIT_MS = 10_000;

/** What came of it: without a state there is no answer yet. */
export interface TeamAnswer {
  pid: number | 'unknown' | null;
  state: InstallationState | undefined;
  /** What it was before it was asked. */
  before: InstallationState;
}

/** In the outputs of operations that ask. Servers of before this field answer none. */
export const answerFields = {
  changed: z
    .boolean()
    .nullable()
    .default(null)
    .describe(
      'Whether the team is something else than before; null: there is no answer yet, or an older server does not say.',
    ),
  was: z.string().nullable().default(null).describe('What the team was before: active, suspended, inactive.'),
};

/** For these. */
export function changeOf({ state, before }: TeamAnswer): { changed: boolean | null; was: string } {
  return { changed: state ? state.kind !== before.kind : null, was: before.kind };
}

/** `T1 was inactive and is now active`. */
export function standingWords({ teamId, was, changed, status }: StandingFacts): string {
  return changed && was !== null ? `${teamId} was ${was} and is now ${status}` : `${teamId} is ${status}`;
}

interface StandingFacts {
  teamId: string;
  was: string | null;
  changed: boolean | null;
  status: string | null;
}

/**
 * Asks, and waits a moment for the answer when a server runs; else the request stays in the row.
 * @throws BotServerError `installation_not_found`
 */
export async function askAboutTeam(context: RunContext, teamId: string): Promise<TeamAnswer> {
  const { installations } = context;
  const { key, state: before } = (await requireTeam(context, teamId)).installation;
  if (!(await installations.setRequest(key, 'probe'))) throw notFound(teamId);
  const pid = (await findOwner(context, key))?.pid ?? null;
  if (pid === null) return { pid, state: undefined, before };
  const answered = await pollRows(context, {
    read: () => installations.find(key),
    isEnough: (view) => view?.installation.request === null,
    limitMs: ANSWER_WAIT_MS,
  });
  const state = answered?.installation.request === null ? answered.installation.state : undefined;
  return { pid, state, before };
}
