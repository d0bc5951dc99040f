/**
 * Spans, where the process has an OpenTelemetry SDK: one for each event, from when it came until its listeners are done (`slack event …`), one for each command
 * and payload (`slack receive interaction`), run of a job (`slack job …`) and attempt of a call that those make (`slack call …`). Through `@opentelemetry/api` alone,
 * which is loaded when an SDK has registered itself and not before. Attributes hold ids and words of our own, never a text.
 */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { isSampled, spanIdsIn, type TraceHeaders, traceparentOf } from './traceparent.ts';

type Api = typeof OpenTelemetry;

/** Where an SDK registers itself, whichever copy of the API it uses. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** One delivery of Slack. */
export interface ReceivedFacts {
  transport: string;
  /** `event`, `interaction` and the like. */
  kind: string;
  teamId?: string | undefined;
  eventId?: string | undefined;
  retryNum?: number | undefined;
  headers?: TraceHeaders | undefined;
}

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
  waitMs: number | undefined;
}

/** One run of a job. */
export interface JobFacts {
  name: string;
  /** Null for a job that does not run for a team. */
  teamId: string | null;
}

interface Loaded {
  api: Api;
  tracer: Tracer;
  /** Under which a context has the work that goes on in its span. */
  goesOn: symbol;
}

/** One per server. Off until `load` has found an SDK; everything but that costs a comparison then. */
export class Tracing {
  #loaded: Loaded | undefined;

  /**
   * Looks whether an SDK has registered a tracer provider; called at the start of the server, so it is to be registered before
   * (`node --import ./telemetry.mjs`).
   * @throws whatever the import throws, when an SDK is there and the API cannot be found
   */
  async load(version: string): Promise<boolean> {
    const registered = (globalThis as { [REGISTERED]?: { trace?: unknown } })[REGISTERED];
    if (registered?.trace === undefined) return false;
    const api = await import('@opentelemetry/api');
    const tracer = api.trace.getTracer('slack-bot-server', version);
    this.#loaded = { api, tracer, goesOn: api.createContextKey('slack-bot-server: what goes on') };
    return true;
  }

  get isOn(): boolean {
    return this.#loaded !== undefined;
  }

  /** Of the span that is active here, also of one that is not sampled: what goes on from it must not be either. */
  get traceparent(): string | undefined {
    const context = this.#activeSpan()?.spanContext();
    return context && traceparentOf(context);
  }

  /** The same span's trace, for log lines; undefined when nobody samples it. */
  get traceId(): string | undefined {
    const span = this.#activeSpan();
    return span?.isRecording() ? span.spanContext().traceId : undefined;
  }

  /**
   * Runs `work` in a span that goes on where the request came from. `failed` says of its result whether the span failed. The span ends when what
   * `lasts` was told of has settled as well.
   */
  async receive<T>(facts: ReceivedFacts, work: () => Promise<T>, failed: (result: T) => boolean): Promise<T> {
    if (!this.#loaded) return await work();
    const parent = this.#parentIn(facts.headers);
    return await this.#within({ span: this.#startReceiving(facts, parent), parent }, work, failed);
  }

  /** What began in the span that is active goes on when its work is answered, as a listener does after its ack. Rejects: the span failed. */
  lasts(goingOn: Promise<unknown>): void {
    // Whoever began it hears of its failure.
    goingOn.catch(() => {});
    if (!this.#loaded) return;
    const { api, goesOn } = this.#loaded;
    (api.context.active().getValue(goesOn) as Promise<unknown>[] | undefined)?.push(goingOn);
  }

  /** A delivery that is not handled, because it could not be taken. @param sinceMs When it came, by the wall clock */
  notTaken(facts: ReceivedFacts, sinceMs: number): void {
    if (!this.#loaded) return;
    const span = this.#startReceiving(facts, this.#parentIn(facts.headers), sinceMs);
    span.setStatus({ code: this.#loaded.api.SpanStatusCode.ERROR, message: 'failed' });
    span.end();
  }

  /**
   * Runs the listeners of an event in its span, which began when it came and goes on where the request came from. What is run again later, by a retry or a
   * replay, is a trace of its own that links to the attempt before.
   */
  async handle(facts: HandledFacts, work: () => Promise<void>): Promise<void> {
    if (!this.#loaded) return await work();
    const { api, tracer } = this.#loaded;
    const { type, attempt, headers, retryNum, receivedAtMs, waitMs } = facts;
    const isFirst = attempt <= 1;
    const parent = isFirst ? this.#parentIn(headers) : api.ROOT_CONTEXT;
    const before = isFirst ? undefined : remoteIn(headers);
    // Of a trace that was not sampled there is nothing to link to.
    const links = before && isSampled(before) ? [{ context: before }] : [];
    const attributes: Attributes = {
      'slack.transport': facts.transport,
      'slack.team_id': facts.teamId,
      'slack.event_id': facts.eventId,
      'slack.event_type': type,
      'slack.attempt': attempt,
    };
    if (retryNum !== undefined) attributes['slack.retry_num'] = retryNum;
    if (waitMs !== undefined) attributes['slack.wait_ms'] = waitMs;
    const isWhole = isFirst && receivedAtMs !== undefined;
    const options = { kind: api.SpanKind.CONSUMER, attributes, links, ...(isWhole && { startTime: receivedAtMs }) };
    const span = tracer.startSpan(`slack event ${type}`, options, parent);
    await this.#within({ span, parent, ...(isWhole && { begunMs: receivedAtMs + (waitMs ?? 0) }) }, work);
  }

  /** Runs a job in a span that begins a trace; it ends when the work does, also of a run whose time was over before. */
  async job({ name, teamId }: JobFacts, work: () => Promise<void>): Promise<void> {
    if (!this.#loaded) return await work();
    const { api, tracer } = this.#loaded;
    const attributes: Attributes = { 'slack.job': name };
    if (teamId !== null) attributes['slack.team_id'] = teamId;
    const span = tracer.startSpan(`slack job ${name}`, { attributes }, api.ROOT_CONTEXT);
    await this.#within({ span, parent: api.ROOT_CONTEXT }, work);
  }

  /** A request to Slack begins, in the span that is active; what is answered is told its result. Nothing outside of one. */
  call(method: string, purpose: string): ((result: string) => void) | undefined {
    if (!this.#loaded || !this.#activeSpan()) return undefined;
    const { api, tracer } = this.#loaded;
    const attributes = { 'slack.method': method, 'slack.purpose': purpose };
    const span = tracer.startSpan(`slack call ${method}`, { kind: api.SpanKind.CLIENT, attributes });
    return (result) => {
      span.setAttribute('slack.result', result);
      if (result !== 'ok') span.setStatus({ code: api.SpanStatusCode.ERROR, message: result });
      span.end();
    };
  }

  #activeSpan(): Span | undefined {
    return this.#loaded?.api.trace.getActiveSpan();
  }

  #parentIn(headers: TraceHeaders | undefined): Context {
    const { api } = this.#loaded as Loaded;
    const remote = remoteIn(headers);
    if (!remote) return api.ROOT_CONTEXT;
    const state = headers?.tracestate;
    return api.trace.setSpanContext(
      api.ROOT_CONTEXT,
      state === undefined ? remote : { ...remote, traceState: api.createTraceState(state) },
    );
  }

  #startReceiving({ transport, kind, teamId, eventId, retryNum }: ReceivedFacts, parent: Context, startTime?: number) {
    const { api, tracer } = this.#loaded as Loaded;
    const attributes: Attributes = { 'slack.transport': transport };
    if (teamId !== undefined) attributes['slack.team_id'] = teamId;
    if (eventId !== undefined) attributes['slack.event_id'] = eventId;
    if (retryNum !== undefined) attributes['slack.retry_num'] = retryNum;
    const spanKind = transport === 'http' ? api.SpanKind.SERVER : api.SpanKind.CONSUMER;
    const options = { kind: spanKind, attributes, ...(startTime !== undefined && { startTime }) };
    return tracer.startSpan(`slack receive ${kind}`, options, parent);
  }

  /**
   * An error's words may quote what Slack sent: its code or its name is all that the span is told.
   * @param begunMs When the work begins, by the clock of a span whose beginning was told: the SDK would end it by whole milliseconds
   */
  async #within<T>(
    { span, parent, begunMs }: { span: Span; parent: Context; begunMs?: number },
    work: () => Promise<T>,
    failed: (result: T) => boolean = () => false,
  ): Promise<T> {
    const { api, goesOn } = this.#loaded as Loaded;
    const fail = (message: string) => span.setStatus({ code: api.SpanStatusCode.ERROR, message });
    const sinceMs = performance.now();
    // Not `performance.timeOrigin`: the wall clock may have been set since the process started.
    const end = () => span.end(begunMs === undefined ? undefined : begunMs + performance.now() - sinceMs);
    const goingOn: Promise<unknown>[] = [];
    try {
      const result = await api.context.with(api.trace.setSpan(parent, span).setValue(goesOn, goingOn), work);
      if (failed(result)) fail('failed');
      return result;
    } catch (error) {
      fail(wordOf(error));
      throw error;
    } finally {
      if (goingOn.length === 0) end();
      else
        void Promise.all(goingOn)
          .catch((error: unknown) => fail(wordOf(error)))
          .finally(end);
    }
  }
}

function remoteIn(headers: TraceHeaders | undefined): SpanContext | undefined {
  const ids = spanIdsIn(headers?.traceparent);
  return ids && { ...ids, isRemote: true };
}

function wordOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return code;
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'error';
}
