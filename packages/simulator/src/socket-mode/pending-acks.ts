/** The envelopes that wait for their ack. */
import type { Clock } from '../clock/clock.ts';
import { ACK_LIMIT_MS } from '../deliveries/delivery.ts';
import type { Json } from '../workspace/slack-shapes.ts';

/** An ack, or silence until the limit. */
export type AckOutcome = { kind: 'acked'; payload: Json | undefined } | { kind: 'silent' };

/** Acks by envelope. At most as many wait as there are deliveries on the way, which the queues bound. */
export class PendingAcks {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { appId: string; settle: (outcome: AckOutcome) => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with the ack of the envelope, or with silence after 3 s of the simulator's clock. */
  wait(envelopeId: string, appId: string): Promise<AckOutcome> {
    const letTimePass = this.#clock.hold();
    return new Promise((resolve) => {
      const settle = (outcome: AckOutcome) => {
        timer.cancel();
        letTimePass();
        this.#waiting.delete(envelopeId);
        resolve(outcome);
      };
      const timer = this.#clock.after(ACK_LIMIT_MS, () => settle({ kind: 'silent' }));
      this.#waiting.set(envelopeId, { appId, settle });
    });
  }

  /** False when no envelope of that app waits for it: acknowledged twice, too late, or never sent. */
  acknowledge(envelopeId: string, appId: string, payload: Json | undefined): boolean {
    const waiting = this.#waiting.get(envelopeId);
    if (waiting?.appId !== appId) return false;
    waiting.settle({ kind: 'acked', payload });
    return true;
  }

  stop(): void {
    for (const { settle } of this.#waiting.values()) settle({ kind: 'silent' });
  }
}
