/**
 * When the app has no Socket Mode connection: begun by the last one that is lost, ended by the first one that answers. One process
 * counts its own; nodes of a cluster write in the rows which slots have a socket, and whoever opens the first one again tells. What is
 * told is in the row before, and until every hook has heard it: the next owner of the slot tells it after a death.
 */
import type { Ownership, Shard } from '../ownership/ownership.ts';
import type { SlotSockets } from '../ownership/slot-sockets-repository.ts';
import type { Clock } from '../time/clock.ts';
import type { Gap } from './connection-observer.ts';

/** What happens to sockets. Loss by plan counts, too: the next owner may take its time. */
export interface SocketGap {
  /** The slots are this process's, and nobody had a socket for so long before, in milliseconds. @defaultValue the rows know */
  gained?(unservedMs: number | undefined): void;
  opened(slot: Shard): void;
  lost(slot: Shard): void;
}

export interface SocketGapDeps {
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** Tells; resolves when it is told. */
  readonly onGap: (gap: Gap) => Promise<void>;
}

export interface OwnSocketGapDeps extends SocketGapDeps {
  /** Keeps since when there is none, for the next process; null = there is one. @defaultValue nobody keeps it */
  keep?: ((lostAtMs: number | null) => Promise<void>) | undefined;
  log: { warn(facts: object, message: string): void };
}

/** Of a process that has all slots. */
export class OwnSocketGap implements SocketGap {
  readonly #deps: OwnSocketGapDeps;
  #keeping: Promise<void> = Promise.resolve();
  readonly #open = new Set<Shard>();
  #lostAtMs: number | undefined;

  constructor(deps: OwnSocketGapDeps) {
    this.#deps = deps;
  }

  gained(unservedMs: number | undefined): void {
    if (unservedMs === undefined) return;
    this.#lostAtMs ??= Math.round(this.#deps.clock.now() - unservedMs);
    this.#keep(this.#lostAtMs);
  }

  opened(slot: Shard): void {
    this.#open.add(slot);
    if (this.#lostAtMs !== undefined) void this.#deps.onGap(gapSince(this.#lostAtMs, this.#deps.clock.now()));
    this.#lostAtMs = undefined;
    if (this.#open.size === 1) this.#keep(null);
  }

  lost(slot: Shard): void {
    this.#open.delete(slot);
    if (this.#open.size === 0) this.#lostAtMs ??= this.#deps.clock.now();
    if (this.#lostAtMs !== undefined) this.#keep(this.#lostAtMs);
  }

  /** One after the other. A word that is not written costs the next process a part of a gap. */
  #keep(lostAtMs: number | null): void {
    const { keep, log } = this.#deps;
    if (!keep) return;
    const write = async () => await keep(lostAtMs);
    this.#keeping = this.#keeping.then(write).catch((err: unknown) => {
      log.warn({ err }, 'since when there is no Socket Mode connection is not written');
    });
  }
}

export interface SharedSocketGapDeps extends SocketGapDeps {
  sockets: SlotSockets;
  ownership: Pick<Ownership, 'epochOf'>;
  log: { warn(facts: object, message: string): void };
}

/** What became of a slot, or that hooks were told of a gap. */
interface Change {
  slot: Shard;
  epoch: number;
  atMs: number;
  what: 'opened' | 'lost' | { told: Gap };
}

/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** Of a node of a cluster. */
export class SharedSocketGap implements SocketGap {
  readonly #deps: SharedSocketGapDeps;
  readonly #changes: Change[] = [];
  /** Which are being told here, by when they began. */
  readonly #telling = new Set<number>();
  #isWriting = false;

  constructor(deps: SharedSocketGapDeps) {
    this.#deps = deps;
  }

  opened(slot: Shard): void {
    this.#note(slot, 'opened');
  }

  lost(slot: Shard): void {
    this.#note(slot, 'lost');
  }

  /** A slot that is not this node's any more is written when it is given back, or found to be dead. */
  #note(slot: Shard, what: Change['what']): void {
    const epoch = this.#deps.ownership.epochOf(slot);
    if (epoch === undefined) return;
    this.#changes.push({ slot, epoch, what, atMs: this.#deps.clock.now() });
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

  async #write({ slot, epoch, atMs, what }: Change): Promise<void> {
    const { sockets } = this.#deps;
    if (what === 'lost') return await sockets.lost(slot, { epoch, atMs });
    if (what !== 'opened') return await sockets.told(slot, { epoch, gap: what.told });
    for (const gap of await sockets.opened(slot, { epoch, atMs })) void this.#tell(slot, gap);
  }

  async #tell(slot: Shard, gap: Gap): Promise<void> {
    if (this.#telling.has(gap.fromMs)) return;
    this.#telling.add(gap.fromMs);
    await this.#deps.onGap(gap);
    this.#telling.delete(gap.fromMs);
    this.#note(slot, { told: gap });
  }
}

/** A clock that was set back meanwhile, or differs between nodes, must not turn it around. */
function gapSince(lostAtMs: number, toMs: number): Gap {
  return { fromMs: Math.min(lostAtMs, toMs), toMs };
}
