/** On PostgreSQL the server that is named is the one that does it, and not the one that runs longest. */
import { expect, it } from 'vitest';
import { anEnvelope } from '../inbox/inbox.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { startBroadcast } from './broadcast/start-broadcast.ts';
import { replayEvents } from './events/replay-events.ts';
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
  const seqs = await operations.context.inbox.insert([anEnvelope('Ev1'), anEnvelope('Ev2', { teamId: 'T2' })]);
  for (const seq of seqs.values()) await operations.context.inbox.fail(seq, { code: 'listener_failed', message: 'no' });
  expect(await run(replayEvents, { eventId: 'Ev1' })).toMatchObject({
    server: 2,
    next: 'the server that has the team (pid 2 on web-2) starts within a second',
  });
  await storage.store.run("update shard set owner = 'oldest' where shard = 0");
  expect(await run(replayEvents, { all: true })).toMatchObject({
    server: 1,
    next: expect.stringMatching(/^pid 1 on web-1 makes them due .*; whichever server has a team runs its events$/),
  });
  const message = { text: 'hi', to: '#general' };
  expect(await run(startBroadcast, message)).toMatchObject({
    server: 'several',
    next: expect.stringMatching(/^each server posts to the teams that it owns/),
  });
  await own('dead');
  expect(await run(deactivateTeam, { teamId: 'T1' })).toMatchObject({ server: 4_711 });
});
