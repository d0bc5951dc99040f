/** Joins deliveries, events and jobs with their spans and log lines: what is received, and what listeners and jobs do. */
import type { ListenerWork } from '../dispatch/listener-work.ts';
import type { Envelope } from '../inbox/envelope.ts';
import { withLogFacts } from '../observability/log-context.ts';
import type { Logger } from '../observability/logger.ts';
import { ownVersionOf, type TraceHeaders, traceIdIn, tracestateIn } from '../observability/tracing/traceparent.ts';
import type { JobFacts, ReceivedFacts, Tracing } from '../observability/tracing/tracing.ts';
import { kindOf } from '../slack/delivery/body.ts';
import type { Delivery, DeliveryAnswer, DeliveryReceiver } from '../slack/delivery/delivery.ts';
import type { Clock } from '../time/clock.ts';
import { version } from '../version.ts';

/** What is traced, and how Slack's events come. */
export interface TraceDeps {
  tracing: Tracing;
  transport: string;
  clock: Pick<Clock, 'now'>;
}

/** Looks for an SDK, before anything is received. One that cannot be used costs its spans and nothing else. */
export async function startTracing(tracing: Tracing, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    const onFault = (err: unknown) =>
      log.warn({ err }, 'a span was lost: a sampler or span processor of the OpenTelemetry SDK throws');
    const isOn = await tracing.load({ version, onFault });
    if (isOn) log.info({}, 'an OpenTelemetry SDK is there: events are traced');
  } catch (err) {
    log.warn({ err }, 'an OpenTelemetry SDK is there and @opentelemetry/api is not: install it, or nothing is traced');
  }
}

/** Of which trace the handling of a delivery is to be a part, for its envelope. */
export function traceOfDelivery(tracing: Tracing, delivery: Delivery): TraceHeaders | undefined {
  if (!tracing.isOn || delivery.traceparent === undefined) return undefined;
  const traceparent = ownVersionOf(delivery.traceparent);
  return traceparent === undefined ? undefined : { traceparent, tracestate: tracestateIn(delivery.tracestate) };
}

/** A receiver whose interactions have a span each, and of whose events those that were not taken: the others have theirs when they are handled. */
export function traceDeliveries(
  { tracing, transport, clock }: TraceDeps,
  receiver: DeliveryReceiver,
): DeliveryReceiver['receive'] {
  return (delivery) => {
    if (!tracing.isOn) return receiver.receive(delivery);
    const kind = kindOf(delivery.body);
    if (kind === 'event') return receiveEvent({ tracing, transport, clock }, receiver, delivery);
    // Lines that are written meanwhile say of which trace they are, if there is one, and of no other.
    const work = () => withLogFacts({ trace: { traceId: tracing.traceId } }, () => receiver.receive(delivery));
    return tracing.receive(receivedFacts(delivery, transport, kind), work, isFailure);
  };
}

function receiveEvent(
  { tracing, transport, clock }: TraceDeps,
  receiver: DeliveryReceiver,
  delivery: Delivery,
): Promise<DeliveryAnswer> {
  const sinceMs = clock.now();
  const traceId = traceIdIn(delivery.traceparent);
  const answering =
    traceId === undefined
      ? receiver.receive(delivery)
      : withLogFacts({ eventId: idIn(delivery.body.event_id), trace: { traceId } }, () => receiver.receive(delivery));
  // Beside the answer, which does not wait for it; whoever waits for that hears of a rejection.
  answering.then(
    (answer) => {
      if (isFailure(answer)) tracing.notTaken(receivedFacts(delivery, transport, 'event'), sinceMs);
    },
    () => {},
  );
  return answering;
}

function receivedFacts(delivery: Delivery, transport: string, kind: string): ReceivedFacts {
  const { body, retryNum } = delivery;
  const ids = { teamId: idIn(body.team_id), eventId: idIn(body.event_id) };
  return { transport, kind, ...ids, retryNum, headers: headersOf(delivery) };
}

/** Listeners of an event, in its span, with its ids on each line that is logged meanwhile. The envelope carries the span to the next attempt. */
export function traceHandling(
  { tracing, transport, clock }: TraceDeps,
  { envelope, attempt, work }: { envelope: Envelope; attempt: number; work: Pick<ListenerWork, 'logFacts'> },
  listeners: () => Promise<void>,
): Promise<void> {
  const { id: eventId, teamId, type, traceparent, tracestate, retryNum } = envelope;
  if (!tracing.isOn) {
    work.logFacts = { teamId, eventId };
    return listeners();
  }
  const beganAtMs = clock.now();
  // Another node, whose clock may be ahead, received it: what has not begun yet cannot end.
  const receivedAtMs = envelope.receivedAtMs === undefined ? undefined : Math.min(envelope.receivedAtMs, beganAtMs);
  const headers = traceparent === undefined ? undefined : { traceparent, tracestate };
  const facts = { transport, eventId, teamId, type, attempt, retryNum, headers, receivedAtMs, beganAtMs };
  return tracing.handle(facts, (trace) => {
    envelope.trace = trace;
    work.logFacts = { teamId, eventId, trace };
    return listeners();
  });
}

/** A run of a job, in a span of its own, with its team and trace on each line that is logged meanwhile. */
export function traceJob(
  tracing: Tracing,
  facts: JobFacts,
  work: (traceId: string | undefined) => Promise<void>,
): Promise<void> {
  const ids = facts.teamId === null ? {} : { teamId: facts.teamId };
  if (!tracing.isOn) return withLogFacts(ids, () => work(undefined));
  return tracing.job(facts, (trace) => withLogFacts({ ...ids, trace }, () => work(trace.traceId)));
}

/** For a line about an event that is written when its span has ended. */
export function logFactsOf({ id: eventId, teamId, trace, traceparent }: Envelope) {
  const traceId = trace ? trace.traceId : traceIdIn(traceparent);
  return { teamId, eventId, ...(traceId !== undefined && { traceId }) };
}

function headersOf({ traceparent, tracestate }: Delivery): TraceHeaders | undefined {
  return traceparent === undefined ? undefined : { traceparent, tracestate };
}

function isFailure({ kind }: DeliveryAnswer): boolean {
  return kind === 'unavailable' || kind === 'unanswered';
}

/** Slack's ids are short; what is longer is no id. */
function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 64 ? value : undefined;
}
