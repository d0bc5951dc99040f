/** The simulator as a whole: starting and stopping, many at once, and what nobody should send. */
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';
import { call, connect, installedSimulator, RawSocket } from './support/slack.ts';

describe('a simulator', () => {
  it('is ready in less than 300 ms', async () => {
    const startedAt = performance.now();
    await using _slack = await startSimulator();
    expect(performance.now() - startedAt).toBeLessThan(300);
  });

  it('may be one of fifty in a process, and leaves no handle behind', async () => {
    const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
    const before = handles();
    const all = await Promise.all(Array.from({ length: 50 }, () => installedSimulator()));
    const sockets = await Promise.all(all.map((one) => connect(one, one.acme.botToken)));
    await Promise.all(all.map((one) => one.stop()));
    await Promise.all(sockets.map((socket) => socket.closed()));
    await expect.poll(handles).toBeLessThanOrEqual(before + 50);
  });

  it('stops twice, with sockets, held answers and long polls open', async () => {
    const slack = await installedSimulator();
    using socket = await connect(slack, slack.acme.botToken);
    await slack.control.fault({ kind: 'hold', method: 'auth.test' });
    const held = call(slack, 'auth.test', slack.acme.botToken).catch(() => 'cut');
    const polled = slack.control.waitForLog(() => false, { timeoutMs: 60_000 }).catch(() => 'cut');
    await slack.control.waitForLog(({ kind }) => kind === 'request_held');
    await slack.stop();
    await slack.stop();
    await socket.closed();
    await expect(polled).resolves.toBe('cut');
    await held;
  });

  it('refuses a host that others can reach, unless it is allowed', async () => {
    await expect(startSimulator({ host: '0.0.0.0' })).rejects.toThrow(
      expect.objectContaining({ code: 'remote_refused' }),
    );
    await using _open = await startSimulator({ host: '0.0.0.0', allowRemote: true });
  });

  it('gives the same ids and tokens for the same seed number', async () => {
    await using one = await installedSimulator({ seedNumber: 42 });
    await using two = await installedSimulator({ seedNumber: 42 });
    await using other = await installedSimulator({ seedNumber: 43 });
    expect(two.acme).toEqual(one.acme);
    expect(other.acme.botToken).not.toBe(one.acme.botToken);
  });
});

describe('nothing that is sent makes it fall over:', () => {
  it('any call', async () => {
    const bugs: unknown[] = [];
    await using slack = await installedSimulator({ onError: (error) => bugs.push(error) });
    const methods = [
      'chat.postMessage',
      'conversations.list',
      'conversations.open',
      'oauth.access',
      'rtm.connect',
      'api.test',
    ];
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
      'text/plain',
      'x',
    ];
    const anyCall = fc.record({
      method: fc.oneof(fc.constantFrom(...methods), fc.webPath()),
      type: fc.constantFrom(...types),
      body: fc.oneof(
        fc.json(),
        fc.string(),
        fc.webQueryParameters(),
        fc
          .dictionary(fc.constantFrom('channel', 'text', 'blocks', 'limit', 'users', '__proto__'), fc.anything())
          .map((value) => {
            return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
          }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(anyCall, async ({ method, type, body }) => {
        const response = await fetch(slack.apiUrl + method.replace(/^\/+/, ''), {
          method: 'POST',
          headers: { authorization: `Bearer ${slack.acme.botToken}`, 'content-type': type },
          body,
        });
        expect(response.status).toBeLessThan(500);
        expect(await response.json()).toHaveProperty('ok');
      }),
      { numRuns: 300 },
    );
    expect(bugs).toEqual([]);
  });

  it('any frame', async () => {
    const bugs: unknown[] = [];
    await using slack = await installedSimulator({ onError: (error) => bugs.push(error) });
    const anyFrame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc
        .record(
          {
            type: fc.constantFrom('message', 'typing', 'ping', 'presence_sub', 'presence_query'),
            id: fc.jsonValue(),
            channel: fc.jsonValue(),
            text: fc.jsonValue(),
            ids: fc.jsonValue(),
          },
          { requiredKeys: ['type'] },
        )
        .map((frame) => JSON.stringify(frame)),
    );
    using socket = await connect(slack, slack.acme.botToken);
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { maxLength: 20 }), fc.nat(), async (frames, time) => {
        for (const frame of frames) socket.ws.send(frame);
        socket.send({ type: 'ping', id: 1, time });
        await socket.frame((frame) => frame.type === 'pong' && frame.time === time);
      }),
      { numRuns: 100 },
    );
    expect(bugs).toEqual([]);
  });

  it('half-open connections, broken upgrades and unknown paths', async () => {
    await using slack = await installedSimulator();
    const { hostname, port } = new URL(slack.url);
    const openings = [
      '',
      'POST /api/auth.test HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nto',
      'GET / HT',
      '\0\0\0\r\n\r\n',
    ];
    const half = Array.from({ length: 200 }, (_, index) => {
      const tcp = createConnection(Number(port), hostname);
      tcp.on('error', () => {});
      tcp.write(openings[index % openings.length] ?? '');
      return tcp;
    });
    using unknown = new RawSocket(`ws://${hostname}:${port}/nowhere`);
    await unknown.closed();
    using noTicket = new RawSocket(`ws://${hostname}:${port}/rtm/S1`);
    expect(await noTicket.frame(() => true)).toMatchObject({ type: 'error' });
    expect((await fetch(`${slack.url}/nothing`)).status).toBe(404);
    expect(await call(slack, 'auth.test', slack.acme.botToken)).toMatchObject({ ok: true });
    for (const tcp of half) tcp.destroy();
  });
});
