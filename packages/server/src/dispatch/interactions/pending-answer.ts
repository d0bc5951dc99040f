/** The one answer to an interaction: the first ack, or that there was none in time. Does not know what a listener is. */
import type { BotServerError } from '../../errors.ts';
import type { DeliveryAnswer } from '../../slack/delivery/delivery.ts';
import type { Clock } from '../../time/clock.ts';

/** Waits for an answer, at most `limitMs` milliseconds; `onOverdue` is told when none came. */
export class PendingAnswer {
  /** Resolves with the first answer. Never rejects. */
  readonly settled: Promise<DeliveryAnswer>;
  /** Whether a listener was found that can still answer. */
  hasListener = false;
  /** Why the listener's answer could not be sent. */
  refusal: BotServerError | undefined;
  #isSettled = false;
  readonly #resolve: (answer: DeliveryAnswer) => void;
  readonly #timer: { cancel(): void };

  constructor({ clock, limitMs, onOverdue }: { clock: Clock; limitMs: number; onOverdue: () => void }) {
    const { promise, resolve } = Promise.withResolvers<DeliveryAnswer>();
    this.settled = promise;
    this.#resolve = resolve;
    this.#timer = clock.after(limitMs, () => {
      if (this.settle({ kind: 'unanswered', reason: 'timed_out' })) onOverdue();
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** False when it was answered before. */
  settle(answer: DeliveryAnswer): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#timer.cancel();
    this.#resolve(answer);
    return true;
  }
}

/** What Slack is answered for an ack. `ack()` and `ack('')` close a view and say nothing in a channel: a body would be an answer. */
export function answerOfAck(payload: unknown): DeliveryAnswer {
  const isEmpty = payload === undefined || payload === null || payload === '';
  return isEmpty ? { kind: 'accepted' } : { kind: 'payload', payload };
}
