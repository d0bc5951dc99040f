/** Deletes an inactive team at once and for good. No hook is asked: the operator has decided. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { sweepPurged } from '../../inbox/sweep-purged.ts';
import { next, teamId as teamIdField } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { requireWhole } from './find-team.ts';
import { teamSnapshot } from './team-snapshot.ts';

export const purgeTeam = defineOperation({
  name: 'teams.purge',
  role: 'operate',
  summary: 'delete an inactive team with all its data, at once and permanently',
  undo: 'it cannot be undone: what was stored of the team is gone',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId: teamIdField }),
  output: z.object({
    teamIds: z.array(z.string()).describe('Of an organization all its workspaces.'),
    documents: z.int().describe('Documents of the bot that were deleted.'),
    events: z.int().describe('Events that waited or failed and were deleted.'),
    next,
  }),
  errors: ['installation_not_found', 'installation_in_use', 'data_conflict'],
  async run(context, { teamId }) {
    const facts = { teamId };
    const { key, version, state } = (await requireWhole(context, teamId)).installation;
    if (state.kind !== 'inactive') {
      throw new BotServerError('installation_in_use', `Team ${teamId} is ${state.kind} and cannot be purged`, {
        facts,
      });
    }
    const outcome = await context.installations.purge(key, { version, sinceMs: state.sinceMs });
    if (!outcome) throw new BotServerError('data_conflict', `Team ${teamId} changed at the same moment`, { facts });
    await sweepPurged(context.store, outcome.teamIds);
    const { teamIds, documents, events } = outcome;
    return { teamIds, documents, events, next: 'when it installs the app again it is a new team' };
  },
});
