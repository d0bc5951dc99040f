/**
 * The RTM sockets of one simulator: tickets, the upgrade of HTTP to WebSocket, delivery of events, protocol pings, and
 * what faults do to live sockets. It owns no state of the workspace.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { stopwatch, systemClock, type Timer } from '../clock/clock.ts';
import { eventTsOf } from '../deliveries/event-ts.ts';
import type { LiveSockets, SocketScope } from '../faults/break-things.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import { resetConnection } from '../http/server.ts';
import { rejectUpgrade } from '../http/upgrade.ts';
import type { ActivityLog } from '../inspector/activity-log.ts';
import type { RtmDoor } from '../web-api/services.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Token } from '../workspace/model.ts';
import { setOnline } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import { onClientFrame, presenceFrame, rtmErrors } from './client-frames.ts';
import { eventFrames } from './event-frames.ts';
import { RtmSession } from './rtm-session.ts';

/** A URL of rtm.connect may be used for this long, once. (https://docs.slack.dev/reference/methods/rtm.connect) */
export const TICKET_LIFETIME_MS = 30_000;
/** The largest frame; a larger one ends the connection. (https://docs.slack.dev/legacy/legacy-rtm-api) */
export const FRAME_LIMIT_BYTES = 16 * 1024;
/** Slack's own protocol pings come every 60 to 120 s. */
export const PROTOCOL_PING_MS = 60_000;
/** A socket that missed so many pings is gone; without this, half-open connections would pile up. */
const PINGS_UNTIL_DEAD = 3;

/** What the gateway needs. */
export interface RtmGatewayOptions {
  world: World;
  faults: FaultBoard;
  log: ActivityLog;
  /** In milliseconds of real time. @defaultValue 60000 */
  protocolPingMs?: number | undefined;
}

/** A live socket, for the control API. */
export interface SocketInfo {
  id: string;
  team: string;
  app: string;
  tokenId: string;
  state: 'open' | 'muted';
}

/** The RTM side of one simulator. */
export class RtmGateway implements RtmDoor, LiveSockets {
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
  /** Oldest first, because every ticket lives equally long. */
  readonly #tickets = new Map<string, RtmSession>();
  readonly #byTeam = new Map<string, Set<RtmSession>>();
  readonly #unsubscribe: () => void;
  #openSockets = 0;
  #lastNumber = 0;
  #pings: Timer | undefined;

  constructor(options: RtmGatewayOptions) {
    this.#world = options.world;
    this.#faults = options.faults;
    this.#log = options.log;
    this.#pingMs = options.protocolPingMs ?? PROTOCOL_PING_MS;
    this.#unsubscribe = this.#world.events.on((event) => this.#onEvent(event));
    this.#schedulePings();
  }

  /** How many sockets are open or muted. */
  get size(): number {
    return this.#openSockets;
  }

  openTicket(token: Token, options: { host: string; isBatchPresenceAware: boolean }): string {
    this.#dropExpiredTickets();
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
    this.#tickets.set(ticket, session);
    this.#sessionsOf(session.teamId).add(session);
    // Twice, because slack-go puts a query of its own in place of ours. Others must not care that there is one.
    return `${this.#world.origin(options.host, 'ws')}/rtm/${ticket}?ticket=${ticket}`;
  }

  /** Takes over an HTTP upgrade whose path begins with `/rtm/`. */
  upgrade(request: IncomingMessage, tcp: Duplex, head: Buffer): void {
    const ticket = /^\/rtm\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    this.#dropExpiredTickets();
    const session = this.#tickets.get(ticket);
    const refusal = this.#faults.meet('refuse_sockets', { team: session?.teamId, app: session?.appId });
    if (refusal) {
      rejectUpgrade(tcp, refusal.how);
      return;
    }
    this.#tickets.delete(ticket);
    this.#wss.handleUpgrade(request, tcp, head, (ws) => {
      if (session && session.token.status === 'active') this.#accept(session, ws, tcp);
      else this.#turnAway(session, ws);
    });
  }

  list(scope: SocketScope = {}): SocketInfo[] {
    return this.#live(scope).map((session) => ({
      id: session.id,
      team: session.teamId,
      app: session.appId,
      tokenId: session.token.id,
      state: session.state.kind === 'muted' ? 'muted' : 'open',
    }));
  }

  close(scope: SocketScope, code: number | null): number {
    return this.#hit(scope, (session) => closeSession(session, code));
  }

  reset(scope: SocketScope): number {
    return this.#hit(scope, resetSession);
  }

  mute(scope: SocketScope): number {
    return this.#hit(scope, (session) => session.mute());
  }

  sayGoodbye(scope: SocketScope, closeAfterMs: number, code: number | null): number {
    const told = this.#live(scope);
    for (const session of told) session.send({ type: 'goodbye' });
    this.#world.clock.after(closeAfterMs, () => {
      for (const session of told) closeSession(session, code);
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
    this.reset({});
    this.#tickets.clear();
    this.#byTeam.clear();
    this.#wss.close();
  }

  #accept(session: RtmSession, ws: WebSocket, tcp: Duplex): void {
    const scope = { team: session.teamId, app: session.appId };
    this.#openSockets += 1;
    session.openedAt = stopwatch();
    this.#log.add({ kind: 'socket_open', ...scope, socket: session.id, tokenId: session.token.id });
    const cutShort = this.#faults.meet('accept_then_close', scope);
    ws.on('message', (data, isBinary) => this.#onFrame(session, data, isBinary));
    ws.on('pong', () => {
      session.unansweredPings = 0;
    });
    // ws closes by itself on frames that are too large or malformed; without a listener the process would end.
    ws.on('error', (error) =>
      this.#log.add({ kind: 'frame_in', ...scope, socket: session.id, ok: false, text: error.message }),
    );
    ws.on('close', (code) => this.#onClosed(session, code));
    const hasHello = cutShort?.when !== 'before_hello' && !this.#faults.meet('no_hello', scope);
    session.open(ws, tcp, hasHello ? { type: 'hello' } : undefined);
    if (cutShort) closeSession(session, cutShort.code === undefined ? 1000 : cutShort.code);
    else this.#setBotPresence(session);
  }

  /** A ticket that is used, unknown or too old gets an error frame, as on Slack. */
  #turnAway(session: RtmSession | undefined, ws: WebSocket): void {
    ws.on('error', () => {});
    this.#log.add({ kind: 'socket_open', team: session?.teamId, ok: false, error: 'url_expired' });
    ws.send(JSON.stringify({ type: 'error', error: rtmErrors.urlExpired }));
    ws.close(1000);
    if (session) this.#forget(session);
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
    const tools = { world: this.#world, faults: this.#faults, cut: (one: RtmSession) => closeSession(one, 1008) };
    onClientFrame(tools, session, frame);
  }

  #onClosed(session: RtmSession, code: number): void {
    this.#openSockets -= 1;
    session.state = { kind: 'closed' };
    this.#forget(session);
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
    if (event.type === 'app_removed') {
      if (event.sockets === 'close') this.close({ team: event.team.id, app: event.app.id }, 1000);
      return;
    }
    const sessions = this.#byTeam.get(event.team.id);
    if (!sessions || sessions.size === 0) return;
    if (event.type === 'presence_changed') {
      for (const session of sessions) {
        if (!session.presenceIds.has(event.user.id)) continue;
        for (const frame of presenceFrame(session, [event.user.id], event.presence)) session.send(frame);
      }
      return;
    }
    for (const { frame, sees, exceptSocketId } of eventFrames(event, eventTsOf(this.#world.ids, event))) {
      const text = JSON.stringify(frame);
      for (const session of sessions) {
        if (session.id === exceptSocketId || !sees(session.userId)) continue;
        session.sendText(text, event.type === 'message_posted' ? 'message' : String(frame.type));
        const isRepeated = this.#faults.meet('duplicate', { team: session.teamId, app: session.appId });
        if (isRepeated) session.sendText(text, String(frame.type));
      }
    }
  }

  /** A bot is present while it is connected. (https://docs.slack.dev/apis/web-api/user-presence-and-status) */
  #setBotPresence(session: RtmSession): void {
    const { team, userId } = session.token;
    const user = team?.users.get(userId);
    if (!team || !user) return;
    const sessions = this.#byTeam.get(team.id) ?? [];
    const isConnected = [...sessions].some((other) => other.userId === userId && other.state.kind !== 'waiting');
    setOnline(this.#world, team, user, isConnected);
  }

  #hit(scope: SocketScope, act: (session: RtmSession) => void): number {
    const sessions = this.#live(scope);
    for (const session of sessions) act(session);
    return sessions.length;
  }

  #live({ team, app }: SocketScope): RtmSession[] {
    const found: RtmSession[] = [];
    const candidates = team === undefined ? this.#byTeam.values() : [this.#byTeam.get(team) ?? []];
    for (const sessions of candidates) {
      for (const session of sessions) {
        const isLive = session.state.kind === 'open' || session.state.kind === 'muted';
        if (isLive && (app === undefined || session.appId === app)) found.push(session);
      }
    }
    return found;
  }

  #sessionsOf(teamId: string): Set<RtmSession> {
    let sessions = this.#byTeam.get(teamId);
    if (!sessions) {
      sessions = new Set();
      this.#byTeam.set(teamId, sessions);
    }
    return sessions;
  }

  #forget(session: RtmSession): void {
    const sessions = this.#byTeam.get(session.teamId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byTeam.delete(session.teamId);
  }

  #dropExpiredTickets(): void {
    const nowMs = this.#world.clock.now();
    for (const [ticket, session] of this.#tickets) {
      if (session.state.kind !== 'waiting' || session.state.expiresAtMs > nowMs) return;
      this.#tickets.delete(ticket);
      this.#forget(session);
    }
  }

  /** On the machine's clock: it is about real TCP connections, and a moved clock would declare them all dead. */
  #schedulePings(): void {
    this.#pings = systemClock.after(this.#pingMs, () => {
      for (const session of this.#live({})) this.#ping(session);
      this.#schedulePings();
    });
  }

  #ping(session: RtmSession): void {
    if (session.state.kind !== 'open') return;
    if (session.unansweredPings >= PINGS_UNTIL_DEAD) {
      resetSession(session);
      return;
    }
    session.unansweredPings += 1;
    session.state.ws.ping();
  }
}

/** 1006 means the end of TCP without a close frame; null a close frame without a code. A mute socket cannot say goodbye. */
function closeSession(session: RtmSession, code: number | null): void {
  const { state } = session;
  if (state.kind !== 'open' && state.kind !== 'muted') return;
  session.closedBy = 'simulator';
  if (state.kind === 'muted' || code === 1006) state.tcp.destroy();
  else if (code === null) state.ws.close();
  else state.ws.close(code);
}

function resetSession(session: RtmSession): void {
  const { state } = session;
  if (state.kind !== 'open' && state.kind !== 'muted') return;
  session.closedBy = 'simulator';
  resetConnection(state.tcp);
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
