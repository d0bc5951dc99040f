/**
 * All runs of listeners of this process, and what ends them early: their team is gone, their node is fenced or drains, a person pressed
 * Stop. Where several nodes share the work, each tells the others of a Stop: the listener that writes may be on any of them. A Stop is
 * remembered, because an event from before it may begin after it: when it waited for its turn, or when its node died.
 */

import { BotServerError } from '../errors.ts';
import type { Envelope } from '../inbox/envelope.ts';
import type { OwnershipFollower, Shard } from '../ownership/ownership.ts';
import { readList } from '../read-json.ts';
import { type Body, recordIn } from '../slack/delivery/body.ts';
import type { TeamId } from '../team/installation.ts';
import type { Clock } from '../time/clock.ts';
import { fencedError, ListenerWork, type ListenerWorkFacts, slackTimeOf } from './listener-work.ts';
import { placesIn, STOP_EVENT, stoppedPlaces } from './session-place.ts';

/** How nodes tell each other of a Stop. */
export interface StopNotices {
  notify(topic: 'stops', payload: string): void;
  on(topic: 'stops', listener: (payload: string) => void): () => void;
}

export interface ListenerWorksDeps {
  /** @defaultValue no other node shares the work */
  notices?: StopNotices | undefined;
  clock: Pick<Clock, 'after'>;
}

/** A person's Stop. */
export interface Stop {
  teamId: TeamId;
  places: ReadonlySet<string>;
  /** By Slack's clock, in seconds: what happened later is not meant. */
  atSeconds: number;
}

/** Stops that are remembered. A person presses one at a time; an event that is older than the last thousand has long begun. */
const MAX_REMEMBERED = 1_000;
/** Runs whose time is over stay in the list, so that a Stop reaches them, too; past this many the oldest are let go. */
const MAX_RUNS = 5_000;

/** One per process. */
export class ListenerWorks {
  readonly #deps: ListenerWorksDeps;
  /** A list: a Set whose entries come and go keeps what was in it alive for long, see docs/adr/0005. */
  readonly #works: ListenerWork[] = [];
  /** The latest of each team and thread. */
  readonly #stops = new Map<string, number>();

  constructor(deps: ListenerWorksDeps) {
    this.#deps = deps;
    deps.notices?.on('stops', (payload) => this.#hear(payload));
  }

  get running(): number {
    return this.#works.length;
  }

  begin(facts: ListenerWorkFacts): ListenerWork {
    const work = new ListenerWork(facts);
    if (this.#works.length >= MAX_RUNS) this.#works.shift();
    this.#works.push(work);
    if (this.#stops.size > 0 && this.#wasStopped(work)) work.abort(stoppedError(facts.teamId));
    return work;
  }

  /** The last one takes its place: their order means little. */
  end(work: ListenerWork): void {
    const place = this.#works.lastIndexOf(work);
    if (place < 0) return;
    const last = this.#works.pop();
    if (last && place < this.#works.length) this.#works[place] = last;
  }

  /** A delivery was stored; whoever else works for its thread is told when it is a Stop. */
  noteStored({ type, teamId, body }: Pick<Envelope, 'type' | 'teamId' | 'body'>): void {
    if (type !== STOP_EVENT) return;
    const stop = this.#stopIn(teamId, body);
    if (!stop) return;
    this.stop(stop);
    const { places, atSeconds } = stop;
    this.#deps.notices?.notify('stops', JSON.stringify([teamId, atSeconds, ...places]));
  }

  /** A Stop that another node stored. */
  noteTaken({ type, teamId, body }: Pick<Envelope, 'type' | 'teamId' | 'body'>): void {
    const stop = type === STOP_EVENT ? this.#stopIn(teamId, body) : undefined;
    if (stop) this.stop(stop);
  }

  /** Ends what works for these threads since before the Stop. */
  stop({ teamId, places, atSeconds }: Stop): void {
    for (const place of places) this.#remember(`${teamId} ${place}`, atSeconds);
    for (const work of this.#works) {
      const isMeant = work.facts.teamId === teamId && work.isAt(places) && isBefore(work, atSeconds);
      if (isMeant) work.abort(stoppedError(teamId));
    }
  }

  /** Nothing may be done for the team any more. */
  teamGone(teamId: TeamId): void {
    const error = () =>
      new BotServerError('installation_not_active', `Team ${teamId} is not active any more`, { facts: { teamId } });
    abortAll(
      this.#works.filter((work) => work.facts.teamId === teamId),
      error,
    );
  }

  /** This process gives its work to others, or stops: what still runs is to end soon. */
  drain(): void {
    abortAll(Array.from(this.#works), drainingError);
  }

  /** Runs of events follow the shards of their teams; whoever else works may go on until the process stops. */
  follower(): OwnershipFollower {
    return {
      gained: () => {},
      // Half of the time undisturbed, half of it to finish: most answers take less than either.
      drain: (shards, { limitMs }) => {
        const draining = this.#in(shards);
        if (draining.length > 0) this.#deps.clock.after(limitMs / 2, () => abortAll(draining, drainingError));
        return Promise.resolve();
      },
      lost: (shards) => abortAll(this.#in(shards), fencedError),
      fenced: () => abortAll(Array.from(this.#works), fencedError),
      resumed: () => {},
    };
  }

  #in(shards: readonly Shard[]): ListenerWork[] {
    const meant = new Set(shards);
    return this.#works.filter(({ facts: { shard } }) => shard !== undefined && meant.has(shard));
  }

  #stopIn(teamId: TeamId, body: Body): Stop | undefined {
    const places = stoppedPlaces(body);
    const atSeconds = slackTimeOf(body);
    return places.size > 0 && atSeconds !== undefined ? { teamId, places, atSeconds } : undefined;
  }

  #hear(payload: string): void {
    const stop = stopIn(payload);
    if (stop) this.stop(stop);
  }

  /** By its own places, not by all Stops: each run asks. */
  #wasStopped(work: ListenerWork): boolean {
    const { teamId, body } = work.facts;
    return placesIn(body).some((place) => {
      const atSeconds = this.#stops.get(`${teamId} ${place}`);
      return atSeconds !== undefined && isBefore(work, atSeconds, false);
    });
  }

  #remember(key: string, atSeconds: number): void {
    const before = this.#stops.get(key) ?? 0;
    this.#stops.delete(key);
    this.#stops.set(key, Math.max(before, atSeconds));
    const [oldest] = this.#stops.keys();
    if (this.#stops.size > MAX_REMEMBERED && oldest !== undefined) this.#stops.delete(oldest);
  }
}

/** What another node said, if it did: whoever may connect to the database can say anything there. */
function stopIn(payload: string): Stop | undefined {
  const [teamId, atSeconds, ...places] = readList(payload) ?? [];
  if (typeof teamId !== 'string' || typeof atSeconds !== 'number') return undefined;
  return { teamId, atSeconds, places: new Set(places.filter((place) => typeof place === 'string')) };
}

function abortAll(works: readonly ListenerWork[], reason: (teamId: TeamId) => BotServerError): void {
  for (const work of works) work.abort(reason(work.facts.teamId));
}

/** The listeners of the Stop itself go on. `unless`: what counts for a run that carries no time. */
function isBefore({ facts: { body } }: ListenerWork, atSeconds: number, withoutTime = true): boolean {
  if (recordIn(body.event)?.type === STOP_EVENT) return false;
  const begunAt = slackTimeOf(body);
  return begunAt === undefined ? withoutTime : begunAt <= atSeconds;
}

/** What a call, a stream and the signal say after a person's Stop. */
export function stoppedError(teamId: TeamId): BotServerError {
  const message = 'A person stopped the answer: nothing more is posted for it';
  return new BotServerError('stopped_by_user', message, { facts: { teamId } });
}

function drainingError(teamId: TeamId): BotServerError {
  const message = 'This process gives its work to others: finish with what there is';
  return new BotServerError('draining', message, { facts: { teamId } });
}
