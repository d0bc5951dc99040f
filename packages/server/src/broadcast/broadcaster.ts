/**
 * Carries out broadcasts: each server posts to the teams that it owns, all servers at one pace together. A post is noted before Slack is
 * asked and after it has answered, so that one that is known to have arrived is never posted again, whoever dies.
 */
import type { Ownership, OwnershipFollower, Shard } from '../ownership/ownership.ts';
import type { Store } from '../store/store.ts';
import { SHARD_COUNT } from '../team/shard.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { Lanes } from '../time/lanes.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { within } from '../time/within.ts';
import type { Broadcast, BroadcastMessage, BroadcastPost, CancelReason, PostResult } from './broadcast.ts';
import {
  endAbandoned,
  endPost,
  finishBroadcast,
  giveUpBroadcast,
  listFilling,
  nextBroadcast,
  openPosts,
  type PostKey,
  skipPost,
  takePost,
} from './broadcast-repository.ts';
import { StalledWriters } from './stalled-writers.ts';

/** Whether the bot may post in a team now; `later`: what hinders it passes, as a rule. */
export type MayPost = { kind: 'now' } | { kind: 'later' | 'never'; why: string };

/** What Slack made of one post. `unanswered`: whether it arrived is not known. */
export type PostAnswer =
  | { kind: 'posted'; channel: string | null; ts: string | null }
  | { kind: 'refused'; code: string }
  | {
      kind: 'unanswered';
      reason: string;
      /** Nothing is begun for so long. */
      waitMs: number;
      /** Nothing is posted to this team for so long: Slack limits it. */
      teamWaitMs?: number;
    };

export interface BroadcasterDeps {
  store: Store;
  ownership: Pick<Ownership, 'nodeId' | 'owns' | 'state'>;
  readonly mayPost: (teamId: string) => MayPost;
  readonly post: (teamId: string, message: BroadcastMessage & { channel: string }) => Promise<PostAnswer>;
  /** Cancels one that no operator cancels, so that it has its row in the audit. */
  readonly audited: (broadcast: number, cancel: () => Promise<boolean>) => Promise<boolean>;
  /** Where several servers share the pace. @defaultValue one process has it */
  draw?: DrawTurns | undefined;
  clock: Clock;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
  };
}

/** Between two looks for work, in milliseconds. */
const POLL_MS = 1_000;
/** Posts under way at once: with Slack's usual answer time of 200 ms that is a hundred a second. */
const AT_ONCE = 20;
/** Teams that wait in memory for their turn. */
const PAGE = 100;
/** A team that is in doubt is passed over for so long, in milliseconds: doubts pass in half a minute, incidents in hours. */
const PATIENCE_MS = 600_000;
/** How often one is tried that Slack does not answer. */
const MAX_ATTEMPTS = 3;

type ReadableBroadcast = Broadcast & { message: BroadcastMessage };

/** One broadcast under way. */
interface Run {
  broadcast: ReadableBroadcast;
  lanes: Lanes;
  /** Teams that were handed to the lanes and are not over. */
  inHand: Map<string, Shard>;
  /** Teams that Slack limits, and until when; monotonic. */
  limited: Map<string, number>;
  afterTeam: string;
}

/** From `start` to `stop`. */
export class Broadcaster implements OwnershipFollower {
  readonly #deps: BroadcasterDeps;
  readonly #posting = new Map<Promise<void>, Shard>();
  /** What the store did not take yet: those posts must not be made again. */
  #unwritten: { key: PostKey; result: PostResult }[] = [];
  readonly #writers = new StalledWriters({ maxGapMs: 2 * POLL_MS });
  #run: Run | undefined;
  #timer: Timer | undefined;
  #polling: Promise<void> | undefined;
  #isStopped = false;

  constructor(deps: BroadcasterDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#plan();
  }

  /** Begins nothing more and waits for the posts that are under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#polling;
    await this.#run?.lanes.stop();
  }

  gained(): void {}

  async drain(shards: readonly Shard[], { limitMs }: { limitMs: number }): Promise<void> {
    const leaving = new Set(shards);
    const posts = Array.from(this.#posting).filter(([, shard]) => leaving.has(shard));
    const ended = Promise.all(posts.map(([post]) => post));
    await within(ended, { clock: this.#deps.clock, limitMs, late: () => undefined });
  }

  lost(): void {}

  fenced(): void {}

  resumed(): void {}

  #plan(): void {
    if (this.#isStopped) return;
    this.#timer = this.#deps.clock.after(POLL_MS, () => {
      this.#polling = this.#poll().finally(() => this.#plan());
    });
  }

  async #poll(): Promise<void> {
    const { store, ownership, clock, log } = this.#deps;
    if (ownership.state !== 'owning') return;
    try {
      await this.#writeOwed();
      await this.#endAbandoned();
      await this.#endUnwritten();
      const next = await nextBroadcast(store);
      if (next && !isReadable(next)) return await this.#giveUp(next);
      const run = await this.#follow(next);
      if (!run) return;
      const isAny = await this.#fill(run);
      if (isAny || run.inHand.size > 0) return;
      const { id } = run.broadcast;
      if (await finishBroadcast(store, id, Math.floor(clock.now()))) log.info({ broadcast: id }, 'broadcast done');
    } catch (error) {
      log.warn({ err: error }, 'broadcast waits: the store does not answer');
    }
  }

  #shards(): Shard[] {
    return ALL_SHARDS.filter((shard) => this.#deps.ownership.owns(shard));
  }

  /** What servers that died had under way of cancelled broadcasts is posted by nobody. */
  async #endAbandoned(): Promise<void> {
    const { store, ownership, clock, log } = this.#deps;
    const atMs = Math.floor(clock.now());
    const posts = await endAbandoned(store, { shards: this.#shards(), owner: ownership.nodeId, atMs });
    if (posts > 0) log.warn({ posts }, 'posts of a cancelled broadcast given up: nobody knows whether they arrived');
  }

  /** Nobody knows what was to be posted; the broadcasts behind it wait for its end. */
  async #giveUp({ id }: Broadcast): Promise<void> {
    if (await this.#cancel(id, { from: 'running', why: 'message_unreadable' }))
      this.#deps.log.warn({ broadcast: id }, 'broadcast cancelled: its message cannot be read');
  }

  /** Nobody goes on with them: whoever saw the command die may have started it again, and each team would have it twice. */
  async #endUnwritten(): Promise<void> {
    const { store, clock, log } = this.#deps;
    for (const id of this.#writers.observe(await listFilling(store), clock.monotonic())) {
      if (await this.#cancel(id, { from: 'filling', why: 'writer_died' }))
        log.warn(
          { broadcast: id },
          'broadcast cancelled: the process that was preparing its recipients died; nothing was posted',
        );
    }
  }

  /** Of several servers one does it, so that it is in the audit once. */
  async #cancel(id: number, { from, why }: { from: 'filling' | 'running'; why: CancelReason }): Promise<boolean> {
    const { store, ownership, clock, audited } = this.#deps;
    if (!ownership.owns(id % SHARD_COUNT)) return false;
    return await audited(id, () => giveUpBroadcast(store, id, { from, why, atMs: Math.floor(clock.now()) }));
  }

  /** Goes on with that one; what was begun of another ends. */
  async #follow(broadcast: ReadableBroadcast | undefined): Promise<Run | undefined> {
    if (this.#run?.broadcast.id === broadcast?.id) return this.#run;
    await this.#run?.lanes.stop();
    this.#run = undefined;
    if (!broadcast || this.#isStopped) return undefined;
    const { clock, draw } = this.#deps;
    const lanes = new Lanes(clock, { atOnce: AT_ONCE, perSecond: broadcast.perMinute / 60 }, draw);
    this.#run = { broadcast, lanes, inHand: new Map(), limited: new Map(), afterTeam: '' };
    return this.#run;
  }

  /** Hands over the next teams; answers whether any is left that is not in hand. */
  async #fill(run: Run): Promise<boolean> {
    const { store } = this.#deps;
    const { broadcast, inHand } = run;
    if (inHand.size >= PAGE) return true;
    const page = await openPosts(store, broadcast.id, {
      shards: this.#shards(),
      afterTeam: run.afterTeam,
      limit: PAGE,
    });
    // The last page was read: from the beginning again, for those that were passed over.
    run.afterTeam = page.length < PAGE ? '' : (page.at(-1)?.teamId ?? '');
    for (const post of page) if (!inHand.has(post.teamId) && !this.#isOwn(post)) await this.#consider(run, post);
    return page.length > 0;
  }

  /** Posted by this server, or about to be. */
  #isOwn({ state, owner }: BroadcastPost): boolean {
    return state === 'sending' && owner === this.#deps.ownership.nodeId;
  }

  async #consider(run: Run, post: BroadcastPost): Promise<void> {
    const { store, mayPost, clock } = this.#deps;
    const { teamId, shard } = post;
    if ((run.limited.get(teamId) ?? 0) > clock.monotonic()) return;
    const may = mayPost(teamId);
    const nowMs = Math.floor(clock.now());
    if (may.kind === 'later' && nowMs - run.broadcast.askedAtMs < PATIENCE_MS) return;
    if (may.kind !== 'now') {
      return await skipPost(store, { broadcastId: run.broadcast.id, teamId }, { error: may.why, atMs: nowMs });
    }
    run.inHand.set(teamId, shard);
    run.lanes.add(async () => {
      const posting = this.#post(run, post);
      this.#posting.set(posting, shard);
      await posting.finally(() => {
        this.#posting.delete(posting);
        run.inHand.delete(teamId);
      });
    });
  }

  /** Never rejects: what could not be written is read again, and a server that takes over posts it again. */
  async #post(run: Run, { teamId, shard, target, attempts }: BroadcastPost): Promise<void> {
    const { store, ownership, clock, log } = this.#deps;
    const { id, message } = run.broadcast;
    let result: PostResult | undefined;
    const key = { broadcastId: id, teamId, owner: ownership.nodeId };
    try {
      // It has waited for its turn: its shard may be another node's by now, and the broadcast cancelled.
      if (this.#isStopped || target === null || !ownership.owns(shard)) return;
      if (!(await takePost(store, key, Math.floor(clock.now())))) return;
      const answer = await this.#deps.post(teamId, { ...message, channel: target });
      if (answer.kind === 'unanswered') {
        run.lanes.pause(answer.waitMs);
        if (answer.teamWaitMs) run.limited.set(teamId, clock.monotonic() + answer.teamWaitMs);
      }
      result = resultOf(answer, attempts + 1);
      await endPost(store, key, result, Math.floor(clock.now()));
    } catch (error) {
      log.warn({ broadcast: id, teamId, err: error }, 'post of a broadcast not written yet');
      if (result) this.#unwritten.push({ key, result });
    }
  }

  async #writeOwed(): Promise<void> {
    while (this.#unwritten[0]) {
      const [{ key, result }] = this.#unwritten;
      await endPost(this.#deps.store, key, result, Math.floor(this.#deps.clock.now()));
      this.#unwritten.shift();
    }
  }
}

function isReadable(broadcast: Broadcast): broadcast is ReadableBroadcast {
  return broadcast.message !== undefined;
}

const ALL_SHARDS: readonly Shard[] = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);

function resultOf(answer: PostAnswer, attempts: number): PostResult {
  if (answer.kind === 'posted') return { state: 'sent', channel: answer.channel, ts: answer.ts };
  if (answer.kind === 'refused') return { state: 'failed', error: answer.code };
  // The broadcasts behind this one wait for its last team.
  const isWorthWaiting = attempts < MAX_ATTEMPTS && (answer.teamWaitMs ?? 0) <= PATIENCE_MS;
  return { state: isWorthWaiting ? 'waiting' : 'failed', error: answer.reason };
}
