/** Where Slack limits the bot: what it answered 429 to, and for how long it asked to wait. */
import { z } from 'zod';
import { LIMIT_TTL_MS } from '../../reports/process-report.ts';
import { selectLimits } from '../../reports/report-repository.ts';
import { cursor, fromCursor, nextCursor, toCursor } from '../cursor.ts';
import { isoTime, teamId, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { requireTeam } from '../teams/find-team.ts';

export const showLimits = defineOperation({
  name: 'limits.show',
  role: 'read',
  summary: 'which methods Slack limits for which teams, and until when it asked to wait',
  input: z.strictObject({
    teamId: teamId.optional(),
    paused: z.boolean('must be true or false').default(false).describe('Only those whose wait is not over.'),
    limit: wholeNumber(1, 500).default(50),
    cursor,
  }),
  output: z.object({
    limits: z
      .array(
        z.object({
          installation: z.string(),
          method: z.string(),
          hits: z.int().describe(`Answers 429 since it was last quiet for ${LIMIT_TTL_MS / 3_600_000} hours.`),
          lastAt: time,
          retryAfterMs: z.number().describe('What Slack asked for last.'),
          pauseLeftMs: z.number().describe('What is left of it; 0 = calls may be sent again.'),
        }),
      )
      .describe(
        'Those limited last come first. Slack publishes no budgets: a method that is not listed was not limited.',
      ),
    nextCursor,
  }),
  errors: ['installation_not_found'],
  async run({ installations, reads, clock }, { teamId: asked, paused, limit, cursor: from }) {
    const nowMs = clock.now();
    const key = asked === undefined ? undefined : (await requireTeam({ installations }, asked)).installation.key;
    const after = fromCursor(from, place);
    const page = { key, pausedAtMs: paused ? nowMs : undefined, after, limit: limit + 1 };
    const found = await selectLimits(reads, page);
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    return {
      limits: shown.map(({ key: installation, method, hits, lastAtMs, retryAfterMs, untilMs }) => ({
        installation,
        method,
        hits,
        lastAt: isoTime(lastAtMs),
        retryAfterMs,
        pauseLeftMs: Math.max(0, untilMs - nowMs),
      })),
      nextCursor: toCursor(last && [last.lastAtMs, last.key, last.method]),
    };
  },
});

const place = z
  .tuple([z.number(), z.string(), z.string()])
  .transform(([lastAtMs, key, method]) => ({ lastAtMs, key, method }));
