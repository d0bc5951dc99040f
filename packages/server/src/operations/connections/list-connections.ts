/** What is connected where: the connections of teams, as the processes that hold them told last. */
import { z } from 'zod';
import { connectionsOf, selectProcesses } from '../../reports/report-repository.ts';
import { connectionStates } from '../../team/team-search.ts';
import { searchTeams } from '../../team/team-search-repository.ts';
import { cursor, fromCursor, nextCursor, toCursor } from '../cursor.ts';
import { isoTime, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { MAX_TEAMS_PAGE, teamPlace, teamQuery } from '../teams/list-teams.ts';
import { parseTeamQuery } from '../teams/team-query.ts';

export const listConnections = defineOperation({
  name: 'connections.list',
  role: 'read',
  summary:
    'connections of teams with the server that holds each (transport rtm), all or those of teams that match a query',
  input: z.strictObject({ query: teamQuery, limit: wholeNumber(1, MAX_TEAMS_PAGE).default(50), cursor }),
  output: z.object({
    connections: z
      .array(
        z.object({
          teamId: z.string(),
          name: z.string().nullable(),
          state: z.enum(connectionStates),
          reason: z.string().describe('What happened last.'),
          attempt: z.int(),
          since: time,
          retryAt: time.nullable().describe('When it connects again; null unless it waits.'),
          node: z.string(),
          isCurrent: z
            .boolean()
            .describe('False when that server has reported nothing for two minutes: it may be gone.'),
        }),
      )
      .describe(
        'As last reported, at most a few seconds ago. Socket Mode and HTTP have no connection of a team: status.show has those of the app.',
      ),
    nextCursor,
  }),
  errors: [],
  async run({ reads, vault, clock }, { query, limit, cursor: from }) {
    const nowMs = clock.now();
    const isTold = { kind: 'connection', anyOf: connectionStates, isNegated: false } as const;
    const conditions = [...parseTeamQuery(query, { nowMs }), isTold];
    const { views, next } = await searchTeams({ reads, vault }, conditions, {
      after: fromCursor(from, teamPlace),
      limit,
    });
    const told = await connectionsOf(
      reads,
      views.map(({ installation }) => installation.key),
    );
    const alive = new Set((await selectProcesses(reads, nowMs)).map(({ node }) => node));
    const connections = views.flatMap(({ installation, teams, strays = [] }) => {
      const report = told.get(installation.key);
      if (!report) return [];
      const { node, state, reason, attempt, sinceMs, retryAtMs } = report;
      return [...teams, ...strays].map(({ teamId, name }) => ({
        teamId,
        name,
        state: connectionStates.find((one) => one === state) ?? 'idle',
        reason,
        attempt,
        since: isoTime(sinceMs),
        retryAt: retryAtMs === null ? null : isoTime(retryAtMs),
        node,
        isCurrent: alive.has(node),
      }));
    });
    return { connections, nextCursor: toCursor(next && [next.key, next.teamId]) };
  },
});
