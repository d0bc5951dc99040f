/** What the methods ask of the rest of the simulator. simulator.ts joins them; a new transport adds a line here. */

import type { Delivery } from '../deliveries/delivery.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { Interactions } from '../interactivity/interactions.ts';
import type { OAuthCodes } from '../oauth/oauth-codes.ts';
import type { Token } from '../workspace/model.ts';

/** How rtm.connect gets the URL of a socket. */
export interface RtmTickets {
  /** A URL for one connection within 30 s; events are kept for it from now on. */
  openTicket(token: Token, options: { host: string; isBatchPresenceAware: boolean }): string;
}

/** How apps.connections.open gets the URL of a socket. */
export interface SocketModeSockets {
  /** A URL for one connection of the app within 30 s. */
  openTicket(token: Token, host: string): string;
  /** Tells every socket of the app that Socket Mode was switched off, and closes it after so many milliseconds. */
  disconnect(app: string, reason: 'link_disabled', closeAfterMs: number): number;
}

/** The services. */
export interface Services {
  readonly rtm: RtmTickets;
  readonly socketMode: SocketModeSockets;
  readonly codes: OAuthCodes;
  readonly faults: FaultBoard;
  /** How commands, interactive payloads and events reach apps. */
  readonly delivery: Delivery;
  /** Triggers and views. */
  readonly interactions: Interactions;
}
