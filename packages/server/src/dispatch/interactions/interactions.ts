/**
 * Commands, actions, shortcuts, views and options: taken straight to their listeners, because a person waits and Slack gives
 * up after 3 s. The first ack is the answer; the work behind it goes on and is waited for at a stop. Nothing is stored.
 */

import { BotServerError } from '../../errors.ts';
import { ongoingWork } from '../../ongoing-work.ts';
import { asSlackSends, describeInteraction, needsNoAnswer } from '../../slack/delivery/body.ts';
import type { AnswerLimit, DeliveryAnswer } from '../../slack/delivery/delivery.ts';
import { type Owner, type Route, routeOfInteraction } from '../../slack/delivery/route.ts';
import type { TeamId } from '../../team/installation.ts';
import type { Clock } from '../../time/clock.ts';
import { TimerSet } from '../../time/timer-set.ts';
import { within } from '../../time/within.ts';
import { FairSlots } from '../fair-share.ts';
import type { ListenerWork } from '../listener-work.ts';
import type { ListenerWorks } from '../listener-works.ts';
import { answerInstead } from './answer-instead.ts';
import { type AnswerFault, faultOfAnswer } from './answer-limits.ts';
import { answerFor, needsFollowUp, noticeFor, type UnavailableReason } from './notices.ts';
import { answerOfAck, PendingAnswer } from './pending-answer.ts';

export interface InteractionsOptions {
  /** Slack gives up after this many milliseconds. (https://docs.slack.dev/interactivity/handling-user-interaction) @defaultValue 3000 */
  answerMs?: number;
  /** After this many milliseconds a listener counts as failed and frees its place. @defaultValue 300000 */
  handlerTimeoutMs?: number;
  /** Interactions of one team that run at the same time, fewer when the process is full (fair-share.ts); more are turned away. @defaultValue 100 */
  perTeam?: number;
  /** Interactions of the process that run at the same time, without the reserve. @defaultValue 500 */
  perProcess?: number;
  /** Beyond that, so many of teams of which nothing else runs. @defaultValue 2000 */
  reserve?: number;
}

export const interactionsDefaults = {
  answerMs: 3_000,
  handlerTimeoutMs: 300_000,
  perTeam: 100,
  perProcess: 500,
  reserve: 2_000,
} as const satisfies Required<InteractionsOptions>;

/** One interaction on its way through the listeners. */
export interface InteractionCall {
  teamId: TeamId;
  /** With an organization's: the workspace that is meant, although it has no row. */
  through?: string | undefined;
  /** Its run, and what ends that early. */
  work: ListenerWork;
  /** The first one answers. @throws BotServerError `answer_not_sendable`; the person is told then */
  ack(payload: unknown): void;
  /** A listener was found, and is called now. */
  onListener(): void;
}

/** What a report says of an interaction. */
export interface InteractionFacts {
  teamId: TeamId;
  payloadType: string;
  /** Command, action_id or callback_id. */
  name: string;
}

/**
 * What a person meets who uses the app: its listeners, or why they are not asked.
 * - `starting`: available in a moment, when the server has started, or knows who the team's bot is or has its next token
 * - `no_access`: the organization that installed the app has not let it into this workspace
 */
export type Availability = 'available' | UnavailableReason;

export interface InteractionsDeps {
  /** All runs of listeners of this process. */
  works: Pick<ListenerWorks, 'begin' | 'end'>;
  /** Runs the listeners; rejecting = one failed. */
  respond(body: Record<string, unknown>, call: InteractionCall): Promise<void>;
  /** At which of our rows an interaction is; see route.ts. */
  ownerOf(route: Route): Owner;
  /** The same by the rows themselves, and by what Slack says of an organization's workspaces. What fits nothing is noted. */
  locate(route: Route, body: Record<string, unknown>): Promise<Owner>;
  availabilityOf(teamId: TeamId): Availability;
  /** Asks the rows themselves: this process may not have seen yet that the team came back. */
  recheck(teamId: TeamId): Promise<Availability>;
  /** Resolves when what a starting team waits for is decided. May take for ever. */
  started(teamId: TeamId): Promise<void>;
  /** Where a team installs the app again; undefined when nobody can. */
  installUrlOf(teamId: TeamId): string | undefined;
  /** Tells a person at the `response_url` of what they did. Never rejects. */
  tell(responseUrl: string, message: Record<string, unknown>): Promise<void>;
  /** A listener failed, did not settle, or did not ack. */
  onFailure(facts: InteractionFacts, error: BotServerError): void;
  clock: Clock;
  log: { debug(facts: object, message: string): void; warn(facts: object, message: string): void };
  options?: InteractionsOptions;
}

/** How long the rows and a starting team may take together, in milliseconds: the answer must still be in time. */
const LOOK_UP_MS = 2_000;
const FAILED = { kind: 'unanswered', reason: 'failed' } as const satisfies DeliveryAnswer;

/** One per process. */
export class Interactions {
  readonly #deps: InteractionsDeps;
  readonly #options: Required<InteractionsOptions>;
  readonly #slots: FairSlots;
  /** Time limits of what is waited for. */
  readonly #limits: TimerSet;
  #isStopped = false;
  /** Stopped, and what still runs is not waited for any more. */
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(deps: InteractionsDeps) {
    this.#deps = deps;
    this.#limits = new TimerSet(deps.clock);
    this.#options = { ...interactionsDefaults, ...deps.options };
    const { perTeam, perProcess: shared, reserve } = this.#options;
    this.#slots = new FairSlots({ perTeam, shared, reserve });
  }

  /** How many run, those that were answered already included. */
  get running(): number {
    return this.#slots.total;
  }

  /** Takes an interaction to its listeners and waits for their answer, at most 3 s. Never rejects. */
  async answer(delivered: Record<string, unknown>, limit?: AnswerLimit): Promise<DeliveryAnswer> {
    const body = asSlackSends(delivered);
    const route = routeOfInteraction(body);
    let owner = this.#deps.ownerOf(route);
    let facts = { teamId: owner.teamId, ...describeInteraction(body) };
    if (this.#isStopped || !this.#begin(facts)) return { kind: 'unavailable' };
    try {
      const startedAtMs = this.#deps.clock.monotonic();
      if (!owner.isKnown || owner.isUnsure) {
        owner = await this.#within(LOOK_UP_MS, this.#deps.locate(route, body), 'The store');
        this.#slots.giveBack(facts.teamId);
        facts = { ...facts, teamId: owner.teamId };
        if (!this.#begin(facts)) return { kind: 'unavailable' };
      }
      const availability = await this.#availabilityOf(facts.teamId, startedAtMs);
      if (availability !== 'available') {
        this.#deps.log.debug({ ...facts, why: availability }, 'interaction of a team that is not active');
        return this.#answerWithoutListeners(body, facts, availability);
      }
    } catch (error) {
      this.#end(facts.teamId);
      this.#deps.log.warn({ ...facts, err: error }, 'interaction not taken: the team could not be looked up');
      return { kind: 'unavailable' };
    }
    return await this.#run(body, facts, { limit, through: owner.through });
  }

  /** Takes nothing more and waits for running listeners, at most `graceMs` milliseconds. Answers how many were left. */
  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    if (this.running > 0) {
      const { promise: idle, resolve } = Promise.withResolvers<void>();
      this.#onIdle = resolve;
      await within(idle, { clock: this.#deps.clock, limitMs: graceMs, late: () => undefined });
    }
    this.#isClosed = true;
    this.#limits.cancelAll();
    return { unfinished: this.running };
  }

  /** Takes a slot for it, if its team may have one. */
  #begin(facts: InteractionFacts): boolean {
    if (this.#slots.take(facts.teamId)) return true;
    const ofTeam = this.#slots.takenBy(facts.teamId);
    this.#deps.log.warn({ ...facts, ofTeam, running: this.running }, 'interaction turned away: too many are running');
    return false;
  }

  /** @param startedAtMs When it was begun to look, monotonic. */
  async #availabilityOf(teamId: TeamId, startedAtMs: number): Promise<Availability> {
    const { clock } = this.#deps;
    const leftMs = () => Math.max(0, LOOK_UP_MS - (clock.monotonic() - startedAtMs));
    let availability = this.#deps.availabilityOf(teamId);
    if (availability === 'gone') {
      availability = await this.#within(leftMs(), this.#deps.recheck(teamId), 'The store');
    }
    if (availability !== 'starting') return availability;
    this.#deps.log.debug({ teamId }, 'interaction waits for the start of its team');
    await within(this.#deps.started(teamId), { clock, limitMs: leftMs(), late: () => undefined });
    return this.#deps.availabilityOf(teamId);
  }

  #answerWithoutListeners(
    body: Record<string, unknown>,
    facts: InteractionFacts,
    why: UnavailableReason,
  ): DeliveryAnswer {
    const { teamId } = facts;
    const reason = { why, installUrl: this.#deps.installUrlOf(teamId) };
    const { response_url: responseUrl } = body;
    const isTold = needsFollowUp(facts) && typeof responseUrl === 'string';
    // Slack shows no text that answers a button; its person is told where listeners would answer.
    const told = isTold ? this.#deps.tell(responseUrl, noticeFor(reason)) : Promise.resolve();
    void told.then(() => this.#end(teamId));
    return answerFor(body, facts, reason);
  }

  /** Resolves with the answer; the listeners may run on. */
  #run(
    body: Record<string, unknown>,
    facts: InteractionFacts,
    { limit, through }: { limit: AnswerLimit | undefined; through: string | undefined },
  ): Promise<DeliveryAnswer> {
    const { clock, log } = this.#deps;
    const { answerMs, handlerTimeoutMs } = this.#options;
    const startedAtMs = clock.monotonic();
    const onOverdue = () => this.#reportMissing(facts, pending);
    const pending = new PendingAnswer({ clock, limitMs: answerMs, onOverdue });
    const work = this.#deps.works.begin({ teamId: facts.teamId, body });
    // Of the delivery that it answers.
    work.logFacts = { ...work.logFacts, trace: ongoingWork()?.logFacts.trace };
    const call: InteractionCall = {
      work,
      teamId: facts.teamId,
      through,
      ack: (payload) => {
        const fault = pending.isSettled ? undefined : faultOfAnswer(payload, limit);
        if (fault) throw this.#refuse(fault, { body, payload, facts, limit, pending });
        if (pending.settle(answerOfAck(payload))) return;
        log.debug({ ...facts, afterMs: Math.round(clock.monotonic() - startedAtMs) }, 'ack came late or twice');
      },
      onListener() {
        pending.hasListener = true;
      },
    };
    const listeners = work.run(() => this.#deps.respond(body, call)).finally(() => this.#deps.works.end(work));
    const onLate = (error: BotServerError) => work.abort(error);
    const handled = this.#within(handlerTimeoutMs, listeners, 'Listeners', onLate).then(
      () => {
        // A listener that has ended may still ack from a timer of its own; without one nobody will.
        if (pending.hasListener) return;
        if (needsNoAnswer(body)) pending.settle({ kind: 'accepted' });
        else if (pending.settle(FAILED)) this.#reportMissing(facts, pending);
      },
      (error: unknown) => {
        pending.settle(FAILED);
        // Nobody wants the answer any more.
        if (work.isStopped) return;
        // The author's own `app.error` has seen it as well; it was reported when it was refused.
        if (!pending.refusal || !isCausedBy(error, pending.refusal)) this.#report(facts, asBotServerError(error));
      },
    );
    void Promise.all([handled, pending.settled]).then(() => this.#end(facts.teamId));
    return pending.settled;
  }

  /** Answers in the listener's place; gives the error for its author, who is told of it whatever the listener does with it. */
  #refuse(fault: AnswerFault, { body, payload, facts, limit, pending }: Refused): BotServerError {
    const message = `The ack of ${facts.payloadType} ${facts.name} ${fault.message}`;
    const { size, limit: most } = fault;
    const error = new BotServerError('answer_not_sendable', message, { facts: { ...facts, size, limit: most } });
    pending.refusal = error;
    pending.settle(answerInstead(body, payload, { payloadType: facts.payloadType, limit }));
    this.#report(facts, error);
    return error;
  }

  #reportMissing(facts: InteractionFacts, { hasListener }: PendingAnswer): void {
    const what = `${facts.payloadType} ${facts.name}`;
    const within = `within ${this.#options.answerMs / 1_000} s`;
    const message = hasListener ? `No listener of ${what} called ack ${within}` : `No listener matches ${what}`;
    this.#report(facts, new BotServerError('ack_missing', message, { facts: { ...facts, hasListener } }));
  }

  #report(facts: InteractionFacts, error: BotServerError): void {
    if (!this.#isClosed) this.#deps.onFailure(facts, error);
  }

  #within<T>(limitMs: number, work: Promise<T>, what: string, onLate?: (error: BotServerError) => void): Promise<T> {
    return within(work, {
      clock: this.#limits,
      limitMs,
      late() {
        const error = new BotServerError('handler_timed_out', `${what} did not settle within ${limitMs} ms`);
        onLate?.(error);
        throw error;
      },
    });
  }

  #end(teamId: TeamId): void {
    this.#slots.giveBack(teamId);
    if (this.running === 0) this.#onIdle?.();
  }
}

interface Refused {
  body: Record<string, unknown>;
  payload: unknown;
  facts: InteractionFacts;
  limit: AnswerLimit | undefined;
  pending: PendingAnswer;
}

function isCausedBy(error: unknown, cause: BotServerError): boolean {
  return error === cause || (error instanceof Error && error.cause === cause);
}

function asBotServerError(error: unknown): BotServerError {
  if (error instanceof BotServerError) return error;
  return new BotServerError('listener_failed', 'A listener failed', { cause: error });
}
