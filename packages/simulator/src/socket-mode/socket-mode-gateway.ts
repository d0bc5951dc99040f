/**
 * The Socket Mode connections of one simulator: tickets, the upgrade, hello, refreshes, and what faults do to them.
 * Which connection takes an envelope is socket-roster.ts; how it is delivered is socket-transport.ts.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { stopwatch, systemClock, type Timer } from '../clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { AppSockets, DisconnectReason, SocketInfo, SocketScope } from '../faults/live-sockets.ts';
import { hostOf } from '../http/host.ts';
import { rejectUpgrade } from '../http/upgrade.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { Token } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { PendingAcks } from './pending-acks.ts';
import { disconnectFrame, helloFrame, readAck } from './socket-frames.ts';
import { SocketRoster } from './socket-roster.ts';
import { SocketSession } from './socket-session.ts';
import { SocketTransport } from './socket-transport.ts';

/** A URL may be used for this long, once; Slack names no number, RTM's is 30 s. */
const TICKET_LIFETIME_MS = 30_000;
/** Per app. (https://docs.slack.dev/apis/events-api/using-socket-mode) */
export const MAX_CONNECTIONS = 10;
/** How long a connection lives unless options say otherwise. */
export const CONNECTION_SECONDS = 3600;
/** With `debug_reconnects=true` on the URL. (https://docs.slack.dev/apis/events-api/using-socket-mode) */
const DEBUG_CONNECTION_SECONDS = 360;
/** `warning` comes so long before `refresh_requested`, and the end so long after it. */
const NOTICE_MS = 10_000;
/** @slack/socket-mode gives up on a connection that was not pinged for 30 s. */
const PING_MS = 15_000;
/** Slack closes with 1009 on a larger client frame: "Max frame length of 20480 has been exceeded." (revelrylabs/slax#614) */
const FRAME_LIMIT_BYTES = 20_480;
const TOO_LARGE = 1009;

/** What the gateway needs. */
export interface SocketModeGatewayOptions {
  world: World;
  faults: FaultBoard;
  log: ActivityLog;
  /** @defaultValue 3600 */
  connectionSeconds?: number | undefined;
  /** In milliseconds of real time. @defaultValue 15000 */
  protocolPingMs?: number | undefined;
}

/** The Socket Mode side of one simulator. */
export class SocketModeGateway implements AppSockets {
  readonly transport: SocketTransport;
  readonly #world: World;
  readonly #faults: FaultBoard;
  readonly #log: ActivityLog;
  readonly #connectionSeconds: number;
  readonly #pingMs: number;
  readonly #wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_LIMIT_BYTES,
    autoPong: true,
  });
  /** Oldest first, because every ticket lives equally long. */
  readonly #tickets = new Map<string, SocketSession>();
  readonly #roster = new SocketRoster();
  readonly #acks: PendingAcks;
  readonly #ghostTimers = new Set<Timer>();
  #lastNumber = 0;
  #pings: Timer | undefined;

  constructor(options: SocketModeGatewayOptions) {
    const { world } = options;
    this.#world = world;
    this.#faults = options.faults;
    this.#log = options.log;
    this.#connectionSeconds = options.connectionSeconds ?? CONNECTION_SECONDS;
    this.#pingMs = Math.min(options.protocolPingMs ?? PING_MS, PING_MS);
    this.#acks = new PendingAcks(world.clock);
    this.transport = new SocketTransport({ world, faults: options.faults, roster: this.#roster, acks: this.#acks });
    this.#schedulePings();
  }

  get size(): number {
    return this.#roster.size;
  }

  openTicket(token: Token, host: string): string {
    this.#dropExpiredTickets();
    const ticket = this.#world.secrets.note(randomBytes(16).toString('hex'));
    const session = new SocketSession({
      id: `M${++this.#lastNumber}`,
      token,
      expiresAtMs: this.#world.clock.now() + TICKET_LIFETIME_MS,
      log: this.#log,
    });
    this.#tickets.set(ticket, session);
    // In the path as well, for clients that put a query of their own in place of ours.
    return `${this.#world.origin(host, 'ws')}/link/${ticket}?ticket=${ticket}&app_id=${session.appId}`;
  }

  /** Takes over an HTTP upgrade whose path begins with `/link/`. */
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    const url = request.url ?? '';
    const ticket = /^\/link\/(\w+)/.exec(url)?.[1] ?? /[?&]ticket=(\w+)/.exec(url)?.[1] ?? '';
    this.#dropExpiredTickets();
    const session = this.#tickets.get(ticket);
    const refusal = this.#faults.match('refuse_sockets', { app: session?.appId });
    if (refusal || !session) {
      rejectUpgrade(tcp, refusal?.how ?? '404');
      return;
    }
    this.#tickets.delete(ticket);
    const connectionSeconds = /[?&]debug_reconnects=true\b/.test(url)
      ? DEBUG_CONNECTION_SECONDS
      : this.#connectionSeconds;
    this.#wss.handleUpgrade(request, tcp, head, (ws) => {
      this.#accept(session, { ws, tcp, host: hostOf(request), connectionSeconds });
    });
  }

  list(scope: SocketScope = {}): SocketInfo[] {
    return this.#roster.list(scope).map((session) => ({
      id: session.id,
      team: '',
      app: session.appId,
      tokenId: session.token.id,
      state: session.state.kind === 'muted' ? 'muted' : 'open',
    }));
  }

  close(scope: SocketScope, code: number | null): number {
    return this.#hit(scope, (session) => session.close(code));
  }

  reset(scope: SocketScope): number {
    return this.#hit(scope, (session) => session.reset());
  }

  mute(scope: SocketScope, forMs?: number): number {
    return this.#hit(scope, (session) => {
      session.mute();
      if (forMs !== undefined) this.#world.clock.after(forMs, () => session.unmute());
    });
  }

  disconnect(app: string | undefined, reason: DisconnectReason, closeAfterMs: number): number {
    return this.#hit({ app }, (session) => {
      session.send(disconnectFrame(reason));
      if (reason !== 'warning') session.leave();
      if (closeAfterMs === 0) session.close(1000);
      else session.keep(this.#world.clock.after(closeAfterMs, () => session.close(1000)));
    });
  }

  haunt(app: string | undefined, count: number): number {
    const appId = app ?? this.#world.findApp()?.id ?? '';
    const added = Math.min(count, MAX_CONNECTIONS - this.#roster.count(appId));
    this.#roster.addGhosts(appId, added);
    const timer = this.#world.clock.after(this.#connectionSeconds * 1000, () => {
      this.#ghostTimers.delete(timer);
      this.#roster.addGhosts(appId, -added);
    });
    this.#ghostTimers.add(timer);
    return added;
  }

  /** Ends every connection at once. */
  stop(): void {
    this.#pings?.cancel();
    for (const timer of this.#ghostTimers) timer.cancel();
    this.reset({});
    this.#acks.stop();
    this.#tickets.clear();
    this.#wss.close();
  }

  #accept(session: SocketSession, link: { ws: WebSocket; tcp: Duplex; host: string; connectionSeconds: number }): void {
    const { ws, tcp, host, connectionSeconds } = link;
    const { app } = session.token;
    const isOneTooMany = this.#roster.count(app.id) >= MAX_CONNECTIONS;
    session.state = { kind: 'open', ws, tcp };
    session.openedAt = stopwatch();
    ws.on('message', (data, isBinary) => this.#onFrame(session, data, isBinary));
    // ws closes by itself on frames that are too large or malformed; without a listener the process would end.
    ws.on('error', (error) => this.#onRefused(session, error));
    ws.on('close', (code) => this.#onClosed(session, code));
    const refusal = app.isSocketModeOn ? (isOneTooMany ? 'too_many_websockets' : undefined) : 'link_disabled';
    this.#log.add({ ...session.facts(), kind: 'socket_open', host, ok: refusal === undefined, error: refusal });
    if (refusal === undefined) this.#welcome(session, connectionSeconds);
    else {
      session.send(disconnectFrame(refusal));
      session.close(1000);
    }
  }

  #welcome(session: SocketSession, connectionSeconds: number): void {
    const scope = { app: session.appId };
    this.#roster.add(session);
    const cutShort = this.#faults.match('accept_then_close', scope);
    if (cutShort?.when !== 'before_hello' && !this.#faults.match('no_hello', scope)) {
      session.send(
        helloFrame({
          connections: this.#roster.count(session.appId),
          appId: session.appId,
          startedAtMs: this.#world.clock.now(),
          connectionSeconds,
        }),
      );
    }
    if (cutShort) session.close(cutShort.code === undefined ? 1000 : cutShort.code);
    else this.#scheduleRefresh(session, connectionSeconds * 1000);
  }

  #scheduleRefresh(session: SocketSession, lifeMs: number): void {
    const at = (delayMs: number, act: () => void) => session.keep(this.#world.clock.after(Math.max(0, delayMs), act));
    at(lifeMs - NOTICE_MS, () => session.send(disconnectFrame('warning')));
    at(lifeMs, () => {
      session.send(disconnectFrame('refresh_requested'));
      session.leave();
    });
    at(lifeMs + NOTICE_MS, () => session.close(1000));
  }

  /** An ack; anything else is noted and left alone. */
  #onFrame(session: SocketSession, data: RawData, isBinary: boolean): void {
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString();
    const ack = readAck(text);
    const isKnown = ack !== undefined && this.#acks.acknowledge(ack.envelopeId, session.appId, ack.payload);
    this.#log.add({
      ...session.facts(),
      kind: 'frame_in',
      frame: ack ? 'ack' : undefined,
      ok: isKnown,
      sizeBytes: Buffer.isBuffer(data) ? data.length : undefined,
      text,
    });
  }

  /** A frame that ws refused; it has sent its close frame. */
  #onRefused(session: SocketSession, error: Error & { code?: string }): void {
    const isTooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    if (isTooLarge) {
      session.closedBy = 'simulator';
      session.closeCode = TOO_LARGE;
    }
    const text = isTooLarge
      ? `a client frame of more than ${FRAME_LIMIT_BYTES} bytes, which Slack refuses`
      : error.message;
    this.#log.add({ ...session.facts(), kind: 'frame_in', ok: false, text });
  }

  #onClosed(session: SocketSession, code: number): void {
    session.ended();
    this.#roster.delete(session);
    this.#log.add({
      ...session.facts(),
      kind: 'socket_close',
      code: session.closeCode ?? code,
      by: session.closedBy,
      durationMs: Math.round(stopwatch() - session.openedAt),
    });
  }

  #hit(scope: SocketScope, act: (session: SocketSession) => void): number {
    const sessions = this.#roster.list(scope);
    for (const session of sessions) act(session);
    return sessions.length;
  }

  #dropExpiredTickets(): void {
    const nowMs = this.#world.clock.now();
    for (const [ticket, { state }] of this.#tickets) {
      if (state.kind !== 'waiting' || state.expiresAtMs > nowMs) return;
      this.#tickets.delete(ticket);
    }
  }

  /** On the machine's clock, because clients listen for them on theirs. Nobody is cut off: half-open ones count on. */
  #schedulePings(): void {
    this.#pings = systemClock.after(this.#pingMs, () => {
      for (const session of this.#roster.list()) session.ping();
      this.#schedulePings();
    });
  }
}
