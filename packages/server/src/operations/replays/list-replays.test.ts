/** What the list says of replays that are not carried out now, or were not in whole. */
import { expect, it, onTestFinished } from 'vitest';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import { Replayer } from '../../inbox/replays/replayer.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { replayEvents } from '../events/replay-events.ts';
import { install, type OperationsOptions, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { cancelReplay } from './cancel-replay.ts';
import { listReplays } from './list-replays.ts';

/** A replay of the one event that failed. */
async function withReplay(engine: (typeof engines)[number], options?: OperationsOptions) {
  const operations = await openOperations(engine, options);
  const { inbox } = operations.context;
  await install(operations, 'T1');
  const seqs = await inbox.insert([anEnvelope('Ev1')]);
  await inbox.fail(seqs.get('Ev1') ?? 0, { code: 'listener_failed', message: 'broke' });
  await operations.run(replayEvents, { all: true });
  return operations;
}

it.each(engines)('a replay waits while no server runs, until it is cancelled, on %s', async (engine) => {
  const { run } = await withReplay(engine);
  expect(await run(listReplays, {})).toMatchObject({ replays: [{ state: 'running', needsServer: true }] });
  expect(await run(cancelReplay, { replay: 1 })).toMatchObject({ state: 'cancelled', needsServer: false });
  expect(await run(listReplays, {})).toMatchObject({ replays: [{ state: 'cancelled', needsServer: false }] });
});

it('a replay does not wait while a server runs', async () => {
  const { run } = await withReplay('sqlite', { server: 4_711 });
  expect(await run(listReplays, {})).toMatchObject({ replays: [{ state: 'running', needsServer: false }] });
});

it('a replay that found its team inactive says why it made nothing due', async () => {
  const { run, storage, clock } = await withReplay('sqlite', { server: 4_711 });
  await run(deactivateTeam, { teamId: 'T1' });
  const log = { info: () => {}, warn: () => {} };
  const replayer = new Replayer({ ...storage, ownership: { owns: () => true }, clock, log });
  replayer.start();
  onTestFinished(() => replayer.stop());
  await clock.advance(3_000);
  const why =
    '1 event was left as it is: its team was not active any more, or somebody replayed or discarded it meanwhile';
  expect(await run(listReplays, {})).toMatchObject({ replays: [{ state: 'done', total: 1, replayed: 0, why }] });
});
