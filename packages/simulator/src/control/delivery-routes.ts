/** `/_sim/deliveries`: what was sent to apps and what they answered, sent again on request; and events made by hand. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { AppDelivery } from '../deliveries/app-delivery.ts';
import type { DeliveryRecord } from '../deliveries/delivery-records.ts';
import type { EventDeliveries } from '../deliveries/event-deliveries.ts';
import type { Audience, EventBody } from '../deliveries/slack-event.ts';
import { SimulatorError } from '../errors.ts';
import { signedRequest } from '../events-api/http-transport.ts';
import { errorAnswer, readJson, readQuery } from '../http/http-json.ts';
import { appOf, teamOf } from '../workspace/lookups.ts';
import type { World } from '../workspace/world.ts';
import { count } from './schemas.ts';

export const deliveryQuery = z.strictObject({
  app: z.string().optional(),
  team: z.string().optional(),
  event: z.string().optional(),
  eventId: z.string().optional(),
  limit: count.optional(),
});

export const eventBody = z.strictObject({
  /** Id; absent: every app that is subscribed. */
  app: z.string().optional(),
  /** What an app must be subscribed to; absent: the event's type. */
  subscription: z.string().optional(),
  event: z.looseObject({ type: z.string().min(1) }),
});

export const resendBody = z.strictObject({
  /** In place of what was sent. */
  payload: z.record(z.string(), z.unknown()).optional(),
});

/** Which deliveries are asked for: the newest 100 unless `limit` says otherwise. */
export type DeliveryListQuery = Readonly<
  Partial<Record<'app' | 'team' | 'event' | 'eventId', string | undefined>> & { limit?: number | undefined }
>;
/** An event made by hand. */
export type EventRequestBody = z.input<typeof eventBody>;

/** One try to deliver something. */
export interface DeliveryInfo {
  id: string;
  atMs: number;
  app: string;
  team?: string | undefined;
  kind: string;
  /** The event's type, the command or the payload's type. */
  event: string;
  eventId?: string | undefined;
  attempt: number;
  reason?: string | undefined;
  via: 'http' | 'socket';
  /** The URL or the socket. */
  target?: string | undefined;
  acked: boolean;
  status?: number | undefined;
  error?: string | undefined;
  durationMs: number;
  nextAtMs?: number | undefined;
  payload: Readonly<Record<string, unknown>>;
  /** The body of the answer, or the payload of the ack. */
  answer: string;
}

/** The routes below `/_sim`. */
export function deliveryRoutes(tools: { world: World; delivery: AppDelivery; events: EventDeliveries }): Hono {
  const { world, delivery, events } = tools;
  const routes = new Hono();
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/deliveries', (c) => {
    const { team, ...query } = readQuery(c, deliveryQuery);
    const teamId = team === undefined ? undefined : teamOf(world, team).id;
    return c.json({ deliveries: delivery.records.query({ ...query, team: teamId }).map(deliveryInfo) });
  });
  routes.get('/deliveries/:id', (c) => c.json(deliveryInfo(recordOf(delivery, c.req.param('id')))));
  routes.post('/deliveries/:id/resend', async (c) => {
    const { app, request } = recordOf(delivery, c.req.param('id'));
    // Without a body it is sent as it was.
    const { payload = request.payload } = c.req.header('content-type') ? await readJson(c, resendBody) : {};
    const { id } = await delivery.deliver(app, { ...request, payload, retry: undefined, planRetry: undefined });
    return c.json(deliveryInfo(recordOf(delivery, id)));
  });
  routes.get('/deliveries/:id/curl', (c) => {
    const { app, request, outcome } = recordOf(delivery, c.req.param('id'));
    const url = outcome.via === 'http' ? outcome.target : undefined;
    if (url === undefined)
      throw new SimulatorError(
        'invalid_input',
        `Delivery ${outcome.id} went over a socket: there is no URL to post it to`,
      );
    return c.json({ curl: curlOf(url, signedRequest(app, request, world.clock.now())) });
  });
  routes.post('/teams/:team/events', async (c) => {
    const team = teamOf(world, c.req.param('team'));
    const { app, subscription, event } = await readJson(c, eventBody);
    const body: EventBody = { event_ts: world.ids.timestamp(), ...event };
    const audience: Audience = app === undefined ? { kind: 'team' } : { kind: 'app', app: appOf(world, app) };
    const eventIds = events.publish(team, { body, subscription: subscription ?? body.type, scopes: [], audience });
    return c.json({ eventIds }, 201);
  });
  return routes;
}

/** For a shell. The signature is good for the five minutes that Slack's is. */
function curlOf(url: string, { headers, body }: { headers: Readonly<Record<string, string>>; body: string }): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const lines = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl -X POST ${quoted(url)}`, ...lines, `--data-raw ${quoted(body)}`].join(' \\\n  ');
}

function recordOf(delivery: AppDelivery, id: string): DeliveryRecord {
  const record = delivery.records.find(id);
  if (!record) throw new SimulatorError('not_found', `No delivery ${id} is known any more`);
  return record;
}

function deliveryInfo({ app, atMs, request, outcome }: DeliveryRecord): DeliveryInfo {
  return {
    id: outcome.id,
    atMs,
    app: app.id,
    team: request.teamId,
    kind: request.kind,
    event: request.name,
    eventId: request.eventId,
    attempt: request.retry?.number ?? 0,
    reason: request.retry?.reason,
    via: outcome.via,
    target: outcome.target,
    acked: outcome.acked,
    status: outcome.status,
    error: outcome.error,
    durationMs: outcome.durationMs,
    nextAtMs: outcome.nextAtMs,
    payload: request.payload,
    answer: outcome.text,
  };
}
