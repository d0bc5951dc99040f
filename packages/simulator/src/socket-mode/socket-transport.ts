/** Delivers one envelope over any one connection of an app, and waits 3 seconds for its ack. */
import type { DeliveryRequest, Transport, TryOutcome } from '../deliveries/delivery.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { App } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { AckOutcome, PendingAcks } from './pending-acks.ts';
import { acceptsResponse, envelopeFrame } from './socket-frames.ts';
import type { SocketRoster } from './socket-roster.ts';

/** Sends envelopes to sockets. */
export class SocketTransport implements Transport {
  readonly #world: World;
  readonly #faults: FaultBoard;
  readonly #roster: SocketRoster;
  readonly #acks: PendingAcks;

  constructor(options: { world: World; faults: FaultBoard; roster: SocketRoster; acks: PendingAcks }) {
    this.#world = options.world;
    this.#faults = options.faults;
    this.#roster = options.roster;
    this.#acks = options.acks;
  }

  async send(app: App, request: DeliveryRequest): Promise<TryOutcome> {
    const { bodyAfterMs = 0 } = request;
    if (bodyAfterMs > 0) await new Promise<void>((go) => void this.#world.clock.after(bodyAfterMs, go));
    const session = this.#roster.next(app.id);
    if (!session) return { ...NOT_ACKED, target: undefined, error: 'no_socket' };
    const envelopeId = this.#world.ids.uuid();
    const ack = this.#acks.wait(envelopeId, app.id);
    if (session !== 'ghost' && !this.#isDeaf(app, request, session.id))
      session.send(envelopeFrame(envelopeId, request));
    return tried(session === 'ghost' ? session : session.id, request, await ack);
  }

  /** To Slack it is a socket like others: the envelope goes there, and is lost. */
  #isDeaf(app: App, request: DeliveryRequest, socket: string): boolean {
    return this.#faults.match('deaf', { team: request.teamId, app: app.id, socket }) !== undefined;
  }
}

const NOT_ACKED = {
  acked: false,
  via: 'socket',
  status: undefined,
  payload: undefined,
  text: '',
  isFinal: false,
} as const;

function tried(target: string, request: DeliveryRequest, ack: AckOutcome): TryOutcome {
  if (ack.kind === 'silent') return { ...NOT_ACKED, target, error: 'http_timeout' };
  // Slack reads an answer only where it asked for one.
  const payload = acceptsResponse(request) ? ack.payload : undefined;
  const text = payload === undefined ? '' : JSON.stringify(payload);
  return { ...NOT_ACKED, acked: true, target, payload, text, error: undefined };
}
