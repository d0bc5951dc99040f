/**
 * `GET /_sim/stream`: log records as they happen, as server-sent events. A client holds only a number: records are read
 * from the log's ring when the client has room for them, so that a slow one costs no memory and misses the oldest.
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 */
import { type Context, Hono } from 'hono';
import { systemClock } from '../clock/clock.ts';
import { SimulatorError } from '../errors.ts';
import { errorAnswer, readQuery } from '../http/http-json.ts';
import type { ActivityLog, LogQuery } from '../log/activity-log.ts';
import { streamQuery } from './schemas.ts';

/** What a stream needs. */
export interface StreamTools {
  log: ActivityLog;
  /** Ends every stream when the simulator stops. */
  stopping: AbortSignal;
  /** How long a stream is silent before a comment says that it lives, in ms of real time. @defaultValue 15000 */
  heartbeatMs?: number;
}

/** Proxies and browsers give up on silence after 30 s or more. */
const HEARTBEAT_MS = 15_000;
/** How many records one chunk has at most. */
const CHUNK_RECORDS = 200;
/** How many clients may follow at once; more are turned away. */
export const STREAM_LIMIT = 256;

/** The route below `/_sim`. */
export function streamRoutes(tools: StreamTools): Hono {
  const routes = new Hono();
  let open = 0;
  routes.onError((error, c) => errorAnswer(c, error));
  routes.get('/stream', (c) => {
    const { after, ...query } = readQuery(c, streamQuery);
    if (open >= STREAM_LIMIT) throw new SimulatorError('busy', `${STREAM_LIMIT} streams are open already`);
    open += 1;
    const cursor = resumedAfter(c, tools.log) ?? after ?? tools.log.lastSeq;
    const body = recordStream(tools, { query, cursor, gone: c.req.raw.signal, onEnd: () => void (open -= 1) });
    return c.body(body, 200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  });
  return routes;
}

/** What a browser sends when it comes back; anything else than a number is ignored. */
function resumedAfter(c: Context, { lastSeq }: ActivityLog): number | undefined {
  const sent = c.req.header('last-event-id') ?? '';
  if (!/^\d{1,15}$/.test(sent)) return undefined;
  // A number that is yet to come is of the simulator that ran here before: all of this one is new.
  return Number(sent) > lastSeq ? 0 : Number(sent);
}

interface Follower {
  query: LogQuery;
  cursor: number;
  /** The client went away. */
  gone: AbortSignal;
  onEnd: () => void;
}

function recordStream(tools: StreamTools, follower: Follower): ReadableStream<Uint8Array> {
  const { log, stopping, heartbeatMs = HEARTBEAT_MS } = tools;
  const ended = new AbortController();
  const ending = AbortSignal.any([stopping, follower.gone, ended.signal]);
  ending.addEventListener('abort', follower.onEnd, { once: true });
  const bytes = (text: string) => new TextEncoder().encode(text);
  return new ReadableStream<Uint8Array>(
    {
      // A first line at once, so that the client knows that it is connected.
      start: (controller) => controller.enqueue(bytes('retry: 1000\n\n')),
      async pull(controller) {
        const text = await nextText(log, follower, { ending, heartbeatMs });
        if (ending.aborted) controller.close();
        else controller.enqueue(bytes(text));
      },
      cancel: () => ended.abort(),
    },
    { highWaterMark: 1 },
  );
}

/** The next records as events, and what was forgotten before they could be sent. Moves the cursor behind them. */
function takeEvents(log: ActivityLog, follower: Follower): string {
  const { cursor, query } = follower;
  const forgotten = log.lastSeq - log.size - cursor;
  const records = log.query({ ...query, after: cursor, limit: CHUNK_RECORDS });
  follower.cursor = records.length < CHUNK_RECORDS ? log.lastSeq : (records.at(-1)?.seq ?? log.lastSeq);
  const events = records.map((record) => `id: ${record.seq}\nevent: record\ndata: ${JSON.stringify(record)}\n\n`);
  return forgotten > 0 ? `event: gap\ndata: {"missed":${forgotten}}\n\n${events.join('')}` : events.join('');
}

/** Waits for records that fit; after a silence it is a comment instead. */
async function nextText(
  log: ActivityLog,
  follower: Follower,
  { ending, heartbeatMs }: { ending: AbortSignal; heartbeatMs: number },
): Promise<string> {
  const silence = new AbortController();
  const timer = systemClock.after(heartbeatMs, () => silence.abort());
  const given = AbortSignal.any([ending, silence.signal]);
  let text = takeEvents(log, follower);
  while (text === '' && !given.aborted) {
    await log.nextRecord(given);
    text = takeEvents(log, follower);
  }
  timer.cancel();
  return text || ': alive\n\n';
}
