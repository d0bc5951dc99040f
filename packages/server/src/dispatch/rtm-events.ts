/** RTM has no acknowledgement and no second delivery: what cannot be stored now is kept in memory and offered again. */
import { isBotServerError } from '../errors.ts';
import { type Envelope, sizeOf } from '../inbox/envelope.ts';
import type { Clock } from '../time/clock.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Events that wait for the store to come back; further ones are lost, and counted in the log. */
const MAX_PENDING = 10_000;
/** Their size together, in bytes. */
const MAX_PENDING_BYTES = 64 * 1_048_576;
const AGAIN_MS = 1_000;

export interface RtmEventsDeps {
  dispatcher: Pick<Dispatcher, 'accept'>;
  /** An event is lost: it could not be stored. */
  readonly onLost?: (envelope: Envelope, error: unknown) => void;
  clock: Clock;
  log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** Builds what takes the envelopes of RTM frames. It never rejects. */
export function createRtmEvents({
  dispatcher,
  onLost,
  clock,
  log,
}: RtmEventsDeps): (envelope: Envelope) => Promise<void> {
  let pending = 0;
  let pendingBytes = 0;

  async function offerAgain(envelope: Envelope, error: unknown): Promise<void> {
    const { teamId, id } = envelope;
    const isForGood = isBotServerError(error, 'server_stopped') || isBotServerError(error, 'value_refused');
    if (isForGood || pending >= MAX_PENDING || pendingBytes >= MAX_PENDING_BYTES) {
      log.error({ teamId, eventId: id, err: error }, 'event lost: it could not be stored');
      onLost?.(envelope, error);
      return;
    }
    const sizeBytes = sizeOf(envelope);
    pending++;
    pendingBytes += sizeBytes;
    await clock.sleep(AGAIN_MS);
    pending--;
    pendingBytes -= sizeBytes;
    await take(envelope);
  }

  async function take(envelope: Envelope): Promise<void> {
    try {
      await dispatcher.accept(envelope);
    } catch (error) {
      await offerAgain(envelope, error);
    }
  }

  return take;
}
