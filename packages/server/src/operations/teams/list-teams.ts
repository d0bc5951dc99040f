/** Teams that match a query, a page at a time. */
import { z } from 'zod';
import type { TeamPlace } from '../../team/team-search.ts';
import { searchTeams } from '../../team/team-search-repository.ts';
import { cursor, fromCursor, nextCursor, toCursor } from '../cursor.ts';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { MAX_QUERY } from '../query/query-terms.ts';
import { parseTeamQuery, TEAM_QUERY_HELP } from './team-query.ts';
import { teamRow, teamRowsOf } from './team-row.ts';

/** Teams of one page at most; the cursor of the next one is cheap. */
export const MAX_TEAMS_PAGE = 500;

export const teamQuery = z
  .string('must be a string')
  .max(MAX_QUERY, `must have at most ${MAX_QUERY} characters`)
  .default('')
  .describe(TEAM_QUERY_HELP);

/** In a cursor. */
export const teamPlace = z.tuple([z.string(), z.string()]).transform(([key, teamId]): TeamPlace => ({ key, teamId }));

export const listTeams = defineOperation({
  name: 'teams.list',
  role: 'read',
  summary: 'teams with their status, all or those that match a query',
  input: z.strictObject({ query: teamQuery, limit: wholeNumber(1, MAX_TEAMS_PAGE).default(50), cursor }),
  output: z.object({
    teams: z.array(teamRow).describe('In the order of their installations.'),
    nextCursor,
  }),
  errors: [],
  async run({ reads, vault, clock }, { query, limit, cursor: from }) {
    const conditions = parseTeamQuery(query, { nowMs: clock.now() });
    const after = fromCursor(from, teamPlace);
    const { views, next } = await searchTeams({ reads, vault }, conditions, { after, limit });
    return { teams: views.flatMap(teamRowsOf), nextCursor: toCursor(next && [next.key, next.teamId]) };
  },
});
