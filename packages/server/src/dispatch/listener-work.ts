/**
 * One run of listeners — of an event, or of a command, a button and the like — while it lasts: what ends it early, which its listeners
 * see as `context.signal`, and what it may still send. Calls to Slack find the run that they are made in (ongoing-work.ts); the
 * queue of the SDK's client starts a call at once, because its concurrency has no limit (bolt.ts).
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import { goOnWith, type LogFacts, type OngoingWork, ongoingWork } from '../ongoing-work.ts';
import type { Shard } from '../ownership/ownership.ts';
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';
import type { GateAnswer } from '../slack/gate.ts';
import { fieldOf, type SlackRequestInit } from '../slack/slack-request.ts';
import type { TeamId } from '../team/installation.ts';
import type { EventRun } from './event-run.ts';
import { placesIn } from './session-place.ts';

export interface ListenerWorkFacts {
  teamId: TeamId;
  /** As Bolt gets it. */
  body: Body;
  /** Of an event: what is remembered of the run for operators, if somebody remembers it. */
  run?: EventRun | undefined;
  /** Of an event, where several nodes share the inbox. */
  shard?: Shard | undefined;
  /** Whether the event is another node's by now, which begins it again. */
  readonly isLost?: (() => boolean) | undefined;
  /** One of its calls was refused because the lease of this process may be over. */
  readonly onFenced?: () => void;
}

/**
 * Calls after which people see something new in a conversation. A person's Stop ends these; what tidies up behind a stopped answer
 * (`agents.sessions.setStatus`, `chat.stopStream`, `reactions.remove`) goes on.
 */
const POSTING: ReadonlySet<string> = new Set([
  'chat.postMessage',
  'chat.postEphemeral',
  'chat.meMessage',
  'chat.scheduleMessage',
  'chat.startStream',
  'chat.appendStream',
  'chat.update',
  'files.completeUploadExternal',
]);

/** Calls that bind the run to the thread of a session, and the argument that names its channel. */
const BINDING: Readonly<Record<string, string>> = {
  'chat.startStream': 'channel',
  'agents.sessions.setStatus': 'channel_id',
  'assistant.threads.setStatus': 'channel_id',
};

/** One run; listener-works.ts has all of them. */
export class ListenerWork implements OngoingWork {
  readonly facts: ListenerWorkFacts;
  readonly #ending = new AbortController();
  /** Threads that it writes in beside that of its event. */
  readonly #places: string[] = [];
  /** What is to be finished before the run has ended: streams that are open. */
  readonly #open: (() => Promise<void>)[] = [];
  logFacts: LogFacts;
  hasAnswered = false;
  #isOver = false;

  constructor(facts: ListenerWorkFacts) {
    this.facts = facts;
    this.logFacts = { teamId: facts.teamId };
  }

  get listenerWork(): this {
    return this;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Why it was ended early; undefined while it was not. */
  get ended(): BotServerError | undefined {
    return this.#ending.signal.reason as BotServerError | undefined;
  }

  get isStopped(): boolean {
    return this.ended?.code === 'stopped_by_user';
  }

  /** The first reason stays. */
  abort(reason: BotServerError): void {
    if (!this.#ending.signal.aborted) this.#ending.abort(reason);
  }

  /** Runs the listeners, and finishes what they leave open. */
  async run(listeners: () => Promise<void>): Promise<void> {
    try {
      await goOnWith(this, listeners);
    } finally {
      // What is finished here is of the run, too: its gate decides.
      if (this.#open.length > 0) await goOnWith(this, () => Promise.all(this.#open.map((finish) => finish())));
      this.#isOver = true;
    }
  }

  /** Called when the listeners have ended. @param finish Must not reject. */
  finishAtEnd(finish: () => Promise<void>): void {
    this.#open.push(finish);
  }

  /** Something of an answer is there to be read: a run that is cut short now has answered. */
  noteAnswer(channel: string, ts: string): void {
    this.hasAnswered = true;
    this.bindTo(channel, ts);
  }

  /** It writes in that thread, too. */
  bindTo(channel: string, threadTs: string): void {
    const place = `${channel}:${threadTs}`;
    if (!this.#places.includes(place)) this.#places.push(place);
  }

  /** Whether it is about one of these threads (`channel:thread_ts`), or writes there. */
  isAt(places: ReadonlySet<string>): boolean {
    return (
      this.#places.some((place) => places.has(place)) || placesIn(this.facts.body).some((place) => places.has(place))
    );
  }

  /** Whether another node has its event by now, and begins it again. */
  get #isLost(): boolean {
    return !this.#isOver && (this.facts.isLost?.() ?? false);
  }

  /** The gate for its calls; see unlessLost. */
  gate(lookup: () => GateAnswer): GateAnswer {
    const { teamId, onFenced } = this.facts;
    if (this.#isLost) return { pass: false, error: lostError(teamId) };
    const answer = lookup();
    if (!answer.pass && isBotServerError(answer.error, 'fenced')) onFenced?.();
    return answer;
  }

  /** Why a call is not sent although its token would pass. `method` is undefined for answers to a `response_url`, and for files. */
  refusalOf(method: string | undefined, init: SlackRequestInit, holdsLease: () => boolean): BotServerError | undefined {
    const { teamId } = this.facts;
    // The gate is asked about tokens, and these have none.
    if (method === undefined && this.#isLost) return lostError(teamId);
    if (method === undefined && !holdsLease()) return fencedError(teamId);
    const channelField = method === undefined ? undefined : BINDING[method];
    if (channelField !== undefined) this.#noteThread(init, channelField);
    return this.isStopped && (method === undefined || POSTING.has(method)) ? this.ended : undefined;
  }

  #noteThread(init: SlackRequestInit, channelField: string): void {
    const channel = fieldOf(init, channelField);
    const threadTs = fieldOf(init, 'thread_ts');
    if (channel !== undefined && threadTs !== undefined) this.bindTo(channel, threadTs);
  }
}

function presentWork(): ListenerWork | undefined {
  return ongoingWork()?.listenerWork as ListenerWork | undefined;
}

/** That of the event in which this is asked; undefined outside of one. */
export function presentRun(): EventRun | undefined {
  return presentWork()?.facts.run;
}

/** The gate, but for what an event sends that another node has by now: until its listeners have ended here, that is refused. */
export function unlessLost<Args extends unknown[]>(
  lookup: (...args: Args) => GateAnswer,
): (...args: Args) => GateAnswer {
  return (...args) => {
    const work = presentWork();
    return work ? work.gate(() => lookup(...args)) : lookup(...args);
  };
}

/** Why what the present run sends is refused; undefined outside of one. */
export function refusalHere(
  method: string | undefined,
  init: SlackRequestInit,
  holdsLease: () => boolean,
): BotServerError | undefined {
  return presentWork()?.refusalOf(method, init, holdsLease);
}

/** What the signal of a run says, and what it can no longer send. */
export function fencedError(teamId: TeamId): BotServerError {
  const message = `This process may not act for team ${teamId} any more: another one may do so by now`;
  return new BotServerError('fenced', message, { facts: { teamId } });
}

function lostError(teamId: TeamId): BotServerError {
  const message = `Another node has the event of team ${teamId} by now, and begins it again: nothing is sent for it here`;
  return new BotServerError('fenced', message, { facts: { teamId } });
}

/** When the fact happened, in seconds by Slack's clock; undefined of what carries no time (commands, views). */
export function slackTimeOf(body: Body): number | undefined {
  const event = recordIn(body.event);
  const action = Array.isArray(body.actions) ? recordIn(body.actions[0]) : undefined;
  const ts = textIn(event?.event_ts) ?? textIn(event?.ts) ?? textIn(action?.action_ts) ?? textIn(body.action_ts);
  return ts !== undefined && /^\d+(\.\d+)?$/.test(ts) ? Number(ts) : undefined;
}
