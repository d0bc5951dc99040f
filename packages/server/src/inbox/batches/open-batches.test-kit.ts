/** Batches with something to do as a full disk leaves them, by the thousand, or as a test writes them. */
import type { TestStore } from '../../store/store-fixture.test-kit.ts';
import { NOW } from './batch-inbox.test-kit.ts';

/** So many open batches of so many events, whose teams are T0, T1, … in turn and whose ids Ev0, Ev1, … */
export async function openBatches(
  store: TestStore,
  given: { batches: number; size: number; teams: number },
): Promise<void> {
  const { batches, size, teams } = given;
  const numbers = (to: number) =>
    `with recursive n (n) as (select 0 union all select n + 1 from n where n + 1 < ${to})`;
  const entry = `json_array('Ev' || (b.n * ${size} + e.n), 'T' || (e.n % ${teams}), null, 'message', 2)`;
  const entries = `(${numbers(size)} select json_group_array(json(${entry})) from n as e)`;
  await store.run(
    `${numbers(batches)} insert into inbox_batch (first_seq, size, received_at_ms, entries)
     select 1 + b.n * ${size}, ${size}, ${NOW} + b.n, ${entries} from n as b`,
  );
  await store.run(
    'insert into inbox_batch_payload (first_seq, bodies) select first_seq, zeroblob(size * 2) from inbox_batch',
  );
}

/** An open batch of three events with these entries; `done` has a byte of each. */
export async function openBatch(store: TestStore, entries: string, done?: readonly number[]): Promise<void> {
  await store.run('insert into inbox_batch (first_seq, size, received_at_ms, entries) values (1, 3, $1, $2)', [
    NOW,
    entries,
  ]);
  await store.run("insert into inbox_batch_payload (first_seq, bodies) values (1, x'010203')");
  if (done) await store.run('insert into inbox_batch_done (first_seq, done) values (1, $1)', [Uint8Array.from(done)]);
}
