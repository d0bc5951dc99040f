/** `/_sim/apps/:app`: what a developer changes in the settings of an app while it runs. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { EventDeliveries } from '../deliveries/event-deliveries.ts';
import type { HttpPoster } from '../events-api/http-post.ts';
import { type UrlVerification, verifyUrl } from '../events-api/url-verification.ts';
import { errorAnswer, readJson } from '../http/http-json.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { settingsOf } from '../manifest/app-settings.ts';
import { requireManifest } from '../manifest/check-manifest.ts';
import { manifestIn } from '../manifest/manifest-file.ts';
import * as nouns from '../seed/noun-schemas.ts';
import type { SocketModeGateway } from '../socket-mode/socket-mode-gateway.ts';
import { type AppSeed, changeSigningSecret } from '../workspace/apps.ts';
import { appOf } from '../workspace/lookups.ts';
import type { App } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

/** Settings that are simply as they are said. `isTokenRotationOn`: tokens given out before can be exchanged. */
const changeable = nouns.appBody.pick({
  name: true,
  botName: true,
  botScopes: true,
  userScopes: true,
  optionalScopes: true,
  approvedScopes: true,
  redirectUrls: true,
  commands: true,
  shortcuts: true,
  eventSubscriptions: true,
  isTokenRotationOn: true,
  isOrgWide: true,
  isDistributed: true,
  isUnlisted: true,
  isPkceOn: true,
}).shape;

export const appPatch = z.strictObject({
  /** Where events go; verified first, and kept as it was when that fails. null: nowhere. */
  requestUrl: z.url().nullable().optional(),
  /** False takes the URL without asking the app. */
  verify: z.boolean().default(true),
  /** null: the request URL. */
  interactivityUrl: z.url().nullable().optional(),
  /** null: the interactivity URL. */
  optionsUrl: z.url().nullable().optional(),
  /** Slack's app manifest: everything in it is as it says from then on; what is said beside it wins. */
  manifest: nouns.manifestBody.optional(),
  ...changeable,
  /** Switched off, every socket is told `link_disabled` and closed. */
  isSocketModeOn: z.boolean().optional(),
  isDelayedEventsOn: z.boolean().optional(),
  /** True lets an app that failed too often have events again. */
  areEventsEnabled: z.boolean().optional(),
  /** What requests are signed with from now on, the challenge of a new URL and what is tried again among them. null: a new one, as Regenerate gives at Slack. */
  signingSecret: z.string().min(1).nullable().optional(),
});

type Settings = keyof typeof changeable | 'manifest';
/** A patch with what its manifest says. */
type ReadPatch = Omit<z.output<typeof appPatch>, Settings> & Pick<AppSeed, Settings>;

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
    const patch = withManifest(await readJson(c, appPatch));
    if (patch.signingSecret !== undefined) changeSigningSecret(tools.world, app, patch.signingSecret);
    const verification = await changeUrl(tools, app, patch);
    if (patch.interactivityUrl !== undefined) app.interactivityUrl = patch.interactivityUrl ?? undefined;
    if (patch.optionsUrl !== undefined) app.optionsUrl = patch.optionsUrl ?? undefined;
    Object.assign(app, settingsIn(patch));
    if (patch.isDelayedEventsOn !== undefined) app.isDelayedEventsOn = patch.isDelayedEventsOn;
    if (patch.areEventsEnabled === true) tools.events.enable(app);
    if (patch.areEventsEnabled === false) app.areEventsEnabled = false;
    if (patch.isSocketModeOn !== undefined) switchSocketMode(tools, app, patch.isSocketModeOn);
    return c.json({ app, verification } satisfies AppPatchResult);
  });
  return routes;
}

/** The patch with what its manifest says; null is said by a manifest that has no such URL. */
function withManifest({ manifest, ...said }: z.output<typeof appPatch>): ReadPatch {
  if (manifest === undefined) return said;
  const {
    kind: _kind,
    requestUrl = null,
    interactivityUrl = null,
    optionsUrl = null,
    ...rest
  } = settingsOf(requireManifest(manifestIn(manifest)));
  return { ...rest, requestUrl, interactivityUrl, optionsUrl, ...said };
}

function settingsIn(patch: ReadPatch): Partial<App> {
  const names = [...Object.keys(changeable), 'manifest'];
  return Object.fromEntries(
    Object.entries(patch).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

async function changeUrl(
  { world, log, poster }: AppRouteTools,
  app: App,
  { requestUrl, verify }: ReadPatch,
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
