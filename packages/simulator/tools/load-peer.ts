/**
 * The other side of load.ts, in a process of its own: RTM clients, an app behind a request URL, or people who write.
 * Commands come over IPC, one at a time; each is answered with what was counted.
 */
import { createHmac } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';

/** What the parent may ask. */
export type Command =
  | { do: 'connect'; apiUrl: string; tokens: readonly string[] }
  | { do: 'echo' }
  | { do: 'await_messages'; count: number }
  | { do: 'listen'; signingSecret: string }
  | { do: 'count' }
  | { do: 'write'; url: string; teams: readonly string[]; seconds: number };

const AT_ONCE = 32;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const sockets: WebSocket[] = [];
const received = { messages: 0, acks: 0, deliveries: 0, badSignatures: 0 };
const watchers = new Set<() => void>();

process.on('message', (command: Command) => {
  void answer(command).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());

async function answer(command: Command): Promise<unknown> {
  switch (command.do) {
    case 'connect':
      return connectAll(command.apiUrl, command.tokens);
    case 'echo':
      return echoAll();
    case 'await_messages':
      await until(() => received.messages >= command.count);
      return received;
    case 'listen':
      return listen(command.signingSecret);
    case 'count':
      return received;
    case 'write':
      return write(command);
  }
}

async function connectAll(apiUrl: string, tokens: readonly string[]): Promise<unknown> {
  const startedAt = performance.now();
  await inParallel(tokens, async (token) => {
    const { url } = JSON.parse(await post(`${apiUrl}rtm.connect`, { authorization: `Bearer ${token}` }, '')) as {
      url: string;
    };
    await open(url);
  });
  return { sockets: sockets.length, ms: performance.now() - startedAt };
}

function open(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.startsWith('{"type":"hello"')) resolve();
      else if (text.includes('"reply_to"')) received.acks += 1;
      else if (text.includes('"type":"message"')) received.messages += 1;
      for (const check of watchers) check();
    });
    sockets.push(socket);
  });
}

/** Every socket asks for a pong at once. */
async function echoAll(): Promise<unknown> {
  const before = received.acks;
  const startedAt = performance.now();
  for (const socket of sockets) socket.send('{"type":"ping","id":1}');
  await until(() => received.acks >= before + sockets.length);
  return { frames: sockets.length, ms: performance.now() - startedAt };
}

/** An app that acks at once and checks one signature in a hundred. */
function listen(signingSecret: string): Promise<unknown> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      if (received.deliveries++ % 100 === 0) {
        const base = `v0:${String(incoming.headers['x-slack-request-timestamp'])}:${Buffer.concat(chunks).toString()}`;
        const expected = `v0=${createHmac('sha256', signingSecret).update(base).digest('hex')}`;
        if (incoming.headers['x-slack-signature'] !== expected) received.badSignatures += 1;
      }
      response.end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` });
    });
  });
}

/** People write as fast as they are answered. */
async function write({ url, teams, seconds }: Extract<Command, { do: 'write' }>): Promise<unknown> {
  const startedAt = performance.now();
  let written = 0;
  const one = async () => {
    while (performance.now() - startedAt < seconds * 1000) {
      const team = teams[written++ % teams.length];
      const body = JSON.stringify({ team, channel: 'general', text: `message ${written}` });
      await post(`${url}/_sim/messages`, { 'content-type': 'application/json' }, body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { written, ms: performance.now() - startedAt };
}

function post(url: string, headers: Record<string, string>, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function inParallel<Item>(items: readonly Item[], run: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds()) return;
      watchers.delete(check);
      resolve();
    };
    watchers.add(check);
    check();
  });
}
