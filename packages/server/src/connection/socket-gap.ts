/**
 * When the app has no Socket Mode connection: begun by the last one that is lost, ended by the first one that answers. One process
 * counts its own; nodes of a cluster write in the rows which slots have a socket, and whoever opens the first one again tells.
 */
import type { Ownership, Shard } from '../ownership/ownership.ts';
import type { SlotSockets } from '../ownership/slot-sockets-repository.ts';
import type { Clock } from '../time/clock.ts';
import type { Gap } from './connection-observer.ts';

/** What happens to sockets. Loss by plan counts, too: the next owner may take its time. */
export interface SocketGap {
  opened(slot: Shard): void;
  lost(slot: Shard): void;
}

export interface SocketGapDeps {
  clock: Pick<Clock, 'now' | 'sleep'>;
  readonly onGap: (gap: Gap) => void;
}

/** Of a process that has all slots. */
export class OwnSocketGap implements SocketGap {
  readonly #deps: SocketGapDeps;
  readonly #open = new Set<Shard>();
  #lostAtMs: number | undefined;

  constructor(deps: SocketGapDeps) {
    this.#deps = deps;
  }

  opened(slot: Shard): void {
    this.#open.add(slot);
    if (this.#lostAtMs !== undefined) this.#deps.onGap(gapSince(this.#lostAtMs, this.#deps.clock.now()));
    this.#lostAtMs = undefined;
  }

  lost(slot: Shard): void {
    this.#open.delete(slot);
    if (this.#open.size === 0) this.#lostAtMs ??= this.#deps.clock.now();
  }
}

export interface SharedSocketGapDeps extends SocketGapDeps {
  sockets: SlotSockets;
  ownership: Pick<Ownership, 'epochOf'>;
  log: { warn(facts: object, message: string): void };
}

interface Change {
  slot: Shard;
  epoch: number;
  atMs: number;
  isOpen: boolean;
}

/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** Of a node of a cluster. */
export class SharedSocketGap implements SocketGap {
  readonly #deps: SharedSocketGapDeps;
  readonly #changes: Change[] = [];
  #isWriting = false;

  constructor(deps: SharedSocketGapDeps) {
    this.#deps = deps;
  }

  opened(slot: Shard): void {
    this.#note(slot, { isOpen: true });
  }

  lost(slot: Shard): void {
    this.#note(slot, { isOpen: false });
  }

  /** A slot that is not this node's any more is written when it is given back, or found to be dead. */
  #note(slot: Shard, { isOpen }: { isOpen: boolean }): void {
    const epoch = this.#deps.ownership.epochOf(slot);
    if (epoch === undefined) return;
    this.#changes.push({ slot, epoch, isOpen, atMs: this.#deps.clock.now() });
    if (!this.#isWriting) void this.#writeAll();
  }

  /** In their order, each until it is written or the slot is another's. */
  async #writeAll(): Promise<void> {
    const { ownership, clock, log } = this.#deps;
    let isFailing = false;
    this.#isWriting = true;
    for (let next = this.#changes[0]; next; next = this.#changes[0]) {
      try {
        if (ownership.epochOf(next.slot) === next.epoch) await this.#write(next);
        this.#changes.shift();
        isFailing = false;
      } catch (err) {
        if (!isFailing) log.warn({ err, slot: next.slot }, 'state of a Socket Mode slot not written, tried again');
        isFailing = true;
        await clock.sleep(RETRY_MS);
      }
    }
    this.#isWriting = false;
  }

  async #write({ slot, epoch, atMs, isOpen }: Change): Promise<void> {
    const { sockets, onGap } = this.#deps;
    if (!isOpen) return await sockets.lost(slot, { epoch, atMs });
    const lostAtMs = await sockets.opened(slot, epoch);
    if (lostAtMs !== undefined) onGap(gapSince(lostAtMs, atMs));
  }
}

/** A clock that was set back meanwhile, or differs between nodes, must not turn it around. */
function gapSince(lostAtMs: number, toMs: number): Gap {
  return { fromMs: Math.min(lostAtMs, toMs), toMs };
}
