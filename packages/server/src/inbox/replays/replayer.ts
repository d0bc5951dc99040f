/**
 * Carries out replays of many failed events so that no new event waits for them (P6): only a few of a team are due at a time, fewer than
 * a team may run at once, and only some thousand altogether, because what is due is read whole each second. One node does it: whoever
 * owns shard 0. A step is one transaction, so that the next owner goes on where this one ended.
 */
import type { Ownership } from '../../ownership/ownership.ts';
import type { Store } from '../../store/store.ts';
import type { Clock, Timer } from '../../time/clock.ts';
import {
  endReplay,
  type FailedEvent,
  nextReplay,
  type Replay,
  take,
  untaken,
  waitingByTeam,
} from './replays-repository.ts';

export interface ReplayerDeps {
  store: Store;
  ownership: Pick<Ownership, 'owns'>;
  clock: Clock;
  log: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
}

/** Half of what a team may run at once by default (dispatcher-options.ts), so that its new events find room. */
const PER_TEAM = 10;
/** What the server reads each second while they wait: five pages. */
const ALL_TEAMS = 1_000;
/** Events that are looked through for some that may be due: those of teams that have enough are left for later. */
const PAGE = 500;
/** Between two steps while there is work, in milliseconds: what is due is read once a second, and may be handled sooner. */
const STEP_MS = 500;
/** Between two looks for work, in milliseconds. */
const IDLE_MS = 1_000;
/** Whose owner carries them out. */
export const REPLAY_SHARD = 0;

/** From `start` to `stop`. */
export class Replayer {
  readonly #deps: ReplayerDeps;
  #timer: Timer | undefined;
  #step: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: ReplayerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#after(IDLE_MS);
  }

  /** Begins nothing more, and waits for the step that is under way: one transaction. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#step;
  }

  #after(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#deps.clock.after(ms, () => {
      this.#step = this.#run();
    });
  }

  async #run(): Promise<void> {
    let isWork = false;
    try {
      isWork = this.#deps.ownership.owns(REPLAY_SHARD) && (await this.#goOn());
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'replay waits: the store does not answer');
    }
    this.#after(isWork ? STEP_MS : IDLE_MS);
  }

  /** Answers whether there is a replay. */
  async #goOn(): Promise<boolean> {
    const { store, clock, log } = this.#deps;
    const replay = await nextReplay(store);
    if (!replay) return false;
    if (!replay.filter) {
      await endReplay(store, replay.id, { state: 'cancelled', atMs: clock.now() });
      log.warn({ replay: replay.id }, 'replay cancelled: which events it is about cannot be read');
      return true;
    }
    const page = await untaken(store, replay, PAGE);
    if (page.length > 0) {
      const taken = mayBeDue(page, await waitingByTeam(store));
      if (taken.length > 0) await take(store, replay, { seqs: taken, afterSeq: passed(replay, page, new Set(taken)) });
    } else if (await endReplay(store, replay.id, { state: 'done', atMs: clock.now() })) {
      log.info({ replay: replay.id, replayed: replay.replayed }, 'replay done');
    }
    return true;
  }
}

/** Those of a page that may be due now, in their order. */
function mayBeDue(page: readonly FailedEvent[], waiting: Map<string, number>): number[] {
  let room = ALL_TEAMS - Array.from(waiting.values()).reduce((sum, count) => sum + count, 0);
  const seqs: number[] = [];
  for (const { seq, teamId } of page) {
    const ofTeam = waiting.get(teamId) ?? 0;
    if (room <= 0) break;
    if (ofTeam >= PER_TEAM) continue;
    waiting.set(teamId, ofTeam + 1);
    room--;
    seqs.push(seq);
  }
  return seqs;
}

/** Up to where nothing is left. */
function passed({ afterSeq }: Replay, page: readonly FailedEvent[], taken: ReadonlySet<number>): number {
  const left = page.findIndex(({ seq }) => !taken.has(seq));
  return (left === -1 ? page.at(-1) : page[left - 1])?.seq ?? afterSeq;
}
