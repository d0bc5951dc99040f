/** Takes envelopes from Socket Mode to the receiver and its answer back as an ack. An event is acknowledged once it is stored. */
import { assertNever } from '../assert-never.ts';
import type { AnswerLimit, Delivery, DeliveryAnswer, DeliveryReceiver } from '../slack/delivery/delivery.ts';
import type { Reply } from './link.ts';
import { RecentEnvelopes } from './recent-envelopes.ts';
import {
  ackOf,
  envelopeIdOf,
  isInteractive,
  isKnownEnvelope,
  MAX_CLIENT_FRAME_BYTES,
  readEnvelope,
  type SocketEnvelope,
} from './socket-envelope.ts';
import type { Frame } from './transport.ts';

export interface SocketAcksDeps {
  receiver: DeliveryReceiver;
  log: {
    debug(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** What became of frames since the start. */
export interface SocketCounts {
  acked: number;
  /** Commands, buttons and the like that came again; their listeners ran once. */
  repeated: number;
  /** Left without an ack: not stored, or nobody answered. Slack sends events again. */
  unacked: number;
  /** Answered, but the socket was gone by then. */
  tooLate: number;
  /** Of a type that Slack did not have when this was written. */
  unknown: number;
  /** Neither an envelope nor anything else. */
  ignored: number;
}

/** What the sockets' frames go through; the answers go back as acks. */
export interface SocketAcks {
  /** Never rejects. */
  take(frame: Frame, reply: Reply): Promise<void>;
  readonly counts: Readonly<SocketCounts>;
}

/** A type is told once; a peer that makes them up must not fill the memory. */
const MAX_TOLD_TYPES = 100;

/** Builds it; one per process. */
export function createSocketAcks({ receiver, log }: SocketAcksDeps): SocketAcks {
  const counts: SocketCounts = { acked: 0, repeated: 0, unacked: 0, tooLate: 0, unknown: 0, ignored: 0 };
  const recent = new RecentEnvelopes();
  const toldTypes = new Set<string>();

  async function take(frame: Frame, reply: Reply): Promise<void> {
    if (typeof frame.type === 'string' && !isKnownEnvelope({ type: frame.type })) return noteUnknown(frame, reply);
    const envelope = readEnvelope(frame);
    if (!envelope) {
      counts.ignored++;
      log.debug({}, 'frame ignored: it is not an envelope');
      return;
    }
    // Owed until it is answered: a socket that is to go waits for it.
    const release = reply.oweAnswer();
    try {
      acknowledge(envelope, await answerTo(envelope), reply);
    } catch (error) {
      counts.unacked++;
      log.error({ envelopeId: envelope.id, err: error }, 'envelope failed');
    } finally {
      release();
    }
  }

  function answerTo(envelope: SocketEnvelope): Promise<DeliveryAnswer> {
    if (!isInteractive(envelope)) return receiver.receive(deliveryOf(envelope));
    const { id: envelopeId, type } = envelope;
    const earlier = recent.find(envelopeId);
    if (earlier === undefined) return recent.keep(envelopeId, receiver.receive(deliveryOf(envelope)));
    counts.repeated++;
    log.debug({ envelopeId, type }, 'envelope delivered again');
    return earlier;
  }

  function acknowledge(envelope: SocketEnvelope, answer: DeliveryAnswer, reply: Reply): void {
    const ack = ackFor(envelope, answer);
    const { id: envelopeId, type } = envelope;
    if (ack === undefined) {
      counts.unacked++;
      log.debug({ envelopeId, type, answer: answer.kind }, 'envelope not acknowledged');
    } else if (Buffer.byteLength(ack) > MAX_CLIENT_FRAME_BYTES) {
      // Payloads were measured before: the id itself is as long as that.
      counts.unacked++;
      log.warn({ type, sizeBytes: ack.length }, 'envelope not acknowledged: its ack is larger than Slack takes');
    } else if (reply.send(ack)) {
      counts.acked++;
    } else {
      counts.tooLate++;
      log.warn({ envelopeId, type }, 'envelope not acknowledged: its connection was gone');
    }
  }

  /** Acknowledged all the same, or Slack would send it again. */
  function noteUnknown(frame: Frame, reply: Reply): void {
    counts.unknown++;
    const type = String(frame.type).slice(0, 100);
    if (!toldTypes.has(type) && toldTypes.size < MAX_TOLD_TYPES) {
      toldTypes.add(type);
      log.warn({ type }, 'envelopes of an unknown type are not handled');
    }
    const id = envelopeIdOf(frame);
    const ack = id === undefined ? '' : ackOf({ id });
    if (ack !== '' && Buffer.byteLength(ack) <= MAX_CLIENT_FRAME_BYTES) reply.send(ack);
  }

  return { take, counts };
}

function deliveryOf(envelope: SocketEnvelope): Delivery {
  const { payload: body, retryNum, retryReason } = envelope;
  return {
    body,
    ...(retryNum !== undefined && { retryNum }),
    ...(retryReason !== undefined && { retryReason }),
    ...(isInteractive(envelope) && { answerLimit: limitOf(envelope) }),
  };
}

/** The payload shares its frame with the id. */
function limitOf(envelope: SocketEnvelope): AnswerLimit {
  return {
    of: 'a Socket Mode frame',
    maxBytes: MAX_CLIENT_FRAME_BYTES,
    bytesOf: (payload) => Buffer.byteLength(ackFor(envelope, { kind: 'payload', payload }) ?? ''),
  };
}

/** Without an ack Slack delivers an event again, and tells the person who pressed the button that it failed. */
function ackFor(envelope: SocketEnvelope, answer: DeliveryAnswer): string | undefined {
  switch (answer.kind) {
    case 'accepted':
    case 'refused':
      return ackOf(envelope);
    case 'payload':
      return envelope.acceptsPayload ? ackOf(envelope, answer.payload) : ackOf(envelope);
    case 'unavailable':
    case 'unanswered':
      return undefined;
    default:
      return assertNever(answer, 'delivery answer');
  }
}
