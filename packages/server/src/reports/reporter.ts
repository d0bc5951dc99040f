/**
 * Tells in rows what only this process knows: the states of its connections, and Slack's 429s. Once a second what has changed, however
 * often it did; each half minute that it lives. What cannot be written is told later; nothing waits for it.
 */
import type { Store } from '../store/store.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { type Counted, MinuteCounter, type Standing } from './minute-report.ts';
import { tellMinute } from './minute-repository.ts';
import {
  type ConnectionReport,
  type ProcessReport,
  type RateLimit,
  TELL_EVERY_MS,
  type ToldProcess,
} from './process-report.ts';
import { forgetOthers, forgetProcesses, tellConnections, tellLimits, tellProcess } from './report-repository.ts';

/** Between two writes, in milliseconds. */
const FLUSH_MS = 1_000;

/** Connections of one write: when all are lost at once, commits of events wait no longer than for these. */
const PAGE = 500;

/** Installations and methods that are remembered between two writes; a process in which more are limited has other worries. */
const MOST_LIMITS = 1_000;

export interface ReporterDeps {
  store: Pick<Store, 'engine' | 'run' | 'together'>;
  /** This process among those of the database; another one after each lease that was lost. */
  readonly nodeId: () => string;
  /** What is true of the process now, but for what the reporter knows itself. */
  readonly describe: () => Omit<ProcessReport, 'node' | 'startedAtMs'>;
  /** The connection of an installation now; undefined when there is none. */
  readonly connectionOf: (key: InstallationKey) => ConnectionReport | undefined;
  /** All that have one. */
  readonly connected: () => Iterable<InstallationKey>;
  /** What is counted for charts; asked each minute. */
  readonly counts: () => Counted & Standing;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

/** Slack's answer to one call. */
export interface Limited {
  key: InstallationKey;
  method: string;
  retryAfterMs: number;
}

/** One per process. */
export class Reporter {
  readonly #deps: ReporterDeps;
  readonly #startedAtMs: number;
  #minutes: MinuteCounter | undefined;
  readonly #changed = new Set<InstallationKey>();
  #limits = new Map<string, RateLimit>();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #toldAs: string | undefined;
  #toldConnections: string | undefined;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isFailing = false;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
    this.#startedAtMs = deps.clock.now();
  }

  start(): void {
    this.#minutes ??= new MinuteCounter(this.#deps.counts, this.#deps.clock.now());
    this.#timer = this.#deps.clock.after(FLUSH_MS, () => {
      this.start();
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  /** Takes back what it told of itself. Never rejects: what stays is old in two minutes. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#writing;
    const nodes = [this.#toldAs].filter((node) => node !== undefined);
    await forgetProcesses(this.#deps.store, nodes).catch((error: unknown) => this.#noteFailure(error));
  }

  /** How the process is now; its row is up to half a minute old, and what it says of connections a second. */
  describe(): ToldProcess {
    const { describe, nodeId, clock } = this.#deps;
    return { ...describe(), node: nodeId(), startedAtMs: this.#startedAtMs, toldAtMs: clock.now() };
  }

  /** The connection of an installation came to another state. */
  connectionChanged(key: InstallationKey): void {
    this.#changed.add(key);
  }

  /** Slack said 429. */
  limited({ key, method, retryAfterMs }: Limited): void {
    const id = JSON.stringify([key, method]);
    const before = this.#limits.get(id);
    if (!before && this.#limits.size >= MOST_LIMITS) return;
    const lastAtMs = this.#deps.clock.now();
    const untilMs = lastAtMs + Math.ceil(retryAfterMs);
    this.#limits.set(id, { key, method, hits: (before?.hits ?? 0) + 1, lastAtMs, retryAfterMs, untilMs });
  }

  async #write(): Promise<void> {
    const { clock } = this.#deps;
    try {
      await this.#becomeNode(this.#deps.nodeId());
      const isDue = clock.now() - this.#toldAtMs >= TELL_EVERY_MS || clock.now() < this.#toldAtMs;
      if (isDue || this.#toldConnections !== this.#connections()) await this.#writeProcess();
      if (this.#changed.size > 0) await this.#writeConnections();
      if (this.#limits.size > 0) await this.#writeLimits();
      await this.#writeMinute();
      this.#isFailing = false;
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  /** Under another id all connections are told anew. */
  async #becomeNode(nodeId: string): Promise<void> {
    if (this.#toldAs === nodeId) return;
    if (this.#toldAs !== undefined) await forgetProcesses(this.#deps.store, [this.#toldAs]);
    if (this.#deps.store.engine === 'sqlite') await forgetOthers(this.#deps.store, nodeId);
    for (const key of this.#deps.connected()) this.#changed.add(key);
    this.#toldAs = nodeId;
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
  }

  async #writeConnections(): Promise<void> {
    const { store, connectionOf } = this.#deps;
    const keys = Array.from(this.#changed).slice(0, PAGE);
    for (const key of keys) this.#changed.delete(key);
    try {
      await tellConnections(store, this.#toldAs ?? '', new Map(keys.map((key) => [key, connectionOf(key)])));
    } catch (error) {
      for (const key of keys) this.#changed.add(key);
      throw error;
    }
  }

  async #writeLimits(): Promise<void> {
    const limits = this.#limits;
    this.#limits = new Map();
    // Not tried again: what is counted twice would be worse than what is not.
    await tellLimits(this.#deps.store, Array.from(limits.values()));
  }

  async #writeProcess(): Promise<void> {
    const told = { ...this.describe(), node: this.#toldAs ?? '' };
    const connections = this.#connections();
    await tellProcess(this.#deps.store, told);
    this.#toldAtMs = told.toldAtMs;
    this.#toldConnections = connections;
  }

  /** How many are in which state, as one text. */
  #connections(): string {
    return JSON.stringify(this.#deps.describe().connections);
  }

  async #writeMinute(): Promise<void> {
    const { store, clock } = this.#deps;
    const nowMs = clock.now();
    const minute = this.#minutes?.over(nowMs);
    if (!minute) return;
    await tellMinute(store, this.#toldAs ?? '', minute);
    this.#minutes?.written(nowMs, minute);
  }

  /** Once: the store's own troubles are told by whoever needs it. */
  #noteFailure(err: unknown): void {
    if (!this.#isFailing) this.#deps.log.warn({ err }, 'reports for operators are not written');
    this.#isFailing = true;
  }
}
