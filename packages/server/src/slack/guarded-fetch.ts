/**
 * fetch that asks once more whether it may, when a connection is there and right before bytes are written to it. Between a gate and
 * that moment lie the name, TCP, TLS, a proxy and a queue: a process that was frozen there would wake up and send what it may not any
 * more. Decides nothing; who sends says what is asked.
 */

export interface GuardedInit extends RequestInit {
  /** Throws when nothing may be sent any more. Asked before each request on a connection, redirects included, and each piece of a body. */
  mayLeave?: () => void;
}

export type GuardedFetch = (url: string | URL | Request, init?: GuardedInit) => Promise<Response>;

/** As much of undici's dispatcher as fetch uses. */
export interface Dispatcher {
  readonly isMockActive?: boolean;
  dispatch(options: { body?: unknown }, handler: object): boolean;
}

/** What undici calls when it is about to write a request: the names of its versions 7 and 8. */
const BEFORE_WRITING: ReadonlySet<string | symbol> = new Set(['onConnect', 'onRequestStart']);

/**
 * @param dispatcherOf Whose connections are used. @defaultValue those of globalThis.fetch
 * @param fetch The fetch underneath. @defaultValue globalThis.fetch
 */
export function createGuardedFetch(
  dispatcherOf: () => unknown = globalDispatcher,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): GuardedFetch {
  return async (url, { mayLeave, ...init } = {}) => {
    const dispatcher = (await dispatcherOf()) as Dispatcher;
    return await fetch(url, {
      ...init,
      dispatcher: mayLeave ? guarded(dispatcher, mayLeave) : dispatcher,
    } as RequestInit);
  };
}

/** The one that fetch uses by itself, or that somebody has set in its place. There is none before one of fetch's classes was used. */
export function globalDispatcher(): Dispatcher {
  void globalThis.Headers;
  const [major] = (process.versions.undici ?? '').split('.');
  const name = Symbol.for(`undici.globalDispatcher.${Number(major) >= 8 ? 2 : 1}`);
  return (globalThis as unknown as Record<symbol, Dispatcher>)[name] as Dispatcher;
}

function guarded(below: Dispatcher, mayLeave: () => void): Dispatcher {
  return {
    isMockActive: below.isMockActive ?? false,
    dispatch({ body, ...options }, handler) {
      const checked = isIterable(body) ? piecesOf(body, mayLeave) : body;
      return below.dispatch({ ...options, body: checked }, guardedHandler(handler, mayLeave));
    },
  };
}

/** Headers are written with the first piece of a body, which may have to be read first. */
async function* piecesOf(body: AsyncIterable<unknown>, mayLeave: () => void): AsyncIterable<unknown> {
  for await (const piece of body) {
    mayLeave();
    yield piece;
  }
}

/** What is thrown before a request is written ends that request alone, and its connection is used on. */
function guardedHandler(handler: object, mayLeave: () => void): object {
  return new Proxy(handler, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!BEFORE_WRITING.has(name)) return value.bind(target);
      return (...args: unknown[]) => {
        mayLeave();
        return value.apply(target, args);
      };
    },
  });
}

function isIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
