/**
 * Connections whose server is gone without a word: its machine lost its power or its network, or the name in DATABASE_URL leads elsewhere.
 * Nothing is sent back, so a statement on one would wait for its own limit, half a minute, and soon every connection of the pool would. Here
 * a new connection asks the database whether it works at what has been under way for long; what it does not know is cut off, and its
 * statement fails at once. What waits for a lock or takes its time is left alone. Counts in real time, as the database does.
 */
import type pg from 'pg';
import { isDirect, type PostgresHosts } from './postgres-hosts.ts';
import type { StoreLog } from './store.ts';

export interface LostConnectionsSettings {
  hosts: Pick<PostgresHosts, 'dial' | 'distrust'>;
  log: StoreLog;
}

/** A piece of work that is under way for longer is asked about, in ms: longer than what a busy database takes. */
const SUSPECT_AFTER_MS = 3_000;
/** Between two questions, in ms. What is unknown twice is lost: an answer may be on its way at the first time. */
const ASK_EVERY_MS = 1_000;
/** A question has so long, in ms: the address may still lead to the server that is gone. */
const QUESTION_LIMIT_MS = 2_000;

/**
 * Of the sessions of this process, and the one that asks: those that work, or wait inside a transaction for their next statement. The state of
 * one is null where the role that it became at its start may not see what sessions of its user do.
 */
const WORKING = `select pid from pg_stat_activity
  where (pid = any($1::int[]) or pid = pg_backend_pid())
    and application_name = current_setting('application_name') and state is distinct from 'idle'`;

/** One piece of work on a connection. */
interface UnderWay {
  readonly beganAtMs: number;
  isUnknown: boolean;
}

/** What `pg` does not declare. */
type Session = pg.ClientBase & { processID?: number; connection?: { stream?: { destroy(): void } } };

export class LostConnections {
  readonly #settings: LostConnectionsSettings;
  readonly #underWay = new Map<pg.ClientBase, UnderWay>();
  #isWatching = false;

  constructor(settings: LostConnectionsSettings) {
    this.#settings = settings;
  }

  /** Somebody begins to use the connection. */
  begin(client: pg.ClientBase): void {
    this.#underWay.set(client, { beganAtMs: performance.now(), isUnknown: false });
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#askIn(SUSPECT_AFTER_MS);
  }

  end(client: pg.ClientBase): void {
    this.#underWay.delete(client);
  }

  /** And again, for as long as anything is under way. */
  #askIn(delayMs: number): void {
    const ask = async () => {
      await this.#ask().catch(() => {});
      this.#isWatching = this.#underWay.size > 0;
      if (this.#isWatching) this.#askIn(ASK_EVERY_MS);
    };
    setTimeout(() => void ask(), delayMs).unref();
  }

  async #ask(): Promise<void> {
    const longBefore = performance.now() - SUSPECT_AFTER_MS;
    // Behind a pooler the database does not know our connections by their numbers; the pooler sees to its own.
    const suspects = [...this.#underWay].filter(
      ([client, { beganAtMs }]) => beganAtMs < longBefore && isDirect(client),
    );
    if (suspects.length === 0) return;
    const working = await this.#whichWork(suspects.map(([client]) => pidOf(client)));
    let lost = 0;
    for (const [client, work] of suspects) {
      if (this.#underWay.get(client) !== work || working.has(pidOf(client))) continue;
      if (work.isUnknown) lost += cutOff(client);
      work.isUnknown = true;
    }
    if (lost === 0) return;
    // Those that are idle lead to the same place.
    this.#settings.hosts.distrust();
    this.#settings.log.warn({ connections: lost }, 'connections that the database does not know are cut off');
  }

  /** @throws Error when the database does not answer, or does not tell sessions: then nothing is known of any */
  async #whichWork(pids: readonly number[]): Promise<Set<number>> {
    const limits = { connectionTimeoutMillis: QUESTION_LIMIT_MS, query_timeout: QUESTION_LIMIT_MS };
    const client = await this.#settings.hosts.dial(limits);
    try {
      const { rows } = await client.query<{ pid: number }>(WORKING, [pids]);
      const known = new Set(rows.map(({ pid }) => Number(pid)));
      // It does not even know who asks, as through a pooler: so it says nothing of others.
      if (!known.has(pidOf(client))) throw new Error('pg_stat_activity does not show this session');
      return known;
    } finally {
      void client.end().catch(() => {});
    }
  }
}

function pidOf(client: pg.ClientBase): number {
  return (client as Session).processID ?? 0;
}

function cutOff(client: pg.ClientBase): number {
  (client as Session).connection?.stream?.destroy();
  return 1;
}
