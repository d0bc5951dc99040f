/**
 * Spans, where the process has an OpenTelemetry SDK: one for each event, from when it came until its listeners are done (`slack event …`), one for each command
 * and payload (`slack receive interaction`), run of a job (`slack job …`) and attempt of a call that those make (`slack call …`). Through `@opentelemetry/api` alone,
 * which is loaded when an SDK has registered itself and not before. Attributes hold ids and words of our own, never a text.
 */
import type { Attributes, Context, Span, SpanContext } from '@opentelemetry/api';
import { type HandledFacts, HandlingSpan, type Trace, UnmadeSpans } from './handling-span.ts';
import { loadSdk, type Sdk, type SdkOptions } from './sdk.ts';
import { spanIdsIn, type TraceHeaders, traceparentOf } from './traceparent.ts';

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

/** One run of a job. */
export interface JobFacts {
  name: string;
  /** Null for a job that does not run for a team. */
  teamId: string | null;
}

/** One per server. Off until `load` has found an SDK; everything but that costs a comparison then. */
export class Tracing {
  #sdk: Sdk | undefined;
  readonly #unmade = new UnmadeSpans();

  /**
   * Looks whether an SDK has registered a tracer provider; called at the start of the server, so it is to be registered before
   * (`node --import ./telemetry.mjs`).
   * @throws whatever the import throws, when an SDK is there and the API cannot be found
   */
  async load(options: SdkOptions): Promise<boolean> {
    this.#sdk = await loadSdk(options);
    return this.isOn;
  }

  get isOn(): boolean {
    return this.#sdk !== undefined;
  }

  /** Of the span that is active here, for log lines; undefined when nobody samples it. */
  get traceId(): string | undefined {
    const span = this.#activeSpan();
    return span?.isRecording() ? span.spanContext().traceId : undefined;
  }

  /**
   * Runs `work` in a span that goes on where the request came from. `failed` says of its result whether the span failed. The span ends when what
   * `lasts` was told of has settled as well.
   */
  async receive<T>(facts: ReceivedFacts, work: () => Promise<T>, failed: (result: T) => boolean): Promise<T> {
    if (!this.#sdk) return await work();
    const sdk = this.#sdk;
    const { api, goesOn } = sdk;
    const parent = this.#parentIn(facts.headers);
    const span = this.#startReceiving(facts, parent);
    const goingOn: Promise<unknown>[] = [];
    const context = api.trace.setSpan(parent, span).setValue(goesOn, goingOn);
    const end = () => {
      if (goingOn.length === 0) return sdk.end(span);
      void Promise.all(goingOn)
        .catch((error: unknown) => this.#fail(span, wordOf(error)))
        .finally(() => sdk.end(span));
    };
    return await this.#within({ span, context, end }, async () => {
      const result = await work();
      if (failed(result)) this.#fail(span, 'failed');
      return result;
    });
  }

  /** What began in the span that is active goes on when its work is answered, as a listener does after its ack. Rejects: the span failed. */
  lasts(goingOn: Promise<unknown>): void {
    // Whoever began it hears of its failure.
    goingOn.catch(() => {});
    if (!this.#sdk) return;
    const { api, goesOn } = this.#sdk;
    (api.context.active().getValue(goesOn) as Promise<unknown>[] | undefined)?.push(goingOn);
  }

  /** A delivery that is not handled, because it could not be taken. @param sinceMs When it came, by the wall clock */
  notTaken(facts: ReceivedFacts, sinceMs: number): void {
    if (!this.#sdk) return;
    const span = this.#startReceiving(facts, this.#parentIn(facts.headers), sinceMs);
    this.#fail(span, 'failed');
    this.#sdk.end(span);
  }

  /**
   * Runs the listeners of an event in its span, which began when it came and goes on where the request came from. What is run again later, by a retry or a
   * replay, is a trace of its own that links to the attempt before.
   * @param work Is told its trace; must not throw before it answers its promise
   */
  handle(facts: HandledFacts, work: (trace: Trace) => Promise<void>): Promise<void> {
    if (!this.#sdk) return work({});
    const { api } = this.#sdk;
    const { attempt, headers } = facts;
    const isFirst = attempt <= 1;
    const parent = isFirst ? this.#parentIn(headers) : api.ROOT_CONTEXT;
    const before = isFirst ? undefined : remoteIn(headers);
    const handling = new HandlingSpan(this.#sdk, facts, { parent, before });
    // No async function: each event would pay for its promise.
    return api.context.with(handling, work, undefined, handling).then(
      () => this.#ended(handling),
      (error: unknown) => {
        this.#fail(handling.span, wordOf(error));
        this.#ended(handling);
        throw error;
      },
    );
  }

  /** Runs a job in a span that begins a trace; it ends when the work does, also of a run whose time was over before. */
  job({ name, teamId }: JobFacts, work: (trace: Trace) => Promise<void>): Promise<void> {
    if (!this.#sdk) return work({});
    const sdk = this.#sdk;
    const { api } = sdk;
    const attributes: Attributes = { 'slack.job': name };
    if (teamId !== null) attributes['slack.team_id'] = teamId;
    const span = sdk.start(`slack job ${name}`, { attributes }, api.ROOT_CONTEXT);
    const context = api.trace.setSpan(api.ROOT_CONTEXT, span);
    return this.#within({ span, context, end: () => sdk.end(span) }, () => work(traceOf(span)));
  }

  /** A request to Slack begins, in the span that is active; what is answered is told its result. Nothing outside of one. */
  call(method: string, purpose: string): ((result: string) => void) | undefined {
    if (!this.#sdk || !this.#activeSpan()) return undefined;
    const sdk = this.#sdk;
    const { api } = sdk;
    const attributes = { 'slack.method': method, 'slack.purpose': purpose };
    const span = sdk.start(`slack call ${method}`, { kind: api.SpanKind.CLIENT, attributes });
    return (result) => {
      span.setAttribute('slack.result', result);
      if (result !== 'ok') span.setStatus({ code: api.SpanStatusCode.ERROR, message: result });
      sdk.end(span);
    };
  }

  #activeSpan(): Span | undefined {
    return this.#sdk?.api.trace.getActiveSpan();
  }

  #parentIn(headers: TraceHeaders | undefined): Context {
    const { api } = this.#sdk as Sdk;
    const remote = remoteIn(headers);
    if (!remote) return api.ROOT_CONTEXT;
    const state = headers?.tracestate;
    return api.trace.setSpanContext(
      api.ROOT_CONTEXT,
      state === undefined ? remote : { ...remote, traceState: api.createTraceState(state) },
    );
  }

  #startReceiving({ transport, kind, teamId, eventId, retryNum }: ReceivedFacts, parent: Context, startTime?: number) {
    const sdk = this.#sdk as Sdk;
    const attributes: Attributes = { 'slack.transport': transport };
    if (teamId !== undefined) attributes['slack.team_id'] = teamId;
    if (eventId !== undefined) attributes['slack.event_id'] = eventId;
    if (retryNum !== undefined) attributes['slack.retry_num'] = retryNum;
    const spanKind = transport === 'http' ? sdk.api.SpanKind.SERVER : sdk.api.SpanKind.CONSUMER;
    const options = { kind: spanKind, attributes, ...(startTime !== undefined && { startTime }) };
    return sdk.start(`slack receive ${kind}`, options, parent);
  }

  #ended(handling: HandlingSpan): void {
    handling.done();
    if (handling.isMade) handling.end();
    else this.#unmade.add(handling);
  }

  /** An error's words may quote what Slack sent: its code or its name is all that the span is told. */
  async #within<T>(
    { span, context, end }: { span: Span; context: Context; end: () => void },
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await (this.#sdk as Sdk).api.context.with(context, work);
    } catch (error) {
      this.#fail(span, wordOf(error));
      throw error;
    } finally {
      end();
    }
  }

  #fail(span: Span, message: string): void {
    span.setStatus({ code: (this.#sdk as Sdk).api.SpanStatusCode.ERROR, message });
  }
}

/** What the attempt after this one and log lines say of a span. */
function traceOf(span: Span): Trace {
  const ids = span.spanContext();
  return { traceparent: traceparentOf(ids), traceId: span.isRecording() ? ids.traceId : undefined };
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
