/** The runs of jobs in the store, one row each. The database decides who runs a slot and that a job runs once at a time. */
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** Which run: the job's name and the time for which it was planned. */
export interface Slot {
  name: string;
  slotMs: number;
}

/** A slot that this process runs, under the id that it had when it got it. */
export interface OwnedSlot extends Slot {
  owner: string;
}

/** What became of a claim. `taken`: somebody ran or runs this slot. `overlap`: another run of the job is not over. */
export type Claim = OwnedSlot | 'taken' | 'overlap';

export interface JobSlots {
  /** Makes the slot this process's to run, if nobody has it. */
  claim(slot: Slot): Promise<Claim>;
  /** Writes how a run of this process ended, unless another node has taken it over; `error` is null when it went well. */
  end(slot: OwnedSlot, error: string | null): Promise<void>;
  /** The slot of a run that a dead process left unfinished, now this process's; undefined when there is none. */
  takeOver(name: string): Promise<OwnedSlot | undefined>;
  /** The newest slot that anybody ran. */
  newest(name: string): Promise<number | undefined>;
  /**
   * Slots that are further ahead than `skewMs` were run by a clock that was ahead: they would keep the same slots from running
   * when their time comes. The newest one stays, as one of just before now, or the job would count as new. Those of another node whose
   * lease runs stay, too: its clock is ahead, and what it has run needs no second run.
   */
  forgetFuture(name: string, options: { skewMs: number }): Promise<void>;
  /** Deletes what is older, but the newest of each job: a monthly one must know that its run was missed. */
  prune(beforeMs: number): Promise<number>;
}

/**
 * Whether the owner of a run is gone. SQLite has one server, so whoever else began one is. On PostgreSQL a node is dead when its
 * lease has ended; the statement locks the row of the run and compares its owner again, so that two nodes do not both take it.
 */
const IS_DEAD = {
  sqlite: '',
  postgres: 'and owner not in (select id from node where expires_at > clock_timestamp())',
} as const;

/**
 * @param owner Names this process, and no other one ever; another one after each lease that was lost.
 */
export function createJobSlots({
  store,
  clock,
  owner,
}: {
  store: Store;
  clock: Pick<Clock, 'now'>;
  readonly owner: () => string;
}): JobSlots {
  return {
    async claim({ name, slotMs }) {
      const by = owner();
      // No target: neither the slot nor a second running one of the job is inserted. See 0003-jobs.sql.
      const inserted = await store.run(
        'insert into job_slot (name, slot_ms, owner, started_at_ms) values ($1, $2, $3, $4) on conflict do nothing',
        [name, slotMs, by, clock.now()],
      );
      if (inserted > 0) return { name, slotMs, owner: by };
      const row = await store.get('select 1 from job_slot where name = $1 and slot_ms = $2', [name, slotMs]);
      return row ? 'taken' : 'overlap';
    },
    async end({ name, slotMs, owner: by }, error) {
      await store.run(
        `update job_slot set state = $4, error = $5, ended_at_ms = $6
         where name = $1 and slot_ms = $2 and owner = $3 and state = 'running'`,
        [name, slotMs, by, error === null ? 'done' : 'failed', error, clock.now()],
      );
    },
    async takeOver(name) {
      const by = owner();
      const row = await store.get(
        `update job_slot set owner = $2, started_at_ms = $3
         where name = $1 and state = 'running' and owner <> $2 ${IS_DEAD[store.engine]} returning slot_ms`,
        [name, by, clock.now()],
      );
      return row && { name, slotMs: Number(row.slot_ms), owner: by };
    },
    async newest(name) {
      const row = await store.get('select max(slot_ms) as newest from job_slot where name = $1', [name]);
      return row?.newest === null || row === undefined ? undefined : Number(row.newest);
    },
    async forgetFuture(name, { skewMs }) {
      const nowMs = clock.now();
      const isShared = store.engine === 'postgres';
      const ofNobodyElse = isShared
        ? 'and owner not in (select id from node where expires_at > clock_timestamp() and id <> $3)'
        : '';
      const future = `name = $1 and state <> 'running' and slot_ms > $2 ${ofNobodyElse}`;
      const params = [name, nowMs + skewMs, ...(isShared ? [owner()] : [])];
      const before = `$${params.length + 1}`;
      if (!(await store.get(`select 1 from job_slot where ${future} limit 1`, params))) return;
      await store.transaction({ about: [`job:${name}`] }, async (tx) => {
        await tx.run(
          `delete from job_slot where ${future} and slot_ms < (select max(slot_ms) from job_slot where ${future})`,
          params,
        );
        await tx.run(
          `update job_slot set slot_ms = ${before} where ${future}
           and not exists (select 1 from job_slot older where older.name = $1 and older.slot_ms = ${before})`,
          [...params, nowMs - 1],
        );
        await tx.run(`delete from job_slot where ${future}`, params);
      });
    },
    prune: (beforeMs) =>
      store.run(
        `delete from job_slot where slot_ms < $1 and state <> 'running'
         and slot_ms < (select max(newer.slot_ms) from job_slot newer where newer.name = job_slot.name)`,
        [beforeMs],
      ),
  };
}
