/** How many teams match a query, by status and reason. */
import { z } from 'zod';
import type { TeamCount } from '../../team/team-search.ts';
import { countTeams as countByState } from '../../team/team-search-repository.ts';
import { defineOperation } from '../operation.ts';
import { teamQuery } from './list-teams.ts';
import { parseTeamQuery } from './team-query.ts';
import { countedStatus } from './team-row.ts';

export const countTeams = defineOperation({
  name: 'teams.count',
  role: 'read',
  summary: 'how many teams there are by status and reason, of all or of those that match a query',
  input: z.strictObject({ query: teamQuery }),
  output: z.object({
    total: z.int(),
    counts: z
      .array(z.object({ status: countedStatus, reason: z.string().nullable(), teams: z.int() }))
      .describe('The largest first.'),
  }),
  errors: [],
  async run({ reads, clock }, { query }) {
    const counts = await countByState({ reads }, parseTeamQuery(query, { nowMs: clock.now() }));
    return {
      total: counts.reduce((sum, { teams }) => sum + teams, 0),
      counts: counts.map((count) => ({ status: statusOf(count), reason: count.reason, teams: count.teams })),
    };
  },
});

function statusOf({ status, doubt, access }: TeamCount): z.output<typeof countedStatus> {
  if (status !== 'active') return status;
  if (access === 'revoked') return 'no access';
  return doubt === 'none' ? 'active' : `active (${doubt})`;
}
