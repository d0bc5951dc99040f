/**
 * Notices by LISTEN and NOTIFY. NOTIFY takes a lock of the whole server when it commits, so it is never part of a transaction, and one
 * tells all that was said meanwhile. LISTEN needs a session: a connection of its own, past a pooler. It can die without a word, so it
 * must hear a heartbeat that comes by another connection; until it does, `isLive` is false. Counts in real time, as the database does.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Deadline } from './deadline.ts';
import type { Notices, NoticeTopic } from './notices.ts';
import type { StoreLog } from './store.ts';

export interface PostgresNoticesSettings {
  /** Runs a statement on the pool. */
  run: (sql: string, params: readonly string[]) => Promise<unknown>;
  /** A connection to listen on; undefined when there is only a pooler. */
  connect: () => Promise<pg.Client | undefined>;
  log: StoreLog;
  /** Between two heartbeats, in ms. */
  beatMs: number;
}

/** How long, in ms, until a heartbeat must be heard. */
const BEAT_PATIENCE_MS = 3_000;
const RETRY_MS = 1_000;
/** Between two NOTIFY of this process: little beside a second of polling, and at most 50 a second. */
const GAP_MS = 20;
/** PostgreSQL takes less than 8,000 bytes. */
const MAX_BYTES = 7_500;
const BEAT = 'beat';

type Said = readonly [topic: string, payload: string];

export class PostgresNotices implements Notices {
  readonly #settings: PostgresNoticesSettings;
  /** Of this process: what it says is not for itself. */
  readonly #id = randomUUID();
  readonly #listeners = new Map<NoticeTopic, Set<(payload: string) => void>>();
  readonly #owed = new Map<string, Said>();
  readonly #closing = Promise.withResolvers<void>();
  #sending: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  #heard: (() => void) | undefined;
  #isLive = false;
  #isClosed = false;
  /** One per schema, whose key it is; set when the store is open. */
  channel = '';

  constructor(settings: PostgresNoticesSettings) {
    this.#settings = settings;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  notify(topic: NoticeTopic, payload = ''): void {
    if (this.#isClosed) return;
    this.#owed.set(`${topic} ${payload}`, [topic, payload]);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
  }

  on(topic: NoticeTopic, listener: (payload: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    listeners.add(listener);
    // Only now: a command has nobody to listen for.
    this.#listening ??= this.#listen();
    return () => void listeners.delete(listener);
  }

  /** Sends what is owed and hangs up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closing.resolve();
    await Promise.all([this.#sending, this.#listening]);
  }

  async #sendAll(): Promise<void> {
    // What is said in the same turn is told together.
    await Promise.resolve();
    while (this.#owed.size > 0) {
      // A notice that is lost is found by polling.
      await this.#send(this.#take()).catch(() => {});
      if (this.#owed.size > 0 || !this.#isClosed) await this.#pause(GAP_MS);
    }
  }

  #send(said: readonly Said[]): Promise<unknown> {
    return this.#settings.run('select pg_notify($1, $2)', [this.channel, JSON.stringify([this.#id, said])]);
  }

  /** As many as one NOTIFY has room for. */
  #take(): Said[] {
    const taken: Said[] = [];
    let bytes = 0;
    for (const [key, [topic, payload]] of this.#owed) {
      const size = Buffer.byteLength(payload) * 2 + 30;
      if (taken.length > 0 && bytes + size > MAX_BYTES) break;
      // One that is too long for any says only that there is something.
      taken.push([topic, size > MAX_BYTES ? '' : payload]);
      bytes += Math.min(size, MAX_BYTES);
      this.#owed.delete(key);
    }
    return taken;
  }

  async #listen(): Promise<void> {
    let isTold = false;
    while (!this.#isClosed) {
      try {
        const client = await this.#settings.connect();
        if (!client)
          return this.#settings.log.warn({}, 'rows are polled: behind a pooler LISTEN needs DATABASE_DIRECT_URL');
        isTold = false;
        await this.#follow(client);
      } catch (err) {
        if (!isTold && !this.#isClosed)
          this.#settings.log.warn({ err }, 'notices of other processes are lost: rows are polled');
        isTold = true;
      }
      this.#isLive = false;
      await this.#pause(RETRY_MS);
    }
  }

  /** Until the connection breaks or a heartbeat is missed. */
  async #follow(client: pg.Client): Promise<void> {
    const { promise: broken, reject } = Promise.withResolvers<never>();
    broken.catch(() => {});
    client.on('end', () => reject(new Error('The connection broke')));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    try {
      await client.query(`listen ${this.channel}`);
      while (!this.#isClosed) {
        await Promise.race([this.#beat(), broken]);
        if (!this.#isLive) this.#becomeLive();
        await Promise.race([this.#pause(this.#settings.beatMs), broken]);
      }
    } finally {
      this.#isLive = false;
      // One that is dead may take its time to say so.
      void client.end().catch(() => {});
    }
  }

  #becomeLive(): void {
    this.#isLive = true;
    // Whatever was said before was not heard.
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener('');
  }

  async #beat(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = resolve;
    await this.#send([[BEAT, '']]);
    const deadline = new Deadline(BEAT_PATIENCE_MS);
    await Promise.race([promise, deadline.passed, this.#closing.promise]);
    deadline.cancel();
    if (deadline.hasPassed) throw new Error('A heartbeat was not heard');
  }

  #hear(text: string): void {
    const [id, said] = parse(text);
    if (id === this.#id) {
      if (said.some(([topic]) => topic === BEAT)) this.#heard?.();
      return;
    }
    for (const [topic, payload] of said) {
      for (const listener of this.#listeners.get(topic as NoticeTopic) ?? []) listener(payload);
    }
  }

  async #pause(ms: number): Promise<void> {
    const deadline = new Deadline(ms);
    await Promise.race([deadline.passed, this.#closing.promise]);
    deadline.cancel();
  }
}

/** Whoever may connect can say anything there. */
function parse(text: string): [id: unknown, said: Said[]] {
  try {
    const [id, said] = JSON.parse(text) as [unknown, unknown];
    const isSaid = (one: unknown): one is Said =>
      Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'string';
    return [id, Array.isArray(said) ? said.filter(isSaid) : []];
  } catch {
    return [undefined, []];
  }
}
