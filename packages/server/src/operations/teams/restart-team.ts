/** Closes the team's connection and opens another, without waiting for a back-off. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { next, server, teamId as teamIdField } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { findOwner, serverNamed } from '../owner.ts';
import { notFound, requireWhole } from './find-team.ts';
import { teamSnapshot } from './team-snapshot.ts';

export const restartTeam = defineOperation({
  name: 'teams.restart',
  role: 'operate',
  summary: 'close the connection of the team and open another (transport rtm)',
  undo: 'not needed: the connection comes back by itself',
  snapshot: teamSnapshot,
  input: z.strictObject({ teamId: teamIdField }),
  output: z.object({ teamId: z.string(), server, next }),
  errors: ['installation_not_found', 'installation_not_active'],
  async run(context, { teamId }) {
    const { key, state } = (await requireWhole(context, teamId)).installation;
    if (state.kind !== 'active') {
      const message = `Team ${teamId} is ${state.kind}: it has no connection`;
      throw new BotServerError('installation_not_active', message, { facts: { teamId } });
    }
    const owner = await findOwner(context, key);
    // Nothing waits for the next server: it connects the team anyway, and would do so twice.
    if (!owner) return { teamId, server: null, next: 'no server is running; the next one connects the team anyway' };
    if (!(await context.installations.setRequest(key, 'restart'))) throw notFound(teamId);
    return {
      teamId,
      server: owner.pid,
      next: `over RTM ${serverNamed(owner)} connects it anew within a second; other transports have no connection of a team`,
    };
  },
});
