/**
 * Sorts what Slack delivers, whatever carried it: events into the inbox, interactions to their listeners at once. Answers
 * what the transport tells Slack; an event counts as accepted only when it is stored.
 */

import { assertNever } from '../assert-never.ts';
import type { BotServerError } from '../errors.ts';
import { isBotServerError } from '../errors.ts';
import { type Envelope, envelopeOfCallback } from '../inbox/envelope.ts';
import { appIdOf, kindOf, recordIn } from '../slack/delivery/body.ts';
import type { AnswerLimit, Delivery, DeliveryAnswer, DeliveryReceiver } from '../slack/delivery/delivery.ts';
import { type Owner, type Route, routeOfEvent } from '../slack/delivery/route.ts';
import type { TeamId } from '../team/installation.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { OwedAcks } from './owed-acks.ts';

export interface ReceiverDeps {
  dispatcher: Pick<Dispatcher, 'accept'>;
  /** Events whose ack is their listener's to give. */
  owedAcks: Pick<OwedAcks, 'isOwedFor' | 'expect'>;
  /** Whether the listeners of a team get its events now. */
  isAnswering(teamId: TeamId): boolean;
  interactions: { answer(body: Record<string, unknown>, limit?: AnswerLimit): Promise<DeliveryAnswer> };
  /** The app of this server; null while it is not known: then every one is ours. */
  appId(): string | null;
  /** At which of our rows an event is; see route.ts. */
  ownerOf(route: Route): Owner;
  /** The same by the rows themselves, when this process knows of none that fits. */
  locate(route: Route): Promise<Owner>;
  /** Resolves when no install is half done, or when one takes long; undefined while there is none. */
  installing?(): Promise<void> | undefined;
  /** An event of a team came, whatever becomes of it; `isAgain`: Slack tries it again. */
  onEvent?(teamId: TeamId, event: Record<string, unknown>, facts: { isAgain: boolean }): void;
  /** Of which trace the listeners' work is to be a part. */
  traceOf?(delivery: Delivery): Pick<Envelope, 'traceparent' | 'tracestate'> | undefined;
  /** Slack dropped events of a team, in the minute that it names in seconds since 1970. */
  onRateLimited?(teamId: TeamId, minute: unknown): void;
  /** A delivery was not taken. `teamId`: as far as that was found out. */
  onNotTaken?(body: Record<string, unknown>, facts: NotTaken): void;
  /** The store takes no events; told once until it does again. */
  onStoreFailure(error: BotServerError): void;
  /** The store takes all events but this one. */
  onRefused(teamId: TeamId, error: BotServerError): void;
  log: {
    debug(facts: object, message: string): void;
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
}

/** Why a delivery was not taken: for good, or `unavailable`, so that Slack sends it again. */
export interface NotTaken {
  why: 'other_app' | 'unknown_type' | 'cannot_be_stored' | 'unavailable';
  teamId?: TeamId;
  /** What the store or the intake says. */
  code?: string;
}

/** How many deliveries there were of each kind, since the start. */
export interface ReceiverCounts {
  accepted: number;
  unavailable: number;
  refused: number;
  /** Minutes in which Slack dropped events of a team. */
  rateLimited: number;
}

/** The receiver of all transports. */
export interface Receiver extends DeliveryReceiver {
  readonly counts: Readonly<ReceiverCounts>;
}

/** Builds the receiver; one per process. */
export function createReceiver(deps: ReceiverDeps): Receiver {
  const { log } = deps;
  const counts: ReceiverCounts = { accepted: 0, unavailable: 0, refused: 0, rateLimited: 0 };
  /** Deliveries that were not taken since the store failed. In an outage one line for each would drown everything else. */
  let failedInARow = 0;

  async function receive(delivery: Delivery): Promise<DeliveryAnswer> {
    const { body, retryNum, retryReason } = delivery;
    const appId = appIdOf(body);
    const ours = deps.appId();
    if (ours !== null && appId !== undefined && appId !== ours) {
      deps.onNotTaken?.(body, { why: 'other_app' });
      return refuse(`of the app ${appId}, not ${ours}`);
    }
    const kind = kindOf(body);
    switch (kind) {
      case 'event':
        if (retryNum) log.debug({ eventId: body.event_id, retryNum, retryReason }, 'event delivered again');
        return await store(delivery);
      case 'interaction':
        return await deps.interactions.answer(body, delivery.answerLimit);
      case 'rate_limited':
        return noteRateLimit(body);
      case 'unknown':
        deps.onNotTaken?.(body, { why: 'unknown_type' });
        return refuse('of an unknown type');
      default:
        return assertNever(kind, 'kind of delivery');
    }
  }

  function refuse(reason: string): DeliveryAnswer {
    counts.refused++;
    log.warn({ reason }, 'delivery refused');
    return { kind: 'refused', reason };
  }

  async function store(delivery: Delivery): Promise<DeliveryAnswer> {
    const { body, bytes, retryNum, retryReason } = delivery;
    let envelope: Envelope | undefined;
    let owed: (() => Promise<DeliveryAnswer>) | undefined;
    let isStored = false;
    try {
      const route = routeOfEvent(body);
      const near = deps.ownerOf(route);
      const { teamId } = near.isKnown ? near : await located(route);
      deps.onEvent?.(teamId, body.event as Record<string, unknown>, { isAgain: (retryNum ?? 0) > 0 });
      envelope = envelopeOfCallback(body, { teamId, ...(bytes && { bytes }) });
      if (retryNum) Object.assign(envelope, { retryNum, retryReason });
      const trace = deps.traceOf?.(delivery);
      if (trace) Object.assign(envelope, trace);
      if (deps.owedAcks.isOwedFor(body) && deps.isAnswering(teamId)) owed = await deps.owedAcks.expect(body, teamId);
      isStored = await deps.dispatcher.accept(envelope);
    } catch (error) {
      if (envelope && isBotServerError(error, 'value_refused')) return unstorable(envelope, error);
      return unavailable(error, body, envelope?.teamId);
    }
    counts.accepted++;
    // One that is known, or is for nobody, proves nothing of the store.
    if (isStored && failedInARow > 0) {
      log.info({ failed: failedInARow }, 'events are stored again');
      failedInARow = 0;
    }
    return owed ? await owed() : { kind: 'accepted' };
  }

  /** Slack sends of a workspace as soon as its person has allowed the app: before its row is there. */
  async function located(route: Route): Promise<Owner> {
    const owner = await deps.locate(route);
    const installing = owner.isKnown ? undefined : deps.installing?.();
    if (!installing) return owner;
    await installing;
    return await deps.locate(route);
  }

  /** However often Slack sent it, the store would not take it: no outage, and one event that is lost. */
  function unstorable({ teamId, id, type, body }: Envelope, error: BotServerError): DeliveryAnswer {
    counts.refused++;
    deps.onNotTaken?.(body, { why: 'cannot_be_stored', teamId, code: error.code });
    log.error({ teamId, eventId: id, type, err: error }, 'event lost: it cannot be stored, now or later');
    deps.onRefused(teamId, error);
    return { kind: 'refused', reason: 'it cannot be stored, now or later' };
  }

  function unavailable(error: unknown, body: Delivery['body'], teamId: TeamId | undefined): DeliveryAnswer {
    counts.unavailable++;
    const code = isBotServerError(error) ? error.code : 'unexpected';
    deps.onNotTaken?.(body, { why: 'unavailable', code, ...(teamId !== undefined && { teamId }) });
    if (isBotServerError(error, 'server_stopped')) return { kind: 'unavailable' };
    if (isBotServerError(error, 'intake_full')) {
      // By itself it is no outage; of one that is on it is a part.
      if (failedInARow > 0) failedInARow++;
      return { kind: 'unavailable' };
    }
    if (failedInARow++ === 0) {
      log.error({ err: error }, 'events cannot be stored: Slack is asked to deliver them again');
      if (isBotServerError(error)) deps.onStoreFailure(error);
    }
    return { kind: 'unavailable' };
  }

  function noteRateLimit(body: Record<string, unknown>): DeliveryAnswer {
    counts.rateLimited++;
    const minute = body.minute_rate_limited ?? recordIn(body.event)?.minute_rate_limited;
    const { teamId } = deps.ownerOf(routeOfEvent(body));
    deps.onRateLimited?.(teamId, minute);
    log.warn({ teamId, minute }, 'Slack dropped events of a team: more than 30,000 within an hour');
    return { kind: 'accepted' };
  }

  return { receive, counts };
}
