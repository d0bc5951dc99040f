/** The servers of a PostgreSQL database as operators see and drain them, on rows. With servers: test/two-servers.test.ts. */
import { expect, it } from 'vitest';
import { tellProcess } from '../../reports/report-repository.ts';
import { listAudit } from '../audit/list-audit.ts';
import { NOW, NOW_MS, openOperations } from '../operations.test-kit.ts';
import { drainNode } from './drain-node.ts';
import { showCluster } from './show-cluster.ts';

interface ANode {
  state?: string;
  shards?: number;
  sockets?: number;
}

async function withNodes(nodes: Readonly<Record<string, ANode>>) {
  const operations = await openOperations('postgres', { server: 4_711 });
  const { store } = operations.storage;
  const give = async (id: string, { from, count }: { from: number; count: number }) => {
    const free = 'select shard from shard where shard >= $2 and owner is null order by shard limit $3';
    await store.run(`update shard set owner = $1 where shard in (${free})`, [id, from, count]);
  };
  for (const [id, { state = 'ready', shards = 0, sockets = 0 }] of Object.entries(nodes)) {
    await store.run(
      `insert into node (id, host, pid, package_version, schema_version, state, seals_with, expires_at)
       values ($1, 'h', 7, '1.2.3', 41, $2, 'k', clock_timestamp() + interval '1 minute')`,
      [id, state],
    );
    await give(id, { from: 0, count: shards });
    await give(id, { from: 256, count: sockets });
  }
  return operations;
}

it('says of a node that drains already since when, and what is left, and asks it nothing again', async () => {
  const { run, clock, storage } = await withNodes({ n1: { shards: 3 }, n2: {} });
  const first = await run(drainNode, { node: 'n1' });
  expect(first).toMatchObject({ changed: true, since: NOW, shards: 3, next: expect.stringContaining('begins within') });
  const { entries } = await run(listAudit, { operation: 'cluster.drain' });
  expect(entries).toMatchObject([{ before: { askedToDrain: false }, after: { askedToDrain: true } }]);
  await clock.advance(60_000);
  await storage.store.run(`update node set state = 'draining' where id = 'n1'`);
  await storage.store.run(`update shard set owner = 'n2' where owner = 'n1' and shard <> 0`);
  expect(await run(drainNode, { node: 'n1' })).toMatchObject({
    changed: false,
    since: NOW,
    shards: 1,
    next: 'stop it when `cluster` shows it without shards',
  });
  await storage.store.run(`update shard set owner = 'n2' where owner = 'n1'`);
  const last = await run(drainNode, { node: 'n1' });
  expect(last).toMatchObject({ changed: false, since: NOW, shards: 0, next: 'it has nothing left: stop it' });
});

it('says since when a node drains, however many others were asked after it', async () => {
  const { run, clock, storage } = await withNodes({ n1: { shards: 3 }, n2: {} });
  await run(drainNode, { node: 'n1' });
  await clock.advance(60_000);
  await storage.store.run(
    `insert into audit (at_ms, who, origin, operation, input, outcome)
     select $1, 'test:ann', 'h', 'cluster.drain', '{"node":"x' || n || '"}', 'done' from generate_series(1, 1000) as n`,
    [clock.now()],
  );
  expect(await run(drainNode, { node: 'n1' })).toMatchObject({ changed: false, since: NOW });
});

it('says of a node that is being stopped that it drains by itself, and of one without others that it keeps its shards', async () => {
  const { run } = await withNodes({ n1: { state: 'draining', shards: 2 } });
  expect(await run(drainNode, { node: 'n1' })).toMatchObject({
    changed: false,
    since: null,
    next: expect.stringContaining('no other node can take its shards'),
  });
});

it('counts Socket Mode connections as what a drained node has left', async () => {
  const { run, storage } = await withNodes({ n1: { sockets: 1 }, n2: {} });
  await run(drainNode, { node: 'n1' });
  await storage.store.run(`update node set state = 'draining' where id = 'n1'`);
  expect(await run(drainNode, { node: 'n1' })).toMatchObject({
    shards: 0,
    sockets: 1,
    next: 'stop it when `cluster` shows it without shards',
  });
});

it('shows how many connections of teams a node has open, beside the Socket Mode connections that are its own', async () => {
  const { run, storage } = await withNodes({ n1: { shards: 3 }, n2: { sockets: 2 }, n3: {} });
  const told = { host: 'h', pid: 7, version: '1.2.3', startedAtMs: NOW_MS, toldAtMs: NOW_MS } as const;
  const [rtm, socket] = [{ open: 40, waiting: 2 }, { open: 2 }];
  await tellProcess(storage.store, { ...told, node: 'n1', transport: 'rtm', connections: rtm });
  await tellProcess(storage.store, { ...told, node: 'n2', transport: 'socket', connections: socket });
  const { nodes } = await run(showCluster, {});
  expect(nodes.map(({ id, transport, open, sockets }) => [id, transport, open, sockets])).toEqual([
    ['n1', 'rtm', 40, 0],
    ['n2', 'socket', 2, 2],
    ['n3', null, null, 0],
  ]);
});
