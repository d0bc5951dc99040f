/**
 * The events of one team that wait in memory or run: which one may start next. Pure bookkeeping; dispatcher.ts runs them.
 * Events of one conversation form a chain, of which at most one runs unless the running one was overtaken.
 */

import type { Envelope } from '../inbox/envelope.ts';
import { sizeOf } from '../inbox/envelope.ts';
import type { Claim } from '../inbox/shared/shared-inbox.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { TeamId } from '../team/installation.ts';
import type { EventRun } from './event-run.ts';
import { type TableEvent, type TableState, tableTransitions } from './table-state.ts';

/** An event in hand. */
export interface Item {
  /** Its row; undefined for what is not stored (typing, presence). */
  seq: number | undefined;
  envelope: Envelope;
  attempts: number;
  /** See StoredEvent. */
  isReplay?: boolean | undefined;
  /** Under which it is in hand, where several nodes share the inbox. */
  claim?: Claim | undefined;
  /** A call of its listeners was refused because the lease of this process may be over. */
  wasFenced?: boolean;
  /** While it runs, where somebody remembers that. */
  run?: EventRun | undefined;
}

/** An event that is in hand, and the one of its conversation for which it waits. */
export interface HeldItem {
  item: Item;
  isRunning: boolean;
  behind: Item | undefined;
}

interface Chain {
  key: string | undefined;
  waiting: Item[];
  /** Holds up the others of the chain. */
  current: Item | undefined;
}

/** An item that runs, and the chain that it holds up. */
interface Running {
  item: Item;
  chain: Chain;
}

/** One per team with something to do. */
export class TeamQueue {
  readonly teamId: TeamId;
  /** That of the team's installation. */
  shard: Shard;
  readonly #chains = new Map<string, Chain>();
  /** Chains whose first event may start, in the order of their turns. */
  #ready: Chain[] = [];
  /** A list: a Map whose entries come and go keeps what was in it alive for long, see docs/adr/0005. */
  readonly #running: Running[] = [];
  #waiting = 0;
  #bytes = 0;
  #table: TableState = 'complete';
  /** Of events that are not committed yet, and so are not in the queue. */
  arrivingBytes = 0;
  /** The newest row that was taken into memory; what is more is above it. */
  lastSeq = 0;
  /** See turns.ts. */
  turn: number | undefined;

  constructor(teamId: TeamId, shard: Shard) {
    this.teamId = teamId;
    this.shard = shard;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get running(): number {
    return this.#running.length;
  }

  /** Of events that wait or run. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing of the team waits or runs. */
  get isIdle(): boolean {
    return this.#waiting === 0 && this.#running.length === 0;
  }

  /** Whether takeNext() would find one. */
  get canStart(): boolean {
    return this.#ready.length > 0;
  }

  get isEmpty(): boolean {
    return this.isIdle && this.#table === 'complete' && this.arrivingBytes === 0;
  }

  /** What the table has of the team that memory has not. */
  get table(): TableState {
    return this.#table;
  }

  /** Something happened in the table. */
  note(event: TableEvent): void {
    this.#table = tableTransitions[this.#table][event];
  }

  /** Adds an event behind those of its conversation; without `orderKey` it waits for nobody. */
  add(item: Item, orderKey: string | undefined): void {
    const chain = this.#chainOf(orderKey);
    chain.waiting.push(item);
    this.#waiting++;
    this.#bytes += sizeOf(item.envelope);
    if (item.seq !== undefined && item.seq > this.lastSeq) this.lastSeq = item.seq;
    if (chain.waiting.length === 1 && chain.current === undefined) this.#ready.push(chain);
  }

  /** Takes the next event whose conversation is free, and counts it as running. */
  takeNext(): Item | undefined {
    const chain = this.#ready.shift();
    const item = chain?.waiting.shift();
    if (!chain || !item) return undefined;
    this.#waiting--;
    chain.current = item;
    this.#running.push({ item, chain });
    return item;
  }

  /** The running event no longer holds up its conversation. */
  overtake(item: Item): void {
    const chain = this.#running.find((running) => running.item === item)?.chain;
    if (chain?.current === item) this.#free(chain);
  }

  finish(item: Item): void {
    const place = this.#running.findIndex((running) => running.item === item);
    const [running] = place < 0 ? [] : this.#running.splice(place, 1);
    if (running) this.#bytes -= sizeOf(item.envelope);
    if (running?.chain.current === item) this.#free(running.chain);
  }

  /** When the oldest came that waits; undefined when none does that came by itself. */
  oldestAtMs(): number | undefined {
    let oldest: number | undefined;
    for (const { waiting } of new Set([...this.#ready, ...this.#chains.values()])) {
      const atMs = waiting[0]?.envelope.receivedAtMs;
      if (atMs !== undefined && atMs < (oldest ?? Number.POSITIVE_INFINITY)) oldest = atMs;
    }
    return oldest;
  }

  /** Events that run. */
  begun(): Item[] {
    return this.#running.map(({ item }) => item);
  }

  /** Those in hand that fit. Looks at all of them: for operators. */
  held(fits: (envelope: Envelope) => boolean): HeldItem[] {
    const found: HeldItem[] = [];
    for (const { item } of this.#running) {
      if (fits(item.envelope)) found.push({ item, isRunning: true, behind: undefined });
    }
    for (const { waiting, current } of new Set([...this.#ready, ...this.#chains.values()])) {
      for (const item of waiting) {
        if (!fits(item.envelope)) continue;
        const first = current ?? waiting[0];
        found.push({ item, isRunning: false, behind: first === item ? undefined : first });
      }
    }
    return found;
  }

  /** What the table has is another node's to know. */
  forgetTable(): void {
    this.#table = 'complete';
    this.lastSeq = 0;
  }

  /** Takes out everything that waits in memory. */
  clear(): Item[] {
    const cleared: Item[] = [];
    for (const chain of [...this.#ready, ...this.#chains.values()]) cleared.push(...chain.waiting.splice(0));
    this.#ready = [];
    for (const [key, { current }] of this.#chains) if (!current) this.#chains.delete(key);
    this.#waiting = 0;
    for (const { envelope } of cleared) this.#bytes -= sizeOf(envelope);
    return cleared;
  }

  #chainOf(key: string | undefined): Chain {
    const known = key === undefined ? undefined : this.#chains.get(key);
    if (known) return known;
    const chain: Chain = { key, waiting: [], current: undefined };
    if (key !== undefined) this.#chains.set(key, chain);
    return chain;
  }

  #free(chain: Chain): void {
    chain.current = undefined;
    if (chain.waiting.length > 0) this.#ready.push(chain);
    else if (chain.key !== undefined && this.#chains.get(chain.key) === chain) this.#chains.delete(chain.key);
  }
}
