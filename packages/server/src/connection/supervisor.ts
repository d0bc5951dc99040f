/**
 * Keeps the connections of all keys. It is told what should be (want, drop) and decides nothing about teams; how a single
 * connection behaves is connection-state.ts.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import { ClosingLinks } from './closing-links.ts';
import { ConnectLimiter, type ConnectLimiterOptions } from './connect-limiter.ts';
import { Connection, type ConnectionShared } from './connection.ts';
import { type ConnectionState, type ConnectionTimings, connectionTimingDefaults } from './connection-model.ts';
import type { ConnectionChange, ConnectionObserver, FrameSource, Gap } from './connection-observer.ts';
import { Heartbeat, type HeartbeatOptions, type MassSilence } from './heartbeat.ts';
import type { LinkOptions } from './link.ts';
import type { Frame, Transport } from './transport.ts';

/** What should be of one key. */
export interface Wanted {
  /** Changes with the credential: a new value means exactly one reconnect, at once. */
  generation: string;
  /** `paused`: in doubt; an open socket stays, nothing new is tried. */
  mode: 'connected' | 'paused';
  /** Wall clock: since when nobody heard the key, where another process had it before; of a key that is new here. */
  unheardSinceMs?: number | undefined;
  /** Wall clock: since when a process of before did not hear the key and told nobody, also of one that is kept here already. */
  untoldSinceMs?: number | undefined;
}

/** What happens. Each callback is isolated: one that throws or rejects is given to `reportError` and hinders nobody. */
export interface ConnectionListener {
  onFrame(key: string, frame: Frame, from: FrameSource): void;
  /** A socket said hello and is the one that answers now; the frame says what the peer knows. */
  onHello?(key: string, frame: Frame): void;
  onState?(key: string, change: ConnectionChange): void;
  /** Connecting is refused for a reason that only the operator can remove; comes again with each attempt. */
  onOperatorProblem?(key: string, code: string): void;
  /** Nothing is heard of the key from then on (wall clock), and `onGap` will tell of it, or of more, unless the key is dropped before. */
  onLoss?(key: string, sinceMs: number): void;
  /** Connected again after having been open before, here or elsewhere: what happened between was not seen. */
  onGap?(key: string, gap: Gap): void;
  /** Many sockets fell silent together, what a sample of successors has shown, and that it is over. */
  onIncident?(incident: MassSilence): void;
}

/** One connection as the operator sees it. */
export interface ConnectionStatus extends Omit<ConnectionChange, 'from' | 'to' | 'isReplaced'> {
  key: string;
  kind: ConnectionState['kind'];
  generation: string;
  mode: Wanted['mode'];
  /** Wall clock: since when it is of this kind. */
  sinceMs: number;
}

/** How many connections are of each kind, and what was ignored since the start. */
export interface ConnectionCounts {
  byKind: Record<ConnectionState['kind'], number>;
  /** Connects that wait for a slot of the limiter. */
  queued: number;
  /** Sockets that are open, on their way or on their way out. */
  sockets: number;
  malformedFrames: number;
}

/** Settings; `Infinity` and 0 turn limits and jitter off. */
export interface SupervisorOptions {
  timings?: ConnectionTimings;
  limiter?: ConnectLimiterOptions;
  heartbeat?: HeartbeatOptions;
  /** A longer frame closes its socket with 1009, and it reconnects. @defaultValue 4194304 (far above Slack's largest events) */
  maxFrameBytes?: number;
}

/** What a supervisor needs. */
export interface SupervisorDeps extends SupervisorOptions {
  transport: Transport;
  clock: Clock;
  /** 0 ≤ n < 1. */
  random: () => number;
  listener: ConnectionListener;
  /** Where several processes share the limits of connecting. @defaultValue one process has them */
  drawConnects?: DrawTurns | undefined;
  /** The way through a proxy. @defaultValue directly */
  tunnelTo?: LinkOptions['tunnelTo'];
  /** Gets what a callback threw or rejected with. Must not throw. */
  reportError: (error: unknown, facts: { callback: string; key: string | null }) => void;
}

export const supervisorDefaults = { maxFrameBytes: 4 * 1024 * 1024 } as const;

/**
 * What another process takes over is closed so long after that may take it, in milliseconds: as a rule it has claimed and connected it
 * within a second, and takes no more at a time than it connects in half a second.
 */
const LINGER_MS = 3_000;
/** Nobody may take it while the database is away. Longer than a lease: by then its end has closed it, or nobody will say any more. */
const LINGER_MAX_MS = 20_000;

interface Kept {
  connection: Connection;
  generation: string;
  mode: Wanted['mode'];
  /** Why it is in its state. */
  reason: string;
}

/** One per process and transport. */
export class Supervisor {
  readonly #kept = new Map<string, Kept>();
  /** Which other processes have by now, until they are dropped here. */
  readonly #lingering = new Map<string, Timer>();
  readonly #shared: ConnectionShared;
  readonly #listener: ConnectionListener;
  readonly #reportError: SupervisorDeps['reportError'];
  readonly #observer: ConnectionObserver;
  #lastId = 0;
  #malformedFrames = 0;
  #isStopping = false;
  #stopped: Promise<void> | undefined;
  #lingered: PromiseWithResolvers<void> | undefined;

  constructor(deps: SupervisorDeps) {
    const { clock, transport, random } = deps;
    this.#listener = deps.listener;
    this.#reportError = deps.reportError;
    this.#observer = this.#createObserver();
    const limiter = new ConnectLimiter(clock, deps.limiter, deps.drawConnects);
    this.#shared = {
      transport,
      clock,
      random,
      limiter,
      heartbeat: new Heartbeat(clock, (incident) => this.#onIncident(incident), deps.heartbeat),
      closing: new ClosingLinks(clock),
      timings: { ...connectionTimingDefaults, ...deps.timings },
      maxFrameBytes: deps.maxFrameBytes ?? supervisorDefaults.maxFrameBytes,
      tunnelTo: deps.tunnelTo,
      onGone: () => limiter.noteGone(),
      nextId: () => ++this.#lastId,
      isTextPongKnown: false,
    };
  }

  /** Says what should be of a key. Saying the same again changes nothing. */
  want(key: string, { generation, mode, unheardSinceMs, untoldSinceMs }: Wanted): void {
    if (this.#isStopping) return;
    const kept = this.#kept.get(key) ?? this.#keep(key, { generation, unheardSinceMs });
    if (untoldSinceMs !== undefined) kept.connection.missedSince(untoldSinceMs);
    const isNewCredential = kept.generation !== generation;
    kept.generation = generation;
    kept.mode = mode;
    this.#stay(key);
    // In this order a paused key with a new credential closes its socket and opens none.
    if (mode === 'paused') kept.connection.command({ type: 'pause' });
    if (isNewCredential) kept.connection.command({ type: 'restart', reason: 'new_credential' });
    if (mode === 'connected') kept.connection.command({ type: 'start' });
  }

  /**
   * Forgets the key and closes: at once, or with acks when what is in hand was answered. After the change to `stopped`
   * nothing of it is told any more but frames that can still be answered.
   */
  drop(key: string, reason: string): void {
    const kept = this.#kept.get(key);
    if (!kept) return;
    // Forgotten first: a callback may want the key again at once.
    this.#kept.delete(key);
    this.#stay(key);
    kept.connection.command({ type: 'stop', reason });
  }

  /**
   * Another process is to have the key, and connects it: what is open stays until three seconds after `released`, twenty in all at most,
   * and nothing is connected. What comes is told as ever; who may act on it is for the listener to know.
   */
  linger(key: string, reason: string): void {
    const kept = this.#kept.get(key);
    if (!kept || this.#lingering.has(key) || this.#isStopping) return;
    if (kept.connection.state.kind !== 'open') return this.drop(key, reason);
    kept.mode = 'paused';
    kept.connection.command({ type: 'pause' });
    this.#lingerFor(key, LINGER_MAX_MS, reason);
  }

  /** The other process may have it from now on. */
  released(key: string, reason = 'moved'): void {
    if (this.#lingering.has(key)) this.#lingerFor(key, LINGER_MS, reason);
  }

  #lingerFor(key: string, forMs: number, reason: string): void {
    this.#lingering.get(key)?.cancel();
    const timer = this.#shared.clock.after(forMs, () => this.drop(key, reason));
    this.#lingering.set(key, timer);
  }

  isLingering(key: string): boolean {
    return this.#lingering.has(key);
  }

  /** Resolves when nothing lingers any more. */
  async lingered(): Promise<void> {
    if (this.#lingering.size === 0) return;
    this.#lingered ??= Promise.withResolvers<void>();
    await this.#lingered.promise;
    this.#lingered = undefined;
  }

  /** Closes and connects anew, without back-off. A paused key only closes. */
  restart(key: string, reason: string): void {
    this.#kept.get(key)?.connection.command({ type: 'restart', reason });
  }

  /** Connects anew although the socket is good: the successor first, no moment without a socket. */
  refresh(key: string, reason: string): void {
    this.#kept.get(key)?.connection.command({ type: 'refresh', reason });
  }

  /** Ends an open socket at once, without answering what is in hand: it cannot be answered. Connects anew by back-off unless paused. */
  cut(key: string, reason: string): void {
    this.#kept.get(key)?.connection.command({ type: 'cut', reason });
  }

  status(key: string): ConnectionStatus | undefined {
    const kept = this.#kept.get(key);
    return kept && toStatus(key, kept);
  }

  /** Those that are wanted. */
  keys(): Iterable<string> {
    return this.#kept.keys();
  }

  /** How many keys are wanted. */
  get size(): number {
    return this.#kept.size;
  }

  counts(): ConnectionCounts {
    const byKind = { idle: 0, connecting: 0, open: 0, waiting: 0, paused: 0, stopped: 0 };
    let sockets = this.#shared.closing.size;
    for (const { connection } of this.#kept.values()) {
      byKind[connection.state.kind] += 1;
      sockets += connection.sockets;
    }
    return { byKind, queued: this.#shared.limiter.waiting, sockets, malformedFrames: this.#malformedFrames };
  }

  /** See ConnectLimiter. */
  hasTimeFor(more: number): boolean {
    return this.#shared.limiter.hasTimeFor(more);
  }

  /** Closes everything by plan (1000). Resolves when all sockets are gone; those left after `graceMs` are ended. */
  stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#isStopping = true;
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  async #stop(graceMs: number): Promise<void> {
    for (const key of this.#kept.keys()) this.drop(key, 'server_stopping');
    this.#shared.limiter.stop();
    await this.#shared.closing.drain(graceMs);
  }

  #stay(key: string): void {
    this.#lingering.get(key)?.cancel();
    if (this.#lingering.delete(key) && this.#lingering.size === 0) this.#lingered?.resolve();
  }

  #keep(key: string, { generation, unheardSinceMs }: Pick<Wanted, 'generation' | 'unheardSinceMs'>): Kept {
    const connection = new Connection(key, this.#shared, { observer: this.#observer, unheardSinceMs });
    const kept: Kept = { connection, generation, mode: 'connected', reason: 'wanted' };
    this.#kept.set(key, kept);
    if (unheardSinceMs !== undefined) this.#observer.onLoss(key, unheardSinceMs);
    return kept;
  }

  #createObserver(): ConnectionObserver {
    const listener = this.#listener;
    return {
      onFrame: (key, frame, from) => this.#tell('onFrame', key, () => listener.onFrame(key, frame, from)),
      onHello: (key, frame) => this.#tell('onHello', key, () => listener.onHello?.(key, frame)),
      onChange: (key, change) => {
        const kept = this.#kept.get(key);
        if (kept) kept.reason = change.reason;
        this.#tell('onState', key, () => listener.onState?.(key, change));
      },
      onOperatorProblem: (key, code) =>
        this.#tell('onOperatorProblem', key, () => listener.onOperatorProblem?.(key, code)),
      onLoss: (key, sinceMs) => this.#tell('onLoss', key, () => listener.onLoss?.(key, sinceMs)),
      onGap: (key, gap) => this.#tell('onGap', key, () => listener.onGap?.(key, gap)),
      onMalformedFrame: () => {
        this.#malformedFrames += 1;
      },
    };
  }

  #onIncident(incident: MassSilence): void {
    if (incident.kind === 'sampling') this.#shared.limiter.slowDown();
    this.#tell('onIncident', null, () => this.#listener.onIncident?.(incident));
  }

  /** Runs a callback of others. `unknown`, because a callback typed as void may still return a promise. */
  #tell(callback: string, key: string | null, run: () => unknown): void {
    try {
      const returned = run();
      if (returned instanceof Promise) returned.catch((error: unknown) => this.#reportError(error, { callback, key }));
    } catch (error) {
      this.#reportError(error, { callback, key });
    }
  }
}

function toStatus(key: string, kept: Kept): ConnectionStatus {
  const { from: _from, to: kind, isReplaced: _isReplaced, ...facts } = kept.connection.describe(kept.reason);
  const { generation, mode, connection } = kept;
  return { key, kind, generation, mode, sinceMs: connection.sinceMs, ...facts };
}
