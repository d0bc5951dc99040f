/**
 * Keeps one key connected: does what connection-state.ts decides and tells it what happened. The only writer of the state is
 * #apply; callbacks of an older attempt or socket carry an older id and change nothing.
 */
import { assertNever } from '../assert-never.ts';
import type { Timer } from '../time/clock.ts';
import { Attempt, type AttemptShared } from './attempt.ts';
import type { ClosingLinks } from './closing-links.ts';
import type {
  ConnectionCommand,
  ConnectionEvent,
  ConnectionState,
  ConnectionTimings,
  Effect,
  Step,
} from './connection-model.ts';
import type { ConnectionChange, ConnectionObserver } from './connection-observer.ts';
import { dueAtMs, pursuitOf, transition } from './connection-state.ts';
import { hasTimestamp, parseFrame } from './frames.ts';
import type { Link, LinkOptions, LinkOwner } from './link.ts';
import type { Frame } from './transport.ts';

/** What all connections of a process share. */
export interface ConnectionShared extends AttemptShared {
  /** 0 ≤ n < 1. */
  random: () => number;
  closing: ClosingLinks;
  timings: Required<ConnectionTimings>;
  maxFrameBytes: number;
  tunnelTo: LinkOptions['tunnelTo'];
  onGone: LinkOptions['onGone'];
  /** Ids of attempts and of the sockets that come of them; unique in the process. */
  nextId(): number;
  /** Whether this Slack has ever answered a text ping with a text pong: until then a WebSocket ping goes along. */
  isTextPongKnown: boolean;
}

/** One of the supervisor's connections; supervisor.ts says who commands what. */
export class Connection implements LinkOwner {
  readonly #key: string;
  readonly #shared: ConnectionShared;
  readonly #observer: ConnectionObserver;
  #state: ConnectionState = { kind: 'idle' };
  #sinceMs: number;
  #attempt: Attempt | undefined = undefined;
  /** The socket that said hello last. */
  #link: Link | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #timerAtMs: number | undefined = undefined;
  #lostAtMs: number | undefined;

  constructor(
    key: string,
    shared: ConnectionShared,
    { observer, unheardSinceMs }: { observer: ConnectionObserver; unheardSinceMs: number | undefined },
  ) {
    this.#key = key;
    this.#shared = shared;
    this.#observer = observer;
    this.#lostAtMs = unheardSinceMs;
    this.#sinceMs = shared.clock.now();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Wall clock: since when the state is of its kind. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Its sockets that are open or being dialed; those on their way out are ClosingLinks'. */
  get sockets(): number {
    return Number(this.#link !== undefined) + Number(this.#attempt?.link !== undefined);
  }

  /** What should be from now on, whatever is under way. */
  command(event: ConnectionCommand): void {
    this.#apply(event);
  }

  /** There is a gap of which nobody was told, from before this process had the key; wall clock. */
  missedSince(sinceMs: number): void {
    this.#lostAtMs = Math.min(this.#lostAtMs ?? sinceMs, sinceMs);
    this.#tellGap();
  }

  /** The present state in words. */
  describe(reason: string, before: ConnectionState = this.#state): ConnectionChange {
    const state = this.#state;
    const pursuit = pursuitOf(state);
    const described = state.kind === 'open' ? state : pursuit;
    return {
      from: before.kind,
      to: state.kind,
      isReplaced: before.kind === 'open' && state.kind === 'open' && before.id !== state.id,
      successor: state.kind === 'open' ? (state.successor?.kind ?? null) : null,
      reason,
      attempt: described && 'attempt' in described ? described.attempt : 0,
      retryAtMs: pursuit?.kind === 'waiting' ? this.#toWallMs(pursuit.retryAtMs) : null,
      connectionId: described && 'id' in described ? described.id : null,
    };
  }

  onText(link: Link, text: string): void {
    const frame = parseFrame(text);
    if (!frame) return this.#observer.onMalformedFrame(this.#key);
    const { transport } = this.#shared;
    const meaning = transport.meaningOf(frame);
    switch (meaning) {
      case 'hello':
        return this.#greeted(link, frame);
      case 'goodbye':
        return this.#apply({ type: 'goodbye', id: link.id, reason: transport.reasonOf(frame) });
      case 'disabled':
      case 'foreign':
      case 'crowded':
        return this.#apply({ type: 'evicted', id: link.id, reason: transport.reasonOf(frame), cause: meaning });
      case 'error':
        return this.#apply({ type: 'rejected', id: link.id, reason: 'error_frame' });
      case 'event':
        // Slack greets first. A Slack-compatible server may never do: what it tells us shows as well that the socket is good.
        if (!transport.hasAcks && (!this.#link || this.#isOnTrial(link))) {
          this.#apply({ type: 'hello', id: link.id });
        }
        return this.#deliver(link, frame);
      case 'pong':
        this.#shared.isTextPongKnown = true;
        return this.onPong(link);
      case 'none':
        return undefined;
      default:
        return assertNever(meaning, 'meaning of a frame');
    }
  }

  onBinary(): void {
    this.#observer.onMalformedFrame(this.#key);
  }

  onClosed(link: Link, reason: string): void {
    if (reason.startsWith('http_5')) this.#shared.limiter.slowDown();
    this.#apply({ type: 'closed', id: link.id, reason });
  }

  onSilent(link: Link): void {
    this.#apply({ type: 'silent', id: link.id });
  }

  onPong(link: Link): void {
    const attempt = this.#attempt;
    // Only a trial waits for it; all others come here every ten seconds.
    if (!attempt || !this.#isOnTrial(link)) return;
    this.#apply({ type: 'pong', id: link.id, isOldSilent: this.#link?.pingedAtMs !== 0 });
    if (this.#link === link && attempt.greeting) this.#observer.onHello(this.#key, attempt.greeting);
  }

  #isOnTrial({ id }: Link): boolean {
    const pursuit = pursuitOf(this.#state);
    return pursuit?.kind === 'trial' && pursuit.id === id;
  }

  onSampled(link: Link, round: number): boolean {
    const before = this.#state;
    this.#apply({ type: 'sampled', id: link.id, round });
    return this.#state !== before;
  }

  pingText(id: number): string | undefined {
    return this.#shared.transport.pingFrame(id, this.#shared.clock.now());
  }

  get isTextPongKnown(): boolean {
    return this.#shared.isTextPongKnown;
  }

  #greeted(link: Link, frame: Frame): void {
    if (this.#attempt?.link === link) this.#attempt.greeting = frame;
    this.#apply({ type: 'hello', id: link.id });
    if (this.#link === link) this.#observer.onHello(this.#key, frame);
  }

  /**
   * While two sockets overlap, both may carry the same event. One with a timestamp is recognised by the receiver; one without
   * (typing, presence) is taken from the newest socket that has said hello.
   */
  #deliver(link: Link, frame: Frame): void {
    if (!this.#mayTake(link, frame)) return;
    this.#observer.onFrame(this.#key, frame, { connectionId: link.id, reply: link });
  }

  #mayTake(link: Link, frame: Frame): boolean {
    // With acks, what comes on a socket comes on no other: it is taken as long as it can be answered, also from an old one.
    if (this.#shared.transport.hasAcks) return link.isGreeted && link.isOpen;
    if (this.#state.kind === 'stopped') return false;
    return link === this.#link || hasTimestamp(frame);
  }

  #apply(event: ConnectionEvent): void {
    const before = this.#state;
    const env = {
      nowMs: this.#shared.clock.monotonic(),
      random: this.#shared.random(),
      newId: this.#shared.nextId(),
      options: this.#shared.timings,
    };
    const step = transition(before, event, env);
    if (step.state === before) return;
    this.#state = step.state;
    if (step.state.kind !== before.kind) this.#sinceMs = this.#shared.clock.now();
    if (isLoss(before, step)) this.#rememberLoss();
    for (const effect of step.effects) this.#perform(effect);
    this.#follow();
    this.#arm();
    // Last, because whoever is told may command something else at once.
    this.#tell(before, event, step.effects);
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'ask':
        this.#attempt = new Attempt(effect.id, this.#shared, (event) => this.#apply(event));
        void this.#attempt.ask(this.#key, effect.attempt, { isSuccessor: this.#state.kind === 'open' });
        return;
      case 'dial':
        this.#attempt?.dial(effect.url, this, this.#shared);
        return;
      case 'abandon':
        return this.#abandon(effect.id);
      case 'retire':
        return this.#retire(effect.id, this.#shared.transport.lingerMs);
      case 'close':
        return this.#close(effect.id);
      case 'ping':
        return this.#attempt?.link?.ping();
      case 'vote':
        return this.#shared.heartbeat.vote(effect.round, effect.outcome);
      case 'report':
        return undefined; // see #tell
      default:
        return assertNever(effect, 'connection effect');
    }
  }

  #abandon(id: number): void {
    if (this.#attempt?.id === id) {
      this.#attempt.abandon();
      this.#attempt = undefined;
    }
    if (this.#link?.id === id) {
      this.#link.mute();
      this.#link.terminate();
    }
  }

  #close(id: number): void {
    // Without acks there is nothing to wait for.
    if (this.#link?.id === id && !this.#shared.transport.hasAcks) this.#link.mute();
    this.#retire(id, 0);
  }

  #retire(id: number, lingerMs: number): void {
    if (this.#link?.id === id) this.#shared.closing.retire(this.#link, { lingerMs });
  }

  /** Takes over the socket that said hello; forgets what is no longer part of the state. */
  #follow(): void {
    const state = this.#state;
    if (state.kind !== 'open') this.#link = undefined;
    const attempt = this.#attempt;
    const pursuit = pursuitOf(state);
    const isOnItsWay = pursuit?.kind === 'connecting' || pursuit?.kind === 'trial';
    if (!attempt || (isOnItsWay && pursuit.id === attempt.id)) return;
    this.#attempt = undefined;
    if (state.kind === 'open' && state.id === attempt.id && attempt.link) {
      this.#link = attempt.link;
      this.#link.isGreeted = true;
      this.#shared.heartbeat.watch(attempt.link);
      this.#shared.limiter.noteSuccess();
    }
    attempt.end();
  }

  #arm(): void {
    const atMs = dueAtMs(this.#state);
    if (atMs === this.#timerAtMs) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (atMs === undefined) return;
    const { clock } = this.#shared;
    // Whole milliseconds upwards: a fraction could fire before the moment, again and again.
    this.#timer = clock.after(Math.max(0, Math.ceil(atMs - clock.monotonic())), () => {
      this.#timerAtMs = undefined;
      this.#apply({ type: 'due' });
      // Timers of the machine may still fire a moment early; then nothing was due yet and it is set again.
      this.#arm();
    });
  }

  #tell(before: ConnectionState, event: ConnectionEvent, effects: readonly Effect[]): void {
    const state = this.#state;
    if (state.kind !== before.kind || pursuitOf(state)?.kind !== pursuitOf(before)?.kind) {
      this.#observer.onChange(this.#key, this.describe(reasonOf(state, event), before));
    }
    for (const effect of effects) {
      if (effect.type === 'report') this.#observer.onOperatorProblem(this.#key, effect.code);
    }
    if (this.#state === state) this.#tellGap();
  }

  #tellGap(): void {
    if (this.#state.kind !== 'open' || this.#lostAtMs === undefined) return;
    const toMs = this.#shared.clock.now();
    // A clock that was set back meanwhile must not turn it around.
    const gap = { fromMs: Math.min(this.#lostAtMs, toMs), toMs };
    this.#lostAtMs = undefined;
    this.#observer.onGap(this.#key, gap);
  }

  #rememberLoss(): void {
    const silentMs = this.#link ? this.#shared.heartbeat.now() - this.#link.heardAtMs : 0;
    this.#lostAtMs = Math.round(this.#shared.clock.now() - silentMs);
    this.#observer.onLoss(this.#key, this.#lostAtMs);
  }

  #toWallMs(monotonicMs: number): number {
    const { clock } = this.#shared;
    return Math.round(clock.now() + monotonicMs - clock.monotonic());
  }
}

/** Whether there was a socket and it is gone before another one was good: then something may have been missed. A stop is none. */
function isLoss(before: ConnectionState, { state, effects }: Step): boolean {
  if (before.kind !== 'open' || state.kind === 'stopped' || (state.kind === 'open' && state.id === before.id))
    return false;
  return !effects.some(({ type }) => type === 'retire');
}

function reasonOf(state: ConnectionState, event: ConnectionEvent): string {
  const pursuit = pursuitOf(state);
  if (pursuit?.kind === 'waiting') return pursuit.reason;
  return 'reason' in event ? event.reason : event.type;
}
