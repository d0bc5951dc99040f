/** A probe that the owner of a team makes, and what Slack said to it. */
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
}

/**
 * Asks, and waits a moment for the answer when a server runs; else the request stays in the row.
 * @throws BotServerError `installation_not_found`
 */
export async function askAboutTeam(context: RunContext, teamId: string): Promise<TeamAnswer> {
  const { installations } = context;
  const { key } = (await requireTeam(context, teamId)).installation;
  if (!(await installations.setRequest(key, 'probe'))) throw notFound(teamId);
  const pid = (await findOwner(context, key))?.pid ?? null;
  if (pid === null) return { pid, state: undefined };
  const answered = await pollRows(context, {
    read: () => installations.find(key),
    isEnough: (view) => view?.installation.request === null,
    limitMs: ANSWER_WAIT_MS,
  });
  return { pid, state: answered?.installation.request === null ? answered.installation.state : undefined };
}
