/** What the rows do when several nodes ask at the same time: on a real PostgreSQL, each node on a connection of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import pg from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type RunStatement } from '../store/own-connection.ts';
import { administer, openTestStore } from '../store/store-fixture.test-kit.ts';
import { pidSpace } from './dead-process.ts';
import { createNodeRepository } from './node-repository.ts';
import { aCluster, identity } from './node-rows.test-kit.ts';

const ALL = Array.from({ length: 261 }, (_, shard) => shard);

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
