/** The Delivery of a simulator: chooses the way to an app, meets the faults on it, and keeps a record of every try. */
import { stopwatch } from '../clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { App } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import {
  ACK_LIMIT_MS,
  type Delivery,
  type DeliveryOutcome,
  type DeliveryRequest,
  type Transport,
  type TryOutcome,
} from './delivery.ts';
import { DeliveryRecords } from './delivery-records.ts';

const nothingSent = {
  acked: false,
  target: undefined,
  status: undefined,
  payload: undefined,
  text: '',
  error: undefined,
  isFinal: true,
} as const;
/** What never reaches an app that hears nothing. */
const LOST = { http: { ...nothingSent, via: 'http' }, socket: { ...nothingSent, via: 'socket' } } as const;

/** What it needs. */
export interface AppDeliveryOptions {
  world: World;
  log: ActivityLog;
  faults: FaultBoard;
  http: Transport;
  socket: Transport;
}

/** Delivers over Socket Mode where the app has it on, else over HTTP. */
export class AppDelivery implements Delivery {
  readonly records = new DeliveryRecords();
  readonly #options: AppDeliveryOptions;
  #lastNumber = 0;

  constructor(options: AppDeliveryOptions) {
    this.#options = options;
  }

  async deliver(app: App, request: DeliveryRequest): Promise<DeliveryOutcome> {
    const { clock } = this.#options.world;
    const id = `D${++this.#lastNumber}`;
    const startedAt = stopwatch();
    const atMs = clock.now();
    const tried = await this.#try(app, request);
    const delayMs = request.planRetry?.(tried);
    const outcome: DeliveryOutcome = {
      ...tried,
      id,
      durationMs: Math.round((stopwatch() - startedAt) * 100) / 100,
      nextAtMs: delayMs === undefined ? undefined : clock.now() + delayMs,
    };
    this.records.add({ app, atMs, request, outcome });
    this.#log(app, request, outcome, atMs);
    return outcome;
  }

  async #try(app: App, request: DeliveryRequest): Promise<TryOutcome> {
    const { faults, http, socket } = this.#options;
    const transport = app.isSocketModeOn ? socket : http;
    if (faults.size === 0) return transport.send(app, request);
    const scope = { team: request.teamId, app: app.id, event: request.name };
    if (faults.match('deaf', scope)) return this.#unheard(app.isSocketModeOn ? LOST.socket : LOST.http);
    const slow = faults.match('slow_delivery', scope);
    const tried = await transport.send(app, slow ? { ...request, bodyAfterMs: slow.delayMs } : request);
    return tried.acked && faults.match('drop_ack', scope) ? this.#unheard(tried) : tried;
  }

  /** The ack came, but Slack did not hear it: what it sees is silence until the limit. */
  #unheard(tried: TryOutcome): Promise<TryOutcome> {
    return new Promise((resolve) => {
      this.#options.world.clock.after(ACK_LIMIT_MS, () => resolve({ ...tried, acked: false, error: 'http_timeout' }));
    });
  }

  #log(app: App, request: DeliveryRequest, outcome: DeliveryOutcome, atMs: number): void {
    const { via, target, status, error, text, durationMs, nextAtMs } = outcome;
    this.#options.log.add({
      kind: 'delivery',
      atMs,
      team: request.teamId,
      app: app.id,
      method: request.kind,
      event: request.name,
      eventId: request.eventId,
      delivery: outcome.id,
      attempt: request.retry?.number ?? 0,
      reason: request.retry?.reason,
      url: via === 'http' ? target : undefined,
      socket: via === 'socket' ? target : undefined,
      ok: outcome.acked,
      status,
      error,
      text: text === '' ? undefined : text,
      durationMs,
      nextAtMs,
    });
  }
}
