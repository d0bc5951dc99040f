import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, type TestContext } from 'vitest';
import { type Clock, systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { createSlackFetch } from './slack-fetch.ts';

const MIB = 1_048_576;

type Body = NonNullable<Parameters<typeof fetch>[1]>['body'];

interface Arrived {
  bytes: number;
  contentLength: string | undefined;
  contentType: string | undefined;
}

/** A Slack for which so much time passes while it reads a chunk, and which stops reading after `stallsAfter`. */
async function startSlowPeer(
  { onTestFinished }: TestContext,
  {
    pass = async () => {},
    stallsAfter = Number.POSITIVE_INFINITY,
  }: { pass?: (bytes: number) => Promise<void>; stallsAfter?: number },
) {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => void read(request, response));
  async function read(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const one = {
      bytes: 0,
      contentLength: request.headers['content-length'],
      contentType: request.headers['content-type'],
    };
    arrived.push(one);
    request.on('error', () => {});
    for await (const chunk of request) {
      const { length } = chunk as Buffer;
      one.bytes += length;
      if (one.bytes >= stallsAfter) return request.pause() as unknown as undefined;
      await pass(length);
    }
    response.end('OK');
    return undefined;
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/upload/v1/abc`, arrived };
}

/** With a tenth of the usual limits: 1 s without progress. */
const aFetch = (clock: Clock) =>
  createSlackFetch({
    apiUrl: 'http://127.0.0.1:9/api/',
    lookup: () => ({ pass: true }),
    report: () => {},
    clock,
    random: () => 0,
    options: { attemptTimeoutMs: 1_000 },
  }).fetch;

const aForm = (bytes: number) => {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(bytes)]), 'a.bin');
  return form;
};

// Side by side: they wait for their peers.
it.concurrent.for<[string, () => Body, number]>([
  ['bytes', () => Buffer.alloc(4 * MIB), 4 * MIB],
  ['a form', () => aForm(4 * MIB), 4 * MIB],
  ['a blob', () => new Blob([new Uint8Array(4 * MIB)]), 4 * MIB],
  ['a stream', () => new Blob([new Uint8Array(4 * MIB)]).stream(), 4 * MIB],
])('an upload of %s takes as long as it moves on', { timeout: 30_000 }, async ([what, body, size], context) => {
  const clock = new TestClock();
  const startMs = clock.monotonic();
  // 1.6 MiB a second: 2.5 s in all.
  const { url, arrived } = await startSlowPeer(context, {
    pass: (bytes) => clock.advance((bytes / (1.6 * MIB)) * 1_000),
  });
  const response = await aFetch(clock)(url, { method: 'POST', body: body() });
  expect(clock.monotonic() - startMs).toBeGreaterThan(2_000);
  expect(await response.text()).toBe('OK');
  expect(arrived).toHaveLength(1);
  expect(arrived[0]?.bytes).toBeGreaterThanOrEqual(size);
  // Slack's own clients name the size; a stream has none.
  expect(arrived[0]?.contentLength).toBe(what === 'a stream' ? undefined : String(arrived[0]?.bytes));
  if (what === 'a form') expect(arrived[0]?.contentType).toMatch(/^multipart\/form-data; boundary=/);
});

it.concurrent.for<[string, () => Body]>([
  ['bytes', () => Buffer.alloc(24 * MIB)],
  ['a form', () => aForm(24 * MIB)],
])('an upload of %s that is stuck is given up', { timeout: 30_000 }, async ([_what, body], context) => {
  const { url, arrived } = await startSlowPeer(context, { stallsAfter: MIB });
  // The limit of the test is the proof: nothing else would end it.
  await expect(aFetch(systemClock)(url, { method: 'POST', body: body() })).rejects.toMatchObject({
    code: 'slack_unreachable',
  });
  // What may have arrived is not sent again.
  expect(arrived).toHaveLength(1);
});
