/**
 * The span of one run of an event's listeners, and the context that they run in. It is made when somebody asks for it (a call to Slack, a
 * log line, a failure, what the bot traces itself), and otherwise when they are done, with all others of that turn of the event loop: one
 * made in the middle of each event costs twice as much.
 */
import type { Context, Span, SpanContext, SpanOptions } from '@opentelemetry/api';
import type { Sdk } from './sdk.ts';
import { isSampled, type TraceHeaders, traceparentOf } from './traceparent.ts';

/** One run of the listeners of an event. */
export interface HandledFacts {
  transport: string;
  eventId: string;
  teamId: string;
  type: string;
  attempt: number;
  retryNum?: number | undefined;
  /** Of whoever passed the request on, or of the attempt before this one. */
  headers?: TraceHeaders | undefined;
  /** When it came, by the wall clock, and not later than now; undefined when that is not known any more. */
  receivedAtMs: number | undefined;
  /** Now, by the wall clock. */
  beganAtMs: number;
}

/** The span that something runs in; both are undefined without an SDK. */
export interface Trace {
  /** Also of one that is not sampled: what goes on from it must not be either. */
  readonly traceparent?: string | undefined;
  /** For log lines; undefined when nobody samples it. */
  readonly traceId?: string | undefined;
}

/** Where it goes on, and what it repeats. */
export interface HandlingOrigin {
  parent: Context;
  /** The span of the attempt before. */
  before: SpanContext | undefined;
}

/** One per attempt. */
export class HandlingSpan implements Context, Trace {
  readonly #sdk: Sdk;
  readonly #facts: HandledFacts;
  readonly #origin: HandlingOrigin;
  /** Not by the wall clock, which may be set meanwhile. */
  readonly #beganMs = performance.now();
  #lastedMs = 0;
  #span: Span | undefined;

  constructor(sdk: Sdk, facts: HandledFacts, origin: HandlingOrigin) {
    this.#sdk = sdk;
    this.#facts = facts;
    this.#origin = origin;
  }

  /** Made now, if it was not yet. */
  get span(): Span {
    this.#span ??= this.#start();
    return this.#span;
  }

  get isMade(): boolean {
    return this.#span !== undefined;
  }

  /** Undefined of a span that could not be made. */
  get traceparent(): string | undefined {
    const ids = this.span.spanContext();
    return this.#sdk.api.isSpanContextValid(ids) ? traceparentOf(ids) : undefined;
  }

  get traceId(): string | undefined {
    const ids = this.span.spanContext();
    return isSampled(ids) ? ids.traceId : undefined;
  }

  getValue(key: symbol): unknown {
    return key === this.#sdk.spanKey ? this.span : this.#origin.parent.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#whole().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#whole().deleteValue(key);
  }

  /** The listeners are done. */
  done(): void {
    this.#lastedMs = performance.now() - this.#beganMs;
  }

  /** Hands the span to the SDK, once; after done(). */
  end(): void {
    this.#sdk.end(this.span, this.#facts.beganAtMs + this.#lastedMs);
  }

  #whole(): Context {
    return this.#sdk.api.trace.setSpan(this.#origin.parent, this.span);
  }

  #start(): Span {
    const { transport, teamId, eventId, type, attempt, retryNum, receivedAtMs, beganAtMs } = this.#facts;
    const { parent, before } = this.#origin;
    const options: SpanOptions = {
      kind: this.#sdk.api.SpanKind.CONSUMER,
      // What a sampler may want to go by; the SDK copies each of these three times.
      attributes: { 'slack.transport': transport, 'slack.team_id': teamId, 'slack.event_type': type },
      startTime: attempt > 1 ? beganAtMs : (receivedAtMs ?? beganAtMs),
    };
    // Of a trace that was not sampled there is nothing to link to.
    if (before && isSampled(before)) options.links = [{ context: before }];
    const span = this.#sdk.start(`slack event ${type}`, options, parent);
    if (!span.isRecording()) return span;
    span.setAttribute('slack.event_id', eventId).setAttribute('slack.attempt', attempt);
    if (retryNum !== undefined) span.setAttribute('slack.retry_num', retryNum);
    if (receivedAtMs !== undefined) span.setAttribute('slack.wait_ms', beganAtMs - receivedAtMs);
    return span;
  }
}

/** Those of events that are done and that nobody asked for. */
export class UnmadeSpans {
  readonly #spans: HandlingSpan[] = [];

  /** Made and ended at the end of this turn of the event loop, with the others of it. */
  add(span: HandlingSpan): void {
    if (this.#spans.push(span) === 1) setImmediate(() => this.#endAll());
  }

  #endAll(): void {
    for (const span of this.#spans.splice(0)) span.end();
  }
}
