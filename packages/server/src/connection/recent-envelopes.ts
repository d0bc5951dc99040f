/**
 * Interactions that came over Socket Mode a little while ago, with their answers: Slack delivers a command again when its
 * socket closed before the ack (revelrylabs/slax#614), and its listeners must run once. Of this process only; bounded.
 */
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';

/** So many ids are remembered: some minutes of the busiest app, and Slack delivers again within two. */
const MAX_IDS = 10_000;
/** So many answers with a payload, of 20 KiB at most; an older one is repeated as an empty ack. */
const MAX_PAYLOADS = 200;

/** One per process. */
export class RecentEnvelopes {
  readonly #answers = new Map<string, Promise<DeliveryAnswer>>();
  readonly #withPayload = new Set<string>();

  /** The answer of an earlier delivery of the envelope, also of one that still runs. */
  find(id: string): Promise<DeliveryAnswer> | undefined {
    return this.#answers.get(id);
  }

  /** Remembers an answer that is under way; gives it back. What was not taken may come again. */
  async keep(id: string, answering: Promise<DeliveryAnswer>): Promise<DeliveryAnswer> {
    this.#answers.set(id, answering);
    shrink(this.#answers, MAX_IDS, (oldest) => this.#forget(oldest));
    try {
      const answer = await answering;
      if (answer.kind === 'unavailable') this.#forget(id);
      if (answer.kind === 'payload') this.#keepPayload(id);
      return answer;
    } catch (error) {
      this.#forget(id);
      throw error;
    }
  }

  #keepPayload(id: string): void {
    this.#withPayload.add(id);
    shrink(this.#withPayload, MAX_PAYLOADS, (oldest) => {
      this.#withPayload.delete(oldest);
      this.#answers.set(oldest, Promise.resolve({ kind: 'accepted' }));
    });
  }

  #forget(id: string): void {
    this.#answers.delete(id);
    this.#withPayload.delete(id);
  }
}

function shrink(kept: Map<string, unknown> | Set<string>, limit: number, drop: (oldest: string) => void): void {
  const [oldest] = kept.keys();
  if (kept.size > limit && oldest !== undefined) drop(oldest);
}
