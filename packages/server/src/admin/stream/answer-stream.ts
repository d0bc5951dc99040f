/**
 * GET /api/stream: server-sent events of one client (https://html.spec.whatwg.org/multipage/server-sent-events.html). Begins where
 * Last-Event-ID says, or says `reset` when what came since is not known any more: then everything has to be read anew.
 */
import { BotServerError } from '../../errors.ts';
import type { Role } from '../../operations/operation.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import type { StreamEvent, StreamHub } from './stream-hub.ts';

export const STREAM_PATH = '/api/stream';

/** Proxies cut what is silent for a minute, and clients notice a dead connection by it. */
const HEARTBEAT_MS = 15_000;

/** A client that is so many bytes behind is let go: it comes back and goes on where it was. */
const MAX_BEHIND_BYTES = 1_048_576;

/**
 * Each holds a connection and its share of memory. The last quarter is for who may operate: whoever has the token that only reads could
 * otherwise keep the operator's dashboard out.
 */
const MAX_STREAMS = { operate: 64, read: 48 } as const satisfies Record<Role, number>;

/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

export interface StreamDeps {
  hub: StreamHub;
  /** The installations that changed after a number of the change counter; undefined when there are too many. */
  readonly changedSince: (seq: number) => Promise<readonly (() => unknown)[] | undefined>;
  readonly toJson: (value: unknown) => string;
  clock: Clock;
}

export interface StreamCall {
  request: Request;
  /** Of who asks. */
  role: Role;
  /** Ends it: the server stops. */
  stopping: AbortSignal;
  /** When the login ends, in milliseconds of the epoch; undefined for a token. */
  endsAtMs: number | undefined;
}

/** Answers a stream. @throws BotServerError `too_many_streams` */
export async function answerStream(call: StreamCall, deps: StreamDeps): Promise<Response> {
  const { hub } = deps;
  const limit = MAX_STREAMS[call.role];
  if (hub.followers >= limit) {
    throw new BotServerError('too_many_streams', `There are ${limit} streams or more already`, {
      facts: { retryAfterMs: RETRY_MS },
    });
  }
  const client = new StreamClient(deps);
  // From now on nothing is missed; what came before is sent first.
  client.follow();
  client.endWith([call.stopping, call.request.signal]);
  try {
    client.begin(await missedBy(call.request.headers.get('last-event-id'), deps));
  } catch (error) {
    // Nobody reads it: left there it would take a place for ever, and all that happens from now on.
    client.end();
    throw error;
  }
  if (call.endsAtMs !== undefined) client.endAfter(call.endsAtMs - deps.clock.now());
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };
  return new Response(client.body, { headers });
}

/** What a client has to be told first: what it missed, or that this is not known. */
async function missedBy(lastEventId: string | null, deps: StreamDeps): Promise<StreamEvent[]> {
  const { hub } = deps;
  const id = hub.position;
  const reset = (why: string): StreamEvent => ({ id, name: 'reset', data: () => ({ why }) });
  const hello: StreamEvent = { id, name: 'hello', data: () => ({ node: hub.nodeId }) };
  if (lastEventId === null || lastEventId === '') return [hello];
  const position = hub.positionOf(lastEventId);
  if (position.kind === 'here') {
    const missed = hub.after(position.count);
    return missed ? [...missed] : [reset('the id is too old: this process has sent more events since than it keeps')];
  }
  if (position.kind === 'unknown') return [reset('the id does not belong to this database')];
  const changed = await deps.changedSince(position.seq);
  if (!changed) return [reset('the id is too old: too many installations have changed since')];
  // With the id that it had: one whose connection breaks among them comes back with that, and is told all of them again.
  const rows = changed.map((data): StreamEvent => ({ id: lastEventId, name: 'team', data }));
  return [
    ...rows,
    reset('another process reported until now: what it knew of connections and errors is not known here'),
  ];
}

/** One client: what waits for it, and when it ends. */
class StreamClient {
  readonly body: ReadableStream<Uint8Array>;
  readonly #deps: StreamDeps;
  readonly #encoder = new TextEncoder();
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  /** Those that came before the client was told what it missed. */
  #early: StreamEvent[] | undefined = [];
  #unfollow: () => void = () => {};
  #heartbeat: Timer | undefined;
  #ending: Timer | undefined;
  /** Aborts with it, so that nothing that lives longer holds it. */
  readonly #ended = new AbortController();
  #isEnded = false;

  constructor(deps: StreamDeps) {
    this.#deps = deps;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_BEHIND_BYTES }),
    );
  }

  follow(): void {
    this.#unfollow = this.#deps.hub.follow((event) => {
      if (this.#early) this.#early.push(event);
      else this.#send(event);
    });
  }

  begin(before: readonly StreamEvent[]): void {
    // At once: what it missed may be more than it may be behind, and it would never get to the end of it.
    this.#write(`retry: ${RETRY_MS}\n\n${before.map((event) => this.#textOf(event)).join('')}`);
    for (const event of this.#early ?? []) this.#send(event);
    this.#early = undefined;
    this.#beat();
  }

  endWith(signals: readonly AbortSignal[]): void {
    const options = { once: true, signal: this.#ended.signal };
    for (const one of signals) one.addEventListener('abort', () => this.end(), options);
    if (signals.some(({ aborted }) => aborted)) this.end();
  }

  endAfter(delayMs: number): void {
    if (this.#isEnded) return;
    this.#ending = this.#deps.clock.after(delayMs, () => this.end());
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#ended.abort();
    this.#unfollow();
    this.#heartbeat?.cancel();
    this.#ending?.cancel();
    try {
      this.#controller.close();
    } catch {
      // The client has gone, and its stream with it.
    }
  }

  #beat(): void {
    if (this.#isEnded) return;
    this.#heartbeat = this.#deps.clock.after(HEARTBEAT_MS, () => {
      this.#write(': \n\n');
      this.#beat();
    });
  }

  #send(event: StreamEvent): void {
    this.#write(this.#textOf(event));
  }

  #textOf({ id, name, data }: StreamEvent): string {
    return `id: ${id}\nevent: ${name}\ndata: ${this.#deps.toJson(data())}\n\n`;
  }

  #write(text: string): void {
    if (this.#isEnded) return;
    this.#controller.enqueue(this.#encoder.encode(text));
    if ((this.#controller.desiredSize ?? 0) <= 0) this.end();
  }
}
