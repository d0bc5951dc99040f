/** What those who cannot sign can cost the request URL: real sockets, byte by byte. */
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { aRequestUrl, FORM_TYPE, headOf, open, signed } from './request-url.test-kit.ts';

const MIB = 1_048_576;
const event = '{"type":"event_callback","event_id":"Ev1","team_id":"T1","event":{"type":"message"}}';
/** In the right form, and of nobody's body. */
const madeUp = (nowMs: number) => signed('made up', nowMs);
const oneByteChunks = (count: number) => '1\r\na\r\n'.repeat(count);

describe('a body without sound signature headers', () => {
  it.each<[string, (nowMs: number) => Record<string, string>]>([
    ['none', () => ({})],
    ['no signature', (nowMs) => ({ ...madeUp(nowMs), 'x-slack-signature': '' })],
    ['no timestamp', (nowMs) => ({ ...madeUp(nowMs), 'x-slack-request-timestamp': '' })],
    ['a short signature', (nowMs) => ({ ...madeUp(nowMs), 'x-slack-signature': 'v0=abc' })],
    ['a timestamp in words', (nowMs) => ({ ...madeUp(nowMs), 'x-slack-request-timestamp': 'now' })],
    ['301 s ago', (nowMs) => madeUp(nowMs - 301_000)],
    ['in 302 s', (nowMs) => madeUp(nowMs + 302_000)],
  ])('is refused before it is sent, and the connection closed: %s', async (_name, headers) => {
    const { port, clock } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'content-length': 100_000, ...headers(clock.now()) }));
    await vi.waitFor(() => expect(client.isClosed).toBe(true));
    expect(client.text).toMatch(/^HTTP\/1\.1 401 .*connection: close/is);
  });

  it('is answered although it is sent on, and not read to its end', async () => {
    const { port, clock } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'transfer-encoding': 'chunked' }));
    const sending = setInterval(() => client.socket.write(oneByteChunks(10_000)), 5);
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 401'));
    await clock.advance(500);
    await vi.waitFor(() => expect(client.isClosed).toBe(true), 5_000);
    clearInterval(sending);
  });

  it.each([
    ['a byte more than 1 KiB', { 'content-length': 1_025 }],
    ['without its length', { 'transfer-encoding': 'chunked' }],
    ['of another type', { 'content-length': 11, 'content-type': 'text/plain' }],
  ])('is not looked through for ssl_check: %s', async (_name, headers) => {
    const { port } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'content-type': FORM_TYPE, ...headers }));
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 401'));
  });

  it('is read for ssl_check=1 up to 1 KiB', async () => {
    const { port, post, deliveries } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'content-type': FORM_TYPE, 'content-length': 1_024 }));
    client.socket.write('ssl_check=1&x='.padEnd(1_024, 'x'));
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 200'));
    const unsigned = { type: FORM_TYPE, headers: { 'x-slack-signature': '' } };
    expect(await post('ssl_check=10', unsigned)).toMatchObject({ status: 401 });
    expect(await post('text=ssl_check%3D1', unsigned)).toMatchObject({ status: 401 });
    expect(deliveries).toEqual([]);
  });
});

/** The bytes take their time on a busy machine. */
const PATIENCE = { timeout: 20_000 };

describe('a body whose signature is made up', { timeout: 180_000 }, () => {
  it('is cut when many of them are half sent, the slowest first, and signed events beside them are taken', async () => {
    const { port, clock, post, log } = await aRequestUrl();
    const half = (bytes: number) => headOf({ 'content-length': MIB, ...madeUp(clock.now()) }) + 'x'.repeat(bytes);
    const slow = await Promise.all(Array.from({ length: 20 }, () => open(port)));
    for (const { socket } of slow) socket.write(half(MIB / 2));
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(20), PATIENCE);
    await vi.waitFor(() => expect(Math.max(...slow.map(({ socket }) => socket.writableLength))).toBe(0), PATIENCE);
    await clock.advance(1_000);
    const quick = await Promise.all(Array.from({ length: 24 }, () => open(port)));
    for (const { socket } of quick) socket.write(half(MIB - 1));
    await vi.waitFor(() => expect(slow.filter(({ isClosed }) => isClosed).length).toBeGreaterThan(3), PATIENCE);
    expect(slow.filter(({ isClosed }) => isClosed).every(({ text }) => text.includes('HTTP/1.1 408'))).toBe(true);
    expect(quick.filter(({ isClosed }) => isClosed)).toEqual([]);
    expect(await post(event)).toMatchObject({ status: 200 });
    expect(log.warn.mock.calls.map(([, message]) => message)).toEqual([
      'half-sent requests took too much memory: the slowest were cut',
    ]);
  });

  it('costs the memory of what came, not of what it promised, and nothing when it has ended', async () => {
    const { port, clock, log } = await aRequestUrl();
    const promising = await Promise.all(Array.from({ length: 200 }, () => open(port)));
    for (const { socket } of promising) socket.write(`${headOf({ 'content-length': MIB, ...madeUp(clock.now()) })}x`);
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(200), PATIENCE);
    expect(promising.filter(({ isClosed }) => isClosed)).toEqual([]);
    for (const { socket } of promising) socket.destroy();
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(0), PATIENCE);
    expect(log.warn).not.toHaveBeenCalled();
  });

  it('is a 413 when it comes in tens of thousands of chunks of a byte, which are not all read', async () => {
    const { port, clock } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'transfer-encoding': 'chunked', ...madeUp(clock.now()) }) + oneByteChunks(100_000));
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 413'), PATIENCE);
  });

  it('in chunks of a byte is stopped soon, however many senders there are, and a signed one beside them is taken', async () => {
    const { port, clock, post } = await aRequestUrl();
    const senders = await Promise.all(Array.from({ length: 20 }, () => open(port)));
    const head = headOf({ 'transfer-encoding': 'chunked', ...madeUp(clock.now()) });
    for (const { socket } of senders) socket.write(head + oneByteChunks(5_000));
    await vi.waitFor(
      () => expect(senders.filter(({ text }) => text.includes('413')).length).toBeGreaterThan(18),
      PATIENCE,
    );
    expect(await post(event)).toMatchObject({ status: 200 });
  });

  it('is a 413 before it is sent when it says that it is too large', async () => {
    const { port, clock } = await aRequestUrl();
    const client = await open(port);
    client.socket.write(headOf({ 'content-length': MIB + 1, ...madeUp(clock.now()) }));
    await once(client.socket, 'close');
    expect(client.text).toContain('HTTP/1.1 413');
  });

  it('takes nothing from a signed event in chunks of a byte', async () => {
    const { port, clock, deliveries } = await aRequestUrl();
    const client = await open(port);
    const chunks = event.replace(/./g, (byte) => `1\r\n${byte}\r\n`);
    client.socket.write(
      `${headOf({ 'transfer-encoding': 'chunked', ...signed(event, clock.now()) })}${chunks}0\r\n\r\n`,
    );
    await vi.waitFor(() => expect(client.text).toContain('HTTP/1.1 200'));
    expect(deliveries).toMatchObject([{ body: { event_id: 'Ev1' } }]);
  });
});
