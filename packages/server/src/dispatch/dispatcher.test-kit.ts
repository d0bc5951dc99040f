/** A dispatcher on a real inbox and a moved clock, with listeners that end when the test says so, and what they and it told. */
import { BotServerError } from '../errors.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { type Engine, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher-options.ts';
import type { EventHandling } from './dropped-events.ts';
import type { ListenerWork } from './listener-work.ts';
import { ListenerWorks } from './listener-works.ts';

const NOW = 1_795_000_000_000;

export class DispatcherRig {
  readonly clock: TestClock;
  /** What the next dispatcher gets; a test may put another in its place. */
  inbox: Inbox;
  /** Ids of the events that listeners got, in order, and which attempt each was. */
  started: string[] = [];
  attempts: number[] = [];
  readonly failed: { id: string; error: unknown }[] = [];
  lifecycle: string[] = [];
  /** What is done with the events of a team; those of others are handed out. */
  readonly handling: Record<string, EventHandling> = {};
  /** What the rows say when they are asked before an event is dropped, where that is something else. */
  readonly rows: Record<string, EventHandling> = {};
  /** Teams without an installation. */
  readonly unknown = new Set<string>();
  /** What was told of dropped events: the reason, and the ids that are known. */
  readonly dropped: unknown[] = [];
  readonly warnings: object[] = [];
  readonly errors: string[] = [];
  /** The runs of listeners of all its dispatchers, and the latest one of each event. */
  readonly works: ListenerWorks;
  readonly runs = new Map<string, ListenerWork>();
  /** Ends a running listener by event id. */
  readonly #ends = new Map<string, (error?: Error) => void>();
  #owners = 0;

  private constructor(clock: TestClock, inbox: Inbox) {
    this.clock = clock;
    this.inbox = inbox;
    this.works = new ListenerWorks({ clock });
  }

  static async open(engine: Engine = 'sqlite'): Promise<DispatcherRig> {
    const clock = new TestClock(NOW);
    return new DispatcherRig(clock, createInbox({ store: await openTestStore({ engine, clock }), clock }));
  }

  /** Another process: it takes over what the one before left, and begins. */
  async dispatcher(options: DispatcherOptions = {}): Promise<Dispatcher> {
    const dispatcher = new Dispatcher({
      inbox: this.inbox,
      works: this.works,
      handle: ({ id }, { attempt, work }) =>
        new Promise((resolve, reject) => {
          this.started.push(id);
          this.attempts.push(attempt);
          this.runs.set(id, work);
          this.#ends.set(id, (error) => (error ? reject(error) : resolve()));
        }),
      shardOf: () => 0,
      handlingOf: (teamId) => this.handling[teamId] ?? 'hand_out',
      isUnknown: (teamId) => this.unknown.has(teamId),
      recheck: (teamId) => {
        const seen = this.rows[teamId] ?? this.handling[teamId] ?? 'hand_out';
        this.handling[teamId] = seen;
        return Promise.resolve(seen);
      },
      onLifecycleEvent: ({ type }) => this.lifecycle.push(type),
      onFailure: ({ id }, error) => this.failed.push({ id, error }),
      describe: (error) => ({
        code: error instanceof BotServerError ? error.code : 'listener_failed',
        message: (error as Error).message,
      }),
      observer: {
        accepted() {},
        repeated() {},
        handled() {},
        failed() {},
        dropped: (reason, count, known) => this.dropped.push([reason, count, ...known.map(({ id }) => id)]),
      },
      clock: this.clock,
      log: {
        debug() {},
        info() {},
        warn: (facts) => void this.warnings.push(facts),
        error: (facts, message) => void this.errors.push(`${message} ${JSON.stringify(facts)}`),
      },
      options,
    });
    await dispatcher.takeOver(`owner ${++this.#owners}`);
    await dispatcher.begin();
    await this.clock.advance(0);
    await this.clock.settle();
    return dispatcher;
  }

  /** Lets the listener of the event settle, at once and without waiting for anything. */
  settle(id: string, error?: Error): void {
    this.#ends.get(id)?.(error);
  }

  /** The same, and what follows happens. */
  async end(id: string, error?: Error): Promise<void> {
    await this.clock.settle();
    this.settle(id, error);
    await this.clock.settle();
  }
}
