/** The pages of the simulator itself. */
import { Hono } from 'hono';
import { html } from 'hono/html';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { ActivityLog } from '../inspector/activity-log.ts';
import type { RtmGateway } from '../rtm/rtm-gateway.ts';
import type { World } from '../workspace/world.ts';
import { renderPage } from './layout.ts';

/** What the pages show. */
export interface HomeTools {
  world: World;
  faults: FaultBoard;
  rtm: RtmGateway;
  log: ActivityLog;
}

/** `/` and what it needs. */
export function homeRoutes(_tools: HomeTools): Hono {
  const routes = new Hono();
  routes.get('/', (c) => renderPage(c, { title: 'Home', body: html`<h1>Simulator</h1>` }));
  return routes;
}
