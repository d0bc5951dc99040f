/** `/_sim/teams/:team/notifications`, `/search` and `/scheduled`. */
import { Hono } from 'hono';
import { SimulatorError } from '../../errors.ts';
import { errorAnswer, readQuery } from '../../http/http-json.ts';
import { personOf, teamOf } from '../../workspace/lookups.ts';
import { unscheduleMessage } from '../../workspace/scheduled-messages.ts';
import type { World } from '../../workspace/world.ts';
import { listQuery, searchQuery } from './list-schema.ts';
import { notificationsOf, scheduledFor, searchIn } from './lists.ts';

/** The routes below `/_sim`. */
export function listRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/teams/:team/notifications', (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { user } = readQuery(c, listQuery);
    return c.json({ notifications: notificationsOf(team, personOf(team, user)) });
  });
  routes.get('/teams/:team/search', (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { user, query } = readQuery(c, searchQuery);
    return c.json(searchIn(team, personOf(team, user), query));
  });
  routes.get('/teams/:team/scheduled', (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { user } = readQuery(c, listQuery);
    return c.json({ scheduled: scheduledFor(team, personOf(team, user)) });
  });
  routes.delete('/teams/:team/scheduled/:id', (c) => {
    const { team: reference, id } = c.req.param();
    const team = teamOf(world, reference);
    const scheduled = team.scheduledMessages.get(id);
    if (!scheduled) throw new SimulatorError('not_found', `Team ${team.id} has no scheduled message ${id}`);
    unscheduleMessage(team, scheduled);
    return c.json({ id });
  });
  return routes;
}
