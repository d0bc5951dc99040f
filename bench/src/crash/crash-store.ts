/** One store, once: the server is killed again and again under load, then everything that is left is handled, then judged. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, StoreName } from '../databases/databases.ts';
import type { Spread } from '../events/event.ts';
import { Child } from '../processes/child.ts';
import { HandlingReader } from './handling-reader.ts';
import { Poster } from './poster.ts';
import { judge, type Kill, type Verdict } from './verdict.ts';

export interface CrashDeps {
  store: StoreName;
  database: Database;
  /** Of this store's run alone. */
  directory: string;
  apiUrl: string;
  spread: Spread;
  kills: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const SECRET = 'bench-signing-secret';
const IN_FLIGHT = 32;
/** No new events while so many wait: the drain at the end has its limit, and only few should wait through three deaths. */
const MAX_QUEUE = 600;
/** So many wait when the process is killed: fewer could be handled between the look and the kill. */
const MIN_QUEUE = 50;
/** A process lives so long under load, in milliseconds. */
const SHORTEST_LIFE_MS = 300;
const MAX_LIFE_MS = 1_500;
const LAST_LOAD_MS = 500;
const POLL_MS = 5;
const QUEUE_TIMEOUT_MS = 20_000;
/** Nothing was handled for so long: what is left is lost. */
const STUCK_MS = 15_000;
/** What comes again without reason comes soon. */
const AFTERMATH_MS = 1_500;

export async function crashStore(deps: CrashDeps): Promise<Verdict> {
  const reader = new HandlingReader(join(deps.directory, 'handled'));
  try {
    return await new Crashing(deps, reader).run();
  } finally {
    reader.close();
  }
}

class Crashing {
  readonly #deps: CrashDeps;
  readonly #reader: HandlingReader;
  readonly #poster: Poster;
  readonly #kills: Kill[] = [];
  #isLoadOver = false;

  constructor(deps: CrashDeps, reader: HandlingReader) {
    this.#deps = deps;
    this.#reader = reader;
    const mayPost = () => !this.#isLoadOver && this.#roughQueue() < MAX_QUEUE;
    this.#poster = new Poster({ secret: SECRET, spread: deps.spread, inFlight: IN_FLIGHT, mayPost });
  }

  async run(): Promise<Verdict> {
    const { kills, signal, onProgress, store } = this.#deps;
    while (this.#kills.length < kills) {
      signal.throwIfAborted();
      await this.#lifeUntilKill();
      const left = this.#poster.accepted.size - this.#reader.ended.size;
      onProgress(
        `${store}: kill ${this.#kills.length} of ${kills}, ${this.#poster.accepted.size} accepted, ${left} left`,
      );
    }
    await this.#lastLife();
    const integrity = store === 'sqlite' ? integrityOf(this.#deps.database.databaseUrl) : undefined;
    this.#reader.read();
    const { handlings } = this.#reader;
    return judge({ accepted: this.#poster.accepted, handlings, kills: this.#kills, integrity });
  }

  async #lifeUntilKill(): Promise<void> {
    await this.#underLoad(async (child) => {
      await this.#sleep(SHORTEST_LIFE_MS + Math.random() * (MAX_LIFE_MS - SHORTEST_LIFE_MS));
      await this.#until(() => this.#queue() >= MIN_QUEUE, {
        what: 'the queue stayed almost empty',
        timeoutMs: QUEUE_TIMEOUT_MS,
      });
      const atMs = Date.now();
      await child.stop();
      this.#kills.push({ atMs, goneAtMs: Date.now() });
    });
  }

  async #lastLife(): Promise<void> {
    await this.#underLoad(async () => {
      await this.#sleep(LAST_LOAD_MS);
      this.#isLoadOver = true;
      await this.#drained();
      await this.#sleep(AFTERMATH_MS);
    });
  }

  /** A process, and events for it; both are over afterwards. */
  async #underLoad(work: (child: Child) => Promise<void>): Promise<void> {
    const { database, apiUrl, directory } = this.#deps;
    const { databaseUrl, encryptionKeys } = database;
    await using child = Child.start('eventServer');
    const { port } = await child.ask('serve', {
      kind: 'server',
      signingSecret: SECRET,
      apiUrl,
      requestBytes: 0,
      databaseUrl,
      ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
      handlingLog: join(directory, 'handled'),
    });
    this.#poster.doubt();
    const over = new AbortController();
    const posting = this.#poster.post({ port, signal: over.signal });
    try {
      await Promise.race([work(child), child.failed]);
    } finally {
      over.abort();
      await child.stop();
      await posting;
    }
  }

  /** Until every accepted event was handled and none is owed, or nothing moves any more. */
  async #drained(): Promise<void> {
    let handled = this.#reader.handlings.length;
    let movedAtMs = performance.now();
    while (this.#queue() > 0 || this.#poster.owed > 0) {
      await this.#sleep(POLL_MS);
      if (this.#reader.handlings.length > handled) {
        handled = this.#reader.handlings.length;
        movedAtMs = performance.now();
      }
      if (performance.now() - movedAtMs > STUCK_MS) return;
    }
  }

  /** The same at the cost of one subtraction; those that ended before their 200 was read make it a little too small. */
  #roughQueue(): number {
    this.#reader.read();
    return this.#poster.accepted.size - this.#reader.ended.size;
  }

  /** Accepted events that no listener has ended. */
  #queue(): number {
    this.#reader.read();
    let queue = this.#poster.accepted.size;
    for (const eventId of this.#reader.ended) if (this.#poster.accepted.has(eventId)) queue--;
    return queue;
  }

  async #until(isTrue: () => boolean, { what, timeoutMs }: { what: string; timeoutMs: number }): Promise<void> {
    const giveUpAtMs = performance.now() + timeoutMs;
    while (!isTrue()) {
      if (performance.now() > giveUpAtMs) throw new Error(`${what} for ${timeoutMs} ms`);
      await this.#sleep(POLL_MS);
    }
  }

  #sleep(ms: number): Promise<void> {
    return sleep(ms, undefined, { signal: this.#deps.signal });
  }
}

/** Opened when no process has it open any more. */
function integrityOf(path: string): string {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare('pragma integrity_check').all() as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).join('; ');
  } finally {
    db.close();
  }
}
