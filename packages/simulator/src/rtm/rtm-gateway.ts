/**
 * The RTM sockets of one simulator: tickets, the upgrade of HTTP to WebSocket, protocol pings, and what faults do to live
 * sockets. Which sockets there are is rtm-roster.ts; who gets which event is broadcast.ts.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { stopwatch, systemClock, type Timer } from '../clock/clock.ts';
import { DeliveryFaults } from '../deliveries/delivery-faults.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { LiveSockets, SocketInfo, SocketScope } from '../faults/live-sockets.ts';
import { hostOf } from '../http/host.ts';
import { rejectUpgrade } from '../http/upgrade.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Token } from '../workspace/model.ts';
import { setOnline } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import { type BroadcastTools, broadcast } from './broadcast.ts';
import { onClientFrame, rtmErrors } from './client-frames.ts';
import { RtmRoster } from './rtm-roster.ts';
import { RtmSession } from './rtm-session.ts';

/** A URL of rtm.connect may be used for this long, once. (https://docs.slack.dev/reference/methods/rtm.connect) */
export const TICKET_LIFETIME_MS = 30_000;
/** The largest frame; a larger one ends the connection. (https://docs.slack.dev/legacy/legacy-rtm-api) */
export const FRAME_LIMIT_BYTES = 16 * 1024;
/** Slack's own protocol pings come every 60 to 120 s. */
export const PROTOCOL_PING_MS = 60_000;
/** What the gateway needs. */
export interface RtmGatewayOptions {
  world: World;
  faults: FaultBoard;
  log: ActivityLog;
  /** In milliseconds of real time. @defaultValue 60000 */
  protocolPingMs?: number | undefined;
}

/** The RTM side of one simulator. */
export class RtmGateway implements LiveSockets {
  readonly #world: World;
  readonly #faults: FaultBoard;
  readonly #log: ActivityLog;
  readonly #pingMs: number;
  readonly #wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_LIMIT_BYTES,
    autoPong: true,
  });
  readonly #roster: RtmRoster;
  readonly #tools: BroadcastTools;
  readonly #unsubscribe: () => void;
  #openSockets = 0;
  #lastNumber = 0;
  #pings: Timer | undefined;

  constructor(options: RtmGatewayOptions) {
    this.#world = options.world;
    this.#faults = options.faults;
    this.#log = options.log;
    this.#roster = new RtmRoster(options.world.clock);
    const { world, faults } = options;
    this.#tools = {
      world,
      faults,
      roster: this.#roster,
      onTheWay: new DeliveryFaults({ faults, clock: world.clock }),
    };
    this.#pingMs = options.protocolPingMs ?? PROTOCOL_PING_MS;
    this.#unsubscribe = this.#world.events.on((event) => this.#onEvent(event));
    this.#schedulePings();
  }

  /** How many sockets are open or muted. */
  get size(): number {
    return this.#openSockets;
  }

  openTicket(token: Token, options: { host: string; isBatchPresenceAware: boolean }): string {
    const ticket = this.#world.secrets.note(randomBytes(16).toString('hex'));
    const session = new RtmSession({
      id: `S${++this.#lastNumber}`,
      token,
      teamId: token.team?.id ?? '',
      ticket,
      expiresAtMs: this.#world.clock.now() + TICKET_LIFETIME_MS,
      isBatchPresenceAware: options.isBatchPresenceAware,
      log: this.#log,
    });
    this.#roster.add(ticket, session);
    // Twice, because slack-go puts a query of its own in place of ours. Others must not care that there is one.
    return `${this.#world.origin(options.host, 'ws')}/rtm/${ticket}?ticket=${ticket}`;
  }

  /** Takes over an HTTP upgrade whose path begins with `/rtm/`. */
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    const ticket = /^\/rtm\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    const session = this.#roster.ticket(ticket);
    const refusal = this.#faults.match('refuse_sockets', { team: session?.teamId, app: session?.appId });
    if (refusal) {
      rejectUpgrade(tcp, refusal.how);
      return;
    }
    this.#roster.useTicket(ticket);
    this.#wss.handleUpgrade(request, tcp, head, (ws) => {
      if (session && session.token.status === 'active') this.#accept(session, { ws, tcp, host: hostOf(request) });
      else this.#turnAway(session, ws);
    });
  }

  list(scope: SocketScope = {}): SocketInfo[] {
    return this.#roster.live(scope).map((session) => ({
      id: session.id,
      team: session.teamId,
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

  sayGoodbye(scope: SocketScope, closeAfterMs: number, code: number | null): number {
    const told = this.#roster.live(scope);
    for (const session of told) session.send({ type: 'goodbye' });
    this.#world.clock.after(closeAfterMs, () => {
      for (const session of told) session.close(code);
    });
    return told.length;
  }

  send(scope: SocketScope, frame: Readonly<Record<string, unknown>>): number {
    return this.#hit(scope, (session) => session.send(frame));
  }

  /** Ends every socket at once. */
  stop(): void {
    this.#pings?.cancel();
    this.#unsubscribe();
    this.#tools.onTheWay.stop();
    this.reset({});
    this.#roster.clear();
    this.#wss.close();
  }

  #accept(session: RtmSession, { ws, tcp, host }: { ws: WebSocket; tcp: Duplex; host: string }): void {
    const scope = { team: session.teamId, app: session.appId };
    this.#openSockets += 1;
    session.openedAt = stopwatch();
    this.#log.add({ kind: 'socket_open', ...scope, host, socket: session.id, tokenId: session.token.id });
    const cutShort = this.#faults.match('accept_then_close', scope);
    ws.on('message', (data, isBinary) => this.#onFrame(session, data, isBinary));
    ws.on('pong', () => {
      session.unansweredPings = 0;
    });
    // ws closes by itself on frames that are too large or malformed; without a listener the process would end.
    ws.on('error', (error) =>
      this.#log.add({ kind: 'frame_in', ...scope, socket: session.id, ok: false, text: error.message }),
    );
    ws.on('close', (code) => this.#onClosed(session, code));
    const hasHello = cutShort?.when !== 'before_hello' && !this.#faults.match('no_hello', scope);
    session.open(ws, tcp, hasHello ? { type: 'hello' } : undefined);
    if (cutShort) session.close(cutShort.code === undefined ? 1000 : cutShort.code);
    else this.#setBotPresence(session);
  }

  /** A ticket that is used, unknown or too old gets an error frame, as on Slack. */
  #turnAway(session: RtmSession | undefined, ws: WebSocket): void {
    ws.on('error', () => {});
    this.#log.add({ kind: 'socket_open', team: session?.teamId, ok: false, error: 'url_expired' });
    ws.send(JSON.stringify({ type: 'error', error: rtmErrors.urlExpired }));
    ws.close(1000);
    if (session) this.#roster.forget(session);
  }

  #onFrame(session: RtmSession, data: RawData, isBinary: boolean): void {
    if (session.state.kind !== 'open') return;
    const text = isBinary || !Buffer.isBuffer(data) ? '' : data.toString();
    const frame = parseObject(text);
    this.#log.add({
      kind: 'frame_in',
      team: session.teamId,
      app: session.appId,
      socket: session.id,
      tokenId: session.token.id,
      frame: typeof frame?.type === 'string' ? frame.type.slice(0, 64) : undefined,
      sizeBytes: Buffer.isBuffer(data) ? data.length : undefined,
      text,
    });
    const tools = { world: this.#world, faults: this.#faults, cut: (one: RtmSession) => one.close(1008) };
    onClientFrame(tools, session, frame);
  }

  #onClosed(session: RtmSession, code: number): void {
    this.#openSockets -= 1;
    session.state = { kind: 'closed' };
    this.#roster.forget(session);
    this.#log.add({
      kind: 'socket_close',
      team: session.teamId,
      app: session.appId,
      socket: session.id,
      tokenId: session.token.id,
      code,
      by: session.closedBy,
      durationMs: Math.round(stopwatch() - session.openedAt),
    });
    this.#setBotPresence(session);
  }

  #onEvent(event: DomainEvent): void {
    if (event.type !== 'app_removed') broadcast(this.#tools, event);
    else if (event.sockets === 'close') this.close({ team: event.team.id, app: event.app.id }, 1000);
  }

  /** A bot is present while it is connected. (https://docs.slack.dev/apis/web-api/user-presence-and-status) */
  #setBotPresence(session: RtmSession): void {
    const { team, userId } = session.token;
    const user = team?.users.get(userId);
    if (!team || !user) return;
    const isMine = (other: RtmSession) => other.userId === userId && other.state.kind !== 'waiting';
    setOnline(this.#world, team, user, [...this.#roster.of(team.id)].some(isMine));
  }

  #hit(scope: SocketScope, act: (session: RtmSession) => void): number {
    const sessions = this.#roster.live(scope);
    for (const session of sessions) act(session);
    return sessions.length;
  }

  /** On the machine's clock: it is about real TCP connections, and a moved clock would declare them all dead. */
  #schedulePings(): void {
    this.#pings = systemClock.after(this.#pingMs, () => {
      for (const session of this.#roster.live({})) session.ping();
      this.#schedulePings();
    });
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
