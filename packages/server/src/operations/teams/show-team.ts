/** One team: its row, what it granted, its jobs, and what happened to it; of an organization also its workspaces. */
import { z } from 'zod';
import { jobsOfTeam } from '../../jobs/job-teams-repository.ts';
import { isoTime, teamId, time } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isOrganization, notFound, requireTeam } from './find-team.ts';
import { teamRow, teamRowsOf } from './team-row.ts';
import { entryOf, timelineEntry } from './team-timeline.ts';

export const showTeam = defineOperation({
  name: 'teams.show',
  role: 'read',
  summary: 'one team and what happened to it',
  input: z.strictObject({ teamId }),
  output: teamRow.extend({
    workspaces: z.array(teamRow).optional().describe('Of an organization.'),
    scopes: z
      .array(z.string())
      .nullable()
      .describe('What was granted to the bot; null where no token of it is kept, or it cannot be opened.'),
    jobs: z
      .array(
        z.object({
          name: z.string(),
          lastRun: time.nullable().describe('When it last began; null: it has not run for the team yet.'),
          asked: z.boolean().describe('It was to run now, and has not begun.'),
        }),
      )
      .describe('Those that run for each team, with when that was last.'),
    timeline: z.array(timelineEntry).describe('Of its installation, the newest first, at most 50.'),
  }),
  errors: ['installation_not_found'],
  async run({ installations, reads }, { teamId: asked }) {
    const view = await requireTeam({ installations }, asked);
    const rows = teamRowsOf(view);
    const row = rows.find((one) => one.teamId === asked);
    if (!row) throw notFound(asked);
    const workspaces = isOrganization(view, asked) ? { workspaces: rows.filter((one) => one !== row) } : {};
    const { key } = view.installation;
    const [{ bot }, runs, timeline] = await Promise.all([
      installations.credentials(key),
      jobsOfTeam(reads, asked),
      installations.timeline(key),
    ]);
    const jobs = runs.map(({ name, ranAtMs, isAsked }) => {
      return { name, lastRun: ranAtMs === null ? null : isoTime(ranAtMs), asked: isAsked };
    });
    return { ...row, ...workspaces, scopes: bot?.scopes ?? null, jobs, timeline: timeline.map(entryOf) };
  },
});
