/** What strangers can do to a server: open sockets, send pieces, begin installs. Bounded by the signal of the attack. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SlackSender } from './slack-sender.ts';

/** The server that is attacked. */
export interface Target {
  port: number;
  /** The attack is over. */
  signal: AbortSignal;
  /** Deliveries of Slack to the teams whose listeners are part of the attack. */
  slack: SlackSender;
}

/** Sockets that are opened at once, so that the listen queue is not what is attacked. */
const OPENED_AT_ONCE = 50;
/** A visitor gives up after so many milliseconds. */
const VISIT_MS = 10_000;
/** A closed connection is opened again after so many milliseconds, unless the attack says otherwise. */
const AGAIN_MS = 20;

/** The head of a POST to the request URL. */
export function post(headers: Record<string, string>): string {
  const lines = Object.entries({ host: 'bench.test', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /slack/events HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Headers as Slack's, with a signature of nothing. */
export function madeUpSignature(): Record<string, string> {
  return {
    'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000)),
    'x-slack-signature': `v0=${'0'.repeat(64)}`,
  };
}

/** The same chunk many times, as it goes over the wire. */
export function chunked(data: string, times: number): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`.repeat(times);
}

/** Writes the same again and again, as fast as it is taken, while the connection lives. */
export async function trickle(socket: Socket, text: string, { signal }: Target): Promise<void> {
  while (!signal.aborted && !socket.destroyed) {
    if (!socket.write(text)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => {});
    await sleep(1);
  }
}

/** Keeps so many connections open, each begun by `begin`, and opens those again that the server closes. Answers how many there were. */
export async function withSockets(
  target: Target,
  count: number,
  begin: (socket: Socket) => Promise<void>,
  { againMs = AGAIN_MS } = {},
): Promise<number> {
  const open = new Set<Socket>();
  let opened = 0;
  const keepOne = async () => {
    const socket = connect({ port: target.port, host: '127.0.0.1' });
    open.add(socket);
    socket.on('error', () => {});
    socket.on('data', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await Promise.race([once(socket, 'connect').catch(() => {}), closed]);
    opened++;
    await begin(socket);
    return async () => {
      const ended = new Promise<void>((resolve) =>
        target.signal.addEventListener('abort', () => resolve(), { once: true }),
      );
      if (!target.signal.aborted) await Promise.race([closed, ended]);
      open.delete(socket);
    };
  };
  const lane = async () => {
    while (!target.signal.aborted) {
      await (await keepOne())();
      await sleep(againMs);
    }
  };
  const lanes: Promise<void>[] = [];
  for (let lanesBegun = 0; lanesBegun < count && !target.signal.aborted; lanesBegun++) {
    lanes.push(lane());
    if (lanesBegun % OPENED_AT_ONCE === 0) await sleep(5);
  }
  if (!target.signal.aborted) await once(target.signal, 'abort');
  for (const socket of open) socket.destroy();
  await Promise.all(lanes);
  return opened;
}

/** Does something again and again, so many at a time. Answers how often. */
export async function repeat(
  { signal }: Target,
  lanes: number,
  work: (number: number) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  const lane = async () => {
    while (!signal.aborted) await work(count++).catch(() => sleep(AGAIN_MS));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return count;
}

/** An install from its beginning, as a browser goes through it, with a code that may be made up. Answers the page's status, 0 for none. */
export async function installWith({ port, from }: { port: number; from?: string }, code: string): Promise<number> {
  const begun = await visit({ port, from, path: '/slack/install' });
  const state = new URL(begun.headers.location ?? 'about:blank').searchParams.get('state') ?? '';
  const cookie = begun.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const query = new URLSearchParams({ code, state }).toString();
  const { status } = await visit({ port, from, path: `/slack/oauth_redirect?${query}`, cookie });
  return status;
}

interface Visit {
  port: number;
  from: string | undefined;
  path: string;
  cookie?: string;
}

function visit({ port, from, path, cookie }: Visit): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve) => {
    const headers = { connection: 'close', ...(cookie === undefined ? {} : { cookie }) };
    const to = {
      host: '127.0.0.1',
      port,
      path,
      headers,
      timeout: VISIT_MS,
      ...(from === undefined ? {} : { localAddress: from }),
    };
    const asked = request(to, (response) => {
      response.resume();
      response.once('close', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve({ status: 0, headers: {} }));
    asked.end();
  });
}
