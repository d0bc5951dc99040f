/** Every route beside the Web API, files and sockets: OAuth, /_sim and the pages. */
import { Hono } from 'hono';
import type { MovableClock } from './clock/movable-clock.ts';
import { actRoutes } from './control/act-routes.ts';
import { appRoutes } from './control/app-routes.ts';
import { controlRoutes } from './control/control-routes.ts';
import { deliveryRoutes } from './control/delivery-routes.ts';
import { fileContentRoutes } from './control/file-content-route.ts';
import { functionRoutes } from './control/function-routes.ts';
import { listRoutes } from './control/lists/list-routes.ts';
import { orgRoutes } from './control/org-routes.ts';
import { pictureRoutes } from './control/picture-route.ts';
import { screenRoutes } from './control/screen/screen-routes.ts';
import { Typers } from './control/screen/typers.ts';
import { sessionNotes, sessionRoutes } from './control/session-routes.ts';
import { streamRoutes } from './control/stream-route.ts';
import { teamChangeRoutes } from './control/team-change-routes.ts';
import type { AppDelivery } from './deliveries/app-delivery.ts';
import type { EventDeliveries } from './deliveries/event-deliveries.ts';
import type { HttpPoster } from './events-api/http-post.ts';
import type { FaultBoard } from './faults/fault-board.ts';
import { pageError } from './http/page-error.ts';
import { actionRoutes } from './interactivity/action-routes.ts';
import { answerRoutes } from './interactivity/answer-routes.ts';
import type { createInteractions } from './interactivity/interactions.ts';
import type { ActivityLog } from './log/activity-log.ts';
import { oauthV2Routes } from './oauth/authorize-v2-routes.ts';
import type { OAuthCodes } from './oauth/oauth-codes.ts';
import { oauthRoutes } from './oauth/oauth-routes.ts';
import { openIdRoutes } from './oauth/openid-routes.ts';
import { openApiRoutes } from './openapi/openapi.ts';
import type { RtmGateway } from './rtm/rtm-gateway.ts';
import { Session } from './session/session.ts';
import type { SocketModeGateway } from './socket-mode/socket-mode-gateway.ts';
import { pageRoutes } from './ui/page-routes.ts';
import type { World } from './workspace/world.ts';

interface RouteParts {
  world: World;
  clock: MovableClock;
  log: ActivityLog;
  faults: FaultBoard;
  codes: OAuthCodes;
  rtm: RtmGateway;
  poster: HttpPoster;
  socketMode: SocketModeGateway;
  delivery: AppDelivery;
  events: EventDeliveries;
  interactions: ReturnType<typeof createInteractions>;
  /** Where it is reached, once it listens. */
  readonly url: () => string;
  stopping: AbortSignal;
  readonly onError: (error: unknown) => void;
}

export function createRoutes(parts: RouteParts): Hono {
  const { world, clock, log, faults, codes, rtm, poster, socketMode, delivery, events } = parts;
  const { interactions, url, stopping, onError } = parts;
  const pages = new Hono();
  pages.onError((error, c) => pageError(c, error, onError));
  const session = new Session(world, interactions);
  pages.use('/_sim/*', sessionNotes(session));
  pages.route('/oauth', oauthRoutes({ world, codes, log }));
  pages.route('/oauth', oauthV2Routes({ world, codes, log }));
  pages.route('/', openIdRoutes({ world, codes, log, url }));
  pages.route('/_sim', streamRoutes({ log, stopping }));
  pages.route('/_sim', openApiRoutes({ registered: () => pages.routes, url }));
  pages.route('/', answerRoutes({ world, log, interactions }));
  const actionTools = { world, log, delivery, interactions, url };
  pages.route('/_sim', actionRoutes(actionTools));
  pages.route('/_sim', actRoutes(actionTools));
  pages.route('/_sim', orgRoutes(world));
  pages.route('/_sim', screenRoutes({ world, rtm, socketMode, interactions, typers: new Typers(world) }));
  pages.route('/_sim', listRoutes(world));
  pages.route('/_sim', fileContentRoutes(world));
  pages.route('/_sim', pictureRoutes());
  pages.route('/_sim', sessionRoutes({ world, session }));
  pages.route('/_sim', functionRoutes(world));
  pages.route('/_sim', appRoutes({ world, log, poster, socketMode, events }));
  pages.route('/_sim', teamChangeRoutes(world));
  pages.route('/_sim', deliveryRoutes({ world, delivery, events }));
  pages.route(
    '/_sim',
    controlRoutes({
      world,
      clock,
      faults,
      rtm,
      socketMode,
      subscriptions: events,
      log,
      url,
      stopping,
    }),
  );
  pages.route('/', pageRoutes(world));
  return pages;
}
