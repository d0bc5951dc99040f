/** Several nodes on a real PostgreSQL, each on a connection of its own, whose epochs are called 1, 2 and so on in each shard. */
import { expect, onTestFinished } from 'vitest';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { createNodeRepository, type NodeIdentity, type NodeRepository } from './node-repository.ts';

export const identity: NodeIdentity = {
  host: 'test',
  pid: 7,
  packageVersion: '1.2.3',
  schemaVersion: bundledSchemaVersion('postgres'),
  sealsWith: 'k1',
  facts: {},
};

export async function aCluster() {
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
