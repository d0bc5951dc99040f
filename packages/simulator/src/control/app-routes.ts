/** `/_sim/apps/:app`: what a developer changes in the settings of an app while it runs. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { EventDeliveries } from '../deliveries/event-deliveries.ts';
import type { HttpPoster } from '../events-api/http-post.ts';
import { type UrlVerification, verifyUrl } from '../events-api/url-verification.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { SocketModeGateway } from '../socket-mode/socket-mode-gateway.ts';
import { appOf } from '../workspace/lookups.ts';
import type { App } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

export const appPatch = z.strictObject({
  /** Where events go; verified first, and kept as it was when that fails. null: nowhere. */
  requestUrl: z.url().nullable().optional(),
  /** False takes the URL without asking the app. */
  verify: z.boolean().default(true),
  /** null: the request URL. */
  interactivityUrl: z.url().nullable().optional(),
  /** null: the interactivity URL. */
  optionsUrl: z.url().nullable().optional(),
  eventSubscriptions: z.array(z.string()).max(500).optional(),
  /** Switched off, every socket is told `link_disabled` and closed. */
  isSocketModeOn: z.boolean().optional(),
  isDelayedEventsOn: z.boolean().optional(),
  /** From now on tokens rotate; those that were given out can be exchanged. On Slack there is no way back. */
  isTokenRotationOn: z.boolean().optional(),
  /** True lets an app that failed too often have events again. */
  areEventsEnabled: z.boolean().optional(),
});

/** What may be changed of an app. */
export type AppPatch = z.input<typeof appPatch>;

/** The app as it is now, and what came of a new request URL. */
export interface AppPatchResult {
  app: App;
  verification?: UrlVerification | undefined;
}

/** What the routes need. */
export interface AppRouteTools {
  world: World;
  log: ActivityLog;
  poster: HttpPoster;
  socketMode: SocketModeGateway;
  events: EventDeliveries;
}

/** The routes below `/_sim`. */
export function appRoutes(tools: AppRouteTools): Hono {
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.patch('/apps/:app', async (c) => {
    const app = appOf(tools.world, c.req.param('app'));
    const patch = await readJson(c, appPatch);
    const verification = await changeUrl(tools, app, patch);
    if (patch.interactivityUrl !== undefined) app.interactivityUrl = patch.interactivityUrl ?? undefined;
    if (patch.optionsUrl !== undefined) app.optionsUrl = patch.optionsUrl ?? undefined;
    if (patch.isTokenRotationOn !== undefined) app.isTokenRotationOn = patch.isTokenRotationOn;
    if (patch.eventSubscriptions) app.eventSubscriptions = patch.eventSubscriptions;
    if (patch.isDelayedEventsOn !== undefined) app.isDelayedEventsOn = patch.isDelayedEventsOn;
    if (patch.areEventsEnabled === true) tools.events.enable(app);
    if (patch.areEventsEnabled === false) app.areEventsEnabled = false;
    if (patch.isSocketModeOn !== undefined) switchSocketMode(tools, app, patch.isSocketModeOn);
    return c.json({ app, verification } satisfies AppPatchResult);
  });
  return routes;
}

async function changeUrl(
  { world, log, poster }: AppRouteTools,
  app: App,
  { requestUrl, verify }: z.output<typeof appPatch>,
): Promise<UrlVerification | undefined> {
  if (requestUrl === undefined) return undefined;
  if (requestUrl === null || !verify) {
    app.requestUrl = requestUrl ?? undefined;
    return undefined;
  }
  const challenge = world.ids.secret(52);
  const verification = await verifyUrl({ clock: world.clock, poster }, app, { url: requestUrl, challenge });
  if (verification.ok) app.requestUrl = requestUrl;
  const { ok, status, error, durationMs } = verification;
  const facts = { app: app.id, event: 'url_verification', url: requestUrl, ok, status, error, durationMs };
  log.add({ kind: 'delivery', ...facts });
  return verification;
}

function switchSocketMode({ socketMode }: AppRouteTools, app: App, isOn: boolean): void {
  if (app.isSocketModeOn && !isOn) socketMode.disconnect(app.id, 'link_disabled', 0);
  app.isSocketModeOn = isOn;
}
