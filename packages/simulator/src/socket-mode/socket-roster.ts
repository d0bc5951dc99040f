/** Which connections each app has, and which of them takes the next envelope: any one, in turn. */
import type { SocketScope } from '../faults/live-sockets.ts';
import type { SocketSession } from './socket-session.ts';

interface AppConnections {
  readonly sessions: Set<SocketSession>;
  /** Connections that nobody holds any more, but that still count. */
  ghosts: number;
}

/** The live connections of one simulator. */
export class SocketRoster {
  readonly #byApp = new Map<string, AppConnections>();
  #turn = 0;

  /** How many connections of the app count. */
  count(appId: string): number {
    const { sessions, ghosts = 0 } = this.#byApp.get(appId) ?? {};
    return (sessions?.size ?? 0) + ghosts;
  }

  get size(): number {
    let size = 0;
    for (const { sessions } of this.#byApp.values()) size += sessions.size;
    return size;
  }

  add(session: SocketSession): void {
    this.#of(session.appId).sessions.add(session);
  }

  delete(session: SocketSession): void {
    this.#byApp.get(session.appId)?.sessions.delete(session);
  }

  addGhosts(appId: string, count: number): void {
    const connections = this.#of(appId);
    connections.ghosts = Math.max(0, connections.ghosts + count);
  }

  /** Who takes the next envelope of the app; muted connections and ghosts do as well, because Slack cannot tell. */
  next(appId: string): SocketSession | 'ghost' | undefined {
    const { sessions, ghosts = 0 } = this.#byApp.get(appId) ?? {};
    const all = [...(sessions ?? [])];
    const staying = all.filter(({ state }) => state.kind === 'open' || state.kind === 'muted');
    const candidates = staying.length + ghosts > 0 ? staying : all;
    const seats = candidates.length + ghosts;
    if (seats === 0) return undefined;
    return candidates[this.#turn++ % seats] ?? 'ghost';
  }

  /** The live connections that a fault may hit: a team has none of its own. */
  list({ team, app }: SocketScope = {}): SocketSession[] {
    if (team !== undefined) return [];
    const groups = app === undefined ? [...this.#byApp.values()] : [this.#of(app)];
    return groups.flatMap(({ sessions }) => [...sessions]);
  }

  clear(): void {
    this.#byApp.clear();
  }

  #of(appId: string): AppConnections {
    let connections = this.#byApp.get(appId);
    if (!connections) {
      connections = { sessions: new Set(), ghosts: 0 };
      this.#byApp.set(appId, connections);
    }
    return connections;
  }
}
