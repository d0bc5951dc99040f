/** Listens for one RTM connection, or for all sockets or the request URL of the app. Decides nothing: see hearing-state.ts. */
import { assertNever } from '../assert-never.ts';
import type { Clock, Timer } from '../time/clock.ts';
import {
  dueAtMs,
  type HearingEffect,
  type HearingEvent,
  type HearingOptions,
  type HearingState,
  hearingAtFirst,
  hearingDefaults,
  type Moment,
  type Post,
  transition,
} from './hearing-state.ts';

/** What was found out. */
export interface DeafFacts {
  /** On which nothing came. */
  sources: readonly string[];
  /** Posts that did not come back. */
  unheard: number;
  /** Their teams. */
  teams: readonly string[];
  /** Since when nothing was heard; wall clock. */
  fromMs: number;
  /** How often in a row. */
  times: number;
}

export interface EarDeps {
  clock: Clock;
  /** Which of the posts, by id, should have come back. Must not reject. */
  check(posts: readonly Post[]): Promise<ReadonlySet<string>>;
  onDeaf(facts: DeafFacts): void;
  /** An event came where nothing had come. */
  onHears(): void;
  options?: HearingOptions;
}

/** When a team was heard last, of the two that were heard last. */
interface TeamHeard extends Moment {
  team: string;
}

/** One per thing that may be deaf. */
export class Ear {
  readonly #deps: EarDeps;
  readonly #options: HearingOptions;
  readonly #heard = new Map<string, Moment>();
  #order = 0;
  #state: HearingState = hearingAtFirst;
  #latest: TeamHeard | undefined;
  #other: TeamHeard | undefined;
  #lastId = 0;
  #timer: Timer | undefined;
  #timerAtMs: number | undefined;

  constructor(deps: EarDeps) {
    this.#deps = deps;
    this.#options = deps.options ?? hearingDefaults;
  }

  /** Events may come on it from now on: on a new socket too, where it had another. */
  opened(source: string): void {
    this.#heard.set(source, this.#now());
    this.#apply({ type: 'changed' });
  }

  /** It is gone. */
  closed(source: string): void {
    if (this.#heard.delete(source)) this.#apply({ type: 'changed' });
  }

  /** Any event came on it. */
  heard(source: string): void {
    if (!this.#heard.has(source)) return;
    this.#heard.set(source, this.#now());
    if (this.#state.kind !== 'hearing') this.#apply({ type: 'heard', source });
  }

  /** The event was of that team. */
  heardOf(team: string): void {
    if (this.#latest?.team !== team) this.#other = this.#latest;
    this.#latest = { team, ...this.#now() };
  }

  /** Whether a post is waited for. */
  get isWaiting(): boolean {
    return this.#state.posts.length > 0;
  }

  /** Whether that one is waited for. */
  awaits(id: string): boolean {
    return this.#state.posts.some((post) => post.id === id);
  }

  posted(post: Omit<Post, keyof Moment>): void {
    this.#apply({ type: 'posted', post: { ...post, ...this.#now() } });
  }

  /** A post came back. */
  returned(id: string): void {
    if (this.isWaiting) this.#apply({ type: 'returned', id });
  }

  /** Slack dropped events of the team. */
  excused(team: string): void {
    if (this.isWaiting) this.#apply({ type: 'excused', team });
  }

  stop(): void {
    this.#heard.clear();
    this.#apply({ type: 'changed' });
  }

  #apply(event: HearingEvent): void {
    const { state, effects } = transition(this.#state, event, {
      nowMs: this.#deps.clock.monotonic(),
      heard: this.#heard,
      othersHeard: (team) => (this.#latest?.team === team ? this.#other : this.#latest),
      newId: ++this.#lastId,
      options: this.#options,
    });
    if (state === this.#state) return;
    this.#state = state;
    this.#arm();
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: HearingEffect): void {
    switch (effect.type) {
      case 'check':
        void this.#check(effect.id, effect.posts);
        return;
      case 'deaf':
        return this.#deps.onDeaf(this.#factsOf(effect));
      case 'hears':
        return this.#deps.onHears();
      default:
        return assertNever(effect, 'effect of an ear');
    }
  }

  #now(): Moment {
    return { atMs: this.#deps.clock.monotonic(), order: ++this.#order };
  }

  async #check(id: number, posts: readonly Post[]): Promise<void> {
    this.#apply({ type: 'checked', id, returnable: await this.#deps.check(posts) });
  }

  #factsOf({ sources, posts, times }: HearingEffect & { type: 'deaf' }): DeafFacts {
    const { clock } = this.#deps;
    const sinceMs = Math.min(...sources.map((source) => this.#heard.get(source)?.atMs ?? Infinity));
    const silentMs = clock.monotonic() - sinceMs;
    const teams = [...new Set(posts.map(({ team }) => team))];
    return { sources, unheard: posts.length, teams, fromMs: Math.round(clock.now() - silentMs), times };
  }

  #arm(): void {
    const atMs = dueAtMs(this.#state, this.#options);
    if (atMs === this.#timerAtMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (atMs === undefined) return;
    const { clock } = this.#deps;
    this.#timer = clock.after(Math.max(0, Math.ceil(atMs - clock.monotonic())), () => {
      this.#timerAtMs = undefined;
      this.#apply({ type: 'due' });
      // Timers of the machine may fire a moment early; then nothing was due yet.
      this.#arm();
    });
  }
}
