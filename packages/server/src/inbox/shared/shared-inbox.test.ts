/** The inbox that several nodes share: what an old owner writes, and what is read while several write. */
import { beforeEach, describe, expect, it } from 'vitest';
import { rowsRead } from '../../store/rows-read.test-kit.ts';
import type { Statements } from '../../store/store.ts';
import { openTestStore, type TestStore } from '../../store/store-fixture.test-kit.ts';
import { createInbox } from '../create-inbox.ts';
import { anEnvelope, inboxWithin } from '../inbox.test-kit.ts';
import type { Inbox } from '../inbox.ts';
import type { Claim, ReadyTeam } from './shared-inbox.ts';

const NOW = 1_795_000_000_000;
const SHARD = 7;
const FAILURE = { code: 'listener_failed', message: 'boom' };

let store: TestStore;
let inbox: Inbox;
let met: Claim[];

beforeEach(async () => {
  store = await openTestStore({ engine: 'postgres' });
  met = [];
  inbox = createInbox({
    store,
    clock: { now: () => NOW },
    isShared: true,
    onSuperseded: (claims) => met.push(...claims),
  });
});

const inboxIn = (tx: Statements) => inboxWithin(tx, { now: () => NOW });

const shared = () => inbox.shared ?? expect.fail('several nodes share it');

async function claim(on: Statements = store, shard = SHARD): Promise<Claim> {
  const row = await on.get('update shard set epoch = epoch + 1 where shard = $1 returning epoch', [shard]);
  return { shard, epoch: Number(row?.epoch) };
}

async function insert(...ids: string[]): Promise<number[]> {
  const seqs = await inbox.insert(ids.map((id) => anEnvelope(id, { shard: SHARD })));
  return ids.map((id) => seqs.get(id) ?? expect.fail(`${id} is new`));
}

/** What is found of teams, but for which row it was. */
async function unseen(shards: readonly number[], seqs: readonly number[], ids: readonly string[] = []) {
  const found = await shared().unseenTeams(shards, { seqs, ids });
  return found.map(({ teamId, shard }) => ({ teamId, shard }));
}

const rowOf = (id: string) =>
  store.get(
    'select state, attempts, alone_at_ms, shard, payload is null as is_dropped from inbox where event_id = $1',
    [id],
  );

describe('an owner whose shard has a newer epoch', () => {
  it.each<[string, (seq: number, old: Claim) => Promise<unknown>]>([
    ['finishes', (seq, old) => inbox.finish([seq], [old])],
    ['finishes along with new ones', (seq, old) => inbox.insert([anEnvelope('new')], { finish: [seq], claims: [old] })],
    ['fails', (seq, old) => inbox.fail(seq, FAILURE, old)],
    ['retries', (seq, old) => inbox.retry(seq, { runAtMs: NOW, failure: FAILURE }, old)],
    ['isolates', (seq, old) => inbox.setIsolated(seq, NOW, old)],
    ['hands back', (seq, old) => shared().handBack([{ seq, claim: old }])],
    ['drops with its team', (_seq, old) => inbox.dropTeam('T1', { claim: old })],
    ['moves', (_seq, old) => shared().moveTeam('T1', { claim: old, to: 8, except: [] })],
    ['takes over', (_seq, old) => shared().takeOver([old])],
  ])('%s nothing', async (_what, write) => {
    const old = await claim();
    const [seq] = await insert('a');
    const before = await rowOf('a');
    const present = await claim();
    await write(Number(seq), old);
    expect(await rowOf('a')).toEqual(before);
    await write(Number(seq), present);
    expect(await rowOf('a')).not.toEqual(before);
  });

  it('stores new events all the same, and counts what it did not write', async () => {
    const old = await claim();
    const [a, b] = await insert('a', 'b');
    const present = await claim();
    const options = { finish: [Number(a), Number(b)], claims: [old, present] };
    expect(Array.from((await inbox.insert([anEnvelope('c'), anEnvelope('a')], options)).keys())).toEqual(['c']);
    expect(await Promise.all(['a', 'b'].map(async (id) => (await inbox.find(id))?.state))).toEqual(['ready', 'done']);
    expect(met).toEqual([old]);
    await inbox.fail(Number(a), FAILURE, old);
    expect(shared().superseded).toBe(2);
    await inbox.finish([Number(b), Number(a)], [present, old]);
    expect(met).toEqual([old, old, old]);
  });

  it('is told so when the epoch of its rows went back', async () => {
    const [seq] = await insert('a');
    const present = await claim();
    await store.run('update shard set epoch = epoch - 1 where shard = $1', [SHARD]);
    await inbox.finish([Number(seq)], [present]);
    expect(met).toEqual([present]);
    expect(await inbox.find('a')).toMatchObject({ state: 'ready' });
  });

  it('waits for a claim that is under way, and then writes nothing', async () => {
    const old = await claim();
    const [seq] = await insert('a');
    let writing: Promise<void> | undefined;
    await store.transaction({ about: [] }, async (tx) => {
      await claim(tx);
      // Its snapshot is older than the commit of the claim.
      writing = inbox.finish([Number(seq)], [old]);
      await untilSomeoneWaits(store);
    });
    await writing;
    expect(await inbox.find('a')).toMatchObject({ state: 'ready' });
    expect(shared().superseded).toBe(1);
  });

  it('is waited for by a claim when it was first', async () => {
    const old = await claim();
    const [seq] = await insert('a');
    let claimed: Promise<Claim> | undefined;
    let isClaimed = false;
    await store.transaction({ about: [] }, async (tx) => {
      const late = inboxIn(tx);
      await late.finish([Number(seq)], [old]);
      claimed = claim().finally(() => (isClaimed = true));
      await untilSomeoneWaits(store);
      expect(isClaimed).toBe(false);
    });
    await claimed;
    expect(await inbox.find('a')).toMatchObject({ state: 'done' });
  });
});

describe('the reader of a shard', () => {
  it('passes over nothing that is committed after what has a higher number', async () => {
    const first = Promise.withResolvers<void>();
    const isInserted = Promise.withResolvers<void>();
    const writing = store.transaction({ about: [] }, async (tx) => {
      const slow = inboxIn(tx);
      await slow.insert([anEnvelope('first', { shard: SHARD })]);
      isInserted.resolve();
      await first.promise;
    });
    await isInserted.promise;
    const [second] = await insert('second');
    expect(await unseen([SHARD], [])).toEqual([{ teamId: 'T1', shard: SHARD }]);
    const page = { afterSeq: 0, limit: 10, shard: SHARD };
    expect((await inbox.ready('T1', page)).map(({ envelope }) => envelope.id)).toEqual(['second']);
    expect(await unseen([SHARD], [Number(second)])).toEqual([]);

    first.resolve();
    await writing;
    expect(await unseen([SHARD], [Number(second)])).toEqual([{ teamId: 'T1', shard: SHARD }]);
    const left = await inbox.ready('T1', { ...page, except: [Number(second)] });
    expect(left.map(({ envelope }) => envelope.id)).toEqual(['first']);
    expect(left[0]?.seq).toBeLessThan(Number(second));
  });

  it('passes over what is committed and not answered yet, whatever its id, and says which row it found', async () => {
    const strange = 'Ev",{}\\\'"';
    const [first, second] = await insert(strange, 'second');
    const [team] = await shared().unseenTeams([SHARD], { seqs: [], ids: [] });
    expect(team?.first).toEqual({ seq: first, eventId: strange });
    const [behind] = await shared().unseenTeams([SHARD], { seqs: [], ids: [strange, 'other'] });
    expect(behind?.first).toEqual({ seq: second, eventId: 'second' });
    expect(await unseen([SHARD], [Number(second)], [strange])).toEqual([]);
  });

  it('gets past thousands of rows in hand to the one that is not', async () => {
    const ids = Array.from({ length: 3_000 }, (_, n) => `e${n}`);
    const seqs = await inbox.insert(ids.map((id) => anEnvelope(id, { shard: SHARD })));
    const inHand = Array.from(seqs.values()).slice(0, -1);
    expect(await unseen([SHARD], inHand)).toEqual([{ teamId: 'T1', shard: SHARD }]);
    const left = await inbox.ready('T1', { afterSeq: 0, limit: 10, shard: SHARD, except: inHand });
    expect(left.map(({ envelope }) => envelope.id)).toEqual(['e2999']);
    expect(await unseen([SHARD], Array.from(seqs.values()))).toEqual([]);
  });

  it('finds teams without reading what waits behind what is in hand', async () => {
    const waiting = `insert into inbox (event_id, team_id, type, shard, payload, received_at_ms, state)
      select 'w' || n, 'T' || n % 50, 'message', n % 50 % 10, '', 0, 'ready' from generate_series(1, 20000) as n`;
    await store.run(waiting);
    await store.run('vacuum analyze inbox');
    const rows = await store.all('select min(seq) as seq from inbox group by team_id');
    const inHand = rows.map(({ seq }) => Number(seq));
    let found: readonly ReadyTeam[] = [];
    const read = await rowsRead(store, async (watched) => {
      const { shared } = createInbox({ store: watched, clock: { now: () => NOW }, isShared: true });
      found = (await shared?.unseenTeams([0, 1, 2, 3, 4], { seqs: inHand, ids: [] })) ?? [];
    });
    expect(found).toHaveLength(25);
    expect(read).toBeLessThan(500);
  });

  it('sees and takes over nothing of other shards', async () => {
    await inbox.insert([anEnvelope('a', { shard: 7 }), anEnvelope('b', { shard: 8, teamId: 'T2' })]);
    const [seven, eight] = [await claim(store, 7), await claim(store, 8)];
    expect(await unseen([8, 9], [])).toEqual([{ teamId: 'T2', shard: 8 }]);
    expect(await shared().takeOver([eight])).toEqual({ unfinished: 1, poisoned: 0 });
    expect([(await rowOf('a'))?.attempts, (await rowOf('b'))?.attempts]).toEqual([0, 1]);
    await inbox.dropTeam('T1', { claim: eight });
    await inbox.retry(1, { runAtMs: NOW - 1, failure: FAILURE }, seven);
    const due = (shards: number[]) => inbox.due({ nowMs: NOW, afterSeq: 0, limit: 10, shards });
    expect(await due([8])).toEqual([]);
    expect((await due([7])).map(({ envelope }) => envelope.id)).toEqual(['a']);
  });

  it('fails as poison what died twice in isolation, shard by shard', async () => {
    const [seq] = await insert('a');
    for (let death = 1; death <= 2; death++) {
      await inbox.setIsolated(Number(seq), NOW, await claim());
      expect(await shared().takeOver([await claim(store, 8)])).toEqual({ unfinished: 0, poisoned: 0 });
      const poisoned = death === 2 ? 1 : 0;
      expect(await shared().takeOver([await claim()])).toEqual({ unfinished: 1 - poisoned, poisoned });
    }
    expect(await inbox.find('a')).toMatchObject({ state: 'failed', error: { code: 'poison' } });
  });

  it('moves what is not in hand to the shard of the team, and forgets what is old of its own alone', async () => {
    const [a, b] = await insert('a', 'b');
    const present = await claim();
    expect(await shared().moveTeam('T1', { claim: present, to: 8, except: [Number(a)] })).toEqual([b]);
    expect([(await rowOf('a'))?.shard, (await rowOf('b'))?.shard]).toEqual([SHARD, 8]);
    await inbox.finish([Number(a), Number(b)], [present, present]);
    const old = { doneBeforeMs: NOW + 1, failedBeforeMs: 0 };
    expect(await inbox.prune({ ...old, shards: [9] })).toBe(0);
    expect(await inbox.prune({ ...old, shards: [8] })).toBe(1);
  });
});

/** Until a statement waits for the lock of another transaction. */
async function untilSomeoneWaits(on: Statements): Promise<void> {
  for (;;) {
    const row = await on.get(
      "select count(*)::integer as total from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    if (Number(row?.total) > 0) return;
  }
}
