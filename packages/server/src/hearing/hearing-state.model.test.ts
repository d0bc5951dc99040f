/**
 * Random lives of sockets and posts against books of their own: what was posted, what came back, what was heard, where and of
 * whom. The books know events and effects, never the state; each effect is checked against I46 of SPEC.md.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  dueAtMs,
  type HearingEffect,
  type HearingEvent,
  type HearingState,
  hearingAtFirst,
  hearingDefaults,
  type Moment,
  type Post,
  transition,
} from './hearing-state.ts';

const DEADLINE_MS = 45_000;
const SETTLE_MS = 5_000;
const BACKOFF_MS = 120_000;
const BACKOFF_MAX_MS = 3_600_000;

/** `isOver`: it came back, was excused, or a source was opened or closed since. */
interface Booked extends Post {
  isOver: boolean;
  isReturnable: boolean;
}

interface Heard extends Moment {
  source: string;
  team: string;
}

type Verdict = HearingEffect & { type: 'deaf' } & { atMs: number };

/** Slack, its sockets and the bot, as far as one ear sees them. */
class World {
  nowMs = 0;
  /** Every verdict there was. */
  readonly verdicts: Verdict[] = [];
  #state: HearingState = hearingAtFirst;
  #order = 0;
  #lastId = 0;
  readonly #opened = new Map<string, Moment>();
  readonly #heard: Heard[] = [];
  readonly #posts = new Map<string, Booked>();
  #asked: (HearingEffect & { type: 'check' }) | undefined;
  /** The latest verdict, until something is heard there. */
  #verdict: Verdict | undefined;

  open(source: string): void {
    this.#opened.set(source, this.#moment());
    this.#change();
  }

  close(source: string): void {
    if (this.#opened.delete(source)) this.#change();
  }

  post(team: string): void {
    const id = `P${this.#posts.size + 1}`;
    const post: Post = { id, team, channel: 'C1', ...this.#moment() };
    this.#posts.set(id, { ...post, isOver: this.#opened.size === 0, isReturnable: false });
    expect(this.#send({ type: 'posted', post })).toEqual([]);
  }

  /** An event of the team comes on a source. */
  arrive(source: string, team: string): void {
    if (!this.#opened.has(source)) return;
    this.#heard.push({ source, team, ...this.#moment() });
    const isGood = this.#verdict?.sources.includes(source) ?? false;
    if (isGood) this.#verdict = this.#asked = undefined;
    const effects = this.#send({ type: 'heard', source });
    expect(effects).toEqual(isGood ? [{ type: 'hears' }] : []);
  }

  /** One of the latest posts comes back. */
  giveBack(source: string, pick: number): void {
    const post = [...this.#posts.values()].at(-1 - pick);
    if (!post || !this.#opened.has(source)) return;
    this.arrive(source, post.team);
    post.isOver = true;
    expect(this.#send({ type: 'returned', id: post.id })).toEqual([]);
  }

  excuse(team: string): void {
    for (const post of this.#posts.values()) if (post.team === team) post.isOver = true;
    expect(this.#send({ type: 'excused', team })).toEqual([]);
  }

  /** Slack says of which posts the bot is a member where they are: bit n is about the n-th. */
  answer(bits: number): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (!asked) return this.#answerLate();
    const returnable = asked.posts.filter((_post, index) => (bits >> index) & 1).map(({ id }) => id);
    for (const id of returnable) Object.assign(this.#posts.get(id) ?? {}, { isReturnable: true });
    const effects = this.#send({ type: 'checked', id: asked.id, returnable: new Set(returnable) });
    // Nobody is asked twice about one thing without a wait.
    expect(effects.every(({ type }) => type === 'deaf')).toBe(true);
  }

  advance(ms: number): void {
    const targetMs = this.nowMs + ms;
    for (;;) {
      const atMs = dueAtMs(this.#state, hearingDefaults);
      if (atMs === undefined || atMs > targetMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      this.#send({ type: 'due' });
      const nextMs = dueAtMs(this.#state, hearingDefaults);
      expect(nextMs === undefined || nextMs > this.nowMs, 'a timer that fires again and again').toBe(true);
    }
    this.nowMs = targetMs;
  }

  /** Until when nothing is done about it after the latest verdict. */
  get patientUntilMs(): number {
    if (!this.#verdict) return 0;
    return this.#verdict.atMs + Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** (this.#verdict.times - 1));
  }

  get isAsked(): boolean {
    return this.#asked !== undefined;
  }

  get openSources(): string[] {
    return [...this.#opened.keys()].toSorted();
  }

  #answerLate(): void {
    const before = this.#state;
    const returnable = new Set(this.#posts.keys());
    expect(this.#send({ type: 'checked', id: this.#lastId, returnable })).toEqual([]);
    expect(this.#state).toBe(before);
  }

  #change(): void {
    for (const post of this.#posts.values()) post.isOver = true;
    this.#asked = undefined;
    expect(this.#send({ type: 'changed' })).toEqual([]);
  }

  #send(event: HearingEvent): readonly HearingEffect[] {
    const before = this.#state;
    const step = transition(before, event, {
      nowMs: this.nowMs,
      heard: new Map(Array.from(this.#opened.keys(), (source) => [source, this.#lastOn(source)])),
      othersHeard: (team) => this.#heard.findLast((heard) => heard.team !== team),
      newId: ++this.#lastId,
      options: hearingDefaults,
    });
    this.#state = step.state;
    if (step.state === before) expect(step.effects).toEqual([]);
    for (const effect of step.effects) this.#book(effect);
    return step.effects;
  }

  #book(effect: HearingEffect): void {
    if (effect.type === 'hears') return;
    this.#checkPosts(effect.posts);
    if (effect.type === 'check') {
      expect(this.#asked, 'asked while an answer is on its way').toBeUndefined();
      this.#asked = effect;
      return;
    }
    this.#checkVerdict(effect);
    this.#verdict = { ...effect, atMs: this.nowMs };
    this.verdicts.push(this.#verdict);
  }

  /** What is asked about, and what a verdict stands on. */
  #checkPosts(posts: readonly Post[]): void {
    const [first, , third] = posts;
    if (!first || !third) throw new Error(`${posts.length} posts prove nothing`);
    expect(this.nowMs - first.atMs, 'events may be late').toBeGreaterThanOrEqual(DEADLINE_MS);
    expect(this.nowMs - third.atMs, 'events may be late').toBeGreaterThanOrEqual(SETTLE_MS);
    expect(posts.filter(({ id }) => this.#posts.get(id)?.isOver)).toEqual([]);
    const isOfOneTeam = posts.every(({ team }) => team === first.team);
    const others = this.#heard.filter(({ team, order }) => team !== first.team && order > first.order);
    if (isOfOneTeam) expect(others, 'another team is heard').toEqual([]);
    expect(this.nowMs, 'not before the back-off is over').toBeGreaterThanOrEqual(this.patientUntilMs);
  }

  #checkVerdict({ posts, sources, times }: HearingEffect & { type: 'deaf' }): void {
    expect(posts.filter(({ id }) => !this.#posts.get(id)?.isReturnable)).toEqual([]);
    const firstOrder = posts[0]?.order ?? 0;
    const silent = this.openSources.filter((source) => this.#lastOn(source).order < firstOrder);
    expect(silent).not.toEqual([]);
    expect(sources.toSorted()).toEqual(silent);
    expect(times).toBe((this.#verdict?.times ?? 0) + 1);
  }

  #lastOn(source: string): Moment {
    const opened = this.#opened.get(source) ?? { atMs: 0, order: 0 };
    const heard = this.#heard.findLast((one) => one.source === source);
    return heard && heard.order > opened.order ? heard : opened;
  }

  #moment(): Moment {
    this.#order += 1;
    return { atMs: this.nowMs, order: this.#order };
  }
}

const team = fc.constantFrom('T1', 'T2', 'T3');
const source = fc.constantFrom('a', 'b');
const weighed = <One>(weight: number, arbitrary: fc.Arbitrary<One>) => ({ weight, arbitrary });
const step = fc.oneof(
  weighed(20, fc.record({ do: fc.constant('post' as const), team, times: fc.integer({ min: 1, max: 4 }) })),
  weighed(
    20,
    fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 2_000, 6_000, 46_000, 300_000) }),
  ),
  weighed(20, fc.record({ do: fc.constant('answer' as const), bits: fc.oneof(fc.constant(-1), fc.nat(63)) })),
  weighed(3, fc.record({ do: fc.constant('arrive' as const), source, team })),
  weighed(3, fc.record({ do: fc.constant('giveBack' as const), source, pick: fc.nat(4) })),
  weighed(1, fc.record({ do: fc.constant('excuse' as const), team })),
  weighed(1, fc.record({ do: fc.constantFrom('open' as const, 'close' as const), source })),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const life = fc.array(step, { minLength: 10, maxLength: 80, size: 'max' });

function live(world: World, steps: readonly Step[]): void {
  for (const one of steps) {
    if (one.do === 'post') for (let n = 0; n < one.times; n++) world.post(one.team);
    else if (one.do === 'advance') world.advance(one.ms);
    else if (one.do === 'answer') world.answer(one.bits);
    else if (one.do === 'arrive') world.arrive(one.source, one.team);
    else if (one.do === 'giveBack') world.giveBack(one.source, one.pick);
    else if (one.do === 'excuse') world.excuse(one.team);
    else world[one.do](one.source);
  }
}

it('takes nothing for deaf without proof, whatever happens in whatever order', () => {
  let verdicts = 0;
  fc.assert(
    fc.property(life, (steps) => {
      const world = new World();
      for (const one of ['a', 'b']) world.open(one);
      live(world, steps);
      verdicts += world.verdicts.length;
    }),
    { numRuns: 2_000 },
  );
  // Lives in which nothing is ever found out would prove nothing.
  expect(verdicts).toBeGreaterThan(200);
});

it('finds out within a minute of the first unheard post when nothing is heard, whatever was before', () => {
  const posts = fc.array(fc.record({ team, gapMs: fc.integer({ min: 0, max: 10_000 }) }), {
    minLength: 3,
    maxLength: 6,
  });
  fc.assert(
    fc.property(life, posts, (steps, unheard) => {
      const world = new World();
      live(world, steps);
      world.open('a');
      world.advance(Math.max(0, world.patientUntilMs - world.nowMs));
      const before = world.verdicts.length;
      const firstAtMs = world.nowMs;
      for (const { team: of, gapMs } of unheard) {
        world.post(of);
        world.advance(gapMs);
      }
      world.advance(Math.max(0, firstAtMs + 60_000 - world.nowMs));
      expect(world.isAsked).toBe(true);
      world.answer(-1);
      const [verdict] = world.verdicts.slice(before);
      expect(verdict?.sources.toSorted()).toEqual(world.openSources);
    }),
    { numRuns: 500 },
  );
});
