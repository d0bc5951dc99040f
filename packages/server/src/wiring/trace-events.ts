/** Joins deliveries, events and jobs with their spans and log lines: what is received, and what listeners and jobs do. */
import type { Envelope } from '../inbox/envelope.ts';
import { withLogFacts } from '../observability/log-context.ts';
import type { Logger } from '../observability/logger.ts';
import { traceIdIn } from '../observability/tracing/traceparent.ts';
import type { JobFacts, Tracing } from '../observability/tracing/tracing.ts';
import { kindOf } from '../slack/delivery/body.ts';
import type { Delivery, DeliveryAnswer, DeliveryReceiver } from '../slack/delivery/delivery.ts';
import { version } from '../version.ts';

type Accept = (envelope: Envelope) => Promise<void>;

/** Looks for an SDK, before anything is received. One that cannot be used costs its spans and nothing else. */
export async function startTracing(tracing: Tracing, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    if (await tracing.load(version)) log.info({}, 'an OpenTelemetry SDK is there: events are traced');
  } catch (err) {
    log.warn({ err }, 'an OpenTelemetry SDK is there and @opentelemetry/api is not: install it, or nothing is traced');
  }
}

/** Events carry the span in which they came to where they are handled. */
export function carryTrace(tracing: Tracing, accept: Accept): Accept {
  return (envelope) => {
    if (tracing.isOn) envelope.traceparent = tracing.traceparent;
    return accept(envelope);
  };
}

/** A receiver each of whose deliveries has a span. */
export function traceDeliveries(
  tracing: Tracing,
  transport: string,
  receiver: DeliveryReceiver,
): DeliveryReceiver['receive'] {
  return (delivery) => {
    if (!tracing.isOn) return receiver.receive(delivery);
    const eventId = idIn(delivery.body.event_id);
    const facts = { transport, kind: kindOf(delivery.body), teamId: idIn(delivery.body.team_id), eventId };
    const work = () => {
      const { traceId } = tracing;
      // Lines that are written meanwhile say of which trace they are, if there is one.
      if (traceId === undefined) return receiver.receive(delivery);
      return withLogFacts({ eventId, traceId }, () => receiver.receive(delivery));
    };
    return tracing.receive({ ...facts, retryNum: delivery.retryNum, headers: headersOf(delivery) }, work, isFailure);
  };
}

/** The same for what comes as an event already: a frame of RTM. */
export function traceFrame(tracing: Tracing, envelope: Envelope, take: Accept): Promise<void> {
  if (!tracing.isOn || envelope.isEphemeral) return take(envelope);
  const { id: eventId, teamId } = envelope;
  const work = () => withLogFacts(present(tracing, { teamId, eventId }), () => carryTrace(tracing, take)(envelope));
  return tracing.receive({ transport: 'rtm', kind: 'event', teamId, eventId }, work, () => false);
}

/** The listeners of an event, in a span of their own, with its ids on each line that is logged meanwhile. */
export function traceHandling(
  tracing: Tracing,
  { id: eventId, teamId, type, traceparent, receivedAtMs }: Envelope,
  { attempt, nowMs }: { attempt: number; nowMs: number },
  work: () => Promise<void>,
): Promise<void> {
  if (!tracing.isOn) return withLogFacts({ teamId, eventId }, work);
  const waitMs = receivedAtMs === undefined ? undefined : Math.max(0, nowMs - receivedAtMs);
  return tracing.handle({ eventId, teamId, type, attempt, traceparent, waitMs }, () =>
    withLogFacts(present(tracing, { teamId, eventId }), work),
  );
}

/** A run of a job, in a span of its own, with its team and trace on each line that is logged meanwhile. */
export function traceJob(tracing: Tracing, facts: JobFacts, work: () => Promise<void>): Promise<void> {
  const ids = facts.teamId === null ? {} : { teamId: facts.teamId };
  if (!tracing.isOn) return withLogFacts(ids, work);
  return tracing.job(facts, () => withLogFacts(present(tracing, ids), work));
}

/** For a line about an event that is written when its span has ended. */
export function logFactsOf({ id: eventId, teamId, traceparent }: Envelope) {
  const traceId = traceIdIn(traceparent);
  return { teamId, eventId, ...(traceId !== undefined && { traceId }) };
}

function present<T extends object>(tracing: Tracing, ids: T): T & { traceId: string | undefined } {
  return { ...ids, traceId: tracing.traceId };
}

function headersOf({ traceparent, tracestate }: Delivery) {
  return traceparent === undefined ? undefined : { traceparent, tracestate };
}

function isFailure({ kind }: DeliveryAnswer): boolean {
  return kind === 'unavailable' || kind === 'unanswered';
}

/** Slack's ids are short; what is longer is no id. */
function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 64 ? value : undefined;
}
