/**
 * Events whose ack is their listener's to give: `function_executed` for a listener with `autoAcknowledge: false`. Slack wants
 * that ack after complete() (slackapi/bolt-js#2333), so the 200 waits for it. They are stored like all others: the listener
 * runs once, and what Slack delivers again meanwhile waits for the same ack. Where several nodes share the inbox the listener may run
 * on another node than the one that Slack waits for: each tells all others what became of such an ack.
 */
import { BotServerError } from '../errors.ts';
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';
import type { Clock } from '../time/clock.ts';

/** How nodes tell each other of acks. An empty payload says that some may have been lost. */
export interface AckNotices {
  notify(topic: 'acks', payload: string): void;
  on(topic: 'acks', listener: (payload: string) => void): () => void;
  /** Whether they arrive now. */
  readonly isLive: boolean;
}

export interface OwedAcksDeps {
  /** Whether a listener of the function acknowledges by itself. */
  awaitsAck(callbackId: string): boolean;
  /** Whether it was handled by an earlier process. */
  isDone(eventId: string): Promise<boolean>;
  readonly onOverdue: (teamId: string, error: BotServerError) => void;
  /** How nodes that share the inbox tell each other. @defaultValue this process has it to itself */
  notices?: AckNotices | undefined;
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

/** While no notices arrive: between two looks whether it was handled, in milliseconds; Slack waits for 3 s. */
const POLL_MS = 500;

/** What nodes tell each other, before the id of the event. */
const NEWS = { ack: 'ack ', failed: 'failed ' } as const;

/** One per process. */
export class OwedAcks {
  readonly #deps: OwedAcksDeps;
  readonly #owed = new Map<string, Owed>();

  constructor(deps: OwedAcksDeps) {
    this.#deps = deps;
    deps.notices?.on('acks', (payload) => this.#hear(payload));
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
    this.#acked(eventId);
    this.#deps.notices?.notify('acks', NEWS.ack + eventId);
  }

  /** The listener has failed: unless it is tried again, no ack will come. */
  failed(eventId: string): void {
    this.#failed(eventId);
    this.#deps.notices?.notify('acks', NEWS.failed + eventId);
  }

  #hear(payload: string): void {
    if (payload === '') return void this.#lookAtAll();
    if (payload.startsWith(NEWS.ack)) this.#acked(payload.slice(NEWS.ack.length));
    if (payload.startsWith(NEWS.failed)) this.#failed(payload.slice(NEWS.failed.length));
  }

  /** Also of one that nobody waits for here: Slack may deliver it again, to any node. */
  #acked(eventId: string): void {
    const owed = this.#owed.get(eventId);
    if (!owed) return this.#remember(eventId, { callbackId: '', teamId: '', isAcked: true, waiting: new Set() });
    owed.isAcked = true;
    this.#settle(owed, { kind: 'accepted' });
  }

  #failed(eventId: string): void {
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
    const endLooking = this.#keepLooking();
    return promise.finally(() => {
      timer.cancel();
      endLooking();
    });
  }

  /** Notices are only hints, and behind a pooler there are none. */
  #keepLooking(): () => void {
    const { notices, clock } = this.#deps;
    if (!notices) return () => {};
    const look = () => {
      if (!notices.isLive) void this.#lookAtAll();
      timer = clock.after(POLL_MS, look);
    };
    let timer = clock.after(POLL_MS, look);
    return () => timer.cancel();
  }

  /** What was handled was acknowledged. A look that fails is followed by another, or Slack delivers again. */
  async #lookAtAll(): Promise<void> {
    const waiting = Array.from(this.#owed).filter(([, owed]) => owed.waiting.size > 0);
    for (const [eventId] of waiting) if (await this.#deps.isDone(eventId).catch(() => false)) this.#acked(eventId);
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
