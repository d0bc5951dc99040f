/** What is done in bulk is chosen by the words of the lists: counted before, and no more is touched than was counted. */
import { describe, expect, it } from 'vitest';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import { failedCondition } from '../../inbox/replays/failed-filter.ts';
import { Replayer } from '../../inbox/replays/replayer.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { startBroadcast } from '../broadcast/start-broadcast.ts';
import { discardEvents } from '../events/discard-events.ts';
import { listEvents } from '../events/list-events.ts';
import { replayEvents } from '../events/replay-events.ts';
import { anInstall, install, openOperations } from '../operations.test-kit.ts';
import { listReplays } from '../replays/list-replays.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';

const quiet = { info: () => {}, warn: () => {} };

describe.each(engines)('on %s', (engine) => {
  /** Ev1 to Ev4 failed: Ev1 and Ev2 in C1 by U1 and U2, Ev3 in C10, Ev4 in another team; Ev5 of U1 waits. */
  async function withEvents() {
    const operations = await openOperations(engine);
    const { inbox } = operations.context;
    const message = (id: string, channel: string, user: string, teamId = 'T1') =>
      anEnvelope(id, { teamId, orderKey: channel, body: { event: { channel, user } } });
    const seqs = await inbox.insert([
      message('Ev1', 'C1', 'U1'),
      message('Ev2', 'C1', 'U2'),
      message('Ev3', 'C10', 'U1'),
      message('Ev4', 'C4', 'U1', 'T2'),
      message('Ev5', 'C1', 'U1'),
    ]);
    for (const id of ['Ev1', 'Ev2', 'Ev3', 'Ev4']) {
      await inbox.fail(seqs.get(id) ?? 0, { code: 'listener_failed', message: `broke on ${id}` });
    }
    const failed = async () =>
      (await operations.run(listEvents, { query: 'status:failed' })).events.map(({ eventId }) => eventId);
    return { ...operations, failed };
  }

  it.each([
    ['channel:C1', ['Ev4', 'Ev3']],
    ['-channel:C1 -team:T2', ['Ev4', 'Ev2', 'Ev1']],
    ['user:U1 team:T1', ['Ev4', 'Ev2']],
    ['"broke on Ev3"', ['Ev4', 'Ev2', 'Ev1']],
  ])('failed events that match %s are given up, and those alone', async (where, left) => {
    const { run, failed } = await withEvents();
    const preview = await run(discardEvents, { where, dryRun: true });
    expect([preview.matching, preview.discarded, await failed()]).toEqual([
      4 - left.length,
      0,
      ['Ev4', 'Ev3', 'Ev2', 'Ev1'],
    ]);
    expect(await run(discardEvents, { where })).toMatchObject({ discarded: 4 - left.length });
    expect(await failed()).toEqual(left);
  });

  it.each(['channel:C1', 'user:U1 -team:T2'])('a replay of what matches %s takes that alone', async (where) => {
    const { run, failed, clock, storage } = await withEvents();
    expect(await run(replayEvents, { where, type: 'message' })).toMatchObject({ matching: 2, replay: 1 });
    expect((await run(listReplays, {})).replays).toMatchObject([{ filter: { where, type: 'message' }, total: 2 }]);
    const replayer = new Replayer({ ...storage, ownership: { owns: () => true }, clock, log: quiet });
    replayer.start();
    await clock.advance(10_000);
    await replayer.stop();
    expect(await failed()).toHaveLength(2);
    expect((await run(listReplays, {})).replays).toMatchObject([{ state: 'done', replayed: 2 }]);
  });

  it('a replay by a query is one of nothing for a server that knows no queries', async () => {
    const { run, storage } = await withEvents();
    await run(replayEvents, { where: 'channel:C1' });
    const row = await storage.store.get('select filter from replay', []);
    // As earlier versions read it.
    const filter = JSON.parse(String(row?.filter)) as Parameters<typeof failedCondition>[0];
    const params: number[] = [];
    const condition = failedCondition(filter, params);
    expect(await storage.store.all(`select seq from inbox where ${condition}`, params)).toEqual([]);
  });

  it.each([
    [{ where: 'status:waiting' }, 'where: only failed events can be picked'],
    [{ where: 'chanel:C1' }, 'query: chanel:C1 is unknown'],
    [{ where: ' ' }, 'where must not be empty'],
    [{ where: 'before:2026-11-31' }, 'takes how long ago'],
    [{ where: 'channel:C1', all: true as const }, 'name the failed events in one way'],
    [{ where: 'field:event.text=hi' }, 'is about what people wrote'],
  ])('refuses %j in words, and changes nothing', async (pick, words) => {
    const { run, failed } = await withEvents();
    const refusal = { code: 'invalid_input', message: expect.stringContaining(words) };
    await expect(run(discardEvents, pick)).rejects.toMatchObject(refusal);
    await expect(run(replayEvents, pick)).rejects.toMatchObject(refusal);
    expect(await failed()).toHaveLength(4);
  });

  it('a broadcast goes to the active teams that match', async () => {
    const operations = await openOperations(engine);
    const { run, storage } = operations;
    await install(operations, 'T1', 'T2', 'T3');
    await storage.installations.recordInstall(anInstall('T4', 'Acme West', { enterpriseId: 'E1' }));
    await run(deactivateTeam, { teamId: 'T3' });
    const start = { text: 'hi', to: '#general' };
    const teams = async (where: string) => (await run(startBroadcast, { ...start, where, dryRun: true })).teams;
    expect([await teams('enterprise:E1'), await teams('-enterprise:E1'), await teams('status:inactive')]).toEqual([
      1, 2, 0,
    ]);
    await run(startBroadcast, { ...start, where: '-acme' });
    const rows = await storage.store.all('select team_id from broadcast_team order by team_id', []);
    expect(rows.map(({ team_id }) => team_id)).toEqual(['T1', 'T2']);
    await expect(run(startBroadcast, { ...start, where: 'enterprize:E1' })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('enterprize'),
    });
  });
});
