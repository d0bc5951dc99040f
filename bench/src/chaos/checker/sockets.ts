/** The sockets of a run, from the simulator's log: whose they were, and how long each lived. Pure. */
import type { Evidence } from '../evidence.ts';

export interface Socket {
  id: string;
  /** Empty over Socket Mode, where all teams share the app's. */
  team: string;
  /** Undefined for a stranger. */
  node: string | undefined;
  fromMs: number;
  untilMs: number;
  /** Undefined while it is open. */
  closedBy: 'client' | 'simulator' | undefined;
}

/** Those that were accepted, in the order in which they opened. */
export function socketsOf({ log, nodeOfHost, endedAtMs }: Evidence): Socket[] {
  const sockets = new Map<string, Socket>();
  for (const { kind, socket: id = '', team = '', host = '', atMs, ok, by } of log) {
    if (kind === 'socket_open' && ok !== false) {
      sockets.set(id, { id, team, node: nodeOfHost[host], fromMs: atMs, untilMs: endedAtMs, closedBy: undefined });
    }
    const open = kind === 'socket_close' ? sockets.get(id) : undefined;
    if (open) Object.assign(open, { untilMs: atMs, closedBy: by ?? 'client' });
  }
  return Array.from(sockets.values());
}
