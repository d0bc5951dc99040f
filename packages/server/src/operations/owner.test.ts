/** On PostgreSQL the server that is named is the one that does it, and not the one that runs longest. */
import { expect, it } from 'vitest';
import { shardOf } from '../team/shard.ts';
import { install, openOperations } from './operations.test-kit.ts';
import { deactivateTeam } from './teams/deactivate-team.ts';
import { restartTeam } from './teams/restart-team.ts';

it('names of several servers the one that owns the team, and any of them while nobody does', async () => {
  const operations = await openOperations('postgres', { server: 4_711 });
  const { run, storage } = operations;
  await install(operations, 'T1');
  const addNode = async (id: string, pid: number, host: string, livesFor: string) =>
    await storage.store.run(
      `insert into node (id, host, pid, package_version, schema_version, state, seals_with, started_at, expires_at)
       values ($1, $2, $3, '1', 1, 'ready', 'x', clock_timestamp(), clock_timestamp() + cast($4 as interval))`,
      [id, host, pid, livesFor],
    );
  const own = async (id: string) =>
    await storage.store.run('update shard set owner = $1 where shard = $2', [id, shardOf('T1')]);
  await addNode('oldest', 1, 'web-1', '1 hour');
  await addNode('owner', 2, 'web-2', '1 hour');
  await addNode('dead', 3, 'web-3', '-1 second');
  await own('owner');
  expect(await run(restartTeam, { teamId: 'T1' })).toMatchObject({
    server: 2,
    next: expect.stringContaining('the server that has the team (pid 2 on web-2) connects it anew'),
  });
  await own('dead');
  expect(await run(deactivateTeam, { teamId: 'T1' })).toMatchObject({ server: 4_711 });
});
