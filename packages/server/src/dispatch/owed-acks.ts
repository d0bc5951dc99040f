/**
 * Events whose ack is their listener's to give: `function_executed` for a listener with `autoAcknowledge: false`. Slack wants
 * that ack after complete() (slackapi/bolt-js#2333), so the 200 waits for it. They are stored like all others: the listener
 * runs once, and what Slack delivers again meanwhile waits for the same ack.
 */
import { BotServerError } from '../errors.ts';
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';
import type { Clock } from '../time/clock.ts';

export interface OwedAcksDeps {
  /** Whether a listener of the function acknowledges by itself. */
  awaitsAck(callbackId: string): boolean;
  /** Whether it was handled by an earlier process. */
  isDone(eventId: string): Promise<boolean>;
  readonly onOverdue: (teamId: string, error: BotServerError) => void;
  clock: Clock;
  /** Slack gives up after this many milliseconds. @defaultValue 3000 */
  limitMs?: number;
}

interface Owed {
  callbackId: string;
  teamId: string;
  isAcked: boolean;
  readonly waiting: Set<(answer: DeliveryAnswer) => void>;
}

/** So many are remembered, for deliveries that come again. */
const MAX_REMEMBERED = 10_000;

/** One per process. */
export class OwedAcks {
  readonly #deps: OwedAcksDeps;
  readonly #owed = new Map<string, Owed>();

  constructor(deps: OwedAcksDeps) {
    this.#deps = deps;
  }

  /** Whether the ack of an event is its listener's to give. */
  isOwedFor(body: Body): boolean {
    const callbackId = callbackIdIn(body);
    return callbackId !== undefined && this.#deps.awaitsAck(callbackId);
  }

  /** Gives what waits for the ack of such an event. Call it before the event can run, and what it gives after it was stored. */
  async expect(body: Body, teamId: string): Promise<() => Promise<DeliveryAnswer>> {
    const callbackId = callbackIdIn(body) ?? '';
    const eventId = String(body.event_id);
    if (this.#owed.has(eventId)) return () => this.#answer(eventId);
    this.#remember(eventId, { callbackId, teamId, isAcked: false, waiting: new Set() });
    if (await this.#deps.isDone(eventId)) this.ack(eventId);
    return () => this.#answer(eventId);
  }

  /** The listener has acknowledged. */
  ack(eventId: string): void {
    const owed = this.#owed.get(eventId);
    if (!owed) return;
    owed.isAcked = true;
    this.#settle(owed, { kind: 'accepted' });
  }

  /** The listener has failed: unless it is tried again, no ack will come. */
  failed(eventId: string): void {
    const owed = this.#owed.get(eventId);
    if (owed) this.#settle(owed, { kind: 'unanswered', reason: 'failed' });
  }

  #answer(eventId: string): Promise<DeliveryAnswer> {
    const owed = this.#owed.get(eventId);
    if (!owed || owed.isAcked) return Promise.resolve({ kind: 'accepted' });
    const { clock, limitMs = 3_000, onOverdue } = this.#deps;
    const { promise, resolve } = Promise.withResolvers<DeliveryAnswer>();
    owed.waiting.add(resolve);
    const timer = clock.after(limitMs, () => {
      owed.waiting.delete(resolve);
      const message = `No listener of function_executed ${owed.callbackId} called ack within ${limitMs / 1_000} s`;
      onOverdue(owed.teamId, new BotServerError('ack_missing', message, { facts: { eventId } }));
      resolve({ kind: 'unanswered', reason: 'timed_out' });
    });
    return promise.finally(() => timer.cancel());
  }

  #settle(owed: Owed, answer: DeliveryAnswer): void {
    for (const resolve of owed.waiting) resolve(answer);
    owed.waiting.clear();
  }

  #remember(eventId: string, owed: Owed): void {
    this.#owed.set(eventId, owed);
    const [oldest] = this.#owed.keys();
    if (this.#owed.size > MAX_REMEMBERED && oldest !== undefined) this.#owed.delete(oldest);
  }
}

function callbackIdIn(body: Body): string | undefined {
  const event = recordIn(body.event);
  return event?.type === 'function_executed' ? textIn(recordIn(event.function)?.callback_id) : undefined;
}
