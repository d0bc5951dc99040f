/** What the rows do when several nodes ask at the same time: on a real PostgreSQL, each node on a connection of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import type { RunStatement } from '../store/own-connection.ts';
import type { Store } from '../store/store.ts';
import { administer, openTestStore } from '../store/store-fixture.test-kit.ts';
import { listEndedLeases } from './cluster-repository.ts';
import { pidSpace } from './dead-process.ts';
import { createNodeRepository, type NodeIdentity, type NodeRepository } from './node-repository.ts';
import { createSlotSockets } from './slot-sockets-repository.ts';
import { noteShards } from './untold-shards-repository.ts';

const identity: NodeIdentity = {
  host: 'test',
  pid: 7,
  packageVersion: '1.2.3',
  schemaVersion: bundledSchemaVersion('postgres'),
  sealsWith: 'k1',
  facts: {},
};
const ALL = Array.from({ length: 261 }, (_, shard) => shard);

async function aCluster() {
  const store = await openTestStore({ engine: 'postgres' });
  /** By shard, in their order: here the first one is called 1, the second one 2. */
  const issued = new Map<number, number[]>();
  const nth = (shard: number, epoch: number) => (issued.get(shard) ?? []).indexOf(epoch) + 1;
  const epochOf = (shard: number, count: number) => issued.get(shard)?.[count - 1] ?? count;
  const real = <Owned extends { shard: number; epoch: number }>(owned: readonly Owned[]) =>
    owned.map((one) => ({ ...one, epoch: epochOf(one.shard, one.epoch) }));
  const aRepository = ({ limitMs = 2_000 } = {}): NodeRepository => {
    const connection = store.ownConnection();
    onTestFinished(() => connection.close());
    const repository = createNodeRepository(connection, { limitMs });
    return {
      ...repository,
      join: (nodeId, options) => repository.join(nodeId, { ...options, adopt: real(options.adopt) }),
      release: (nodeId, shards) => repository.release(nodeId, real(shards)),
      disown: (nodeId, shards) => repository.disown(nodeId, real(shards)),
      async claim(nodeId, shards) {
        const claimed = await repository.claim(nodeId, shards);
        for (const { shard, epoch } of claimed) issued.set(shard, [...(issued.get(shard) ?? []), epoch]);
        return claimed.map((one) => ({ ...one, epoch: nth(one.shard, one.epoch) }));
      },
    };
  };
  const join = async (
    nodeId: string,
    {
      ttlMs = 60_000,
      adopt = [] as { shard: number; epoch: number }[],
      formerId = undefined as string | undefined,
      identity: as = identity,
    } = {},
  ) => {
    const repository = aRepository();
    expect(await repository.join(nodeId, { identity: as, ttlMs, state: 'ready', adopt, formerId })).toBe(true);
    return repository;
  };
  /** The lease of the node is over, by the database's clock. */
  const expire = (nodeId: string) =>
    store.run(`update node set expires_at = clock_timestamp() - interval '1 second' where id = $1`, [nodeId]);
  const owners = async () => {
    const rows = await store.all('select shard, owner, epoch from shard where owner is not null order by shard');
    return rows.map(({ shard, owner, epoch }) => [shard, owner, nth(Number(shard), Number(epoch))].join(' '));
  };
  return { store, join, expire, owners, epochOf, aRepository };
}

describe('claims', () => {
  it('of several nodes at once give each shard to one, under an epoch of its own', async () => {
    const { join } = await aCluster();
    const nodes = await Promise.all(['a', 'b', 'c'].map(async (id) => ({ id, repository: await join(id) })));
    const claimed = await Promise.all(nodes.map(({ id, repository }) => repository.claim(id, ALL)));
    const all = claimed.flat().map(({ shard, epoch, hadDied }) => [shard, epoch, hadDied]);
    expect(all.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(ALL.map((shard) => [shard, 1, false]));
  });

  it('issue an epoch that was not issued before, also where the row went back, or its clock', async () => {
    const { store, join } = await aCluster();
    const a = await join('a');
    const epochs: number[] = [];
    const ahead = Date.now() + 3_600_000;
    for (const before of ['epoch', 'epoch - 1', 'epoch - 2', '0', String(ahead), String(ahead)]) {
      await store.run(`update shard set owner = null, epoch = ${before} where shard = 1`);
      await a.claim('a', [1]);
      epochs.push(Number((await store.get('select epoch from shard where shard = 1'))?.epoch));
    }
    expect(epochs.toSorted((x, y) => x - y)).toEqual(epochs);
    expect(new Set(epochs.slice(0, -1)).size).toBe(epochs.length - 1);
    expect(epochs.slice(-2)).toEqual([ahead + 1, ahead + 1]);
  });

  it('take for a death what was freed because the database was taken back, and what others have stays theirs', async () => {
    const { store, join, owners } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2, 3]);
    await b.claim('b', [4]);
    await a.release('a', [{ shard: 3, epoch: 1 }]);
    const all = [1, 2, 3, 4].map((shard) => ({ shard, epoch: 1 }));
    // As it was when it was asked: 2 is not meant any more.
    await store.run('update shard set epoch = epoch + 1 where shard = 2');
    await a.disown('a', all);
    expect((await owners()).map((row) => row.slice(0, 3))).toEqual(['2 a', '4 b']);
    expect((await b.claim('b', [1, 3])).toSorted((x, y) => x.shard - y.shard)).toMatchObject([
      { shard: 1, epoch: 2, hadDied: true },
      { shard: 3, epoch: 2, hadDied: true },
    ]);
  });

  it('of a node whose lease is over get nothing', async () => {
    const { join, expire, owners } = await aCluster();
    const a = await join('a');
    await expire('a');
    expect(await a.claim('a', [1, 2])).toEqual([]);
    expect(await owners()).toEqual([]);
  });

  it('say whether the owner before died or gave it back', async () => {
    const { join, expire } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2, 3]);
    await a.release('a', [
      { shard: 2, epoch: 1 },
      { shard: 3, epoch: 1, isUnclean: true },
    ]);
    await expire('a');
    await b.survey();
    const claimed = (await b.claim('b', [1, 2, 3])).toSorted((x, y) => x.shard - y.shard);
    expect(claimed).toMatchObject([
      { shard: 1, epoch: 2, hadDied: true },
      { shard: 2, epoch: 2, hadDied: false },
      { shard: 3, epoch: 2, hadDied: true },
    ]);
  });
});

describe('how long nobody served a shard', () => {
  it('counts from when it was given back', async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    expect((await a.claim('a', [1]))[0]).not.toHaveProperty('unservedMs');
    await a.release('a', [{ shard: 1, epoch: 1 }]);
    await store.run(`update shard set unserved_since = unserved_since - interval '5 seconds' where shard = 1`);
    const [claimed] = await b.claim('b', [1]);
    expect(claimed?.unservedMs).toBeGreaterThanOrEqual(5_000);
    expect(claimed?.unservedMs).toBeLessThan(6_000);
    // Also when the answer of the claim was lost.
    expect((await b.survey()).survey.shards[1]?.unservedMs).toBeGreaterThanOrEqual(5_000);
  });

  it('counts from the last renewal when its owner died', async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1]);
    await store.run(
      `update node set expires_at = clock_timestamp() - interval '5 seconds',
         renewed_at = clock_timestamp() - interval '5.2 seconds' where id = 'a'`,
    );
    await b.survey();
    const [claimed] = await b.claim('b', [1]);
    expect(claimed?.hadDied).toBe(true);
    expect(claimed?.unservedMs).toBeGreaterThanOrEqual(5_200);
    expect(claimed?.unservedMs).toBeLessThan(7_000);
  });

  const renewedBefore = (store: Store, id: string, seconds: number) =>
    store.run(
      `update node set expires_at = clock_timestamp() - $2 * interval '1 second' + interval '200 milliseconds',
         renewed_at = clock_timestamp() - $2 * interval '1 second' where id = $1`,
      [id, seconds],
    );

  /** The owner of now, or one of before, says that it was told. */
  const note = async (store: Store, of = 0) => {
    const row = await store.get('select epoch from shard where shard = 1');
    await noteShards(store, [{ shard: 1, epoch: Number(row?.epoch) + of }]);
  };

  it('is also that of the first death until rows of installations say it, however many owners die or give it back before', async () => {
    const { join, store } = await aCluster();
    const [a, b, c, d] = [await join('a'), await join('b'), await join('c'), await join('d')];
    await a.claim('a', [1]);
    await renewedBefore(store, 'a', 60);
    await d.survey();
    await b.claim('b', [1]);
    await renewedBefore(store, 'b', 5);
    await d.survey();
    const [again] = await c.claim('c', [1]);
    expect(again?.untoldMs).toBeGreaterThanOrEqual(60_000);
    expect(again?.unservedMs).toBeLessThan(30_000);
    await c.disown('c', [{ shard: 1, epoch: again?.epoch ?? 0 }]);
    const [last] = await d.claim('d', [1]);
    expect(last?.untoldMs).toBeGreaterThanOrEqual(60_000);
    expect((await d.survey()).survey.shards[1]?.untoldMs).toBeGreaterThanOrEqual(60_000);
    await note(store);
    await d.release('d', [{ shard: 1, epoch: last?.epoch ?? 0 }]);
    const [known] = await d.claim('d', [1]);
    expect(known?.untoldMs).toBeLessThan(30_000);
  });

  /** By b, from a that died a minute ago. */
  const takenOver = async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1]);
    await renewedBefore(store, 'a', 60);
    await b.survey();
    const [claimed] = await b.claim('b', [1]);
    return { join, store, b, claimed };
  };

  it('is left to the next owner when the word of one that lost it comes late', async () => {
    const { store, b, claimed } = await takenOver();
    await note(store, -1);
    await b.release('b', [{ shard: 1, epoch: claimed?.epoch ?? 0 }]);
    const [next] = await b.claim('b', [1]);
    expect(next?.untoldMs).toBeGreaterThanOrEqual(60_000);
  });

  it('is nothing of before a claim of a version that knows nothing of it', async () => {
    const { store, join } = await takenOver();
    // As that one claims when this one is gone, and then dies.
    await store.run(
      `update shard set epoch = epoch + 1, owner = 'b', unserved_since = clock_timestamp() where shard = 1`,
    );
    await renewedBefore(store, 'b', 5);
    await (await join('c')).survey();
    const [claimed] = await (await join('d')).claim('d', [1]);
    expect(claimed?.untoldMs).toBeLessThan(30_000);
  });
});

describe('what why reads of servers', () => {
  const told = async (store: Awaited<ReturnType<typeof aCluster>>['store']) =>
    await store.all('select node, kind, at_ms, details from event_fact order by id');

  it('is that one which was killed stopped at its last renewal, and until when it could have worked', async () => {
    const { join, store, expire } = await aCluster();
    await join('a');
    await expire('a');
    // While nobody runs, whoever asks finds it in the row of the lease.
    const [ended] = await listEndedLeases(store);
    expect(ended).toMatchObject({ id: 'a' });
    const b = await join('b');
    await Promise.all([b.survey(), b.survey()]);
    const [stopped, ...more] = await told(store);
    expect(more).toEqual([]);
    expect(stopped).toMatchObject({ node: 'a', kind: 'stopped' });
    expect(Math.abs(Number(stopped?.at_ms) - Number(ended?.renewedAtMs))).toBeLessThanOrEqual(1);
    const { reason, toMs } = JSON.parse(String(stopped?.details)) as { reason: string; toMs: number };
    expect(reason).toBe('lease_over');
    expect(Math.abs(toMs - Number(ended?.endedAtMs))).toBeLessThanOrEqual(1);
    expect(await listEndedLeases(store)).toEqual([]);
  });

  it('is that one which lost its lease and came back had stopped, and started again under its new id', async () => {
    const { join, store, expire } = await aCluster();
    await join('a');
    await expire('a');
    await join('a2', { formerId: 'a' });
    expect(await told(store)).toMatchObject([
      { node: 'a', kind: 'stopped' },
      { node: 'a2', kind: 'started' },
    ]);
  });

  it('is nothing of one that left', async () => {
    const { join, store } = await aCluster();
    const a = await join('a');
    await a.leave('a');
    await join('b');
    expect(await told(store)).toEqual([]);
  });
});

describe('sockets of the app', () => {
  it('were none at all from the last loss on, which the first one that is open again learns, once', async () => {
    const { join, store, epochOf } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [256]);
    await b.claim('b', [257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, epoch: number) => sockets.opened(slot, { epoch: epochOf(slot, epoch), atMs: 8_000 });
    expect(await opened(256, 1)).toEqual([]);
    expect(await opened(257, 1)).toEqual([]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 5_000 });
    expect(await opened(256, 1)).toEqual([]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 6_000 });
    await sockets.lost(257, { epoch: epochOf(257, 1), atMs: 7_000 });
    const gap = { fromMs: 7_000, toMs: 8_000 };
    const both = await Promise.all([opened(256, 1), opened(257, 1)]);
    expect(both.flat()).toEqual([gap]);
    // Until it was told.
    const slot = both[0].length > 0 ? 256 : 257;
    expect(await opened(slot, 1)).toEqual([gap]);
    await sockets.told(slot, { epoch: epochOf(slot, 1), gap });
    expect(await opened(slot, 1)).toEqual([]);
  });

  it('leave no gap where one was lost just after another one had opened, whose opening is written later', async () => {
    const { join, store, epochOf } = await aCluster();
    const a = await join('a');
    await a.claim('a', [256, 257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, atMs: number) => sockets.opened(slot, { epoch: epochOf(slot, 1), atMs });
    const lost = (slot: number, atMs: number) => sockets.lost(slot, { epoch: epochOf(slot, 1), atMs });
    await opened(256, 1_000);
    await lost(256, 5_005);
    expect(await opened(257, 5_000)).toEqual([]);
    // Of a clock that is a minute behind nothing is known but that there was a gap.
    await lost(257, 65_000);
    expect(await opened(256, 5_000)).toEqual([{ fromMs: 5_000, toMs: 5_000 }]);
  });

  it('end with a slot that is given back, and with a node that dies; an old epoch says nothing', async () => {
    const { join, store, expire, epochOf } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [256, 257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, epoch: number) =>
      sockets.opened(slot, { epoch: epochOf(slot, epoch), atMs: Date.now() });
    for (const slot of [256, 257]) await opened(slot, 1);
    await a.release('a', [{ shard: 256, epoch: 1 }]);
    await expire('a');
    await b.survey();
    await b.claim('b', [256]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 1 });
    expect(await opened(257, 2)).toEqual([]);
    const [gap] = await opened(256, 2);
    const row = await store.get('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
    expect(Number(row?.now_ms) - (gap?.fromMs ?? 0)).toBeLessThan(600_000);
  });
});

describe('a lease', () => {
  it('that is over cannot be renewed, although nobody has deleted it', async () => {
    const { join, expire } = await aCluster();
    const a = await join('a');
    expect(await a.renew('a', { ttlMs: 60_000, state: 'ready' })).toBe(true);
    await expire('a');
    expect(await a.renew('a', { ttlMs: 60_000, state: 'ready' })).toBe(false);
  });

  it('that is over is deleted by whoever looks, and its shards are free', async () => {
    const { join, expire, owners } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2]);
    await expire('a');
    const { survey } = await b.survey();
    expect(survey.nodes.map(({ nodeId }) => nodeId)).toEqual(['b']);
    expect(survey.shards.filter(({ owner }) => owner !== null)).toEqual([]);
    expect(await owners()).toEqual([]);
  });

  it('that ran out while the database was away is left alone for as long again, so that its node can go on', async () => {
    const { store, join, owners } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2]);
    const ranOut = (ttl: string) =>
      store.run(
        `update node set expires_at = pg_postmaster_start_time() - interval '1 second',
           renewed_at = pg_postmaster_start_time() - interval '1 second' - interval '${ttl}' where id = 'a'`,
      );
    await ranOut('1 day');
    expect((await b.survey()).survey.nodes).toMatchObject([{ nodeId: 'a' }, { nodeId: 'b' }]);
    expect(await owners()).toEqual(['1 a 1', '2 a 1']);
    await join('a2', { adopt: [1, 2].map((shard) => ({ shard, epoch: 1 })), formerId: 'a' });
    expect(await owners()).toEqual(['1 a2 1', '2 a2 1']);
    // Its former row counts for nobody any more.
    expect((await b.survey()).survey.nodes).toMatchObject([{ nodeId: 'a2' }, { nodeId: 'b' }]);
  });

  it('that ran out while the database was away is free when its node has not come back', async () => {
    const { store, join, owners } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2]);
    await store.run(
      `update node set expires_at = pg_postmaster_start_time() - interval '1 second',
         renewed_at = pg_postmaster_start_time() - interval '1.001 seconds' where id = 'a'`,
    );
    await b.survey();
    expect(await owners()).toEqual([]);
  });

  it.runIf(pidSpace())('of a process of this machine that died ends when another one joins', async () => {
    const { join, owners } = await aCluster();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const ended = once(child, 'close');
    const facts = { pidSpace: pidSpace() ?? '' };
    const a = await join('a', { identity: { ...identity, pid: child.pid ?? 0, facts } });
    await a.claim('a', [1]);
    await join('b', { identity: { ...identity, facts } });
    expect(await owners()).toEqual(['1 a 1']);
    child.kill('SIGKILL');
    await ended;
    // In another pid namespace, or on another machine, there may be a process of that number.
    const other = await join('other', {
      identity: { ...identity, pid: child.pid ?? 0, facts: { pidSpace: 'another' } },
    });
    await other.claim('other', [2]);
    const c = await join('c', { identity: { ...identity, facts } });
    expect(await owners()).toEqual(['2 other 1']);
    expect(await c.claim('c', [1])).toMatchObject([{ epoch: 2, hadDied: true }]);
  });

  it('that is being renewed while it runs out is left alone', async () => {
    const { store, join, expire } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1]);
    const renewing = new pg.Client(store.url);
    onTestFinished(() => renewing.end());
    await renewing.connect();
    await renewing.query('begin');
    await expire('a');
    await renewing.query(`update node set expires_at = clock_timestamp() + interval '1 minute' where id = 'a'`);
    expect((await b.survey()).survey.shards[1]?.owner).toBe('a');
    await renewing.query('commit');
    expect((await b.survey()).survey.nodes.map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
  });

  it('whose row somebody deleted frees its shards at once, and is refused', async () => {
    const { store, join, owners } = await aCluster();
    const a = await join('a');
    await a.claim('a', [1]);
    await store.run(`delete from node where id = 'a'`);
    expect(await owners()).toEqual([]);
    expect(await a.renew('a', { ttlMs: 60_000, state: 'ready' })).toBe(false);
  });

  it('whose row goes while its node looks is gone in what that sees, and is not there without its shards', async () => {
    const { store, join } = await aCluster();
    await (await join('a')).claim('a', [1]);
    const connection = store.ownConnection();
    onTestFinished(() => connection.close());
    /** Between the two of its statements that read rows. */
    let isGone = false;
    const survey = createNodeRepository(
      {
        run: (work: (run: RunStatement) => Promise<unknown>, limits: { limitMs: number }) =>
          connection.run(
            (run) =>
              work(async (sql, params) => {
                const rows = await run(sql, params);
                if (!isGone && sql.startsWith('select')) {
                  isGone = true;
                  await store.run(`delete from node where id = 'a'`);
                }
                return rows;
              }),
            limits,
          ),
      } as never,
      { limitMs: 2_000 },
    ).survey();
    const { nodes, shards } = (await survey).survey;
    expect(isGone).toBe(true);
    expect(nodes).toEqual([]);
    expect(shards.find(({ shard }) => shard === 1)?.owner).toBe('a');
  });

  it('begins although somebody has broken what another one tells of itself', async () => {
    const { store, join, owners } = await aCluster();
    await join('a');
    for (const facts of ['{', 'null', '7']) {
      await store.run('update node set facts = $1', [facts]);
      await (await join(`b ${facts}`)).claim(`b ${facts}`, [1]);
    }
    expect((await owners()).length).toBe(1);
  });

  it('takes over what an earlier one of its process still has, under the same epochs', async () => {
    const { join, expire, owners } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1, 2, 3, 4]);
    await a.release('a', [{ shard: 4, epoch: 1 }]);
    await expire('a');
    await b.survey();
    await b.claim('b', [2]);
    const adopt = [1, 2, 3, 4].map((shard) => ({ shard, epoch: 1 }));
    await join('a2', { adopt, formerId: 'a' });
    expect(await owners()).toEqual(['1 a2 1', '2 b 2', '3 a2 1']);
  });

  it('that began although its answer was lost is begun again under the same name, with what it took over', async () => {
    const { join, expire, owners, store } = await aCluster();
    const a = await join('a');
    await a.claim('a', [1, 2]);
    await expire('a');
    const adopt = [1, 2].map((shard) => ({ shard, epoch: 1 }));
    await join('a2', { adopt, formerId: 'a', ttlMs: 1 });
    await join('a2', { adopt, formerId: 'a' });
    expect(await owners()).toEqual(['1 a2 1', '2 a2 1']);
    expect(await store.all('select id, (expires_at > clock_timestamp())::int as runs from node')).toEqual([
      { id: 'a2', runs: 1 },
    ]);
  });

  it('is not begun while a process has the database alone, which gets it from no server that runs', async () => {
    const { store, join } = await aCluster();
    const connection = store.ownConnection();
    onTestFinished(() => connection.close());
    const repository = createNodeRepository(connection, { limitMs: 2_000 });
    const command = await openTestStore({ engine: 'postgres', url: store.url });
    await command.lock();
    const options = { identity, ttlMs: 60_000, state: 'ready', adopt: [], formerId: '' } as const;
    expect(await repository.join('a', options)).toBe(false);
    await command.close();
    await vi.waitFor(async () => expect(await repository.join('a', options)).toBe(true), { timeout: 15_000 });
    await join('b');
    const next = await openTestStore({ engine: 'postgres', url: store.url });
    await expect(next.lock()).rejects.toMatchObject({
      code: 'store_locked',
      message: expect.stringContaining('in use by another server, pid 7 on test, pid 7 on test'),
    });
  });

  it('is not begun by a version that cannot read the database any more', async () => {
    const { store } = await aCluster();
    const next = identity.schemaVersion + 1;
    await store.run('update meta set oldest_reader = $1', [next]);
    const connection = store.ownConnection();
    onTestFinished(() => connection.close());
    const repository = createNodeRepository(connection, { limitMs: 2_000 });
    const options = { ttlMs: 60_000, state: 'ready', adopt: [], formerId: '' } as const;
    expect(await repository.join('a', { ...options, identity })).toBe(false);
    expect(await repository.join('b', { ...options, identity: { ...identity, schemaVersion: next } })).toBe(true);
  });
});

it('a release that comes late ends no later reign', async () => {
  const { join, owners } = await aCluster();
  const [a, b] = [await join('a'), await join('b')];
  await a.claim('a', [1]);
  await a.release('a', [{ shard: 1, epoch: 1 }]);
  await b.claim('b', [1]);
  await b.release('b', [{ shard: 1, epoch: 2 }]);
  await a.claim('a', [1]);
  await a.release('a', [{ shard: 1, epoch: 1 }]);
  await b.release('b', [{ shard: 1, epoch: 3 }]);
  expect(await owners()).toEqual(['1 a 3']);
});

it('no question waits longer than its limit, here or in the database, and the next one is answered', async () => {
  const { store, join, aRepository } = await aCluster();
  await join('a');
  const repository = aRepository({ limitMs: 300 });
  const renew = () => repository.renew('a', { ttlMs: 60_000, state: 'ready' });
  const renews = () => vi.waitFor(async () => expect(await renew()).toBe(true));
  await renews();
  const locker = new pg.Client(store.url);
  onTestFinished(() => locker.end());
  await locker.connect();
  await locker.query('begin; lock table node in access exclusive mode');
  // Without a limit it would wait as long as the lock is there.
  await expect(renew()).rejects.toMatchObject({ code: 'store_unavailable' });
  const waiting = `select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  await vi.waitFor(async () => expect((await locker.query(waiting)).rows).toEqual([{ n: 0 }]), {
    timeout: 15_000,
  });
  await locker.query('rollback');
  await renews();
});

it('a node that freezes, or is cut off, in the middle of joining keeps nobody from renewing for longer than that limit', async () => {
  const { store, join } = await aCluster();
  const a = await join('a');
  const way = await wayThatEndsAfter('share row exclusive mode', store.url);
  const far = await openTestStore({ engine: 'postgres', url: way.url });
  const connection = far.ownConnection();
  onTestFinished(() => connection.close());
  const frozen = createNodeRepository(connection, { limitMs: 2_000 });
  const options = { identity, ttlMs: 60_000, state: 'ready', adopt: [], formerId: '' } as const;
  await expect(frozen.join('b', options)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(way.hasEnded()).toBe(true);
  const renew = () => a.renew('a', { ttlMs: 60_000, state: 'ready' }).catch(() => false);
  await vi.waitFor(async () => expect(await renew()).toBe(true), { timeout: 15_000, interval: 50 });
}, 30_000);

/** To the database, until it has seen these words: the server never hears of the end of that connection, as of one whose machine is gone. */
async function wayThatEndsAfter(words: string, url: string) {
  const { hostname, port } = new URL(url);
  let hasEnded = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) sockets.add(socket.on('error', () => {}));
    let isOpen = true;
    client.on('data', (data) => {
      if (isOpen) database.write(data);
      if (isOpen && data.includes(words)) [isOpen, hasEnded] = [false, true];
    });
    client.on('close', () => isOpen && database.destroy());
    database.on('data', (data) => client.write(data));
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await promisify(server.close.bind(server))();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  own.hostname = '127.0.0.1';
  return { url: own.href, hasEnded: () => hasEnded };
}

it('a connection that was cut is replaced by the next question', async () => {
  const { store, join } = await aCluster();
  const a = await join('a');
  await administer(
    store.url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await vi.waitFor(async () => expect(await a.renew('a', { ttlMs: 60_000, state: 'ready' })).toBe(true), {
    timeout: 15_000,
  });
});

it('names the keys with which live nodes seal, and that of the last rotation', async () => {
  const { store, join } = await aCluster();
  const a = await join('a');
  await store.run(`update meta set key_fingerprint = 'k0'`);
  expect((await a.survey()).sealedWith).toEqual(['k0', 'k1']);
});
