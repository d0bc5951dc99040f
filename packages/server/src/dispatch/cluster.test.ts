/** Dispatchers of two nodes on one inbox: each event is handed out by the owner of its shard, and by nobody else. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { inboxWithin } from '../inbox/inbox.test-kit.ts';
import { ALL_SHARDS } from '../ownership/scripted-cluster.test-kit.ts';
import { TestCluster, type TestNode } from './cluster.test-kit.ts';

let cluster: TestCluster;
let a: TestNode;
let b: TestNode;

/** Events are of this team unless a test says otherwise. */
const TEAM = 'T1';

beforeEach(async () => {
  cluster = await TestCluster.open();
  a = await cluster.node('a');
  b = await cluster.node('b');
});

const shard = () => cluster.shardOf(TEAM);
const rest = () => ALL_SHARDS.filter((one) => one !== shard());

it('an event that a node stores for itself is not read back, although the table is looked through before its commit is answered', async () => {
  const isCommitted = Promise.withResolvers<void>();
  const mayAnswer = Promise.withResolvers<void>();
  let read = 0;
  const busy = await cluster.node('busy', {}, (inbox) => ({
    async insert(envelopes, options) {
      const seqs = await inbox.insert(envelopes, options);
      isCommitted.resolve();
      await mayAnswer.promise;
      return seqs;
    },
    ready(...asked) {
      read++;
      return inbox.ready(...asked);
    },
  }));
  await busy.owner.take([shard()]);
  await cluster.clock.advance(2_000);
  read = 0;
  const accepted = busy.accept('e1');
  await isCommitted.promise;
  await cluster.clock.advance(2_000);
  mayAnswer.resolve();
  await accepted;
  await cluster.clock.advance(2_000);
  expect(cluster.log).toEqual([{ node: 'busy', id: 'e1', attempt: 1 }]);
  expect(read).toBe(0);
});

describe('an event that a node accepts whose shard is another’s', () => {
  beforeEach(async () => {
    await a.owner.take(rest());
    await b.owner.take([shard()]);
  });

  it('is handed out by the owner, within moments', async () => {
    await a.accept('e1');
    await cluster.clock.advance(50);
    expect(cluster.log).toEqual([{ node: 'b', id: 'e1', attempt: 1 }]);
    await cluster.clock.advance(2_000);
    expect(await cluster.stateOf('e1')).toBe('done');
    expect(cluster.log).toHaveLength(1);
  });

  it('is handed out within a second when nobody was told', async () => {
    cluster.isDeaf = true;
    await a.accept('e1');
    await cluster.clock.advance(1_000);
    expect(cluster.log).toEqual([{ node: 'b', id: 'e1', attempt: 1 }]);
  });

  it('comes with thousands of others, beside what the owner has in hand, and none twice', async () => {
    cluster.isHeld = true;
    await b.accept('running');
    cluster.isHeld = false;
    const ids = Array.from({ length: 2_500 }, (_, n) => `e${n}`);
    await Promise.all(ids.map((id, n) => (n % 2 === 0 ? a : b).accept(id)));
    await cluster.clock.advance(5_000);
    expect(cluster.handledBy(a)).toEqual([]);
    expect(cluster.handledBy(b).toSorted()).toEqual([...ids, 'running'].toSorted());
  });

  it('is not passed over when it is committed after one with a higher number', async () => {
    cluster.isDeaf = true;
    const isInserted = Promise.withResolvers<void>();
    const mayCommit = Promise.withResolvers<void>();
    const slow = await cluster.node('slow', {}, () => ({
      insert: (envelopes, options) =>
        cluster.store.transaction({ about: [] }, async (tx) => {
          const seqs = await inboxWithin(tx, cluster.clock).insert(envelopes, options);
          isInserted.resolve();
          await mayCommit.promise;
          return seqs;
        }),
    }));
    const accepted = slow.accept('first');
    await isInserted.promise;
    await b.accept('second');
    await cluster.clock.advance(2_000);
    expect(cluster.handledBy(b)).toEqual(['second']);
    mayCommit.resolve();
    await accepted;
    await cluster.clock.advance(2_000);
    expect(cluster.handledBy(b)).toEqual(['second', 'first']);
  });

  it('about installations is noted by the owner, once', async () => {
    await a.accept('e1', { type: 'app_uninstalled' });
    await cluster.clock.advance(3_000);
    expect([a.lifecycle.length, b.lifecycle.length]).toEqual([0, 1]);
  });

  it('waits when nobody owns its shard, and is handed out by who does next', async () => {
    await b.owner.giveBack([shard()]);
    await a.accept('e1');
    await cluster.clock.advance(3_000);
    expect(cluster.log).toEqual([]);
    await a.owner.take([shard()]);
    await cluster.clock.advance(50);
    expect(cluster.log).toEqual([{ node: 'a', id: 'e1', attempt: 1 }]);
  });
});

describe('a node that gives a shard back', () => {
  beforeEach(async () => {
    await a.owner.take(ALL_SHARDS);
    cluster.isHeld = true;
  });

  it('begins nothing more, waits for what runs, and leaves the rest as it was', async () => {
    await a.accept('runs', { orderKey: 'C1' });
    await a.accept('waits', { orderKey: 'C1' });
    await cluster.clock.advance(50);
    const given = a.owner.giveBack([shard()]);
    await cluster.end(a, 'runs');
    await given;
    expect(await cluster.stateOf('runs')).toBe('done');
    await b.owner.take([shard()]);
    await cluster.clock.advance(2_000);
    expect(cluster.log).toEqual([
      { node: 'a', id: 'runs', attempt: 1 },
      { node: 'b', id: 'waits', attempt: 1 },
    ]);
  });

  it('hands back what does not end in time, one attempt later, and writes nothing of its late end', async () => {
    await a.accept('slow');
    await cluster.clock.advance(50);
    const given = a.owner.giveBack([shard()], { limitMs: 1_000 });
    await cluster.clock.advance(1_000);
    await given;
    await b.owner.take([shard()]);
    await cluster.clock.advance(50);
    expect(cluster.attemptsOf('slow')).toEqual([1, 2]);
    await cluster.end(a, 'slow');
    expect(await cluster.stateOf('slow')).toBe('ready');
    expect(a.dispatcher.counts.superseded).toBe(1);
    await cluster.end(b, 'slow');
    expect(await cluster.stateOf('slow')).toBe('done');
  });

  it('is no clean end for what has run and could not be written: it comes again one attempt later', async () => {
    const away = () => Promise.reject(new BotServerError('store_unavailable', 'The database is away'));
    const broken = await cluster.node('broken', {}, () => ({ finish: away }));
    cluster.isHeld = false;
    a.owner.lose([shard()]);
    await broken.owner.take([shard()]);
    await broken.accept('ended');
    await cluster.clock.advance(50);
    const isClean = await broken.owner.giveBack([shard()]);
    expect([isClean, cluster.handledBy(broken)]).toEqual([false, ['ended']]);
    await b.owner.take([shard()], { hadDied: !isClean });
    await cluster.clock.advance(50);
    expect(cluster.attemptsOf('ended')).toEqual([1, 2]);
    expect(await cluster.stateOf('ended')).toBe('done');
  });

  it('stores what comes for it, for the next owner', async () => {
    await a.owner.giveBack([shard()]);
    await b.owner.take([shard()]);
    await a.accept('e1');
    await cluster.clock.advance(50);
    expect(cluster.handledBy(b)).toEqual(['e1']);
  });
});

describe('a node whose lease may be over', () => {
  beforeEach(async () => {
    await a.owner.take(ALL_SHARDS);
  });

  it('begins and writes nothing, and goes on when the lease was renewed', async () => {
    cluster.isHeld = true;
    await a.accept('runs', { orderKey: 'C1' });
    await a.accept('waits', { orderKey: 'C1' });
    await cluster.clock.advance(50);
    a.owner.fence();
    await cluster.end(a, 'runs');
    await a.accept('new');
    await cluster.clock.advance(3_000);
    expect(cluster.handledBy(a)).toEqual(['runs']);
    expect(await cluster.stateOf('runs')).toBe('ready');
    a.owner.resume();
    await cluster.clock.advance(50);
    expect(cluster.handledBy(a).toSorted()).toEqual(['new', 'runs', 'waits']);
    expect(await cluster.stateOf('runs')).toBe('done');
  });

  it('writes nothing of what it had begun when another has taken over, where it comes again', async () => {
    cluster.isHeld = true;
    await a.accept('failed');
    await a.accept('ended');
    await a.accept('runs');
    await cluster.clock.advance(50);
    a.owner.fence();
    await cluster.end(a, 'failed', new Error('boom'));
    await cluster.end(a, 'ended');
    await b.owner.take([shard()], { hadDied: true });
    await cluster.clock.advance(50);
    a.owner.lose();
    a.owner.resume();
    await cluster.end(a, 'runs');
    await cluster.clock.advance(3_000);
    expect(await Promise.all(['failed', 'ended', 'runs'].map((id) => cluster.stateOf(id)))).toEqual(
      Array(3).fill('ready'),
    );
    expect(cluster.handledBy(b).toSorted()).toEqual(['ended', 'failed', 'runs']);
    expect(cluster.attemptsOf('runs')).toEqual([1, 2]);
    expect(a.dispatcher.counts.superseded).toBe(3);
  });

  it('begins what it gets back anew, although the old run has not ended', async () => {
    cluster.isHeld = true;
    await a.accept('e1');
    await cluster.clock.advance(50);
    const oldRun = cluster.ends.get('a e1');
    a.owner.fence();
    a.owner.lose();
    a.owner.resume();
    await a.owner.take([shard()], { hadDied: true });
    await cluster.clock.advance(50);
    expect(cluster.attemptsOf('e1')).toEqual([1, 2]);
    oldRun?.();
    await cluster.clock.advance(3_000);
    expect(await cluster.stateOf('e1')).toBe('ready');
    await cluster.end(a, 'e1');
    expect(await cluster.stateOf('e1')).toBe('done');
    expect(cluster.log).toHaveLength(2);
  });
});

describe('a team that comes to another installation', () => {
  it('takes along what waits; what runs ends where it is, once', async () => {
    const [from, to] = [shard(), (shard() + 1) % ALL_SHARDS.length];
    await a.owner.take([from]);
    await b.owner.take([to]);
    cluster.isHeld = true;
    await a.accept('runs', { orderKey: 'C1' });
    await a.accept('waits', { orderKey: 'C1' });
    await cluster.clock.advance(50);
    cluster.shards.set(TEAM, to);
    for (const node of [a, b]) node.dispatcher.changed(TEAM);
    await cluster.clock.advance(50);
    expect(cluster.handledBy(b)).toEqual(['waits']);
    await cluster.end(b, 'waits');
    await cluster.end(a, 'runs');
    await cluster.clock.advance(3_000);
    expect(cluster.log.map(({ id }) => id)).toEqual(['runs', 'waits']);
    expect(await Promise.all(['runs', 'waits'].map((id) => cluster.stateOf(id)))).toEqual(['done', 'done']);
  });

  it('gets events that were stored with the old shard, failed ones too', async () => {
    const [from, to] = [shard(), (shard() + 1) % ALL_SHARDS.length];
    await a.accept('ready');
    await a.accept('failed');
    await cluster.store.run("update inbox set state = 'retry' where event_id = 'failed'");
    cluster.shards.set(TEAM, to);
    for (const node of [a, b]) node.dispatcher.changed(TEAM);
    await a.owner.take([from]);
    await b.owner.take([to]);
    await cluster.clock.advance(3_000);
    expect(cluster.handledBy(a)).toEqual([]);
    expect(cluster.handledBy(b).toSorted()).toEqual(['failed', 'ready']);
  });
});
