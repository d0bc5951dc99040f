/** `/_sim/teams/:team/screen`: what one person sees; and how far they have read. */
import { Hono } from 'hono';
import { z } from 'zod';
import { errorAnswer, readJson, readQuery } from '../../http/http-json.ts';
import { markRead } from '../../workspace/channel-acts.ts';
import { findPlace, teamOf } from '../../workspace/lookups.ts';
import { type ScreenTools, screenOf } from './screen.ts';
import { screenQuery } from './screen-schema.ts';

export const readBody = z.strictObject({
  channel: z.string(),
  /** Id or name; the first person when absent. */
  user: z.string().optional(),
  ts: z.string().regex(/^\d+\.\d+$/, 'must be a timestamp'),
});

/** The routes below `/_sim`. */
export function screenRoutes(tools: ScreenTools): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/teams/:team/screen', (c) => {
    const team = teamOf(tools.world, c.req.param('team'));
    return c.json(screenOf(tools, team, readQuery(c, screenQuery)));
  });
  routes.post('/teams/:team/read', async (c) => {
    const { ts, ...where } = await readJson(c, readBody);
    const { team, channel, user } = findPlace(tools.world, { team: c.req.param('team'), ...where });
    markRead(tools.world, { team, channel }, user.id, ts);
    return c.json({ channel: channel.id, ts });
  });
  return routes;
}
