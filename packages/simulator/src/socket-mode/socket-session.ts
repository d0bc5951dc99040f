/**
 * One Socket Mode connection, from the ticket of apps.connections.open to its end.
 *
 *   waiting ──socket──▶ open ──refresh──▶ leaving ──▶ closed
 *                         └◀───▶ muted ─────────────────▲
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Timer } from '../clock/clock.ts';
import { resetConnection } from '../http/server.ts';
import { Stall } from '../http/stall.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { Token } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** Where a connection is in its life. A leaving one gets envelopes only while there is no other. */
export type SocketState =
  | { kind: 'waiting'; expiresAtMs: number }
  | { kind: 'open' | 'leaving'; ws: WebSocket; tcp: Duplex }
  | { kind: 'muted'; ws: WebSocket; tcp: Duplex; stall: Stall; was: 'open' | 'leaving'; unsent: Sent[] }
  | { kind: 'closed' };

type Sent = Json & { type: string };

/** A connection of one app. */
export class SocketSession {
  readonly id: string;
  readonly token: Token;
  state: SocketState;
  closedBy: 'client' | 'simulator' = 'client';
  /** Sent because of a frame that was refused: ws hears no more of such a connection, not even the client's half. */
  closeCode: number | undefined;
  openedAt = 0;
  readonly #timers = new Set<Timer>();
  readonly #log: ActivityLog;

  constructor(options: { id: string; token: Token; expiresAtMs: number; log: ActivityLog }) {
    this.id = options.id;
    this.token = options.token;
    this.state = { kind: 'waiting', expiresAtMs: options.expiresAtMs };
    this.#log = options.log;
  }

  get appId(): string {
    return this.token.app.id;
  }

  /** Keeps a timer until the connection ends. */
  keep(timer: Timer): void {
    this.#timers.add(timer);
  }

  /** Sends a frame; only open and leaving connections do. */
  send(frame: Sent): void {
    const { state } = this;
    if (state.kind === 'muted') state.unsent.push(frame);
    if (state.kind !== 'open' && state.kind !== 'leaving') return;
    const text = JSON.stringify(frame);
    state.ws.send(text);
    this.#log.add({ ...this.facts(), kind: 'frame_out', frame: frame.type, sizeBytes: text.length, text });
  }

  /** Asks the client to go: it gets no more envelopes once there is another connection. */
  leave(): void {
    if (this.state.kind === 'open') this.state = { ...this.state, kind: 'leaving' };
  }

  ping(): void {
    if (this.state.kind === 'open' || this.state.kind === 'leaving') this.state.ws.ping();
  }

  /** Says nothing any more and hears nothing; TCP stays open until the client ends it. */
  mute(): void {
    if (this.state.kind !== 'open' && this.state.kind !== 'leaving') return;
    const { ws, tcp } = this.state;
    const stall = new Stall(tcp, () => {});
    this.state = { kind: 'muted', ws, tcp, stall, was: this.state.kind, unsent: [] };
  }

  /** Goes on after a mute as after a stalled network: what was sent meanwhile arrives. */
  unmute(): void {
    if (this.state.kind !== 'muted') return;
    const { ws, tcp, stall, was, unsent } = this.state;
    this.state = { kind: was, ws, tcp };
    for (const frame of unsent) this.send(frame);
    stall.end();
  }

  /** 1006 means the end of TCP without a close frame; null a close frame without a code. */
  close(code: number | null): void {
    const { state } = this;
    if (state.kind === 'waiting' || state.kind === 'closed') return;
    this.closedBy = 'simulator';
    if (state.kind === 'muted' || code === 1006) state.tcp.destroy();
    else if (code === null) state.ws.close();
    else state.ws.close(code);
  }

  reset(): void {
    const { state } = this;
    if (state.kind === 'waiting' || state.kind === 'closed') return;
    this.closedBy = 'simulator';
    resetConnection(state.tcp);
  }

  /** It is over; its timers end. */
  ended(): void {
    this.state = { kind: 'closed' };
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  facts() {
    return { app: this.appId, socket: this.id, tokenId: this.token.id };
  }
}
