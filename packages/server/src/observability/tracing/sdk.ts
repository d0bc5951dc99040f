/** `@opentelemetry/api`, loaded where an SDK has registered itself. */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, SpanOptions, Tracer } from '@opentelemetry/api';

type Api = typeof OpenTelemetry;

/** Where an SDK registers itself, whichever copy of the API it uses. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** What is loaded where an SDK is. A sampler or processor of the bot's that throws costs a span, and neither the event nor the server. */
export class Sdk {
  readonly api: Api;
  /** Under which a context has its span. */
  readonly spanKey: symbol;
  /** Under which a context has the work that goes on in its span. */
  readonly goesOn: symbol;
  readonly #tracer: Tracer;
  readonly #onFault: (error: unknown) => void;
  #isFaultTold = false;

  constructor(api: Api, { version, onFault }: SdkOptions) {
    this.api = api;
    this.spanKey = spanKeyOf(api);
    this.goesOn = api.createContextKey('slack-bot-server: what goes on');
    this.#tracer = api.trace.getTracer('slack-bot-server', version);
    this.#onFault = onFault;
  }

  /** Begins a span; one that nobody records when that fails. @param parent The context that is active, if it is left out */
  start(name: string, options: SpanOptions, parent: Context = this.api.context.active()): Span {
    try {
      return this.#tracer.startSpan(name, options, parent);
    } catch (error) {
      this.#tell(error);
      return this.api.trace.wrapSpanContext(this.api.INVALID_SPAN_CONTEXT);
    }
  }

  /** @param atMs By the wall clock. @defaultValue now */
  end(span: Span, atMs?: number): void {
    try {
      span.end(atMs);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Once: it may be so for each span. */
  #tell(error: unknown): void {
    if (this.#isFaultTold) return;
    this.#isFaultTold = true;
    this.#onFault(error);
  }
}

export interface SdkOptions {
  /** Of this server. */
  version: string;
  /** Told once that a span could not be begun or ended. */
  readonly onFault: (error: unknown) => void;
}

/** Undefined where no SDK has registered a tracer provider. @throws whatever the import throws, when one has and the API cannot be found */
export async function loadSdk(options: SdkOptions): Promise<Sdk | undefined> {
  const registered = (globalThis as { [REGISTERED]?: { trace?: unknown } })[REGISTERED];
  if (registered?.trace === undefined) return undefined;
  return new Sdk(await import('@opentelemetry/api'), options);
}

/** The API does not name it; it asks a context for it. */
function spanKeyOf(api: Api): symbol {
  let spanKey: symbol | undefined;
  const asked: Pick<Context, 'getValue'> = {
    getValue(key) {
      spanKey = key;
    },
  };
  api.trace.getSpan(asked as Context);
  if (spanKey === undefined) throw new Error('@opentelemetry/api asks a context for no span');
  return spanKey;
}
