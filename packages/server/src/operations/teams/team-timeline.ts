/** What happened to a team and its connection, a page at a time. */
import { z } from 'zod';
import type { TimelineEntry } from '../../team/installations.ts';
import { timelineKinds } from '../../team/timeline-kinds.ts';
import { selectTimelinePage } from '../../team/timeline-page-repository.ts';
import { cursor, fromCursor, nextCursor, toCursor } from '../cursor.ts';
import { isoTime, teamId, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { requireTeam } from './find-team.ts';

export { timelineKinds };

/** Longest kind that an error repeats, in characters. */
const MAX_SHOWN = 64;

export const timelineEntry = z.object({
  at: time,
  kind: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const teamTimeline = defineOperation({
  name: 'teams.timeline',
  role: 'read',
  summary: 'history of a team and its connection, newest first',
  input: z.strictObject({
    teamId,
    kinds: z
      .array(z.enum(timelineKinds, { error: ({ input }) => notAKind(input) }), 'must be a list of kinds')
      .min(1, 'must name a kind')
      .max(20, 'must name at most 20 kinds')
      .optional()
      .describe('Only these, for example verdict, gap, installed.'),
    limit: wholeNumber(1, 200).default(50),
    cursor,
  }),
  output: z.object({
    installation: z.string().describe('Whose timeline it is: that of the organization, for one of its workspaces.'),
    entries: z.array(timelineEntry).describe('The newest 50 of an installation are kept.'),
    nextCursor,
  }),
  errors: ['installation_not_found'],
  async run({ installations, reads }, { teamId: asked, kinds, limit, cursor: from }) {
    const { installation } = await requireTeam({ installations }, asked);
    const beforeId = fromCursor(from, place);
    const found = await selectTimelinePage(reads, { key: installation.key, kinds, beforeId, limit: limit + 1 });
    const entries = found.slice(0, limit);
    const last = found.length > limit ? entries.at(-1) : undefined;
    return {
      installation: installation.key,
      entries: entries.map(entryOf),
      nextCursor: toCursor(last && [last.id]),
    };
  },
});

/** Says what was given: a list may have many, and most of them right. */
function notAKind(given: unknown): string {
  const got = typeof given === 'string' ? `; got ${JSON.stringify(given.slice(0, MAX_SHOWN))}` : '';
  return `must be one of ${timelineKinds.join(', ')}${got}`;
}

/** A row of the timeline, as every door shows it. */
export function entryOf({ atMs, kind, facts }: TimelineEntry): z.output<typeof timelineEntry> {
  return { at: isoTime(atMs), kind, facts: { ...facts } };
}

const place = z.tuple([z.int().min(0)]).transform(([entry]) => entry);
