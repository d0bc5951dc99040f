/** Runs the listeners of one event within its two time limits, and has written down what became of it. */
import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import type { EventFailure, Inbox } from '../inbox/inbox.ts';
import { RETRY_MAX_MS } from '../inbox/inbox.ts';
import type { Settlements } from '../inbox/settlements.ts';
import type { Clock } from '../time/clock.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { EventObserver } from './event-observer.ts';
import { EventRun } from './event-run.ts';
import type { ListenerWork } from './listener-work.ts';
import type { ListenerWorks } from './listener-works.ts';
import type { Item } from './team-queue.ts';

export interface EventRunnerDeps {
  inbox: Pick<Inbox, 'fail' | 'retry'>;
  settlements: Settlements;
  /** Whether what becomes of the event is this node's to write. @defaultValue always */
  mayWrite?: ((item: Item) => boolean) | undefined;
  /** Whether its shard is still this node's, where several share the inbox; asked before each call to Slack. */
  isCurrent?: ((item: Item) => boolean) | undefined;
  /** All runs of this process, and what ends them early. */
  works: Pick<ListenerWorks, 'begin' | 'end'>;
  /** Runs the listeners; rejecting = the event failed. */
  handle(envelope: Envelope, facts: { attempt: number; run: EventRun | undefined; work: ListenerWork }): Promise<void>;
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

/** What ends a run here and nowhere else: the event comes again, as after a death, whatever the listeners throw then. */
const LEFT_TO_OTHERS: ReadonlySet<string> = new Set(['draining', 'fenced']);

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
    const { observer, clock } = this.#deps;
    const startedMs = observer ? clock.monotonic() : 0;
    // Typing and presence, which are not stored, are not worth remembering.
    if (observer && item.seq !== undefined)
      item.run = new EventRun({ startedAtMs: clock.now(), attempt: item.attempts + 1 });
    const work = this.#begin(item);
    const limit = this.#limit(onOverdue, (error) => work.abort(error));
    this.#limits.push(limit);
    try {
      await Promise.race([this.#handle(item, work), limit.reached]);
      if (!this.#isClosed) this.#done(item, startedMs, work.isStopped ? work.ended : undefined);
    } catch (error) {
      if (this.#isClosed) return;
      // Nobody wants the answer any more, or has what there was of it.
      if (work.isStopped || (work.hasAnswered && work.ended?.code === 'draining'))
        this.#done(item, startedMs, work.ended);
      else this.#fail(item, error, { startedMs, ended: work.ended });
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

  #begin(item: Item): ListenerWork {
    const { works, isCurrent } = this.#deps;
    const { run } = item;
    const { teamId, body } = item.envelope;
    return works.begin({
      teamId,
      body,
      run,
      shard: item.claim?.shard,
      isLost: isCurrent && item.claim && (() => !isCurrent(item)),
      onFenced: () => {
        item.wasFenced = true;
      },
    });
  }

  async #handle(item: Item, work: ListenerWork): Promise<void> {
    const { works } = this.#deps;
    try {
      await work.run(() => this.#deps.handle(item.envelope, { attempt: item.attempts + 1, run: item.run, work }));
    } finally {
      works.end(work);
    }
  }

  /** @param ended What cut it short */
  #done(item: Item, startedMs: number, ended: BotServerError | undefined): void {
    const { observer, clock, settlements } = this.#deps;
    this.handled++;
    if (ended && item.run) item.run.endedBy = ended.code;
    observer?.handled(item.envelope, { ms: clock.monotonic() - startedMs, run: item.run });
    if (item.seq !== undefined && this.#mayWrite(item)) settlements.done(item.seq);
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
  #limit(onOverdue: () => void, onReached: (error: BotServerError) => void): TimeLimit {
    const { clock, options } = this.#deps;
    const { orderTimeoutMs, handlerTimeoutMs } = options;
    const { promise: reached, reject } = Promise.withResolvers<never>();
    const giveUp = () => {
      const error = new BotServerError('handler_timed_out', `Listeners did not settle within ${handlerTimeoutMs} ms`);
      reject(error);
      onReached(error);
    };
    const overtake = () => {
      timer = clock.after(handlerTimeoutMs - orderTimeoutMs, giveUp);
      onOverdue();
    };
    let timer =
      orderTimeoutMs < handlerTimeoutMs ? clock.after(orderTimeoutMs, overtake) : clock.after(handlerTimeoutMs, giveUp);
    return { reached, cancel: () => timer.cancel() };
  }

  /** @param ended What ended the run early, if anything did */
  #fail(
    item: Item,
    error: unknown,
    { startedMs, ended }: { startedMs: number; ended: BotServerError | undefined },
  ): void {
    const { seq, attempts, envelope, claim } = item;
    const isLeft = item.wasFenced || LEFT_TO_OTHERS.has(ended?.code ?? '');
    const { inbox, clock, describe, onFailure, settlements, options, observer } = this.#deps;
    this.failed++;
    onFailure(envelope, error);
    if (seq === undefined || !this.#mayWrite(item)) return;
    const failure = { ...describe(error), traceparent: envelope.trace?.traceparent ?? envelope.traceparent };
    // What this process could not let it do is no fault of the listener's: it comes again, as after a death.
    const runAtMs = clock.now() + (isLeft ? 0 : Math.min(RETRY_MAX_MS, options.retryMs * 2 ** attempts));
    const isLast = !isLeft && attempts + 1 >= options.maxAttempts;
    const again = isLast ? {} : { runAtMs };
    observer?.failed(envelope, { ms: clock.monotonic() - startedMs, run: item.run, failure, ...again });
    const write = (what: EventFailure) =>
      isLast ? inbox.fail(seq, what, claim) : inbox.retry(seq, { runAtMs, failure: what }, claim);
    settlements.write({
      seq,
      claim,
      teamId: envelope.teamId,
      write: () => write(failure),
      writeInstead: () => write({ ...failure, message: 'The database refuses the words of this error', at: null }),
    });
  }
}
