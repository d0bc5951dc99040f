/**
 * Which posts of the bot can be expected to come back, and which came back. By RTM all do from channels where the bot is a
 * member; over HTTP and Socket Mode only where the app subscribed to that kind of message, which shows when one comes back.
 */
import type { Clock } from '../time/clock.ts';
import { dropOldest, KnownChannels } from './known-channels.ts';

/** A message that the bot wrote, as Slack's answer names it. */
export interface OwnPost {
  /** Key of the installation. */
  team: string;
  channel: string;
  ts: string;
}

/** Whether the bot is a member of a channel; `unknown`: Slack does not tell this bot. */
export type Membership = 'member' | 'none' | 'unknown';

/** Of a team whose events Slack dropped nothing is expected for so long: it drops by the minute. */
const EXCUSED_MS = 120_000;
/** Events are at times faster than the answer to the call that they are of. */
const MAX_EARLY = 256;

/** One per process. */
export class OwnPosts {
  readonly #clock: Clock;
  /** Whether a channel must have brought one back before any is expected of it. */
  readonly #isLearned: boolean;
  readonly #returned = new KnownChannels();
  readonly #silent = new KnownChannels();
  readonly #early = new Set<string>();
  readonly #excusedUntilMs = new Map<string, number>();
  #hasReturned = false;

  constructor({ clock, isLearned }: { clock: Clock; isLearned: boolean }) {
    this.#clock = clock;
    this.#isLearned = isLearned;
  }

  /** Whether any ever came back: there are servers that send a bot nothing of its own. */
  get hasReturned(): boolean {
    return this.#hasReturned;
  }

  /** Whether the post should come back, and has not done so yet. */
  isExpected(post: OwnPost): boolean {
    if (this.#early.delete(idOf(post)) || this.#isExcused(post.team)) return false;
    if (this.#isLearned) return this.#returned.has(post.team, kindOf(post.channel));
    return !this.#silent.has(post.team, post.channel);
  }

  /** One came back, by its id. */
  returned(post: OwnPost, { isAwaited }: { isAwaited: boolean }): string {
    const { team, channel } = post;
    const id = idOf(post);
    this.#hasReturned = true;
    this.#silent.delete(team, channel);
    this.#returned.add(team, kindOf(channel));
    if (!isAwaited) this.#early.add(id);
    dropOldest(this.#early, MAX_EARLY);
    return id;
  }

  /** Slack dropped events of the team. */
  excuse(team: string): void {
    this.#excusedUntilMs.set(team, this.#clock.monotonic() + EXCUSED_MS);
    dropOldest(this.#excusedUntilMs, 10_000);
  }

  /** What the membership in a channel makes of posts that did not come back from it. */
  mustReturn(team: string, channel: string, membership: Membership): boolean {
    if (membership === 'member') return true;
    if (membership === 'unknown' && this.#returned.has(team, kindOf(channel))) return true;
    this.#silent.add(team, channel);
    this.#returned.delete(team, kindOf(channel));
    return false;
  }

  #isExcused(team: string): boolean {
    const untilMs = this.#excusedUntilMs.get(team);
    if (untilMs === undefined) return false;
    if (untilMs > this.#clock.monotonic()) return true;
    this.#excusedUntilMs.delete(team);
    return false;
  }
}

/**
 * Who hears one direct message hears all. Of a channel's id nothing tells whether it is public, and an app may have subscribed
 * to those only: each counts by itself.
 */
function kindOf(channel: string): string {
  return channel.startsWith('D') ? 'D' : channel;
}

/** Names a post in what comes back. */
export function idOf({ team, channel, ts }: OwnPost): string {
  return `${team} ${channel} ${ts}`;
}
