/** The faults: what can be broken on purpose, and what each needs to know. The README lists them for people. */
import { z } from 'zod';

const scope = {
  /** Team id, domain or name; absent: every team. */
  team: z.string().optional(),
  /** App id; absent: every app. */
  app: z.string().optional(),
};
const standing = {
  ...scope,
  /** How often it happens before it ends by itself; absent: until it is removed. */
  count: z.int().positive().optional(),
};
const onMethod = {
  ...standing,
  /** Web API method; absent: every method. */
  method: z.string().optional(),
};
const onEvent = {
  ...standing,
  /** Type of the event, for example `app_mention`; of other deliveries the command or the payload's type; absent: all. */
  event: z.string().optional(),
};
const delayMs = z.int().nonnegative().max(86_400_000);
const closeCode = z
  .union([
    z.literal(1000),
    z.literal(1001),
    z.literal(1006),
    z.int().min(1002).max(1003),
    z.int().min(1007).max(1014),
    z.int().min(3000).max(4999),
  ])
  .nullable()
  .optional();
const installed = {
  ...scope,
  /** Organization, id or name: its org-wide installation, in place of those of workspaces. */
  enterprise: z.string().optional(),
};
/** What happens to the live sockets of an app that goes: closed silently, reset, muted, or left alone. */
const sockets = z.enum(['close', 'reset', 'mute', 'keep']).default('close');

/** Done at once, once. */
const actions = [
  z.strictObject({ kind: z.literal('disable_integration'), ...installed, sockets }),
  z.strictObject({ kind: z.literal('remove_app'), ...installed, sockets }),
  /** `whose`: the bot's alone, or everybody's. */
  z.strictObject({
    kind: z.literal('revoke_token'),
    ...installed,
    sockets,
    whose: z.enum(['all', 'bot']).default('all'),
  }),
  z.strictObject({ kind: z.literal('enable'), ...installed }),
  /** `code`: 1000 by default, null for a close frame without a code, 1006 for the end of TCP without a close frame. */
  z.strictObject({ kind: z.literal('close'), ...scope, code: closeCode }),
  z.strictObject({ kind: z.literal('reset'), ...scope }),
  /** With `forMs` it ends by itself, and each side gets what the other one sent meanwhile: a network that stalled. */
  z.strictObject({ kind: z.literal('mute'), ...scope, forMs: delayMs.optional() }),
  z.strictObject({ kind: z.literal('goodbye'), ...scope, closeAfterMs: delayMs.default(1000), code: closeCode }),
  /** Announces a move to the sockets, closes them, and lets the next `count` connects answer migration_in_progress. */
  z.strictObject({ kind: z.literal('migrate'), ...scope, count: z.int().nonnegative().default(2) }),
  /** A `disconnect` frame for the Socket Mode sockets of an app, which end `closeAfterMs` later. */
  z.strictObject({
    kind: z.literal('disconnect'),
    app: scope.app,
    reason: z.enum(['warning', 'refresh_requested', 'link_disabled', 'too_many_websockets']),
    closeAfterMs: delayMs.default(10_000),
  }),
  /** Socket Mode connections that nobody holds: they count, take deliveries, and answer nothing, for an hour. */
  z.strictObject({ kind: z.literal('ghost_sockets'), app: scope.app, count: z.int().positive().max(10).default(1) }),
  /** Slack stops the events of an app that failed too many; commands and payloads go on. */
  z.strictObject({ kind: z.literal('subscriptions_off'), app: scope.app }),
] as const;

/** In force until removed, released or used up. */
const standings = [
  z.strictObject({ kind: z.literal('refuse'), ...onMethod, error: z.string().min(1).max(100) }),
  z.strictObject({ kind: z.literal('rate_limit'), ...onMethod, retryAfterSeconds: z.int().nonnegative().default(30) }),
  /** Slack's own limits: per method, team and app by its tier, or `perMinute`; and one post per second and channel. */
  z.strictObject({ kind: z.literal('tier_limits'), ...onMethod, perMinute: z.int().positive().optional() }),
  z.strictObject({ kind: z.literal('hang'), ...onMethod }),
  z.strictObject({
    kind: z.literal('server_error'),
    ...onMethod,
    status: z.int().min(400).max(599).default(503),
    body: z.string().max(100_000).default('<html><body><h1>Service Unavailable</h1></body></html>'),
  }),
  z.strictObject({ kind: z.literal('malformed'), ...onMethod, body: z.string().max(100_000).default('{"ok":tru') }),
  /** Waits before the request is looked at. */
  z.strictObject({ kind: z.literal('slow'), ...onMethod, delayMs }),
  /** Decides on arrival and answers late: after `delayMs` of the simulator's clock, or when released. */
  z.strictObject({
    kind: z.literal('hold'),
    ...onMethod,
    error: z.string().min(1).max(100).optional(),
    delayMs: delayMs.optional(),
  }),
  z.strictObject({ kind: z.literal('outage'), count: standing.count, how: z.enum(['503', 'reset']).default('503') }),
  z.strictObject({
    kind: z.literal('accept_then_close'),
    ...standing,
    when: z.enum(['before_hello', 'after_hello']).default('before_hello'),
    code: closeCode,
  }),
  z.strictObject({ kind: z.literal('no_hello'), ...standing }),
  z.strictObject({ kind: z.literal('refuse_sockets'), ...standing, how: z.enum(['503', 'reset']).default('503') }),
  z.strictObject({ kind: z.literal('duplicate'), ...standing }),
  /**
   * Nothing is heard although all looks well: sockets answer pings and calls work, but no event leaves, nor anything for a
   * request URL. `socket`: an id of `/_sim/sockets`, several, or `live` for those of now; then new sockets hear again.
   */
  z.strictObject({
    kind: z.literal('deaf'),
    ...standing,
    socket: z.union([z.string(), z.array(z.string())]).optional(),
  }),
  z.strictObject({
    kind: z.literal('rtm_write_limit'),
    ...standing,
    perSecond: z.number().positive().default(1),
    burst: z.int().positive().default(5),
  }),
  z.strictObject({ kind: z.literal('new_token'), ...standing }),
  // The next four are of RTM as well, where each frame to each socket is an event of its own.
  /** An event is sent twice, with the same event_id. */
  z.strictObject({ kind: z.literal('delivery_duplicate'), ...onEvent }),
  /** An event waits for the next one of the same app and team, at most 5 s. */
  z.strictObject({ kind: z.literal('delivery_reorder'), ...onEvent }),
  z.strictObject({ kind: z.literal('delivery_delay'), ...onEvent, delayMs }),
  /** An event is lost, as in an outage of Slack's queue: no try, no retry. */
  z.strictObject({ kind: z.literal('delivery_drop'), ...onEvent }),
  /** The app's ack is not heard: an event is tried again, a person sees a failure. */
  z.strictObject({ kind: z.literal('drop_ack'), ...onEvent }),
  /** The body of a delivery arrives `delayMs` after its headers; over Socket Mode the whole envelope. */
  z.strictObject({ kind: z.literal('slow_delivery'), ...onEvent, delayMs }),
  /** At an uninstall `app_uninstalled` leaves before `tokens_revoked`; Slack promises no order. */
  z.strictObject({ kind: z.literal('uninstalled_first'), ...standing }),
] as const;

/** Any fault as it is asked for; unknown fields are refused. */
export const faultSchema = z.discriminatedUnion('kind', [...actions, ...standings]);
const actionSchema = z.discriminatedUnion('kind', actions);
const standingSchema = z.discriminatedUnion('kind', standings);

/** What a caller may write: fields with defaults may be left out. */
export type FaultRequest = z.input<typeof faultSchema>;
/** A fault with its defaults filled in. */
export type FaultSpec = z.output<typeof faultSchema>;
/** The faults that happen at once. */
export type ActionSpec = z.output<typeof actionSchema>;
/** The faults that stay. */
export type StandingSpec = z.output<typeof standingSchema>;
/** The name of a fault. */
export type FaultKind = FaultSpec['kind'];

const actionKinds: ReadonlySet<string> = new Set(actions.map((schema) => schema.shape.kind.value));

/** Whether a fault happens at once, in place of staying in force. */
export function isAction(spec: FaultSpec): spec is ActionSpec {
  return actionKinds.has(spec.kind);
}
