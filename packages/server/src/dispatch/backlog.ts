/**
 * Events that wait in the table only: after a start, when a team has more than memory should hold, and when the store
 * failed in the middle of a commit. Takes them into memory page by page, in order, as room becomes free; a few teams at a time.
 */
import { sizeOf } from '../inbox/envelope.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Claim } from '../inbox/shared/shared-inbox.ts';
import type { StoredEvent } from '../inbox/stored-event.ts';
import type { Shard } from '../ownership/ownership.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { MemoryShare } from './memory-share.ts';
import { mayRead } from './table-state.ts';
import type { TeamQueue } from './team-queue.ts';
import type { Watch } from './team-queues.ts';

export interface BacklogDeps {
  inbox: Pick<Inbox, 'ready' | 'answersInOrder' | 'shared'>;
  clock: Clock;
  log: { error(facts: object, message: string): void };
  memory: Pick<MemoryShare, 'hasRoom' | 'roomFor'>;
  /** Waiting events of a team above which nothing more is read. */
  refillBelow: number;
  /** Whether the team may get events now; while it may not, its events stay in the table. */
  mayStart(queue: TeamQueue): boolean;
  /** With what rows of the shard may be taken, where several nodes share the inbox. */
  claimOf(shard: Shard): Claim | undefined;
  /** Before the table is read. */
  watch(): Watch;
  /** Rows in hand, of one shard or of all. */
  readonly inHand: (shard: Shard | undefined) => readonly number[];
  /** A row that may be new to memory; false: a commit with its id is not answered yet, its own or that of a redelivery. */
  take(event: StoredEvent): boolean;
  /** Starts what was taken, and resolves when the commits of this moment are answered. */
  untilAnswered(): Promise<void>;
  onLoaded(queue: TeamQueue): void;
}

/** Rows read at once. */
const PAGE = 200;
/** Teams read at once: after a start all may have something, and what is read counts only when it is taken. */
const MAX_LOADS = 4;
/** Of the teams that wait for room, so many are tried when some becomes free. */
const TRIES = 4;
/** All are tried so often, in milliseconds: what became free may have been too little for those that were. */
const TRY_ALL_MS = 1_000;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** One per dispatcher. What the table has of a team is in its queue; see table-state.ts. */
export class Backlog {
  readonly #deps: BacklogDeps;
  /** Teams for which there was no room, or no turn to read. */
  readonly #wanting = new Set<TeamQueue>();
  #loads = 0;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(deps: BacklogDeps) {
    this.#deps = deps;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  /** Reads the next page of a team if there is one, there is room, and nothing reads already. */
  refill(queue: TeamQueue): void {
    if (!mayRead(queue.table) || this.#isStopped) return;
    if (queue.waiting > this.#deps.refillBelow || !this.#deps.mayStart(queue)) return;
    if (this.#loads >= MAX_LOADS || !this.#deps.memory.hasRoom(queue)) {
      this.#wanting.add(queue);
      this.#timer ??= this.#deps.clock.after(TRY_ALL_MS, () => this.#tryAll());
      return;
    }
    if (queue.table === 'doubtful') queue.lastSeq = 0;
    queue.note('read');
    this.#loads++;
    void this.#load(queue).finally(() => {
      this.#loads--;
      queue.note('done');
      this.#deps.onLoaded(queue);
      this.tryAgain();
    });
  }

  /** Room may have become free, or a turn to read: tries those teams that wait longest. */
  tryAgain(tries = TRIES): void {
    if (this.#wanting.size === 0) return;
    for (const queue of Array.from(firstOf(this.#wanting, tries))) {
      if (this.#loads >= MAX_LOADS) return;
      this.#wanting.delete(queue);
      this.refill(queue);
    }
  }

  #tryAll(): void {
    this.#timer = undefined;
    this.tryAgain(this.#wanting.size);
  }

  /**
   * Where reading goes on. Behind the newest row that was taken, where all were committed in the order of their numbers; elsewhere a
   * lower number may be committed later, so everything is read that is not in hand.
   */
  #place({ lastSeq, shard }: TeamQueue): { afterSeq: number; shard?: Shard; except: readonly number[] } {
    const { inbox, inHand } = this.#deps;
    if (inbox.answersInOrder) return { afterSeq: lastSeq, except: NONE };
    return inbox.shared ? { afterSeq: 0, shard, except: inHand(shard) } : { afterSeq: 0, except: inHand(undefined) };
  }

  async #load(queue: TeamQueue): Promise<void> {
    const { teamId } = queue;
    const watch = this.#deps.watch();
    try {
      const { inbox, memory } = this.#deps;
      const { limit: free, maxBytes } = memory.roomFor(queue);
      const limit = Math.min(PAGE, free);
      const claim = this.#deps.claimOf(queue.shard);
      const events = await inbox.ready(teamId, { ...this.#place(queue), limit, maxBytes });
      // Of a shard that was lost meanwhile another node may have handled them.
      if (claim !== this.#deps.claimOf(queue.shard)) return queue.note('kept');
      if (events.length === limit || bytesOf(events) >= maxBytes) queue.note('kept');
      for (const event of events) {
        if (watch.wasSettled(event.seq)) continue;
        if (!memory.hasRoom(queue)) {
          queue.note('kept');
          break;
        }
        if (!this.#deps.take(event)) {
          queue.note('kept');
          await this.#deps.untilAnswered();
          break;
        }
        queue.lastSeq = Math.max(queue.lastSeq, event.seq);
      }
    } catch (error) {
      this.#deps.log.error({ teamId, err: error }, 'waiting events could not be read');
      queue.note('kept');
      await this.#deps.clock.sleep(RETRY_MS);
    } finally {
      watch.end();
    }
  }
}

const NONE: readonly number[] = [];

function bytesOf(events: readonly StoredEvent[]): number {
  return events.reduce((bytes, { envelope }) => bytes + sizeOf(envelope), 0);
}

function* firstOf<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
