import { describe, expect, it } from 'vitest';
import { installedSimulator } from '../../test/support/slack.ts';
import { systemClock } from '../clock/clock.ts';
import { ActivityLog } from '../log/activity-log.ts';
import { streamRoutes } from './stream-route.ts';

/** Reads a stream of server-sent events until the text that came so far fits. */
async function readUntil(response: Response, fits: (text: string) => boolean): Promise<string> {
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!fits(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

function aStream(options: { capacity?: number; heartbeatMs?: number } = {}) {
  const log = new ActivityLog(systemClock, options.capacity ?? 100);
  const stopping = new AbortController();
  const routes = streamRoutes({ log, stopping: stopping.signal, heartbeatMs: options.heartbeatMs ?? 60_000 });
  return { log, stopping, get: async (headers = {}, query = '') => routes.request(`/stream${query}`, { headers }) };
}

describe('GET /_sim/stream', () => {
  it('gives records as they happen, over HTTP', async () => {
    await using slack = await installedSimulator();
    const response = await fetch(`${slack.url}/_sim/stream?kind=message`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'as it happens' });
    const text = await readUntil(response, (so) => so.includes('as it happens'));
    expect(text).toMatch(/^retry: 1000\n\nid: \d+\nevent: record\ndata: \{.*as it happens.*\}\n\n$/);
  });

  it('goes on where a client broke off', async () => {
    const { log, get } = aStream();
    for (const method of ['a', 'b', 'c']) log.add({ kind: 'request', method });
    const text = await readUntil(await get({ 'last-event-id': '1' }), (so) => so.includes('"c"'));
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['2', '3']);
  });

  it('gives all to a client that comes back from a simulator that ran longer', async () => {
    const { log, get } = aStream();
    for (const method of ['a', 'b']) log.add({ kind: 'request', method });
    const response = await get({ 'last-event-id': '4711' });
    log.add({ kind: 'request', method: 'c' });
    const text = await readUntil(response, (so) => so.includes('"c"') || so.includes(': alive'));
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['1', '2', '3']);
  });

  it('gives the records that fit, and only them', async () => {
    const { log, get } = aStream();
    for (const team of ['T1', 'T2', 'T1']) log.add({ kind: 'message', team });
    const text = await readUntil(await get({}, '?after=0&team=T2'), (so) => so.includes('T2'));
    expect(text).not.toContain('T1');
    expect((await get({}, '?kind=dance')).status).toBe(400);
  });

  it('says how many records were forgotten before a slow client could read them', async () => {
    const { log, get } = aStream({ capacity: 3 });
    for (const method of ['a', 'b', 'c', 'd', 'e']) log.add({ kind: 'request', method });
    const text = await readUntil(await get({ 'last-event-id': '0' }), (so) => so.includes('"e"'));
    expect(text).toContain('event: gap\ndata: {"missed":2}\n\n');
  });

  it('says in a silence that it lives', async () => {
    const { get } = aStream({ heartbeatMs: 1 });
    expect(await readUntil(await get(), (so) => so.includes(':'))).toContain('retry');
    expect(await readUntil(await get(), (so) => so.includes(': alive'))).toContain(': alive\n\n');
  });

  it('ends when the simulator stops', async () => {
    const { get, stopping } = aStream();
    const response = await get();
    stopping.abort();
    expect(await readUntil(response, () => false)).toBe('retry: 1000\n\n');
  });

  it('turns away more clients than it can follow, and takes others when they leave', async () => {
    const { get, stopping } = aStream();
    const all = await Promise.all(Array.from({ length: 256 }, () => get()));
    expect((await get()).status).toBe(503);
    await all[0]?.body?.cancel();
    const next = await get();
    expect(next.status).toBe(200);
    stopping.abort();
  });
});
