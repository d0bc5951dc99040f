/** Asks for a probe of the team's token: only Slack's answer makes the team active. */
import { z } from 'zod';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { answerFields, askAboutTeam, changeOf, standingWords, type TeamAnswer } from './team-answer.ts';
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
    ...answerFields,
    server,
    next,
  }),
  errors: ['installation_not_found'],
  async run(context, { teamId }) {
    const answer = await askAboutTeam(context, teamId);
    const status = answer.state?.kind ?? ('waiting' as const);
    return { teamId, status, ...changeOf(answer), server: answer.pid, next: wordsOf(teamId, answer) };
  },
});

function wordsOf(teamId: string, answer: TeamAnswer): string {
  const { pid, state } = answer;
  if (pid === null) return `${teamId}: no server is running; the request waits until one starts and Slack answers`;
  if (!state) return `${teamId}: Slack has not answered yet; the request stays and the server tries again`;
  const { changed, was } = changeOf(answer);
  if (state.kind === 'active' && !changed) return `${teamId} was active already: Slack accepts its token`;
  if (state.kind === 'active') return standingWords({ teamId, was, changed, status: state.kind });
  const standing = changed
    ? standingWords({ teamId, was, changed, status: state.kind })
    : `${teamId} stays ${state.kind}`;
  return `${standing} (${state.reason}): Slack does not accept its token. It comes back when the team installs the app again.`;
}
