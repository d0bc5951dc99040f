/** `/_sim/views` and `/_sim/ephemerals`: what people see of apps; and what they do with them. */
import { Hono } from 'hono';
import { z } from 'zod';
import { assertNever } from '../assert-never.ts';
import { errorAnswer, readQuery } from '../http/http-json.ts';
import { messageInfo } from '../workspace/info.ts';
import { placeOf, teamOf } from '../workspace/lookups.ts';
import { type ActionInfo, viewInfo } from './action-info.ts';
import type { ReadAction } from './action-schemas.ts';
import type { ActionTools } from './actor.ts';
import { askForOptions, useElement } from './block-action.ts';
import { openHome, runMessageAction, runShortcut } from './shortcut.ts';
import { runSlashCommand } from './slash-command.ts';
import { closeView, submitView } from './view-action.ts';

export const viewQuery = z.strictObject({
  team: z.string().optional(),
  user: z.string().optional(),
  app: z.string().optional(),
});
export const ephemeralQuery = z.strictObject({
  team: z.string(),
  channel: z.string().optional(),
  to: z.literal('bot').optional(),
  app: z.string().optional(),
  user: z.string().optional(),
});

export type ViewQuery = z.input<typeof viewQuery>;
export type EphemeralQuery = z.input<typeof ephemeralQuery>;

/** The routes below `/_sim`. */
export function actionRoutes(tools: ActionTools): Hono {
  const { world, interactions } = tools;
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/views', (c) => {
    const query = readQuery(c, viewQuery);
    const team = query.team === undefined ? undefined : teamOf(world, query.team);
    const isWanted = (view: ReturnType<typeof interactions.views.list>[number]) =>
      (!team || view.team === team) &&
      (query.app === undefined || view.app.id === query.app) &&
      (query.user === undefined || view.userId === query.user || view.team.users.get(view.userId)?.name === query.user);
    return c.json({ views: interactions.views.list().filter(isWanted).map(viewInfo) });
  });
  routes.get('/ephemerals', (c) => {
    const { team, channel, user } = placeOf(world, readQuery(c, ephemeralQuery));
    const mine = channel.ephemerals.filter(({ userId }) => userId === user.id);
    return c.json({ channel: channel.id, messages: mine.map(({ message }) => messageInfo(team, channel, message)) });
  });
  return routes;
}

/**
 * A person uses an app. Resolves once the app answered.
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export async function useApp(tools: ActionTools, body: ReadAction): Promise<ActionInfo> {
  switch (body.kind) {
    case 'slash':
      return runSlashCommand(tools, body);
    case 'block_action':
      return useElement(tools, body);
    case 'options':
      return askForOptions(tools, body);
    case 'view_submit':
      return submitView(tools, body);
    case 'view_close':
      return closeView(tools, body);
    case 'shortcut':
      return runShortcut(tools, body);
    case 'message_action':
      return runMessageAction(tools, body);
    case 'open_home':
      return openHome(tools, body);
    default:
      return assertNever(body);
  }
}
