/**
 * Brings every event to the apps that get it: envelope, limits, faults, and tries until one is acknowledged or the
 * schedule ends. How one try travels is app-delivery.ts.
 *
 *   fact ──▶ events ──▶ recipients ──▶ admitted? ──▶ queue ──▶ try ──▶ acknowledged
 *                                                      ▲         └──▶ retry later, or given up
 */
import type { Timer } from '../clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { App, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import type { Delivery, DeliveryError, TryOutcome } from './delivery.ts';
import { DeliveryFaults } from './delivery-faults.ts';
import { DeliveryQueue, type Task } from './delivery-queue.ts';
import { type Addressee, eventEnvelope, rateLimitedBody } from './envelope.ts';
import { type EventLimitOptions, EventLimits } from './event-limits.ts';
import { eventTsOf } from './event-ts.ts';
import { isStillSentTo, recipientsOf } from './recipients.ts';
import { retryDelay } from './retry-schedule.ts';
import type { SlackEvent } from './slack-event.ts';
import { slackEvents } from './slack-events.ts';

/** Retries that wait in the whole simulator; beyond it an event that fails is given up. */
export const MAX_RETRIES_WAITING = 20_000;

/** What it needs. */
export interface EventDeliveriesOptions {
  world: World;
  log: ActivityLog;
  faults: FaultBoard;
  delivery: Delivery;
  limits?: EventLimitOptions | undefined;
}

/** An event on its way to one app. */
interface Outgoing extends Addressee {
  readonly name: string;
  readonly eventId: string | undefined;
  readonly payload: Json;
}

/** The events of one simulator. */
export class EventDeliveries {
  readonly limits: EventLimits;
  readonly #options: EventDeliveriesOptions;
  readonly #queues = new Map<string, DeliveryQueue>();
  readonly #retries = new Set<Timer>();
  readonly #onTheWay: DeliveryFaults;
  readonly #unsubscribe: () => void;

  constructor(options: EventDeliveriesOptions) {
    this.#options = options;
    this.limits = new EventLimits(options.limits);
    this.#onTheWay = new DeliveryFaults({ faults: options.faults, clock: options.world.clock });
    this.#unsubscribe = options.world.events.on((event) => this.#onFact(event));
  }

  /** Sends an inner event to who would get it. @returns the ids of the envelopes */
  publish(team: Team, event: SlackEvent): string[] {
    const ids: string[] = [];
    for (const recipient of recipientsOf(this.#options.world, team, event)) {
      const to = { ...recipient, team };
      if (!this.#isAdmitted(to)) continue;
      const payload = eventEnvelope(this.#options.world, to, event.body);
      ids.push(payload.event_id);
      this.#dispatch({ ...to, name: event.body.type, eventId: payload.event_id, payload });
    }
    return ids;
  }

  /** Lets an app that failed too often have events again. */
  enable(app: App): void {
    app.areEventsEnabled = true;
    this.limits.forgive(app);
  }

  /** What Slack does to an app that fails too many: no more events, until its developer enables them again. */
  switchOff(app: App): void {
    if (!app.areEventsEnabled) return;
    app.areEventsEnabled = false;
    this.#options.log.add({ kind: 'delivery', app: app.id, ok: false, error: 'events_disabled' });
  }

  stop(): void {
    this.#unsubscribe();
    for (const timer of this.#retries) timer.cancel();
    this.#retries.clear();
    for (const queue of this.#queues.values()) queue.clear();
    this.#onTheWay.stop();
  }

  #onFact(fact: DomainEvent): void {
    const { world, faults } = this.#options;
    if (fact.team.installations.size === 0) return;
    const events = slackEvents(fact, eventTsOf(world.ids, fact));
    const isTurned =
      fact.type === 'app_removed' && faults.match('uninstalled_first', { team: fact.team.id, app: fact.app.id });
    for (const event of isTurned ? events.toReversed() : events) this.publish(fact.team, event);
  }

  /** Counts the event; tells the app once per minute that it misses some. */
  #isAdmitted(to: Addressee): boolean {
    const { world, delivery } = this.#options;
    const admission = this.limits.admit(to.app, to.team.id, world.clock.now());
    if (admission.kind === 'announce') {
      const payload = rateLimitedBody(to.app, to.team, admission.minuteSeconds);
      const request = { kind: 'events_api', name: 'app_rate_limited', payload, teamId: to.team.id } as const;
      this.#enqueue(to, async () => void (await delivery.deliver(to.app, request)));
    }
    return admission.kind === 'deliver';
  }

  #dispatch(outgoing: Outgoing): void {
    const { faults } = this.#options;
    const scope = { team: outgoing.team.id, app: outgoing.app.id, event: outgoing.name };
    if (faults.match('deaf', scope)) {
      this.#note(outgoing, 'deaf');
      return;
    }
    const send = () => this.#enqueue(outgoing, () => this.#try(outgoing, 0, undefined));
    if (!this.#onTheWay.pass(keyOf(outgoing), scope, send)) this.#note(outgoing, 'dropped');
  }

  async #try(outgoing: Outgoing, number: number, reason: DeliveryError | undefined): Promise<void> {
    const { app, installation, name, eventId, payload, team } = outgoing;
    if (!app.areEventsEnabled || !isStillSentTo(installation, name)) return;
    const outcome = await this.#options.delivery.deliver(app, {
      kind: 'events_api',
      name,
      payload,
      teamId: team.id,
      eventId,
      ...(number > 0 && { retry: { number, reason: reason ?? 'unknown_error' } }),
      planRetry: (tried) => this.#planRetry(app, number, tried),
    });
    const { nextAtMs, error } = outcome;
    if (!app.areEventsEnabled || nextAtMs === undefined) return;
    const retry = () => this.#enqueue(outgoing, () => this.#try(outgoing, number + 1, error));
    const delayMs = nextAtMs - this.#options.world.clock.now();
    if (delayMs <= 0) retry();
    else this.#later(delayMs, retry);
  }

  /** Counts the try, and says when the next one is. */
  #planRetry(app: App, number: number, { acked, isFinal }: TryOutcome): number | undefined {
    const isTooMuch = this.limits.countTry(app, this.#options.world.clock.now(), !acked);
    if (isTooMuch) this.switchOff(app);
    if (acked || isFinal || !app.areEventsEnabled || this.#retries.size >= MAX_RETRIES_WAITING) return undefined;
    return retryDelay(number, app);
  }

  #later(delayMs: number, act: () => void): void {
    const timer = this.#options.world.clock.after(delayMs, () => {
      this.#retries.delete(timer);
      act();
    });
    this.#retries.add(timer);
  }

  #enqueue(to: Addressee, task: Task): void {
    const key = keyOf(to);
    let queue = this.#queues.get(key);
    if (!queue) this.#queues.set(key, (queue = new DeliveryQueue()));
    if (!queue.add(task)) this.#note(to, 'queue_full');
  }

  #note(to: Addressee & { name?: string; eventId?: string | undefined }, error: string): void {
    const { app, team, name, eventId } = to;
    this.#options.log.add({ kind: 'delivery', team: team.id, app: app.id, event: name, eventId, ok: false, error });
  }
}

function keyOf({ app, team }: Addressee): string {
  return `${app.id} ${team.id}`;
}
