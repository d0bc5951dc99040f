/**
 * Random lives of one connection against a model of its surroundings. The model knows effects and events only, never the
 * state: it keeps its own books about attempts, sockets and time, and checks SPEC.md after each step.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type ConnectionEvent,
  type ConnectionState,
  connectionTimingDefaults,
  type Effect,
} from './connection-model.ts';
import { dueAtMs, transition } from './connection-state.ts';

const { connectTimeoutMs, stableMs, initialMs, maxMs } = connectionTimingDefaults;

interface Endpoint {
  id: number;
  attempt: number;
  phase: 'queued' | 'asking' | 'dialing' | 'greeted' | 'open' | 'retired';
  /** Set while it is on trial. */
  round?: number | undefined;
  grantedAtMs: number;
  helloAtMs: number;
}

/** Why nothing is under way, and when the next attempt may begin. */
interface Break {
  fromMs: number;
  floorMs: number;
  isParked: boolean;
  /** No other socket may be open when it ends. */
  isCrowded?: boolean;
}

type Command = 'start' | 'pause' | 'restart' | 'refresh' | 'cut' | 'stop';
type Outcome =
  | 'proceed'
  | 'fail'
  | 'limit'
  | 'refuse'
  | 'refuseOperator'
  | 'refuseTransient'
  | 'goodbye'
  | 'close'
  | 'silence'
  | 'reject'
  | 'disable'
  | 'mismatch'
  | 'crowd'
  | 'sample'
  | 'revive';

/** Slack, the network and the supervisor, as far as one connection sees them. */
class World {
  state: ConnectionState = { kind: 'idle' };
  nowMs = 0;
  #lastId = 0;
  #isStopped = false;
  #mayTry = false;
  #expectedAttempt = 1;
  #break: Break | undefined;
  readonly #live = new Map<number, Endpoint>();
  readonly #everAsked = new Set<number>();
  /** Samples that have not voted. */
  readonly #awaited = new Set<number>();
  #lastRound = 0;
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  command(command: Command): void {
    const hadSocket = this.#open() !== undefined;
    const wasRunning = this.#mayTry && !this.#isStopped;
    if (command === 'stop') this.#isStopped = true;
    if (command === 'pause') this.#mayTry = false;
    if (command === 'start') this.#released();
    if (command === 'restart') this.#restarted();
    const open = this.#open();
    if (command === 'refresh' && open && wasRunning && !this.#trial()) this.#leaves(open);
    if (command === 'cut' && open) this.#isCut(open);
    const event = { type: command, reason: 'x' } as ConnectionEvent;
    const effects = this.#send(event);
    // C12: exactly one attempt, at once; and nothing of before survives.
    if (command === 'restart' && wasRunning) expect(effects.filter(({ type }) => type === 'ask')).toHaveLength(1);
    if (command === 'restart' && hadSocket) expect(effects.some(({ type }) => type === 'close')).toBe(true);
    // A refresh keeps what it replaces.
    if (command === 'refresh') expect(effects.some(({ type }) => type !== 'ask')).toBe(false);
    // C20: whatever is owed; and nothing but the socket.
    if (command === 'cut') expect(effects.filter(({ type }) => type === 'abandon')).toHaveLength(hadSocket ? 1 : 0);
    if (command === 'cut') expect(effects.some(({ type }) => type === 'ask')).toBe(false);
    if (command === 'pause' && hadSocket) expect(effects.some(({ type }) => type === 'close')).toBe(false);
  }

  /** C20: one that may not be replaced now has no back-off to wait for later. */
  #isCut(open: Endpoint): void {
    this.#leaves(open);
    if (this.#mayTry || this.state.kind !== 'open' || this.state.successor) return;
    this.#expectedAttempt = 1;
    this.#break = undefined;
  }

  /** Something happens to one of the living. */
  happen(pick: number, outcome: Outcome): void {
    const living = [...this.#live.values()];
    const endpoint = living[pick % Math.max(1, living.length)];
    if (!endpoint) return;
    const event = eventFor(endpoint, outcome, this.#lastRound + 1);
    if (!event) return;
    const old = this.#open();
    this.#book(endpoint, event);
    this.#send(event);
    if (event.type === 'pong') expect(this.#open()).toBe(event.isOldSilent ? endpoint : old); // C19
  }

  /** C3: what is long gone, or never was, speaks. */
  haunt(id: number, pick: number): void {
    if (this.#live.has(id)) return;
    const types = [
      'granted',
      'url',
      'failed',
      'hello',
      'goodbye',
      'closed',
      'silent',
      'rejected',
      'evicted',
      'pong',
    ] as const;
    const event = { type: types[pick % types.length], id, url: 'wss://x', reason: 'x' } as ConnectionEvent;
    const before = this.state;
    expect(this.#send(event)).toEqual([]);
    expect(this.state).toBe(before);
  }

  advance(ms: number): void {
    const targetMs = this.nowMs + ms;
    for (let dueMs = dueAtMs(this.state); dueMs !== undefined && dueMs <= targetMs; dueMs = dueAtMs(this.state)) {
      this.nowMs = Math.max(this.nowMs, dueMs);
      const late = this.#trying();
      if (late && late.phase !== 'queued') {
        expect(this.nowMs).toBe(late.grantedAtMs + connectTimeoutMs); // C10
        this.#failed(late, 0, false);
      }
      this.#send({ type: 'due' });
    }
    this.nowMs = targetMs;
    const trying = this.#trying();
    if (trying && trying.phase !== 'queued') expect(this.nowMs).toBeLessThan(trying.grantedAtMs + connectTimeoutMs);
  }

  #send(event: ConnectionEvent): readonly Effect[] {
    const before = this.state;
    this.#lastId += 1;
    const env = {
      nowMs: this.nowMs,
      random: this.#random(),
      newId: this.#lastId,
      options: connectionTimingDefaults,
    };
    const step = transition(before, event, env);
    this.state = step.state;
    if (step.state === before) expect(step.effects).toEqual([]);
    for (const effect of step.effects) this.#carryOut(effect, event);
    if (event.type !== 'pong')
      expect(step.effects.some((one) => one.type === 'vote' && one.outcome === 'answered')).toBe(false);
    this.#check();
    return step.effects;
  }

  #carryOut(effect: Effect, event: ConnectionEvent): void {
    if (effect.type === 'report') return;
    if (effect.type === 'vote') return this.#voted(effect.round);
    if (effect.type === 'ask')
      return event.type === 'sampled' ? this.#askedOnTrial(effect, event) : this.#asked(effect);
    const endpoint = this.#live.get(effect.id);
    expect(endpoint, `${effect.type} of something that does not live`).toBeDefined();
    if (!endpoint) return;
    if (effect.type === 'dial') {
      expect(endpoint.phase).toBe('asking'); // C1, C13
      endpoint.phase = 'dialing';
    } else if (effect.type === 'ping') {
      expect(endpoint).toMatchObject({ phase: 'greeted', round: expect.any(Number) });
    } else if (effect.type === 'retire') {
      expect([...this.#live.values()].some(({ id, phase }) => id !== endpoint.id && phase === 'open')).toBe(true); // C9
      endpoint.phase = 'retired';
    } else {
      this.#live.delete(endpoint.id);
    }
  }

  #asked({ id, attempt }: { id: number; attempt: number }): void {
    expect(this.#isStopped).toBe(false); // C4
    expect(this.#mayTry).toBe(true); // C5
    expect(this.#everAsked.has(id)).toBe(false); // C3
    expect(this.#trying()).toBeUndefined(); // C1
    expect(attempt).toBe(this.#expectedAttempt); // C6
    this.#checkDelay(attempt);
    if (this.#break?.isCrowded) expect(this.#open()).toBeUndefined(); // C14
    this.#everAsked.add(id);
    this.#break = undefined;
    this.#live.set(id, { id, attempt, phase: 'queued', grantedAtMs: 0, helloAtMs: 0 });
  }

  #askedOnTrial({ id, attempt }: { id: number; attempt: number }, event: { id: number; round: number }): void {
    expect(this.#mayTry && !this.#isStopped).toBe(true); // C4, C5
    expect(this.#everAsked.has(id)).toBe(false); // C3
    expect(this.#trying()).toBeUndefined(); // C1
    expect(this.#open()?.id).toBe(event.id);
    this.#everAsked.add(id);
    this.#lastRound = event.round;
    this.#awaited.add(event.round);
    this.#live.set(id, { id, attempt, phase: 'queued', round: event.round, grantedAtMs: 0, helloAtMs: 0 });
  }

  /** C19: once for each; what lives on is an ordinary socket now. */
  #voted(round: number): void {
    expect(this.#awaited.delete(round)).toBe(true);
    const trial = this.#trial();
    if (!trial) return;
    trial.round = undefined;
    trial.attempt = this.#expectedAttempt;
    if (trial.phase !== 'greeted') return;
    trial.phase = 'open';
    trial.helloAtMs = this.nowMs;
  }

  /** C7 and C8: not too early, and (as time goes on in the model) not too late. */
  #checkDelay(attempt: number): void {
    if (!this.#break) return;
    const waitedMs = this.nowMs - this.#break.fromMs;
    const ceilingMs = this.#break.isParked ? maxMs : Math.min(maxMs, initialMs * 2 ** Math.min(attempt - 1, 30));
    expect(waitedMs).toBeGreaterThanOrEqual(this.#break.isParked ? maxMs * 0.8 : this.#break.floorMs);
    expect(waitedMs).toBeLessThanOrEqual(this.#break.floorMs + ceilingMs);
  }

  /** What the event means to the books. */
  #book(endpoint: Endpoint, event: ConnectionEvent): void {
    if (event.type === 'granted') {
      endpoint.phase = 'asking';
      endpoint.grantedAtMs = this.nowMs;
    } else if (event.type === 'hello' && endpoint.round !== undefined) {
      endpoint.phase = 'greeted';
    } else if (event.type === 'pong') {
      const old = this.#open();
      if (event.isOldSilent && old) this.#expectAfter(old);
    } else if (event.type === 'hello') {
      endpoint.phase = 'open';
      endpoint.helloAtMs = this.nowMs;
    } else if (event.type === 'limited') {
      this.#failed(endpoint, event.retryAfterMs, false);
    } else if (event.type === 'refused') {
      const isPersistent = event.class === 'operator' && endpoint.attempt > 8;
      this.#failed(endpoint, 0, event.class === 'terminal' || isPersistent);
    } else if (event.type === 'failed' || event.type === 'closed') {
      this.#failed(endpoint, 0, false);
      this.#live.delete(endpoint.id);
    } else if (event.type === 'rejected' && endpoint.phase !== 'open' && endpoint.phase !== 'retired') {
      this.#failed(endpoint, 0, false);
    } else if (event.type === 'evicted') {
      this.#evicted(endpoint, event.cause);
    } else if (event.type === 'silent' || event.type === 'goodbye') {
      this.#leaves(endpoint);
    }
    if (event.type === 'limited' || event.type === 'refused') this.#live.delete(endpoint.id);
  }

  #failed(endpoint: Endpoint, floorMs: number, isParked: boolean): void {
    // C19: a trial is not tried again, and nothing waits for its sake.
    if (endpoint.round !== undefined) return;
    if (endpoint.phase === 'open') return this.#leaves(endpoint);
    if (endpoint.phase === 'retired') return;
    this.#expectedAttempt = endpoint.attempt + 1;
    this.#break = { fromMs: this.nowMs, floorMs, isParked };
  }

  /** C14, C15: whoever is turned out waits long; what else is under way goes with an open socket. */
  #evicted(endpoint: Endpoint, cause: 'disabled' | 'foreign' | 'crowded'): void {
    if (endpoint.phase === 'retired' || endpoint.round !== undefined) return;
    const isStable = endpoint.phase === 'open' && this.nowMs - endpoint.helloAtMs >= stableMs;
    this.#expectedAttempt = isStable ? 1 : endpoint.attempt + 1;
    this.#break = {
      fromMs: this.nowMs,
      floorMs: cause === 'crowded' ? 30_000 : 0,
      isParked: cause === 'foreign' || (cause === 'disabled' && this.#expectedAttempt > 9),
      isCrowded: cause === 'crowded',
    };
  }

  /** The open socket goes, or says that it will. If a successor is planned already, that one counts. */
  #leaves(endpoint: Endpoint): void {
    if (endpoint.phase !== 'open') return;
    if (this.#trial()) return this.#expectAfter(endpoint);
    if (this.#hasSuccessor()) return;
    this.#expectAfter(endpoint);
    this.#break = { fromMs: this.nowMs, floorMs: 0, isParked: false };
  }

  #expectAfter({ attempt, helloAtMs }: Endpoint): void {
    this.#expectedAttempt = this.nowMs - helloAtMs >= stableMs ? 1 : attempt + 1;
  }

  #trial(): Endpoint | undefined {
    return [...this.#live.values()].find(({ round }) => round !== undefined);
  }

  /** Doubt is over: the wait begins now, without what made the last attempt fail. */
  #released(): void {
    if (!this.#mayTry) this.#break = { fromMs: this.nowMs, floorMs: 0, isParked: false };
    this.#mayTry = true;
  }

  #restarted(): void {
    if (this.#isStopped || this.#everAsked.size + this.#live.size === 0) return;
    this.#expectedAttempt = 1;
    this.#break = undefined;
  }

  #hasSuccessor(): boolean {
    return this.state.kind === 'open' && this.state.successor !== null;
  }

  #trying(): Endpoint | undefined {
    return [...this.#live.values()].find(({ phase }) => ['queued', 'asking', 'dialing', 'greeted'].includes(phase));
  }

  #open(): Endpoint | undefined {
    return [...this.#live.values()].find(({ phase }) => phase === 'open');
  }

  #check(): void {
    const phases = [...this.#live.values()].map(({ phase }) => phase);
    const count = (...of: Endpoint['phase'][]) => phases.filter((phase) => of.includes(phase)).length;
    expect(count('queued', 'asking', 'dialing', 'greeted')).toBeLessThanOrEqual(1); // C1
    expect(count('open')).toBeLessThanOrEqual(1); // C2
    if (this.#isStopped) expect(count('queued', 'asking', 'dialing', 'greeted', 'open')).toBe(0); // C4
    expect(this.#awaited.size).toBe(this.#trial() ? 1 : 0); // C19
    if (!this.#isStopped && this.#mayTry) {
      const isAlive = count('queued', 'asking', 'dialing', 'open') > 0 || dueAtMs(this.state) !== undefined;
      expect(isAlive).toBe(true); // C11
    }
  }
}

/** What may happen to something in that phase. */
function eventFor({ id, phase }: Endpoint, outcome: Outcome, round: number): ConnectionEvent | undefined {
  const gone: ConnectionEvent = { type: 'closed', id, reason: 'closed_1006' };
  if (phase === 'queued') return { type: 'granted', id };
  if (phase === 'retired') return outcome === 'close' ? gone : undefined;
  if (phase === 'asking') {
    const answers: Partial<Record<Outcome, ConnectionEvent>> = {
      proceed: { type: 'url', id, url: 'wss://peer.test' },
      fail: { type: 'failed', id, reason: 'econnreset' },
      limit: { type: 'limited', id, retryAfterMs: 30_000 },
      refuse: { type: 'refused', id, code: 'account_inactive', class: 'terminal' },
      refuseOperator: { type: 'refused', id, code: 'missing_scope', class: 'operator' },
      refuseTransient: { type: 'refused', id, code: 'internal_error', class: 'transient' },
    };
    return answers[outcome];
  }
  if (outcome === 'close') return gone;
  if (outcome === 'reject') return { type: 'rejected', id, reason: 'error_frame' };
  if (outcome === 'disable') return { type: 'evicted', id, reason: 'link_disabled', cause: 'disabled' };
  if (outcome === 'mismatch') return { type: 'evicted', id, reason: 'app_mismatch', cause: 'foreign' };
  if (outcome === 'crowd') return { type: 'evicted', id, reason: 'too_many_websockets', cause: 'crowded' };
  if (phase === 'dialing') return outcome === 'proceed' ? { type: 'hello', id } : undefined;
  if (phase === 'greeted') return pongFor(id, outcome);
  if (outcome === 'sample') return { type: 'sampled', id, round };
  if (outcome === 'goodbye') return { type: 'goodbye', id, reason: 'goodbye' };
  return outcome === 'silence' ? { type: 'silent', id } : undefined;
}

function pongFor(id: number, outcome: Outcome): ConnectionEvent | undefined {
  if (outcome !== 'proceed' && outcome !== 'revive') return undefined;
  return { type: 'pong', id, isOldSilent: outcome === 'proceed' };
}

const outcome = fc.constantFrom<Outcome>(
  ...(['proceed', 'proceed', 'proceed', 'fail', 'limit', 'refuse', 'refuseOperator', 'refuseTransient'] as const),
  ...(['goodbye', 'goodbye', 'close', 'silence', 'reject', 'disable', 'mismatch', 'crowd'] as const),
  // So many that a trial gets to its end: it takes four in a row.
  ...Array.from({ length: 12 }, () => 'proceed' as const),
  ...(['sample', 'sample', 'sample', 'sample', 'revive'] as const),
);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('happen' as const), pick: fc.nat(3), outcome }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 900, 9_999, 60_000, 4e5) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      command: fc.constantFrom<Command>('start', 'start', 'pause', 'restart', 'refresh', 'cut'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('haunt' as const), id: fc.nat(60), pick: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('command' as const), command: fc.constant<Command>('stop') }) },
);

it('keeps C1 to C15, C19 and C20 through every life', () => {
  const randoms = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), randoms, (steps, stream) => {
      const world = new World(() => stream.next().value ?? 0);
      world.command('start');
      for (const each of steps) {
        if (each.do === 'happen') world.happen(each.pick, each.outcome);
        if (each.do === 'advance') world.advance(each.ms);
        if (each.do === 'command') world.command(each.command);
        if (each.do === 'haunt') world.haunt(each.id, each.pick);
      }
    }),
    { numRuns: 1_500 },
  );
});
