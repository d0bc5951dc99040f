/** The text in which a span's context travels with an event: W3C Trace Context, `traceparent`. Pure. (https://www.w3.org/TR/trace-context/) */

/** What OpenTelemetry calls SpanContext, as far as the text has it. */
export interface SpanIds {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

export function traceparentOf({ traceId, spanId, traceFlags }: SpanIds): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** Undefined for what is none. */
export function spanIdsIn(traceparent: string | undefined): SpanIds | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) };
}

/** For log lines. */
export function traceIdIn(traceparent: string | undefined): string | undefined {
  return spanIdsIn(traceparent)?.traceId;
}
