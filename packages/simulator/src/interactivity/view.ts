/** A modal or a home tab: what the app wrote, what the person entered, and its place in the stack. Plain data. */
import type { App, Channel, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { StateValues } from './elements.ts';

/** What an app writes. */
export interface ViewContent {
  readonly type: 'modal' | 'home';
  readonly blocks: readonly Json[];
  readonly title: Json | undefined;
  readonly submit: Json | undefined;
  readonly close: Json | undefined;
  readonly private_metadata: string;
  readonly callback_id: string;
  readonly external_id: string;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly submit_disabled: boolean;
}

/** A view as one person sees it. */
export interface View {
  readonly id: string;
  readonly app: App;
  readonly team: Team;
  readonly botId: string;
  readonly userId: string;
  /** The conversation that the person looked at when it opened, if any. */
  readonly channel: Channel | undefined;
  /** The run of a function in whose name it was opened. */
  readonly functionRunId: string | undefined;
  readonly rootViewId: string;
  readonly previousViewId: string | undefined;
  content: ViewContent;
  /** Changes with every update, so that an app notices that it would overwrite one. */
  hash: string;
  values: StateValues;
  /** Shown under the fields: messages by block id, from `response_action: errors`. */
  errors: Readonly<Record<string, string>>;
}

/** A view with every key that Slack sends. */
export function viewShape(view: View): Json {
  const { content, team, app } = view;
  const { type, title, submit, close, blocks, ...rest } = content;
  return {
    id: view.id,
    team_id: team.id,
    type,
    blocks,
    private_metadata: rest.private_metadata,
    callback_id: rest.callback_id,
    state: { values: view.values },
    hash: view.hash,
    title: title ?? null,
    clear_on_close: rest.clear_on_close,
    notify_on_close: rest.notify_on_close,
    close: close ?? null,
    submit: submit ?? null,
    ...(type === 'modal' && { submit_disabled: rest.submit_disabled }),
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: app.id,
    external_id: rest.external_id,
    app_installed_team_id: team.id,
    bot_id: view.botId,
  };
}
