/** The text in which a span's context travels with an event: W3C Trace Context, `traceparent`. Pure. (https://www.w3.org/TR/trace-context/) */

/** What OpenTelemetry calls SpanContext, as far as the text has it. */
export interface SpanIds {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

/** The headers in which whoever passes a request on says of which trace it is. */
export interface TraceHeaders {
  traceparent: string;
  tracestate?: string | undefined;
}

const SAMPLED = 0x1;

/** How long one of version 00 is, and what is known of a later one: that may have more behind a dash. */
const LENGTH = 55;

// Version ff is none. (https://www.w3.org/TR/trace-context/#versioning-of-traceparent)
const TRACEPARENT =
  /^(?:00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$|(?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$))/;

export function traceparentOf({ traceId, spanId, traceFlags }: SpanIds): string {
  // Nearly always: each event has one.
  const flags = traceFlags === SAMPLED ? '01' : (traceFlags & 0xff).toString(16).padStart(2, '0');
  return `00-${traceId}-${spanId}-${flags}`;
}

/** Undefined for what is none. */
export function spanIdsIn(traceparent: string | undefined): SpanIds | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  // By place, once it is one: each event is taken apart.
  const [traceId, spanId, flags] = [traceparent.slice(3, 35), traceparent.slice(36, 52), traceparent.slice(53, LENGTH)];
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

/** In version 00, which is what goes on from here; undefined for what is none. */
export function ownVersionOf(traceparent: string): string | undefined {
  const ids = spanIdsIn(traceparent);
  if (!ids || traceparent.startsWith('00')) return ids && traceparent;
  // What other bits of a later version say nobody knows.
  return traceparentOf({ ...ids, traceFlags: ids.traceFlags & SAMPLED });
}

/** What may be stored; OpenTelemetry reads none that is longer. Undefined for what is none. */
export function tracestateIn(tracestate: string | undefined): string | undefined {
  return tracestate !== undefined && /^[ -~]{1,512}$/.test(tracestate) ? tracestate : undefined;
}

/** For log lines; undefined of a trace that is not sampled. */
export function traceIdIn(traceparent: string | undefined): string | undefined {
  const ids = spanIdsIn(traceparent);
  return ids && isSampled(ids) ? ids.traceId : undefined;
}

export function isSampled({ traceFlags }: SpanIds): boolean {
  return (traceFlags & SAMPLED) !== 0;
}
