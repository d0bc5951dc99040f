/**
 * Notices sockets that are dead without a close: one timer for all connections of the process. It only judges silence;
 * what a death leads to is connection-state.ts, what the silence of many means is mass-silence-state.ts.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { TrialOutcome } from './connection-model.ts';
import { giveUpAtMs, type MassSilenceEvent, type MassSilenceState, transition } from './mass-silence-state.ts';

/** Limits of silence, in milliseconds. */
export interface HeartbeatOptions {
  /** After this much silence a sign of life is asked for; up to one tick (1 s) earlier. @defaultValue 10000 */
  pingIntervalMs?: number;
  /** Without an answer for this long the socket is dead; to the nearest tick. @defaultValue 5000 */
  pongTimeoutMs?: number;
  /** The same while many sockets are silent together, from the last sample on that fared no better. @defaultValue 60000 */
  incidentPongTimeoutMs?: number;
}

export const heartbeatDefaults = {
  pingIntervalMs: 10_000,
  pongTimeoutMs: 5_000,
  incidentPongTimeoutMs: 60_000,
} as const satisfies Required<HeartbeatOptions>;

/** One socket as the heartbeat sees it. The three values belong to the heartbeat. */
export interface Pulse {
  heardAtMs: number;
  /** When the unanswered ping was sent; 0 = none is out. */
  pingedAtMs: number;
  /** Ends the wait of a moved clock for the answer. */
  answered: (() => void) | undefined;
  /** Asks the peer for a sign of life. */
  ping(): void;
  /** No sign of life came in time. */
  die(): void;
  /** Tries a successor, whose outcome comes by `vote`; false when there is nothing to try. */
  sample(round: number): boolean;
}

/** How much of the process fell silent together, and what is made of it. */
export interface MassSilence {
  /** `calm`: it is over. */
  kind: MassSilenceState['kind'];
  silent: number;
  watched: number;
}

const MAX_TICK_MS = 1_000;
/** Below that many connections a share means nothing. */
const INCIDENT_MIN_CONNECTIONS = 20;
const INCIDENT_SHARE = 0.2;
const INCIDENT_WINDOW_MS = 15_000;
/** Silence counts towards an incident after this part of the time-out: it must be seen before the first one is dropped. */
const MISSING_SHARE = 0.5;
/** Enough that two bad hosts of Slack's decide nothing, few enough to cost a Slack in trouble nothing. */
const SAMPLE_SIZE = 5;

/** One per process. Its timer runs only while something is watched. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #options: Required<HeartbeatOptions>;
  readonly #tickMs: number;
  readonly #onIncident: (incident: MassSilence) => void;
  readonly #watched = new Set<Pulse>();
  /** When sockets were given up, within the incident window. */
  #deathsAtMs: number[] = [];
  #state: MassSilenceState = { kind: 'calm', round: 0 };
  #counted = { silent: 0, watched: 0 };
  /** How long the event loop did not run: time that no peer can be blamed for. */
  #blockedMs = 0;
  #tickDueAtMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onIncident: (incident: MassSilence) => void, options: HeartbeatOptions = {}) {
    this.#clock = clock;
    this.#onIncident = onIncident;
    this.#options = { ...heartbeatDefaults, ...options };
    this.#tickMs = Math.min(MAX_TICK_MS, this.#options.pingIntervalMs / 10, this.#options.pongTimeoutMs / 5);
  }

  /** Monotonic milliseconds during which the event loop was running. */
  now(): number {
    return this.#clock.monotonic() - this.#blockedMs;
  }

  watch(pulse: Pulse): void {
    pulse.heardAtMs = this.now();
    this.#watched.add(pulse);
    if (!this.#timer) this.#schedule(this.#clock.monotonic() + this.#tickMs);
  }

  unwatch(pulse: Pulse): void {
    settle(pulse);
    this.#watched.delete(pulse);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Any frame, ping or pong of the peer is life. Called for each one: must stay cheap. */
  heard(pulse: Pulse): void {
    pulse.heardAtMs = this.now();
    if (pulse.pingedAtMs !== 0) settle(pulse);
  }

  #schedule(dueAtMs: number): void {
    this.#tickDueAtMs = dueAtMs;
    this.#timer = this.#clock.after(Math.max(0, dueAtMs - this.#clock.monotonic()), () => this.#tick());
  }

  #tick(): void {
    this.#forgiveLateness();
    const nowMs = this.now();
    const silent = this.#askTheQuiet(nowMs);
    this.#judgeMany(silent, nowMs);
    for (const pulse of silent) {
      if (nowMs >= giveUpAtMs(this.#state, pulse.pingedAtMs, this.#options) - this.#tickMs / 2)
        this.#giveUp(pulse, nowMs);
    }
    if (this.#watched.size > 0) this.#schedule(this.#tickDueAtMs + this.#tickMs);
    else this.#timer = undefined;
  }

  /** A late tick means that pongs may lie unread in the sockets: what was due meanwhile is due that much later. */
  #forgiveLateness(): void {
    const latenessMs = this.#clock.monotonic() - this.#tickDueAtMs;
    if (latenessMs <= this.#tickMs / 4) return;
    this.#blockedMs += latenessMs;
    this.#tickDueAtMs += latenessMs;
  }

  /** Pings the quiet ones. Returns those who have owed an answer for a while. */
  #askTheQuiet(nowMs: number): Pulse[] {
    const silent: Pulse[] = [];
    for (const pulse of this.#watched) {
      if (pulse.pingedAtMs !== 0) {
        if (nowMs - pulse.pingedAtMs >= this.#options.pongTimeoutMs * MISSING_SHARE) silent.push(pulse);
      } else if (nowMs - pulse.heardAtMs > this.#options.pingIntervalMs - this.#tickMs) {
        this.#ask(pulse, nowMs);
      }
    }
    return silent;
  }

  #ask(pulse: Pulse, nowMs: number): void {
    pulse.pingedAtMs = nowMs;
    void this.#clock.io(
      new Promise<void>((resolve) => {
        pulse.answered = resolve;
      }),
    );
    pulse.ping();
  }

  /** Do not drop what an incident still carries: many silent sockets at once may be Slack's trouble, and not theirs. */
  #judgeMany(silent: readonly Pulse[], nowMs: number): void {
    if (this.#deathsAtMs.length > 0) {
      this.#deathsAtMs = this.#deathsAtMs.filter((atMs) => nowMs - atMs < INCIDENT_WINDOW_MS);
    }
    const missing = silent.length + this.#deathsAtMs.length;
    const watched = this.#watched.size + this.#deathsAtMs.length;
    const isMany = watched >= INCIDENT_MIN_CONNECTIONS && missing > watched * INCIDENT_SHARE;
    this.#counted = { silent: missing, watched };
    if (this.#apply({ type: 'tick', isMany }, nowMs)) this.#sample(silent, nowMs);
  }

  /** What a trial has shown. */
  vote(round: number, outcome: TrialOutcome): void {
    this.#apply({ type: 'vote', round, outcome }, this.now());
  }

  /** Spread over all that are silent, and another choice each time: one team's answers may be its own. */
  #sample(silent: readonly Pulse[], nowMs: number): void {
    // A ping that an outage swallowed is not answered after it: everyone is asked again.
    for (const pulse of silent) pulse.ping();
    const { round } = this.#state;
    const stride = Math.max(1, Math.floor(silent.length / SAMPLE_SIZE));
    let tried = 0;
    for (let i = 0; i < silent.length && tried < SAMPLE_SIZE; i++) {
      const at = round + (i % SAMPLE_SIZE) * stride + Math.floor(i / SAMPLE_SIZE);
      if (silent[at % silent.length]?.sample(round)) tried += 1;
    }
    this.#apply({ type: 'sampled', tried }, nowMs);
  }

  /** Answers whether a sample is to be taken. */
  #apply(event: MassSilenceEvent, nowMs: number): boolean {
    const before = this.#state;
    const { state, mustSample } = transition(before, event, { nowMs, limits: this.#options });
    this.#state = state;
    if (before.kind !== state.kind) this.#onIncident({ kind: state.kind, ...this.#counted });
    return mustSample;
  }

  #giveUp(pulse: Pulse, nowMs: number): void {
    // Those that a sample has shown to be dead are no sign of trouble any more.
    if (this.#state.kind !== 'replacing') this.#deathsAtMs.push(nowMs);
    this.unwatch(pulse);
    pulse.die();
  }
}

function settle(pulse: Pulse): void {
  pulse.pingedAtMs = 0;
  pulse.answered?.();
  pulse.answered = undefined;
}
