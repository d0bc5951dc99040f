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
import { replayRowOf } from './replay-row.ts';

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
    'the matching event was not replayed: its team was no longer active, or it was replayed or discarded in the meantime';
  expect(await run(listReplays, {})).toMatchObject({ replays: [{ state: 'done', total: 1, replayed: 0, why }] });
});

it.each([
  [
    5,
    3,
    '2 of 5 matching events were not replayed: their teams were no longer active, or they were replayed or discarded in the meantime',
  ],
  [
    5,
    4,
    '1 of 5 matching events was not replayed: its team was no longer active, or it was replayed or discarded in the meantime',
  ],
  [5, 5, null],
])('a replay of %i events that is done after %i says why it left out the others', (total, replayed, why) => {
  const done = {
    id: 1,
    state: 'done',
    who: 'cli',
    askedAtMs: 0,
    endedAtMs: 1,
    total,
    replayed,
    filter: undefined,
    uptoSeq: 0,
    afterSeq: 0,
  } as const;
  expect(replayRowOf(done, { isServed: true }).why).toBe(why);
});
