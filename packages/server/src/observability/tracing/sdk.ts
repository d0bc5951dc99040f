/** `@opentelemetry/api`, loaded where an SDK has registered itself. */
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Tracer } from '@opentelemetry/api';

type Api = typeof OpenTelemetry;

/** Where an SDK registers itself, whichever copy of the API it uses. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');

/** What is loaded where an SDK is. */
export interface Sdk {
  api: Api;
  tracer: Tracer;
  /** Under which a context has its span. */
  spanKey: symbol;
  /** Under which a context has the work that goes on in its span. */
  goesOn: symbol;
}

/** Undefined where no SDK has registered a tracer provider. @throws whatever the import throws, when one has and the API cannot be found */
export async function loadSdk(version: string): Promise<Sdk | undefined> {
  const registered = (globalThis as { [REGISTERED]?: { trace?: unknown } })[REGISTERED];
  if (registered?.trace === undefined) return undefined;
  const api = await import('@opentelemetry/api');
  const tracer = api.trace.getTracer('slack-bot-server', version);
  const goesOn = api.createContextKey('slack-bot-server: what goes on');
  return { api, tracer, spanKey: spanKeyOf(api), goesOn };
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
