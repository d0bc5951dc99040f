/**
 * Slack's rate limits, off until the fault `tier_limits` switches them on: a window of a minute per method, workspace and
 * app, and one message per second and channel with short bursts. (https://docs.slack.dev/apis/web-api/rate-limits)
 * What unlisted apps may read is always limited.
 */
import type { Clock } from '../clock/clock.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { Tier } from './method.ts';
import { RATIONED, RATIONED_CALLS_PER_MINUTE } from './unlisted-apps.ts';

/** Calls per minute. Slack publishes "several hundred" for the special ones; oauth.v2.access has 600. */
export const CALLS_PER_MINUTE: Readonly<Record<Tier, number>> = { 1: 1, 2: 20, 3: 50, 4: 100, special: 600 };
/** Methods that post share one allowance per channel. */
const POSTING: ReadonlySet<string> = new Set(['chat.postMessage', 'chat.postEphemeral', 'chat.meMessage']);
/** Slack tolerates short bursts without a number. */
export const POSTS_AT_ONCE = 3;
const WINDOW_MS = 60_000;
const POST_MS = 1000;
/** As many windows are kept before the old ones are looked through. */
const MANY = 1000;

/** A call that wants to be let through. */
export interface LimitedCall {
  method: string;
  tier: Tier;
  team: string | undefined;
  app: string | undefined;
  /** Where it posts. */
  channel: string | undefined;
  /** Whether the app is sold outside Slack's Marketplace. */
  isUnlisted: boolean;
}

interface Window {
  endsAtMs: number;
  calls: number;
}

/** Counts calls. */
export class RateLimits {
  readonly #clock: Clock;
  readonly #faults: FaultBoard;
  readonly #windows = new Map<string, Window>();
  /** When the channel's allowance would be whole again. */
  readonly #posts = new Map<string, number>();

  constructor(options: { clock: Clock; faults: FaultBoard }) {
    this.#clock = options.clock;
    this.#faults = options.faults;
  }

  /** In how many seconds the call may come again; undefined lets it through and counts it. */
  retryAfterSeconds(call: LimitedCall): number | undefined {
    const limit = this.#faults.match('tier_limits', { team: call.team, app: call.app, method: call.method });
    const isRationed = call.isUnlisted && RATIONED.has(call.method);
    if (!limit && !isRationed) return undefined;
    this.#sweep();
    const most = isRationed ? RATIONED_CALLS_PER_MINUTE : (limit?.perMinute ?? CALLS_PER_MINUTE[call.tier]);
    return this.#overWindow(call, most) ?? (limit ? this.#overPosts(call) : undefined);
  }

  #overWindow({ method, team = '', app = '' }: LimitedCall, most: number): number | undefined {
    const nowMs = this.#clock.now();
    const key = `${method} ${team} ${app}`;
    const known = this.#windows.get(key);
    const window = known && known.endsAtMs > nowMs ? known : { endsAtMs: nowMs + WINDOW_MS, calls: 0 };
    this.#windows.set(key, window);
    if (window.calls >= most) return Math.ceil((window.endsAtMs - nowMs) / 1000);
    window.calls += 1;
    return undefined;
  }

  #overPosts({ method, team = '', channel }: LimitedCall): number | undefined {
    if (channel === undefined || !POSTING.has(method)) return undefined;
    const nowMs = this.#clock.now();
    const key = `${team} ${channel}`;
    const wholeAtMs = Math.max(this.#posts.get(key) ?? nowMs, nowMs) + POST_MS;
    const overMs = wholeAtMs - nowMs - POSTS_AT_ONCE * POST_MS;
    if (overMs > 0) return Math.ceil(overMs / 1000);
    this.#posts.set(key, wholeAtMs);
    return undefined;
  }

  #sweep(): void {
    const nowMs = this.#clock.now();
    if (this.#windows.size > MANY) {
      for (const [key, { endsAtMs }] of this.#windows) if (endsAtMs <= nowMs) this.#windows.delete(key);
    }
    if (this.#posts.size > MANY) {
      for (const [key, wholeAtMs] of this.#posts) if (wholeAtMs <= nowMs) this.#posts.delete(key);
    }
  }
}
