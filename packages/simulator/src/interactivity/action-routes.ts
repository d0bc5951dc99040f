/** `/_sim/views`, `/_sim/dialogs`, `/_sim/entity-panes` and `/_sim/ephemerals`: what people see of apps; and what they do with them. */
import { Hono } from 'hono';
import { z } from 'zod';
import { assertNever } from '../assert-never.ts';
import { errorAnswer, readQuery } from '../http/http-json.ts';
import { messageInfo } from '../workspace/info.ts';
import { findPlace, teamOf } from '../workspace/lookups.ts';
import type { Team } from '../workspace/model.ts';
import { type ActionInfo, dialogInfo, paneInfo, viewInfo } from './action-info.ts';
import type { ReadAction } from './action-schemas.ts';
import type { ActionTools } from './actor.ts';
import { askForAttachmentOptions, useAttachment } from './attachment-action.ts';
import { askForOptions, useElement } from './block-action.ts';
import { cancelDialog, submitDialog, suggestInDialog } from './dialog-action.ts';
import { openEntity } from './open-entity.ts';
import { openHome, runMessageAction, runShortcut } from './shortcut.ts';
import { runSlashCommand } from './slash-command.ts';
import type { View } from './view.ts';
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
    return c.json({ views: interactions.views.list().filter(isWanted(query, team)).map(viewInfo) });
  });
  routes.get('/dialogs', (c) => {
    const query = readQuery(c, viewQuery);
    const team = query.team === undefined ? undefined : teamOf(world, query.team);
    return c.json({ dialogs: interactions.dialogs.list().filter(isWanted(query, team)).map(dialogInfo) });
  });
  routes.get('/entity-panes', (c) => {
    const query = readQuery(c, viewQuery);
    const team = query.team === undefined ? undefined : teamOf(world, query.team);
    return c.json({ panes: interactions.panes.list().filter(isWanted(query, team)).map(paneInfo) });
  });
  routes.get('/ephemerals', (c) => {
    const { team, channel, user } = findPlace(world, readQuery(c, ephemeralQuery));
    const mine = channel.ephemerals.filter(({ userId }) => userId === user.id);
    return c.json({ channel: channel.id, messages: mine.map(({ message }) => messageInfo(team, channel, message)) });
  });
  return routes;
}

/** Whether a view, a dialog or a pane is one of those that were asked for. */
function isWanted({ app, user }: z.output<typeof viewQuery>, team: Team | undefined) {
  return (one: Pick<View, 'team' | 'app' | 'userId'>): boolean =>
    (!team || one.team === team) &&
    (app === undefined || one.app.id === app) &&
    (user === undefined || one.userId === user || one.team.users.get(one.userId)?.name === user);
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
    case 'attachment_action':
      return useAttachment(tools, body);
    case 'attachment_options':
      return askForAttachmentOptions(tools, body);
    case 'dialog_submit':
      return submitDialog(tools, body);
    case 'dialog_cancel':
      return cancelDialog(tools, body);
    case 'dialog_options':
      return suggestInDialog(tools, body);
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
    case 'open_entity':
      return openEntity(tools, body);
    default:
      return assertNever(body);
  }
}
