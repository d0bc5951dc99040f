/** Runs the listeners of one event within its two time limits, and has written down what became of it. */
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import type { EventFailure, Inbox } from '../inbox/inbox.ts';
import { RETRY_MAX_MS } from '../inbox/inbox.ts';
import type { Settlements } from '../inbox/settlements.ts';
import type { Clock } from '../time/clock.ts';
import type { EventObserver } from './dispatcher-deps.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import { EventRun } from './event-run.ts';
import { asInboxWork } from './inbox-work.ts';
import type { Item } from './team-queue.ts';

export interface EventRunnerDeps {
  inbox: Pick<Inbox, 'fail' | 'retry'>;
  settlements: Settlements;
  /** Whether what becomes of the event is this node's to write. @defaultValue always */
  mayWrite?: ((item: Item) => boolean) | undefined;
  /** Whether its shard is still this node's, where several share the inbox; asked before each call to Slack. */
  isCurrent?: ((item: Item) => boolean) | undefined;
  /** Runs the listeners; rejecting = the event failed. */
  handle(envelope: Envelope, facts: { attempt: number; run: EventRun | undefined }): Promise<void>;
  readonly onFailure: (envelope: Envelope, error: unknown) => void;
  /** What is stored of an error: a code and words without secrets. */
  readonly describe: (error: unknown) => EventFailure;
  observer?: Pick<EventObserver, 'handled' | 'failed'>;
  clock: Clock;
  options: Required<DispatcherOptions>;
}

/** How long one event may run. */
interface TimeLimit {
  /** Rejects when the time is over. */
  reached: Promise<never>;
  cancel: () => void;
}

/** One per dispatcher. */
export class EventRunner {
  readonly #deps: EventRunnerDeps;
  /** Of what runs. A list: a Set whose entries come and go keeps what was in it alive for long, see docs/adr/0005. */
  readonly #limits: TimeLimit[] = [];
  #isClosed = false;
  handled = 0;
  failed = 0;

  constructor(deps: EventRunnerDeps) {
    this.#deps = deps;
  }

  /** Resolves when the listeners have settled or their time is over. `onOverdue`: its conversation may go on. */
  async run(item: Item, onOverdue: () => void): Promise<void> {
    const limit = this.#limit(onOverdue);
    const { observer, clock } = this.#deps;
    const startedMs = observer ? clock.monotonic() : 0;
    // Typing and presence, which are not stored, are not worth remembering.
    if (observer && item.seq !== undefined)
      item.run = new EventRun({ startedAtMs: clock.now(), attempt: item.attempts + 1 });
    this.#limits.push(limit);
    try {
      await Promise.race([this.#handle(item), limit.reached]);
      if (this.#isClosed) return;
      this.handled++;
      observer?.handled(item.envelope, { ms: clock.monotonic() - startedMs, run: item.run });
      if (item.seq !== undefined && this.#mayWrite(item)) this.#deps.settlements.done(item.seq);
    } catch (error) {
      if (!this.#isClosed) this.#fail(item, error, startedMs);
    } finally {
      limit.cancel();
      this.#remove(limit);
    }
  }

  /** What still runs has been counted as unfinished: its end and its time limit mean nothing more, and the store is closed. */
  close(): void {
    this.#isClosed = true;
    for (const limit of this.#limits.splice(0)) limit.cancel();
  }

  #handle(item: Item): Promise<void> {
    const { run, envelope } = item;
    const handle = () => this.#deps.handle(envelope, { attempt: item.attempts + 1, run });
    const { isCurrent } = this.#deps;
    const { teamId } = envelope;
    if (!isCurrent || !item.claim) return run ? asInboxWork({ teamId, run }, handle) : handle();
    const onFenced = () => {
      item.wasFenced = true;
    };
    return asInboxWork({ teamId, run, shared: { isLost: () => !isCurrent(item), onFenced } }, handle);
  }

  #mayWrite(item: Item): boolean {
    return this.#deps.mayWrite?.(item) ?? true;
  }

  /** The last one takes its place: their order means nothing. */
  #remove(limit: TimeLimit): void {
    const place = this.#limits.indexOf(limit);
    if (place < 0) return;
    const last = this.#limits.pop();
    if (last && place < this.#limits.length) this.#limits[place] = last;
  }

  /** One timer for both limits, because each event pays for it. */
  #limit(onOverdue: () => void): TimeLimit {
    const { clock, options } = this.#deps;
    const { orderTimeoutMs, handlerTimeoutMs } = options;
    const { promise: reached, reject } = Promise.withResolvers<never>();
    const giveUp = () =>
      reject(new BotServerError('handler_timed_out', `Listeners did not settle within ${handlerTimeoutMs} ms`));
    const overtake = () => {
      timer = clock.after(handlerTimeoutMs - orderTimeoutMs, giveUp);
      onOverdue();
    };
    let timer =
      orderTimeoutMs < handlerTimeoutMs ? clock.after(orderTimeoutMs, overtake) : clock.after(handlerTimeoutMs, giveUp);
    return { reached, cancel: () => timer.cancel() };
  }

  #fail(item: Item, error: unknown, startedMs: number): void {
    const { seq, attempts, envelope, claim, wasFenced = false } = item;
    const { inbox, clock, describe, onFailure, settlements, options, observer } = this.#deps;
    this.failed++;
    onFailure(envelope, error);
    if (seq === undefined || !this.#mayWrite(item)) return;
    const failure = describe(error);
    // What this process could not let it do is no fault of the listener's: it comes again, as after a death.
    const runAtMs = clock.now() + (wasFenced ? 0 : Math.min(RETRY_MAX_MS, options.retryMs * 2 ** attempts));
    const isLast = !wasFenced && attempts + 1 >= options.maxAttempts;
    const again = isLast ? {} : { runAtMs };
    observer?.failed(envelope, { ms: clock.monotonic() - startedMs, run: item.run, failure, ...again });
    const write = (what: EventFailure) =>
      isLast ? inbox.fail(seq, what, claim) : inbox.retry(seq, { runAtMs, failure: what }, claim);
    settlements.write({
      seq,
      claim,
      teamId: envelope.teamId,
      write: () => write(failure),
      writeInstead: () => write({ code: failure.code, message: 'The database refuses the words of this error' }),
    });
  }
}
