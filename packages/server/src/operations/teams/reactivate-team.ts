/** Asks for a probe of the team's token: only Slack's answer makes the team active. */
import { z } from 'zod';
import type { InstallationState } from '../../team/installation.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { askAboutTeam } from './team-answer.ts';
import { teamSnapshot } from './team-snapshot.ts';

export const reactivateTeam = defineOperation({
  name: 'teams.reactivate',
  role: 'operate',
  summary: 'probe whether the token works again; if it does, the team becomes active',
  undo: 'teams.deactivate',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId: teamIdField }),
  output: z.object({
    teamId: z.string(),
    status: z
      .enum(['active', 'suspended', 'inactive', 'waiting'])
      .describe('What it is after the answer of Slack; waiting: there is none yet.'),
    server,
    next,
  }),
  errors: ['installation_not_found'],
  async run(context, { teamId }) {
    const { pid, state } = await askAboutTeam(context, teamId);
    return { teamId, status: state?.kind ?? ('waiting' as const), server: pid, next: wordsOf(teamId, pid, state) };
  },
});

function wordsOf(teamId: string, pid: number | 'unknown' | null, state: InstallationState | undefined): string {
  if (pid === null) return `${teamId}: no server is running; the request waits until one starts and Slack answers`;
  if (!state) return `${teamId}: Slack has not answered yet; the request stays and the server tries again`;
  if (state.kind === 'active') return `${teamId} is active`;
  return `${teamId} stays ${state.kind} (${state.reason}): Slack does not accept its token. It comes back when the team installs the app again.`;
}
