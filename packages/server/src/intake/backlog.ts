/**
 * Events that wait in the table only: after a start, when a team has more than memory should hold, and when the store
 * failed in the middle of a commit. Takes them into memory page by page, in order, as room becomes free.
 */
import type { Clock } from '../time/clock.ts';
import type { Inbox, StoredEvent } from './inbox.ts';
import type { TeamQueue } from './team-queue.ts';

export interface BacklogDeps {
  inbox: Pick<Inbox, 'ready'>;
  clock: Clock;
  log: { error(facts: object, message: string): void };
  /** Waiting events of a team above which nothing more is read. */
  refillBelow: number;
  /** Whether the team may get events now; while it may not, its events stay in the table. */
  mayStart(teamId: string): boolean;
  /** A row that may be new to memory; false: a commit with its id is not answered yet, its own or that of a redelivery. */
  take(event: StoredEvent): boolean;
  /** Starts what was taken, and resolves when the commits of this moment are answered. */
  untilAnswered(): Promise<void>;
  onLoaded(teamId: string, queue: TeamQueue): void;
}

/** Rows read at once. */
const PAGE = 200;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** One per dispatcher. The marks of a team are in its queue: `hasMore`, `isLoading`, `lastSeq`. */
export class Backlog {
  readonly #deps: BacklogDeps;
  #isStopped = false;

  constructor(deps: BacklogDeps) {
    this.#deps = deps;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Reads the next page of a team if there is one, there is room, and nothing reads already. */
  refill(teamId: string, queue: TeamQueue): void {
    if (!queue.hasMore || queue.isLoading || this.#isStopped) return;
    if (queue.waiting > this.#deps.refillBelow || !this.#deps.mayStart(teamId)) return;
    queue.isLoading = true;
    queue.hasMore = false;
    if (queue.startsOver) queue.lastSeq = 0;
    queue.startsOver = false;
    void this.#load(teamId, queue);
  }

  async #load(teamId: string, queue: TeamQueue): Promise<void> {
    try {
      const events = await this.#deps.inbox.ready(teamId, { afterSeq: queue.lastSeq, limit: PAGE });
      if (events.length === PAGE) queue.hasMore = true;
      for (const event of events) {
        if (!this.#deps.take(event)) {
          queue.hasMore = true;
          await this.#deps.untilAnswered();
          break;
        }
        queue.lastSeq = Math.max(queue.lastSeq, event.seq);
      }
    } catch (error) {
      this.#deps.log.error({ teamId, err: error }, 'waiting events could not be read');
      queue.hasMore = true;
      await this.#deps.clock.sleep(RETRY_MS);
    }
    queue.isLoading = false;
    this.#deps.onLoaded(teamId, queue);
  }
}
