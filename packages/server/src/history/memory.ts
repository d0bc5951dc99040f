/**
 * What this process remembers: the events of a while, and what it did not take. A ring for each, so that strangers who post without a
 * signature push nothing of Slack's out.
 */
import type { Clock } from '../time/clock.ts';
import type { Fact } from './fact.ts';
import { FactRing } from './fact-ring.ts';
import { type HeldFact, isAround, type MemoryAnswer, type MemoryQuestion, type Sign } from './question.ts';

/** Requests that were turned away which are remembered. */
const TURNED_AWAY = 200;

/** Of one answer: a message has a few events, and each of them a few facts. */
const MOST_FACTS = 100;

export interface MemoryDeps {
  /** Events that are remembered; 0 = none. */
  capacity: number;
  readonly nodeId: () => string;
  /** Events that this process has in hand and that are about it. */
  readonly held: (subject: MemoryQuestion['subject']) => HeldFact[];
  clock: Pick<Clock, 'now'>;
}

/** One per process. */
export class Memory {
  readonly #deps: MemoryDeps;
  readonly #events: FactRing;
  readonly #turnedAway: FactRing;

  constructor(deps: MemoryDeps) {
    const nowMs = deps.clock.now();
    this.#deps = deps;
    this.#events = new FactRing(deps.capacity, nowMs);
    this.#turnedAway = new FactRing(TURNED_AWAY, nowMs);
  }

  add(fact: Fact): void {
    if (fact.kind === 'turned_away') this.#turnedAway.add(fact);
    else this.#events.add(fact);
  }

  answer({ subject, around }: MemoryQuestion): MemoryAnswer {
    return {
      node: this.#deps.nodeId(),
      reach: this.#events.reach,
      facts: this.#events.about(subject).slice(-MOST_FACTS),
      held: this.#deps.held(subject).slice(0, MOST_FACTS),
      turnedAway: around ? this.#turnedAway.where(({ atMs }) => isAround(atMs, around.atMs)).slice(0, MOST_FACTS) : [],
      ofChannel: around ? this.#lastOf(around.channel) : null,
    };
  }

  #lastOf(channel: string): Sign | null {
    const last = this.#events.where((fact) => fact.channel === channel && fact.type === 'message').at(-1);
    return last ? { atMs: last.details.receivedAtMs ?? last.atMs, teamId: last.teamId } : null;
  }
}
