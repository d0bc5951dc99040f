/** What an action with an app comes to: whether the app was reached, and what the person sees afterwards. */

import type { DeliveryOutcome } from '../deliveries/delivery.ts';
import type { MessageInfo } from '../workspace/info.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { type Failure, failureOf } from './actor.ts';
import type { Dialog } from './dialogs.ts';
import type { EntityPane } from './entity-panes.ts';
import { type View, viewShape } from './view.ts';

/** An open view: Slack's object, with whose it is and what is wrong with the fields. */
export interface ViewInfo {
  id: string;
  team: string;
  app: string;
  user: string;
  type: 'modal' | 'home';
  /** Messages under the fields, by block id. */
  errors: Readonly<Record<string, string>>;
  view: Json;
}

/** An open dialog, and what is wrong with the fields. */
export interface DialogInfo {
  team: string;
  app: string;
  user: string;
  /** What was entered or chosen, by the element's name. */
  values: Readonly<Record<string, string | null>>;
  /** Messages under the fields, by the element's name. */
  errors: Readonly<Record<string, string>>;
  dialog: Json;
}

/** What a person sees of an entity of a Work Object. */
export interface EntityPaneInfo {
  team: string;
  app: string;
  user: string;
  /** Where it stands. */
  channel: string;
  ts: string;
  url: string;
  externalRef: { id: string; type?: string | undefined };
  /** `asked` until the app says something. */
  state: EntityPane['shown']['state'];
  /** Slack's object, when it is `shown`. */
  metadata?: Json | undefined;
  /** Where to sign in, when that is asked for. */
  userAuthUrl?: string | undefined;
  /** Slack's object, when the app says that it cannot. */
  error?: Json | undefined;
}

/** What came of an action. */
export interface ActionInfo {
  /** The try in the log; absent when nothing was sent. */
  delivery?: string | undefined;
  acked: boolean;
  /** What the person is told when the app did not ack in time, or answered what Slack does not take. */
  failure?: Failure | undefined;
  /** Why; in Slack's words. */
  problems?: readonly string[] | undefined;
  triggerId?: string | undefined;
  responseUrl?: string | undefined;
  /** The answer that is shown. */
  message?: MessageInfo | undefined;
  /** Whether only the person sees it. */
  isEphemeral?: boolean | undefined;
  options?: unknown;
  optionGroups?: unknown;
  /** Messages under the fields of a modal, by block id; of a dialog, by the element's name. */
  errors?: Readonly<Record<string, string>> | undefined;
  /** The modals that the person sees now, the top one last. */
  views?: ViewInfo[] | undefined;
  /** The dialog, while it is still open. */
  dialog?: DialogInfo | undefined;
}

/** The part that is the same for every action. */
export function outcomeInfo(outcome: DeliveryOutcome): ActionInfo {
  return { delivery: outcome.id, acked: outcome.acked, failure: failureOf(outcome) };
}

export function dialogInfo({ team, app, userId, values, errors, content }: Dialog): DialogInfo {
  return { team: team.id, app: app.id, user: userId, values: { ...values }, errors, dialog: { ...content } };
}

export function paneInfo({ team, app, userId, channel, message, entity, shown }: EntityPane): EntityPaneInfo {
  const { url, external_ref: externalRef } = entity;
  return { team: team.id, app: app.id, user: userId, channel: channel.id, ts: message.ts, url, externalRef, ...shown };
}

export function viewInfo(view: View): ViewInfo {
  const { id, team, app, userId, content, errors } = view;
  return { id, team: team.id, app: app.id, user: userId, type: content.type, errors, view: viewShape(view) };
}
