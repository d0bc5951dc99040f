/**
 * The connections of the server and which of them goes when there are too many, so that nobody can use up file descriptors: the
 * one that has been idle longest, and strangers before those who have proved to be Slack.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FedConnection } from './small-pieces.ts';

/** What is known of a connection; changed in place, because a request must not cost an entry (docs/adr/0005). */
interface Connection {
  /** Grows with each connection and request: the smallest was used longest ago. */
  usedAt: number;
  /** The answer to the last request; undefined before the first. */
  response: ServerResponse | undefined;
  /** Requests that came while the one before them was not answered. */
  ahead: number;
  /** A signed request came over it. */
  isVouchedFor: boolean;
  fed: FedConnection;
}

/** Neither Slack nor a proxy sends ahead of answers; somebody who does can ask for megabytes of pages in one packet. */
const MAX_AHEAD = 16;

/** Looking for the one to close takes a look at all, so a part of them is closed at once. */
const CLOSED_AT_ONCE = 1 / 16;

export interface ConnectionsDeps {
  limit: number;
  /** So many were closed to let others in. */
  onClosed: (count: number) => void;
}

export class Connections {
  readonly #deps: ConnectionsDeps;
  readonly #connections = new Map<Socket, Connection>();
  #uses = 0;

  constructor(deps: ConnectionsDeps) {
    this.#deps = deps;
  }

  /** Takes a new connection, and closes others if there are too many. */
  add(socket: Socket, fed: FedConnection): void {
    if (this.#connections.size >= this.#deps.limit) this.#makeRoom(socket);
    if (socket.destroyed) return;
    this.#connections.set(socket, { usedAt: ++this.#uses, response: undefined, ahead: 0, isVouchedFor: false, fed });
    socket.once('close', () => this.#connections.delete(socket));
  }

  /** A request came. False when it is not to be answered, because the connection is cut. */
  use({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const connection = this.#connections.get(socket);
    if (!connection || socket.destroyed) return false;
    const isAhead = connection.response !== undefined && !connection.response.writableFinished;
    connection.ahead = isAhead ? connection.ahead + 1 : 0;
    connection.usedAt = ++this.#uses;
    connection.response = response;
    if (connection.ahead <= MAX_AHEAD) return true;
    socket.destroy();
    return false;
  }

  /** A request over it was signed by Slack. */
  vouchFor(socket: Socket): void {
    const connection = this.#connections.get(socket);
    if (!connection) return;
    connection.isVouchedFor = true;
    connection.fed.trust();
  }

  /** Whether the server owes it an answer. */
  isOwed(socket: Socket): boolean {
    const response = this.#connections.get(socket)?.response;
    return response !== undefined && !response.writableEnded;
  }

  /** Answers that are not all on their way. */
  *unfinished(): Iterable<ServerResponse> {
    for (const { response } of this.#connections.values()) if (response && !response.writableFinished) yield response;
  }

  /** Closes those that never sent anything: browsers open some in advance. */
  closeUnused(): void {
    for (const [socket, { response }] of this.#connections) {
      if (!response && socket.bytesRead === 0) socket.destroy();
    }
  }

  #makeRoom(added: Socket): void {
    const { limit, onClosed } = this.#deps;
    const room = Math.max(1, Math.floor(limit * CLOSED_AT_ONCE));
    const ranked = [...this.#connections]
      .map(([socket, connection]) => ({ socket, rank: rankOf(connection), usedAt: connection.usedAt }))
      .filter(({ rank }) => rank !== undefined)
      .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0) || one.usedAt - other.usedAt)
      .slice(0, room);
    // All are at work for somebody: the new one comes too late.
    const closed = ranked.length > 0 ? ranked.map(({ socket }) => socket) : [added];
    for (const socket of closed) {
      this.#connections.delete(socket);
      socket.destroy();
    }
    onClosed(closed.length);
  }
}

/** Who goes first; undefined = nobody closes it, because an answer is being made. */
function rankOf({ response, isVouchedFor }: Connection): number | undefined {
  const isIdle = response === undefined || response.writableFinished;
  if (isIdle) return isVouchedFor ? 1 : 0;
  // Still sending, or not reading.
  const isWaitedFor = !response.req.complete || response.writableEnded || (response.socket?.writableLength ?? 0) > 0;
  return isWaitedFor && !isVouchedFor ? 2 : undefined;
}
