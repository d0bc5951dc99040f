/** `/` and its forms. The page works without a script; static/live-script.ts only keeps it fresh. */
import { type Context, Hono } from 'hono';
import { csrf } from 'hono/csrf';
import type { MovableClock } from '../clock/movable-clock.ts';
import { installationFor } from '../control/install.ts';
import { writeAsPerson } from '../control/people-actions.ts';
import { installBody, messageBody } from '../control/schemas.ts';
import { isSimulatorError } from '../errors.ts';
import { applyFault, type Subscriptions } from '../faults/apply-fault.ts';
import { faultSchema } from '../faults/fault.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import { type AppSockets } from '../faults/live-sockets.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { renderPage } from '../page/layout.ts';
import { styleSheet } from '../page/style-sheet.ts';
import type { RtmGateway } from '../rtm/rtm-gateway.ts';
import type { World } from '../workspace/world.ts';
import { appRedirect } from './app-redirect.ts';
import { homePage } from './home-page.ts';
import { homeView } from './home-view.ts';
import { liveScript } from './static/live-script.ts';

/** What the pages show and do. */
export interface HomeTools {
  world: World;
  clock: MovableClock;
  faults: FaultBoard;
  rtm: RtmGateway;
  socketMode: AppSockets;
  subscriptions: Subscriptions;
  log: ActivityLog;
}

/** The page, its forms, its style and its script. */
export function homeRoutes(tools: HomeTools): Hono {
  const { world, faults, rtm, socketMode, subscriptions, log } = tools;
  const routes = new Hono();
  routes.get('/', (c) => showHome(c, tools));
  routes.get('/app_redirect', (c) => c.redirect(appRedirect(world, c.req.query()), 302));
  routes.get('/_ui/style.css', (c) => c.body(styleSheet, 200, { 'content-type': 'text/css; charset=utf-8' }));
  routes.get('/_ui/live.js', (c) => c.body(liveScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  // Another site's page must not be able to post these forms.
  routes.use('/_ui/*', csrf());
  routes.post('/_ui/say', (c) =>
    act(c, (form) => {
      writeAsPerson(
        tools,
        messageBody.parse(form.channel === 'bot' ? { ...form, channel: undefined, to: 'bot' } : form),
      );
    }),
  );
  routes.post('/_ui/faults', (c) =>
    act(c, ({ kind, team }) => {
      applyFault(
        { world, board: faults, sockets: rtm, appSockets: socketMode, subscriptions, log },
        faultSchema.parse(kind === 'outage' || kind === 'subscriptions_off' ? { kind } : { kind, team }),
      );
    }),
  );
  routes.post('/_ui/faults/remove', (c) => act(c, ({ id = '' }) => void faults.remove(id)));
  routes.post('/_ui/install', (c) => act(c, ({ team }) => void installationFor(world, installBody.parse({ team }))));
  return routes;
}

function showHome(c: Context, tools: HomeTools) {
  const { team, channel, as, notice } = c.req.query();
  const view = homeView(tools, { team, channel, as, notice });
  return renderPage(c, { title: view.team?.name ?? 'Home', body: homePage(view), script: 'live.js' });
}

/** Does what a form asks and goes back to the page, with what went wrong. */
async function act(c: Context, run: (form: Record<string, string>) => void) {
  const form: Record<string, string> = {};
  for (const [name, value] of Object.entries(await c.req.parseBody()))
    if (typeof value === 'string') form[name] = value;
  const back = new URLSearchParams();
  for (const name of ['team', 'channel']) if (form[name]) back.set(name, form[name]);
  if (form.user) back.set('as', form.user);
  try {
    run(form);
  } catch (error) {
    back.set('notice', isSimulatorError(error) ? error.message : 'That form was not understood.');
  }
  return c.redirect(`/?${back.toString()}`, 303);
}
