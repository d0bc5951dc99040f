/** All teams with their status, a page of installations at a time. */
import { z } from 'zod';
import { given, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { teamRow, teamRowsOf } from './team-row.ts';

/** How a list can be narrowed by status. */
export const teamStatuses = ['active', 'suspended', 'inactive'] as const;

/** Installations of one page at most; the cursor of the next one is cheap. */
export const MAX_TEAMS_PAGE = 500;

/** In characters; longer than any id, name or domain of Slack's. */
const MAX_SEARCH = 255;

export const listTeams = defineOperation({
  name: 'teams.list',
  role: 'read',
  summary: 'all teams with their status',
  input: z.strictObject({
    status: z.enum(teamStatuses, `must be one of ${teamStatuses.join(', ')}`).optional(),
    search: z
      .string('must be a string')
      .max(MAX_SEARCH, `must have at most ${MAX_SEARCH} characters`)
      .optional()
      .describe('Part of an id, name or domain; case does not matter.'),
    incident: z
      .boolean('must be true or false')
      .default(false)
      .describe('Only those that are held, or were deactivated just before.'),
    limit: wholeNumber(1, MAX_TEAMS_PAGE)
      .default(50)
      .describe('Installations of a page; org-wide ones have many teams.'),
    cursor: z.string('must be a nextCursor').max(MAX_SEARCH, 'must be a nextCursor').optional(),
  }),
  output: z.object({
    teams: z.array(teamRow).describe('In the order of their installations.'),
    nextCursor: z.string().nullable().describe('Gets the next page; null after the last.'),
  }),
  errors: [],
  async run({ installations }, { status, search, incident, cursor, limit }) {
    const filter = given({ status, search, ofIncident: incident, afterKey: cursor });
    const page = await installations.list({ ...filter, limit });
    const nextCursor = page.length < limit ? null : (page.at(-1)?.installation.key ?? null);
    return { teams: page.flatMap(teamRowsOf), nextCursor };
  },
});
