/** One team and what happened to it; of an organization also its workspaces. */
import { z } from 'zod';
import { teamId } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isOrganization, notFound, requireTeam } from './find-team.ts';
import { teamRow, teamRowsOf } from './team-row.ts';
import { timelineEntry } from './team-timeline.ts';

export const showTeam = defineOperation({
  name: 'teams.show',
  role: 'read',
  summary: 'one team and what happened to it',
  input: z.strictObject({ teamId }),
  output: teamRow.extend({
    workspaces: z.array(teamRow).optional().describe('Of an organization.'),
    timeline: z.array(timelineEntry).describe('Of its installation, the newest first, at most 50.'),
  }),
  errors: ['installation_not_found'],
  async run({ installations }, { teamId: asked }) {
    const view = await requireTeam({ installations }, asked);
    const rows = teamRowsOf(view);
    const row = rows.find((one) => one.teamId === asked);
    if (!row) throw notFound(asked);
    const workspaces = isOrganization(view, asked) ? { workspaces: rows.filter((one) => one !== row) } : {};
    return { ...row, ...workspaces, timeline: await installations.timeline(view.installation.key) };
  },
});
