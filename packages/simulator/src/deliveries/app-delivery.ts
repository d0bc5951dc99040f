/** The Delivery of a simulator: chooses the way to an app, and writes every try into the log. */
import { stopwatch } from '../clock/clock.ts';
import type { ActivityLog } from '../inspector/activity-log.ts';
import type { App } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { Delivery, DeliveryOutcome, DeliveryRequest, Transport, Tried } from './delivery.ts';

/** What it needs. */
export interface AppDeliveryOptions {
  world: World;
  log: ActivityLog;
  http: Transport;
  socket: Transport;
}

/** Delivers over Socket Mode where the app has it on, else over HTTP. */
export class AppDelivery implements Delivery {
  readonly #options: AppDeliveryOptions;
  #lastNumber = 0;

  constructor(options: AppDeliveryOptions) {
    this.#options = options;
  }

  async deliver(app: App, request: DeliveryRequest): Promise<DeliveryOutcome> {
    const { world, http, socket } = this.#options;
    const id = `D${++this.#lastNumber}`;
    const startedAt = stopwatch();
    const atMs = world.clock.now();
    const tried = await (app.isSocketModeOn ? socket : http).send(app, request);
    const outcome = { ...tried, id, durationMs: Math.round((stopwatch() - startedAt) * 100) / 100 };
    this.#record(app, request, outcome, atMs);
    return outcome;
  }

  #record(app: App, request: DeliveryRequest, outcome: DeliveryOutcome, atMs: number): void {
    this.#options.log.add({
      kind: 'delivery',
      atMs,
      team: request.teamId,
      app: app.id,
      method: request.kind,
      event: request.name,
      delivery: outcome.id,
      eventId: request.eventId,
      attempt: request.retry?.number ?? 0,
      reason: request.retry?.reason,
      ...targetOf(outcome),
      ok: outcome.acked,
      status: outcome.status,
      error: outcome.error,
      durationMs: outcome.durationMs,
      text: outcome.text === '' ? undefined : outcome.text,
    });
  }
}

function targetOf({ via, target }: Tried): { url?: string | undefined; socket?: string | undefined } {
  return via === 'http' ? { url: target } : { socket: target };
}
