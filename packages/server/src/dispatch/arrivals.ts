/**
 * Admits events that are to be committed. Until then no table holds them in the place of memory, so what a slow store lets pile up
 * is bounded here, in bytes, with shares as fair-share.ts says; Slack delivers again what finds no room.
 */
import { BotServerError } from '../errors.ts';
import { type Envelope, sizeOf } from '../inbox/envelope.ts';
import type { Clock } from '../time/clock.ts';
import { summedUp } from '../time/summed.ts';
import type { MemoryShare } from './memory-share.ts';
import type { TeamQueue } from './team-queue.ts';

export interface ArrivalsDeps {
  memory: Pick<MemoryShare, 'mayArrive' | 'arrived'>;
  clock: Pick<Clock, 'monotonic'>;
  log: { warn(facts: object, message: string): void };
}

/** One per dispatcher. */
export class Arrivals {
  readonly #memory: ArrivalsDeps['memory'];
  readonly #noteFull: (teamId: string) => void;

  constructor({ memory, clock, log }: ArrivalsDeps) {
    this.#memory = memory;
    this.#noteFull = summedUp<string>(clock, (refused, teamId) =>
      log.warn({ refused, teamId }, 'events not taken: too many bytes wait to be committed. Slack delivers them again'),
    );
  }

  /** @throws BotServerError `intake_full` */
  admit(envelope: Envelope, queue: TeamQueue): void {
    const { teamId } = envelope;
    if (!this.#memory.mayArrive(queue)) {
      this.#noteFull(teamId);
      const message = `${queue.arrivingBytes} bytes of events of team ${teamId} wait to be committed; there is no room for more`;
      throw new BotServerError('intake_full', message, { facts: { teamId } });
    }
    this.#add(sizeOf(envelope), queue);
  }

  /** It is committed, or will not be. */
  left(envelope: Envelope, queue: TeamQueue): void {
    this.#add(-sizeOf(envelope), queue);
  }

  #add(sizeBytes: number, queue: TeamQueue): void {
    queue.arrivingBytes += sizeBytes;
    this.#memory.arrived(sizeBytes);
  }
}
