/** Asks Slack about a team's token now, whatever is believed of it. What Slack answers is judged like any other probe. */
import { z } from 'zod';
import { statusOf } from '../../team/installation.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { answerFields, askAboutTeam, changeOf, type TeamAnswer } from './team-answer.ts';
import { teamSnapshot } from './team-snapshot.ts';

export const probeTeam = defineOperation({
  name: 'teams.probe',
  role: 'operate',
  summary: 'probe the token of a team now, and act on the answer',
  undo: 'not needed: only what Slack answers changes anything',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId: teamIdField }),
  output: z.object({
    teamId: z.string(),
    answered: z.boolean(),
    status: z.string().nullable().describe('What the team is after the answer; null: there is none yet.'),
    reason: z.string().nullable(),
    ...answerFields,
    server,
    next,
  }),
  errors: ['installation_not_found'],
  async run(context, { teamId }) {
    const answer = await askAboutTeam(context, teamId);
    const { pid, state } = answer;
    return {
      teamId,
      answered: state !== undefined,
      status: state ? statusOf(state) : null,
      reason: state && state.kind !== 'active' ? state.reason : null,
      ...changeOf(answer),
      server: pid,
      next: wordsOf(answer),
    };
  },
});

function wordsOf({ pid, state, before }: TeamAnswer): string {
  if (pid === null) return 'no server is running; the next one asks Slack';
  if (!state) return 'Slack has not answered yet; the request stays and the server tries again';
  if (state.kind === 'active' && state.doubt.kind === 'none')
    return before.kind === 'active'
      ? 'nothing: Slack accepts the token'
      : 'Slack accepts the token: the team is served again';
  if (state.kind === 'active') return 'Slack is asked again before it is believed';
  return 'it comes back when Slack accepts the token, or when the team installs the app again';
}
