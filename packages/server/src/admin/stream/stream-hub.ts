/**
 * What happened lately, for whoever follows it: the last events in a ring, so that a client whose connection broke goes on where it was.
 *
 * The id of an event is `seq:count:node`: the change counter of the database up to which its reader has seen all installations, how many
 * events this process told, and which process that is.
 */
import type { StreamData, StreamEventName } from './stream-events.ts';

/** One event; its data is made when somebody reads it. */
export interface StreamEvent {
  id: string;
  name: StreamEventName;
  readonly data: () => unknown;
}

export interface StreamHubOptions {
  /** Of this process. */
  readonly nodeId: () => string;
  /** Events that are kept. @defaultValue 1000 */
  capacity?: number;
}

/** Where a client was. */
export type Position = { kind: 'here'; count: number } | { kind: 'elsewhere'; seq: number } | { kind: 'unknown' };

/** Takes what happens, and hands it to those who follow. */
export class StreamHub {
  readonly #nodeId: () => string;
  readonly #capacity: number;
  readonly #ring: StreamEvent[] = [];
  readonly #followers = new Set<(event: StreamEvent) => void>();
  #count = 0;
  #seq = 0;

  constructor({ nodeId, capacity = 1_000 }: StreamHubOptions) {
    this.#nodeId = nodeId;
    this.#capacity = capacity;
  }

  get nodeId(): string {
    return this.#nodeId();
  }

  /** The id of what comes now. */
  get position(): string {
    return `${this.#seq}:${this.#count}:${this.nodeId}`;
  }

  /** How many follow. */
  get followers(): number {
    return this.#followers.size;
  }

  /** A row was seen: all up to this number of the change counter. */
  seen(seq: number): void {
    if (seq > this.#seq) this.#seq = seq;
  }

  publish<Name extends StreamEventName>(name: Name, data: () => StreamData<Name>): void {
    this.#count++;
    const event = { id: this.position, name, data };
    this.#ring.push(event);
    if (this.#ring.length > this.#capacity) this.#ring.shift();
    for (const follower of this.#followers) follower(event);
  }

  /** Calls for each event from now on; the returned function ends that. */
  follow(follower: (event: StreamEvent) => void): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** What a Last-Event-ID means here. */
  positionOf(lastEventId: string): Position {
    const [, seq = '', count = '', node] = /^(\d{1,15}):(\d{1,15}):(.{1,255})$/.exec(lastEventId) ?? [];
    if (node === undefined || Number(seq) > this.#seq) return { kind: 'unknown' };
    return node === this.nodeId ? { kind: 'here', count: Number(count) } : { kind: 'elsewhere', seq: Number(seq) };
  }

  /** The events after so many; undefined when some of them are not kept any more. */
  after(count: number): readonly StreamEvent[] | undefined {
    const missed = this.#count - count;
    if (missed < 0 || missed > this.#ring.length) return undefined;
    return missed === 0 ? [] : this.#ring.slice(-missed);
  }
}
