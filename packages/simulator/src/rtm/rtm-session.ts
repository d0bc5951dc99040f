/**
 * One RTM connection, from the ticket of rtm.connect to its end. It keeps events until its socket opens, writes frames,
 * and can go mute. What frames mean is client-frames.ts; who gets which event is broadcast.ts.
 *
 *   waiting ──socket──▶ open ◀──▶ muted ──▶ closed
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { resetConnection } from '../http/server.ts';
import { Stall } from '../http/stall.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { Token } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** A socket that missed so many pings is gone; without this, half-open connections would pile up. */
const PINGS_UNTIL_DEAD = 3;
/** Events kept for a socket that has not opened yet; older ones are dropped. */
export const EVENTS_KEPT_BEFORE_OPEN = 100;

/** Where a session is in its life. */
export type SessionState =
  | { kind: 'waiting'; ticket: string; expiresAtMs: number; frames: string[] }
  | { kind: 'open'; ws: WebSocket; tcp: Duplex }
  | { kind: 'muted'; ws: WebSocket; tcp: Duplex; stall: Stall; unsent: Frame[] }
  | { kind: 'closed' };

interface Frame {
  text: string;
  frameType: string | undefined;
}

/** A session of one bot. */
export class RtmSession {
  readonly id: string;
  readonly token: Token;
  readonly teamId: string;
  readonly isBatchPresenceAware: boolean;
  /** Whose presence it asked to hear of; replaced as a whole by each presence_sub. */
  presenceIds: ReadonlySet<string> = NOBODY;
  /** For the write limit: when it last wrote, and how much it may still write. */
  writes: { atMs: number; left: number; refused: number } | undefined;
  closedBy: 'client' | 'simulator' = 'client';
  /** Protocol pings that were not answered yet. */
  unansweredPings = 0;
  openedAt = 0;
  state: SessionState;
  readonly #log: ActivityLog;

  constructor(options: {
    id: string;
    token: Token;
    teamId: string;
    ticket: string;
    expiresAtMs: number;
    isBatchPresenceAware: boolean;
    log: ActivityLog;
  }) {
    this.id = options.id;
    this.token = options.token;
    this.teamId = options.teamId;
    this.isBatchPresenceAware = options.isBatchPresenceAware;
    this.state = { kind: 'waiting', ticket: options.ticket, expiresAtMs: options.expiresAtMs, frames: [] };
    this.#log = options.log;
  }

  get isOpen(): boolean {
    return this.state.kind === 'open';
  }

  get appId(): string {
    return this.token.app.id;
  }

  get userId(): string {
    return this.token.userId;
  }

  /** The socket is there: it gets what was kept for it, after `hello`. */
  open(ws: WebSocket, tcp: Duplex, hello: Json | undefined): void {
    const kept = this.state.kind === 'waiting' ? this.state.frames : [];
    this.state = { kind: 'open', ws, tcp };
    if (hello) this.send(hello);
    for (const frame of kept) this.#write(frame, undefined);
  }

  /** Sends a frame; mute and closed sessions send nothing. */
  send(frame: Json): void {
    this.sendText(JSON.stringify(frame), typeof frame.type === 'string' ? frame.type : undefined);
  }

  /** Sends a frame that is JSON already, because many sessions get the same one. */
  sendText(text: string, frameType: string | undefined): void {
    const { state } = this;
    if (state.kind === 'waiting') keep(state.frames, text);
    else if (state.kind === 'muted') keep(state.unsent, { text, frameType });
    else this.#write(text, frameType);
  }

  /** Says nothing any more, neither frames nor pongs, and hears nothing; TCP stays open until the client ends it. */
  mute(): void {
    if (this.state.kind !== 'open') return;
    const { ws, tcp } = this.state;
    const stall = new Stall(tcp, (bytes) => this.#ignore(bytes));
    this.state = { kind: 'muted', ws, tcp, stall, unsent: [] };
  }

  /** Goes on after a mute as after a stalled network: what was sent meanwhile arrives, the oldest of many frames are lost. */
  unmute(): void {
    if (this.state.kind !== 'muted') return;
    const { ws, tcp, stall, unsent } = this.state;
    this.state = { kind: 'open', ws, tcp };
    for (const { text, frameType } of unsent) this.#write(text, frameType);
    stall.end();
  }

  /** 1006 means the end of TCP without a close frame; null a close frame without a code. A mute socket cannot say goodbye. */
  close(code: number | null): void {
    const { state } = this;
    if (state.kind !== 'open' && state.kind !== 'muted') return;
    this.closedBy = 'simulator';
    if (state.kind === 'muted' || code === 1006) state.tcp.destroy();
    else if (code === null) state.ws.close();
    else state.ws.close(code);
  }

  /** Ends TCP with a reset. */
  reset(): void {
    const { state } = this;
    if (state.kind !== 'open' && state.kind !== 'muted') return;
    this.closedBy = 'simulator';
    resetConnection(state.tcp);
  }

  /** A ping on the WebSocket level; a socket that missed several is gone. */
  ping(): void {
    if (this.state.kind !== 'open') return;
    if (this.unansweredPings >= PINGS_UNTIL_DEAD) {
      this.reset();
      return;
    }
    this.unansweredPings += 1;
    this.state.ws.ping();
  }

  /** Shows in the log that a client still tries: the opcode is that of the frame with which the bytes begin. */
  #ignore(bytes: Buffer): void {
    this.#log.add({
      kind: 'frame_in',
      team: this.teamId,
      app: this.appId,
      socket: this.id,
      tokenId: this.token.id,
      ok: false,
      frame: OPCODES[(bytes[0] ?? 0) & 0x0f] ?? 'ws:data',
      sizeBytes: bytes.length,
      text: 'ignored while mute',
    });
  }

  #write(text: string, frameType: string | undefined): void {
    if (this.state.kind !== 'open' || this.state.ws.readyState !== OPEN) return;
    this.state.ws.send(text);
    this.#log.add({
      kind: 'frame_out',
      team: this.teamId,
      app: this.appId,
      socket: this.id,
      tokenId: this.token.id,
      frame: frameType,
      sizeBytes: text.length,
      text,
    });
  }
}

function keep<One>(frames: One[], frame: One): void {
  frames.push(frame);
  if (frames.length > EVENTS_KEPT_BEFORE_OPEN) frames.shift();
}

/** RFC 6455, section 5.2 */
const OPCODES: Readonly<Record<number, string>> = {
  1: 'ws:text',
  2: 'ws:binary',
  8: 'ws:close',
  9: 'ws:ping',
  10: 'ws:pong',
};

/** WebSocket.OPEN */
const OPEN = 1;
const NOBODY: ReadonlySet<string> = new Set();
