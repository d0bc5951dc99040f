/**
 * Hands accepted events to the listeners: once each, in order per conversation, with no team in the way of another.
 * In memory only: what is not finished when the process dies is gone. A stored inbox takes its place behind intake.ts.
 */
import { BotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import type { Envelope } from './envelope.ts';
import type { Delivery, Intake } from './intake.ts';
import { RecentIds } from './recent-ids.ts';
import { TeamQueue } from './team-queue.ts';

export interface DispatcherOptions {
  /** After this many milliseconds the next event of the conversation starts although one still runs. @defaultValue 10000 */
  orderTimeoutMs?: number;
  /** After this many milliseconds an event counts as failed and frees its slot. @defaultValue 300000 */
  handlerTimeoutMs?: number;
  /** Events of one team that run at the same time. @defaultValue 20 */
  perTeam?: number;
  /** Events of the process that run at the same time. @defaultValue 500 */
  perProcess?: number;
  /** Events of one team that wait; further ones are dropped and counted. @defaultValue 10000 */
  backlogPerTeam?: number;
}

export const dispatcherDefaults = {
  orderTimeoutMs: 10_000,
  handlerTimeoutMs: 300_000,
  perTeam: 20,
  perProcess: 500,
  backlogPerTeam: 10_000,
} as const satisfies Required<DispatcherOptions>;

export interface DispatcherDeps {
  /** Runs the listeners of one event; rejecting = the event failed. */
  handle(envelope: Envelope): Promise<void>;
  deliveryOf(teamId: string): Delivery;
  onFailure(envelope: Envelope, error: unknown): void;
  clock: Clock;
  log: { warn(facts: object, message: string): void; debug(facts: object, message: string): void };
  options?: DispatcherOptions;
}

/** Delivers events from memory. */
export class Dispatcher implements Intake {
  readonly #deps: DispatcherDeps;
  readonly #options: Required<DispatcherOptions>;
  /** Teams with something to do, in the order in which they get their turn. */
  readonly #queues = new Map<string, TeamQueue>();
  readonly #recent: RecentIds;
  #running = 0;
  #isStopped = false;
  #onIdle: (() => void) | undefined;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#options = { ...dispatcherDefaults, ...deps.options };
    this.#recent = new RecentIds(deps.clock);
  }

  accept(envelope: Envelope): Promise<void> {
    if (this.#isStopped || !this.#recent.add(envelope.id)) return Promise.resolve();
    const { teamId } = envelope;
    const delivery = this.#deps.deliveryOf(teamId);
    const queue = this.#queues.get(teamId) ?? new TeamQueue();
    if (delivery === 'inactive') {
      this.#deps.log.debug({ teamId, eventId: envelope.id }, 'event of an inactive team dropped');
    } else if (queue.waiting >= this.#options.backlogPerTeam) {
      this.#deps.log.warn({ teamId, eventId: envelope.id, waiting: queue.waiting }, 'backlog full, event dropped');
    } else {
      this.#queues.set(teamId, queue);
      queue.add(envelope);
      this.#startTeam(teamId, queue);
    }
    return Promise.resolve();
  }

  changed(teamId: string): void {
    const queue = this.#queues.get(teamId);
    if (!queue) return;
    if (this.#deps.deliveryOf(teamId) === 'inactive') {
      const dropped = queue.clear();
      if (dropped > 0) this.#deps.log.warn({ teamId, dropped }, 'waiting events of a deactivated team dropped');
      this.#forgetIfEmpty(teamId, queue);
    }
    this.#startTeam(teamId, queue);
  }

  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    if (this.#running > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      const timer = this.#deps.clock.after(graceMs, () => this.#onIdle?.());
      await idle;
      timer.cancel();
    }
    let waiting = 0;
    for (const queue of this.#queues.values()) waiting += queue.clear();
    return { unfinished: this.#running + waiting };
  }

  #startTeam(teamId: string, queue: TeamQueue): void {
    while (this.#running < this.#options.perProcess && this.#startOne(teamId, queue));
  }

  /** The process was full: one event of each team in turn, until nothing may start. */
  #startWhatMay(): void {
    let hasStarted = true;
    while (hasStarted && this.#running < this.#options.perProcess) {
      hasStarted = false;
      for (const [teamId, queue] of Array.from(this.#queues)) {
        if (this.#running >= this.#options.perProcess) break;
        hasStarted = this.#startOne(teamId, queue) || hasStarted;
      }
    }
  }

  #startOne(teamId: string, queue: TeamQueue): boolean {
    if (queue.running >= this.#options.perTeam || this.#deps.deliveryOf(teamId) !== 'answering') return false;
    const envelope = queue.takeNext();
    if (!envelope) return false;
    // To the back of the line: the next turn is another team's.
    this.#queues.delete(teamId);
    this.#queues.set(teamId, queue);
    this.#running++;
    void this.#run(envelope, queue);
    return true;
  }

  async #run(envelope: Envelope, queue: TeamQueue): Promise<void> {
    const { orderTimeoutMs, handlerTimeoutMs } = this.#options;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const overtaking = this.#deps.clock.after(orderTimeoutMs, () => {
      queue.overtake(envelope);
      this.#startTeam(envelope.teamId, queue);
    });
    const failing = this.#deps.clock.after(handlerTimeoutMs, () => {
      reject(new BotServerError('handler_timed_out', `Listeners did not settle within ${handlerTimeoutMs} ms`));
    });
    try {
      await Promise.race([Promise.resolve(envelope).then((one) => this.#deps.handle(one)), timedOut]);
    } catch (error) {
      this.#deps.onFailure(envelope, error);
    } finally {
      overtaking.cancel();
      failing.cancel();
      this.#finish(envelope, queue);
    }
  }

  #finish(envelope: Envelope, queue: TeamQueue): void {
    const wasFull = this.#running >= this.#options.perProcess;
    queue.finish(envelope);
    this.#running--;
    this.#forgetIfEmpty(envelope.teamId, queue);
    if (this.#running === 0) this.#onIdle?.();
    if (this.#isStopped) return;
    if (wasFull) this.#startWhatMay();
    else this.#startTeam(envelope.teamId, queue);
  }

  #forgetIfEmpty(teamId: string, queue: TeamQueue): void {
    if (queue.isEmpty) this.#queues.delete(teamId);
  }
}
