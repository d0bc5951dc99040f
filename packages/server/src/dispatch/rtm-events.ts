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

  /** Why the event could not be stored now; undefined when it was. */
  async function failureOf(envelope: Envelope): Promise<{ error: unknown } | undefined> {
    try {
      await dispatcher.accept(envelope);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  function hasPlace(error: unknown): boolean {
    const isForGood = isBotServerError(error, 'server_stopped') || isBotServerError(error, 'value_refused');
    return !isForGood && pending < MAX_PENDING && pendingBytes < MAX_PENDING_BYTES;
  }

  async function waitForStore(sizeBytes: number): Promise<void> {
    pending++;
    pendingBytes += sizeBytes;
    await clock.sleep(AGAIN_MS);
    pending--;
    pendingBytes -= sizeBytes;
  }

  // A loop: a call for each offer would keep all offers before it in memory, for as long as the store is away.
  async function take(envelope: Envelope): Promise<void> {
    for (;;) {
      const failure = await failureOf(envelope);
      if (!failure) return;
      const { error } = failure;
      if (hasPlace(error)) await waitForStore(sizeOf(envelope));
      else {
        const { teamId, id } = envelope;
        log.error({ teamId, eventId: id, err: error }, 'event lost: it could not be stored');
        onLost?.(envelope, error);
        return;
      }
    }
  }

  return take;
}
