/** Which RTM sessions there are: those that wait for their socket with a ticket, and the live ones of each team. */
import type { Clock } from '../clock/clock.ts';
import type { SocketScope } from '../faults/live-sockets.ts';
import type { RtmSession } from './rtm-session.ts';

const NONE: ReadonlySet<RtmSession> = new Set();

/** The sessions of one simulator. */
export class RtmRoster {
  readonly #clock: Clock;
  /** Oldest first, because every ticket lives equally long. */
  readonly #tickets = new Map<string, RtmSession>();
  readonly #byTeam = new Map<string, Set<RtmSession>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a session that waits for its socket. */
  add(ticket: string, session: RtmSession): void {
    this.#dropExpiredTickets();
    this.#tickets.set(ticket, session);
    const sessions = this.#byTeam.get(session.teamId);
    if (sessions) sessions.add(session);
    else this.#byTeam.set(session.teamId, new Set([session]));
  }

  /** The session of a ticket that can still be used. */
  ticket(ticket: string): RtmSession | undefined {
    this.#dropExpiredTickets();
    return this.#tickets.get(ticket);
  }

  /** A ticket opens one socket. */
  useTicket(ticket: string): void {
    this.#tickets.delete(ticket);
  }

  /** Every session of a team, also waiting ones. */
  of(teamId: string): ReadonlySet<RtmSession> {
    return this.#byTeam.get(teamId) ?? NONE;
  }

  /** The sessions with a socket, open or muted. */
  live({ team, app }: SocketScope = {}): RtmSession[] {
    const found: RtmSession[] = [];
    const candidates = team === undefined ? this.#byTeam.values() : [this.of(team)];
    for (const sessions of candidates) {
      for (const session of sessions) {
        const isLive = session.state.kind === 'open' || session.state.kind === 'muted';
        if (isLive && (app === undefined || session.appId === app)) found.push(session);
      }
    }
    return found;
  }

  forget(session: RtmSession): void {
    const sessions = this.#byTeam.get(session.teamId);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#byTeam.delete(session.teamId);
  }

  clear(): void {
    this.#tickets.clear();
    this.#byTeam.clear();
  }

  #dropExpiredTickets(): void {
    const nowMs = this.#clock.now();
    for (const [ticket, session] of this.#tickets) {
      if (session.state.kind !== 'waiting' || session.state.expiresAtMs > nowMs) return;
      this.#tickets.delete(ticket);
      this.forget(session);
    }
  }
}
