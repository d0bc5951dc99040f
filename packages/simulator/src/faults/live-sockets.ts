/** Live sockets as faults and the control API see them; RTM and Socket Mode have them. */
import type { ActionSpec } from './fault.ts';

/** A live socket, for the control API. */
export interface SocketInfo {
  id: string;
  team: string;
  app: string;
  tokenId: string;
  state: 'open' | 'muted';
}

/** Which live sockets a fault hits. */
export interface SocketScope {
  team?: string | undefined;
  app?: string | undefined;
}

/** What can be done to live sockets; the transports with sockets implement it. Each returns how many were hit. */
export interface LiveSockets {
  list(scope?: SocketScope): SocketInfo[];
  close(scope: SocketScope, code: number | null): number;
  reset(scope: SocketScope): number;
  /** Until its end, or for so long. */
  mute(scope: SocketScope, forMs?: number): number;
  /** Says goodbye and closes exactly those sockets later: a successor opened meanwhile lives. */
  sayGoodbye(scope: SocketScope, closeAfterMs: number, code: number | null): number;
  send(scope: SocketScope, frame: Readonly<Record<string, unknown>>): number;
}

/** Why Slack ends a Socket Mode connection. */
export type DisconnectReason = Extract<ActionSpec, { kind: 'disconnect' }>['reason'];

/** What can be done to the sockets of apps; a scope with a team is none of theirs. Each returns how many were hit. */
export interface AppSockets extends Pick<LiveSockets, 'list' | 'close' | 'reset' | 'mute'> {
  disconnect(appId: string | undefined, reason: DisconnectReason, closeAfterMs: number): number;
  /** Adds connections that nobody holds. */
  haunt(appId: string | undefined, count: number): number;
}
