/** What kind of delivery a body of Slack's is. Pure; http, sockets and the receiver ask the same questions. Whose it is says route.ts. */

/** JSON as Slack sends it, or a form. */
export type Body = Readonly<Record<string, unknown>>;

/**
 * - `event`: an `event_callback`; stored before it is acknowledged
 * - `interaction`: somebody waits for the answer; never stored
 * - `rate_limited`: Slack dropped events of a team in a minute
 */
export type DeliveryKind = 'event' | 'interaction' | 'rate_limited' | 'unknown';

/** Payload types that a person waits for. A slash command has no type. (https://docs.slack.dev/reference/interaction-payloads) */
const INTERACTIVE = new Set([
  'block_actions',
  'block_suggestion',
  // Once in Slack's own documents; see asSlackSends.
  'block_suggestions',
  'dialog_cancellation',
  'dialog_submission',
  'dialog_suggestion',
  'interactive_message',
  'message_action',
  'shortcut',
  'view_closed',
  'view_submission',
  'workflow_step_edit',
]);

/** What kind of delivery a body is. */
export function kindOf(body: Body): DeliveryKind {
  const { type } = body;
  if (type === 'event_callback') {
    const event = recordIn(body.event);
    // Slack documents it at the top level; a sample of its own Java SDK nests it.
    if (event?.type === 'app_rate_limited') return 'rate_limited';
    return typeof event?.type === 'string' && typeof body.event_id === 'string' ? 'event' : 'unknown';
  }
  if (type === 'app_rate_limited') return 'rate_limited';
  if (typeof type === 'string') return INTERACTIVE.has(type) ? 'interaction' : 'unknown';
  return typeof body.command === 'string' ? 'interaction' : 'unknown';
}

/** A payload as Slack sends it and Bolt knows it: its documents call one of them otherwise. */
export function asSlackSends(body: Record<string, unknown>): Record<string, unknown> {
  return body.type === 'block_suggestions' ? { ...body, type: 'block_suggestion' } : body;
}

/** Whether it only tells of something that needs no answer, so that a bot without a listener for it misses nothing. */
export function needsNoAnswer(body: Body): boolean {
  if (body.type === 'dialog_cancellation') return true;
  if (body.type !== 'block_actions' || !Array.isArray(body.actions) || body.actions.length === 0) return false;
  // A link opens by itself, in a button or an overflow menu. (https://docs.slack.dev/reference/block-kit/block-elements/button-element)
  return body.actions.every((action) => {
    const pressed = recordIn(action);
    return textIn(pressed?.url) !== undefined || textIn(recordIn(pressed?.selected_option)?.url) !== undefined;
  });
}

/** The Slack app that the delivery is for; undefined when it does not say. */
export function appIdOf(body: Body): string | undefined {
  return textIn(body.api_app_id);
}

/**
 * Whose tokens have ended, as an event about the installation itself says. `tokens_revoked` names people, not tokens; what
 * cannot be read, and app_uninstalled, is about all. (https://docs.slack.dev/reference/events/tokens_revoked)
 */
export function revocationIn(body: Body): { bot: boolean; users: 'all' | string[] } {
  const tokens = recordIn(recordIn(body.event)?.tokens);
  if (!tokens) return { bot: true, users: 'all' };
  const bots = textsIn(tokens.bot);
  const users = textsIn(tokens.oauth);
  return bots.length + users.length === 0 ? { bot: true, users: 'all' } : { bot: bots.length > 0, users };
}

/** What the listener of an interaction is registered for: the words that its author searches for. */
export function describeInteraction(body: Body): { payloadType: string; name: string } {
  if (typeof body.type !== 'string') return { payloadType: 'slash_command', name: textIn(body.command) ?? '' };
  const action = Array.isArray(body.actions) ? recordIn(body.actions[0]) : undefined;
  const name =
    textIn(action?.action_id) ??
    textIn(body.action_id) ??
    textIn(recordIn(body.view)?.callback_id) ??
    textIn(body.callback_id) ??
    textIn(action?.name) ??
    '';
  return { payloadType: body.type, name };
}

/** An object of JSON, or undefined. */
export function recordIn(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
}

/** The texts of a list. */
export function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A text that is not empty, or undefined. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
