/**
 * A peer for connection tests: rtm.connect over HTTP and sockets behind it, on real ports, doing what the test says. It
 * knows nothing of the code under test and keeps its own books: who asked when, which sockets are open, how many at once.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../src/time/clock.ts';

/** What rtm.connect answers to a team. */
export type Answer =
  | { kind: 'url' }
  | { kind: 'hang' }
  | { kind: 'error'; code: string }
  | { kind: 'http'; status: number; headers?: Record<string, string>; body?: string };

/** What a socket does once it is accepted. */
export type Greeting =
  | { kind: 'hello'; afterMs?: number }
  | { kind: 'none' }
  | { kind: 'close'; withHello: boolean }
  /** Answers the upgrade with that status instead of accepting. */
  | { kind: 'http'; status: number }
  | { kind: 'error' };

/** What happens to a team. */
export interface Script {
  answer: Answer;
  greeting: Greeting;
  /** Whether a ping that is a text frame is answered; WebSocket pings always are. */
  hasTextPongs: boolean;
  /** Whether the socket reads and answers nothing after hello. */
  isMuteAfterHello: boolean;
  /** What hello says beside its type. */
  hello: Readonly<Record<string, unknown>>;
}

/** One accepted socket. */
export interface PeerSocket {
  key: string;
  ticket: string;
  socket: WebSocket;
  tcp: Socket;
  /** The code with which the client closed; undefined while it has not. */
  closedWith: number | undefined;
  /** What the client wrote beside pings, oldest first. */
  received: unknown[];
}

const defaultScript: Script = {
  answer: { kind: 'url' },
  greeting: { kind: 'hello' },
  hasTextPongs: true,
  isMuteAfterHello: false,
  hello: {},
};

export class ScriptedSlack {
  /** Each rtm.connect: by whom, and when on the clock. */
  readonly asked: { key: string; atMs: number }[] = [];
  /** All sockets ever accepted, oldest first. */
  readonly accepted: PeerSocket[] = [];
  readonly #clock: Clock;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #scripts = new Map<string, Script>();
  readonly #tickets = new Map<string, string>();
  /** Connects between rtm.connect and hello, by ticket. */
  readonly #underWay = new Set<string>();
  /** The largest number of connects that were under way at once. */
  mostUnderWay = 0;
  #lastTicket = 0;

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#http = createServer((request, response) => this.#onRequest(request, response));
    this.#http.on('upgrade', (request, tcp: Socket, head) => {
      const { greeting } = this.#scriptOf(this.#tickets.get(ticketOf(request)) ?? '');
      if (greeting.kind === 'http') return tcp.end(`HTTP/1.1 ${greeting.status} No\r\nconnection: close\r\n\r\n`);
      this.#sockets.handleUpgrade(request, tcp, head, (socket) => this.#onSocket(ticketOf(request), socket, tcp));
    });
  }

  static async start(clock: Clock): Promise<ScriptedSlack> {
    const slack = new ScriptedSlack(clock);
    await new Promise<void>((resolve) => slack.#http.listen(0, '127.0.0.1', resolve));
    return slack;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}/api/`;
  }

  /** Says what happens to a team from now on. */
  script(key: string, script: Partial<Script>): void {
    this.#scripts.set(key, { ...this.#scriptOf(key), ...script });
  }

  askedBy(key: string): number[] {
    return this.asked.filter((each) => each.key === key).map(({ atMs }) => atMs);
  }

  /** The team's sockets that are open now, oldest first. */
  open(key: string): PeerSocket[] {
    return this.accepted.filter((each) => each.key === key && each.socket.readyState === each.socket.OPEN);
  }

  /** Sends to the team's newest socket, or to the one given. */
  send(key: string, frame: unknown, peer: PeerSocket | undefined = this.open(key).at(-1)): void {
    peer?.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Says hello on a socket that was accepted without one. */
  greet({ key, ticket, socket }: PeerSocket): void {
    this.#underWay.delete(ticket);
    const { hello, isMuteAfterHello } = this.#scriptOf(key);
    socket.send(JSON.stringify({ type: 'hello', ...hello }));
    if (isMuteAfterHello) socket.pause();
  }

  /** The TCP connection ends without a close frame. */
  drop(key: string): void {
    for (const { tcp } of this.open(key)) tcp.destroy();
  }

  /** The TCP connection is reset. */
  reset(key: string): void {
    for (const { tcp } of this.open(key)) tcp.resetAndDestroy();
  }

  /** TCP stays up; nothing is read or answered any more. */
  mute(key: string): void {
    for (const { socket } of this.open(key)) socket.pause();
  }

  async stop(): Promise<void> {
    for (const { tcp } of this.accepted) tcp.destroy();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get #port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  #scriptOf(key: string): Script {
    return this.#scripts.get(key) ?? defaultScript;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    this.asked.push({ key, atMs: this.#clock.now() });
    request.resume();
    const { answer } = this.#scriptOf(key);
    if (answer.kind === 'hang') return this.#hang(key, response);
    if (answer.kind === 'http') {
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer.kind === 'error' ? { ok: false, error: answer.code } : this.#newUrl(key)));
  }

  #hang(key: string, response: ServerResponse): void {
    const ticket = `hanging ${key}`;
    this.#begin(ticket);
    response.on('close', () => this.#underWay.delete(ticket));
  }

  #newUrl(key: string): { ok: true; url: string } {
    this.#lastTicket += 1;
    const ticket = String(this.#lastTicket);
    this.#tickets.set(ticket, key);
    this.#begin(ticket);
    return { ok: true, url: `ws://127.0.0.1:${this.#port}/?ticket=${ticket}` };
  }

  #begin(ticket: string): void {
    this.#underWay.add(ticket);
    this.mostUnderWay = Math.max(this.mostUnderWay, this.#underWay.size);
  }

  #onSocket(ticket: string, socket: WebSocket, tcp: Socket): void {
    const key = this.#tickets.get(ticket);
    socket.on('error', () => {});
    if (key === undefined) {
      socket.send('{"type":"error","error":{"code":1,"msg":"Socket URL has expired"}}');
      return socket.close();
    }
    this.#tickets.delete(ticket);
    const peer: PeerSocket = { key, ticket, socket, tcp, closedWith: undefined, received: [] };
    this.accepted.push(peer);
    socket.on('close', (code) => {
      this.#underWay.delete(ticket);
      peer.closedWith = code;
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Record<string, unknown>;
      if (frame.type !== 'ping') peer.received.push(frame);
      else if (this.#scriptOf(key).hasTextPongs) answerPing(socket, frame);
    });
    this.#follow(peer);
  }

  #follow(peer: PeerSocket): void {
    const { greeting } = this.#scriptOf(peer.key);
    if (greeting.kind === 'hello' && greeting.afterMs === undefined) this.greet(peer);
    if (greeting.kind === 'hello' && greeting.afterMs !== undefined) {
      this.#clock.after(greeting.afterMs, () => this.greet(peer));
    }
    if (greeting.kind === 'error') this.send(peer.key, '{"type":"error","error":{"code":1,"msg":"expired"}}', peer);
    if (greeting.kind !== 'close') return;
    if (greeting.withHello) this.greet(peer);
    peer.socket.close(1001);
    peer.tcp.end();
  }
}

function ticketOf(request: IncomingMessage): string {
  return new URL(request.url ?? '', 'ws://peer.test').searchParams.get('ticket') ?? '';
}

function answerPing(socket: WebSocket, { id, type: _type, ...rest }: Record<string, unknown>): void {
  socket.send(JSON.stringify({ type: 'pong', reply_to: id, ...rest }));
}
