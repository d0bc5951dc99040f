/** What operators ask and do about stored events, on rows. With a running server: test/cli-events.test.ts. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import { Replayer } from '../../inbox/replays/replayer.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudit } from '../audit/list-audit.ts';
import { install, NOW, type OperationsOptions, openOperations } from '../operations.test-kit.ts';
import { cancelReplay } from '../replays/cancel-replay.ts';
import { listReplays } from '../replays/list-replays.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { discardEvents } from './discard-events.ts';
import { listEvents } from './list-events.ts';
import { replayEvents } from './replay-events.ts';
import { showEvent } from './show-event.ts';

const quiet = { info: () => {}, warn: () => {} };

describe.each(engines)('on %s', (engine) => {
  /** Ev1 to Ev3 failed, the last two of another team; Ev4 waits. */
  async function withEvents(options?: OperationsOptions) {
    const operations = await openOperations(engine, options);
    const { inbox } = operations.context;
    const seqs = await inbox.insert([
      anEnvelope('Ev1', { body: { token: 'verification', event: { text: 'hi xoxb-1-2-secret' } } }),
      anEnvelope('Ev2', { teamId: 'T2' }),
      anEnvelope('Ev3', { teamId: 'T2', type: 'reaction_added' }),
      anEnvelope('Ev4'),
    ]);
    for (const id of ['Ev1', 'Ev2', 'Ev3']) {
      await inbox.fail(seqs.get(id) ?? 0, { code: 'listener_failed', message: `broke on ${id}` });
    }
    const idsOf = async (query: string) =>
      (await operations.run(listEvents, { query })).events.map((one) => one.eventId);
    return { ...operations, idsOf };
  }

  it('events are listed with what is known of them', async () => {
    const { run } = await withEvents();
    const { events } = await run(listEvents, { limit: 1 });
    expect(events).toEqual([
      {
        seq: expect.any(Number),
        eventId: 'Ev3',
        teamId: 'T2',
        type: 'reaction_added',
        state: 'failed',
        attempts: 1,
        receivedAt: NOW,
        error: { code: 'listener_failed', message: 'broke on Ev3', at: null },
      },
    ]);
  });

  it('an event is shown with what Slack sent, without secrets', async () => {
    const { run } = await withEvents();
    expect(await run(showEvent, { eventId: 'Ev1' })).toMatchObject({
      state: 'failed',
      payload: { token: '[secret]', event: { text: '[18 characters]' } },
    });
    await run(discardEvents, { eventId: 'Ev1' });
    expect(await run(showEvent, { eventId: 'Ev1' })).toMatchObject({ state: 'done', payload: null });
    await expect(run(showEvent, { eventId: 'Ev9' })).rejects.toMatchObject({ code: 'event_not_found' });
  });

  it('a replay makes failed events due, and says who runs them', async () => {
    const { run, idsOf } = await withEvents({ server: 4_711 });
    expect(await run(replayEvents, { eventId: 'Ev2' })).toEqual({
      matching: 1,
      leftOut: 0,
      replayed: 1,
      replay: null,
      server: 4_711,
      next: 'the running server starts within a second',
    });
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev1']);
    expect(await idsOf('status:retry')).toEqual(['Ev2']);
  });

  it('a replay of those that match is a row for the running server, which takes no other', async () => {
    const { run, idsOf, clock, storage } = await withEvents({ server: 4_711 });
    expect(await run(replayEvents, { teamId: 'T2', type: 'message' })).toMatchObject({
      matching: 1,
      replayed: 0,
      replay: 1,
    });
    expect(await run(replayEvents, { type: 'app_mention' })).toMatchObject({
      replay: null,
      next: 'no failed event matches',
    });
    expect(await run(listReplays, {})).toEqual({
      replays: [
        {
          replay: 1,
          state: 'running',
          needsServer: false,
          who: 'test:ann',
          asked: NOW,
          ended: null,
          total: 1,
          replayed: 0,
          why: null,
          filter: { teamId: 'T2', type: 'message' },
        },
      ],
    });
    const replayer = new Replayer({ ...storage, ownership: { owns: () => true }, clock, log: quiet });
    replayer.start();
    onTestFinished(() => replayer.stop());
    await clock.advance(3_000);
    expect(await idsOf('status:retry')).toEqual(['Ev2']);
    expect((await run(listReplays, {})).replays).toMatchObject([{ state: 'done', replayed: 1 }]);
    expect(await run(cancelReplay, { replay: 1 })).toMatchObject({ changed: false, state: 'done' });
    await run(replayEvents, { all: true });
    expect(await run(cancelReplay, { replay: 2 })).toMatchObject({ changed: true, next: '2 events stay failed' });
    await clock.advance(3_000);
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev1']);
    const [audited] = (await run(listAudit, { operation: 'replays.cancel', limit: 1 })).entries;
    expect(audited).toMatchObject({ before: { state: 'running', total: 2 }, after: { state: 'cancelled', total: 2 } });
    await expect(run(cancelReplay, { replay: 9 })).rejects.toMatchObject({ code: 'replay_not_found' });
  });

  it.each([
    [{ all: true }, 3],
    [{ teamId: 'T2' }, 2],
    [{ teamId: 'T2', type: 'message' }, 1],
    [{ error: 'listener_failed' }, 3],
    [{ error: 'poison' }, 0],
    [{ since: '1h' }, 3],
    [{ since: '1h', until: NOW }, 0],
    [{ eventId: 'Ev1' }, 1],
    [{ eventId: 'Ev4' }, 0],
  ] as const)('%j matches %i, as a preview of both changes says, and nothing is changed', async (pick, matching) => {
    const { run, idsOf } = await withEvents();
    const next = matching === 0 ? 'no failed event matches' : 'nothing was changed';
    expect(await run(replayEvents, { ...pick, dryRun: true })).toMatchObject({
      matching,
      replayed: 0,
      replay: null,
      next,
    });
    expect(await run(discardEvents, { ...pick, dryRun: true })).toEqual({ matching, discarded: 0, next });
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2', 'Ev1']);
  });

  it('a replay of an event of an inactive team is refused, and it stays failed', async () => {
    const operations = await withEvents({ server: 4_711 });
    const { run, idsOf, context } = operations;
    await install(operations, 'T2');
    await run(deactivateTeam, { teamId: 'T2' });
    await expect(run(replayEvents, { eventId: 'Ev2' })).rejects.toMatchObject({
      code: 'installation_not_active',
      message: 'Event Ev2 is of team T2, which is inactive: no listener would run for it',
      fix: expect.stringMatching(/teams reactivate T2.*events discard Ev2/),
    });
    expect(await run(replayEvents, { eventId: 'Ev2', dryRun: true })).toMatchObject({ matching: 0, leftOut: 1 });
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2', 'Ev1']);
    const seqs = await context.inbox.insert([anEnvelope('Ev5', { teamId: 'T2', type: 'app_uninstalled' })]);
    await context.inbox.fail(seqs.get('Ev5') ?? 0, { code: 'listener_failed', message: 'broke' });
    expect(await run(replayEvents, { eventId: 'Ev5' })).toMatchObject({ replayed: 1 });
  });

  it.each([
    ['suspended', "update installation set status = 'suspended', reason = 'org_login_required' where key = 'T2'"],
    ['not let in by its organization', "update team set access = 'revoked' where team_id = 'T2'"],
  ])('a replay leaves the events of a team that is %s failed, and says so', async (words, sql) => {
    const operations = await withEvents({ server: 4_711 });
    const { run, idsOf, storage } = operations;
    await install(operations, 'T2');
    await storage.store.run(sql);
    await expect(run(replayEvents, { eventId: 'Ev2' })).rejects.toMatchObject({
      code: 'installation_not_active',
      message: `Event Ev2 is of team T2, which is ${words}: no listener would run for it`,
      fix: expect.stringMatching(/^Replay it when the team is active again .*teams probe T2.*events discard Ev2/),
    });
    expect(await run(replayEvents, { eventId: 'Ev2', dryRun: true })).toMatchObject({ matching: 0, leftOut: 1 });
    expect(await run(replayEvents, { all: true })).toMatchObject({ matching: 1, leftOut: 2 });
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2', 'Ev1']);
  });

  it('a replay of many leaves the events of inactive teams failed, and says how many', async () => {
    const operations = await withEvents({ server: 4_711 });
    const { run, idsOf, clock, storage } = operations;
    await install(operations, 'T2');
    await run(deactivateTeam, { teamId: 'T2' });
    const stay =
      '; 2 events of teams that are not active stay failed: replay them when the teams are active again, or discard them';
    expect(await run(replayEvents, { all: true, dryRun: true })).toMatchObject({
      matching: 1,
      leftOut: 2,
      next: `nothing was changed${stay}`,
    });
    expect(await run(replayEvents, { all: true })).toMatchObject({
      matching: 1,
      leftOut: 2,
      replay: 1,
      next: expect.stringContaining(stay),
    });
    const [audited] = (await run(listAudit, { operation: 'events.replay', limit: 1 })).entries;
    expect(audited).toMatchObject({ result: { matching: 1, leftOut: 2 } });
    expect(await run(replayEvents, { teamId: 'T2' })).toMatchObject({
      matching: 0,
      replay: null,
      next: `no failed event of an active team matches${stay}`,
    });
    const replayer = new Replayer({ ...storage, ownership: { owns: () => true }, clock, log: quiet });
    replayer.start();
    onTestFinished(() => replayer.stop());
    await clock.advance(3_000);
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2']);
    expect((await run(listReplays, {})).replays).toMatchObject([{ state: 'done', total: 1, replayed: 1 }]);
  });

  it('what a replay has not made due yet stays failed when its team becomes inactive', async () => {
    const operations = await withEvents({ server: 4_711 });
    const { run, idsOf, clock, storage } = operations;
    await install(operations, 'T2');
    expect(await run(replayEvents, { all: true })).toMatchObject({ matching: 3, leftOut: 0 });
    await run(deactivateTeam, { teamId: 'T2' });
    const replayer = new Replayer({ ...storage, ownership: { owns: () => true }, clock, log: quiet });
    replayer.start();
    onTestFinished(() => replayer.stop());
    await clock.advance(3_000);
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2']);
    expect((await run(listReplays, {})).replays).toMatchObject([{ state: 'done', total: 3, replayed: 1 }]);
  });

  it('a replay waits when no server runs', async () => {
    const { run } = await withEvents();
    expect(await run(replayEvents, { eventId: 'Ev1' })).toEqual({
      matching: 1,
      leftOut: 0,
      replayed: 1,
      replay: null,
      server: null,
      next: 'no server is running; the next one starts with them',
    });
  });

  it('a discard of many gives up as many as there were, and ends between two pages when nobody waits for it', async () => {
    const { run, context, idsOf } = await withEvents();
    const fail = async (ids: string[]) => {
      const rows = ids.map((id) => `('${id}', 0, 'T1', 'message', 'failed', 'listener_failed', 'no', 1)`);
      const columns = 'event_id, shard, team_id, type, state, error_code, error, received_at_ms';
      await context.store.run(`insert into inbox (${columns}) values ${rows.join(', ')}`);
    };
    await fail(Array.from({ length: 598 }, (_, n) => `more-${n}`));
    const stopping = new AbortController();
    const told: object[] = [];
    const onProgress = (progress: object) => {
      told.push(progress);
      stopping.abort();
    };
    const ended = await run(discardEvents, { all: true }, { signal: stopping.signal, onProgress });
    expect(ended).toMatchObject({ matching: 601, discarded: 500, next: expect.stringContaining('run it again') });
    expect(told).toEqual([{ done: 500, total: 601 }]);
    await fail(Array.from({ length: 900 }, (_, n) => `still-${n}`));
    // What fails meanwhile was not meant.
    let later: Promise<void> | undefined;
    const meanwhile = () => void (later ??= fail(Array.from({ length: 400 }, (_, n) => `late-${n}`)));
    expect(await run(discardEvents, { all: true }, { onProgress: meanwhile })).toMatchObject({ discarded: 1_001 });
    await later;
    expect((await idsOf('status:failed')).length).toBe(50);
    expect(await run(discardEvents, { all: true, dryRun: true })).toMatchObject({ matching: 400 });
  });

  it('a discard gives failed events up, and no other', async () => {
    const { run, idsOf } = await withEvents();
    expect(await run(discardEvents, { teamId: 'T1' })).toEqual({
      matching: 1,
      discarded: 1,
      next: 'their payloads are gone: none of them can be replayed',
    });
    expect(await idsOf('')).toEqual(['Ev3', 'Ev2', 'Ev4']);
    await expect(run(discardEvents, { eventId: 'Ev4' })).rejects.toMatchObject({
      code: 'event_not_failed',
      message: 'Event Ev4 is not failed; its state is ready (it waits for its turn or runs now)',
    });
    await expect(run(discardEvents, { eventId: 'Ev9' })).rejects.toMatchObject({ code: 'event_not_found' });
  });

  it('a team that is not there is named as such where none of its events failed, and one that is there has none', async () => {
    const operations = await withEvents();
    await install(operations, 'T3');
    const changes = [
      (pick: object) => operations.run(replayEvents, pick),
      (pick: object) => operations.run(discardEvents, pick),
    ];
    for (const change of changes)
      for (const dryRun of [true, false]) {
        await expect(change({ teamId: 'T0NOPE', dryRun })).rejects.toMatchObject({ code: 'installation_not_found' });
        const nothing = { matching: 0, next: 'no failed event matches' };
        expect(await change({ teamId: 'T3', dryRun })).toMatchObject(nothing);
      }
    // Those of a team that is gone by now can still be given up.
    expect(await operations.run(discardEvents, { teamId: 'T2' })).toMatchObject({ discarded: 2 });
  });

  it.each([
    [{}],
    [{ eventId: 'Ev1', all: true }],
    [{ eventId: 'Ev1', teamId: 'T1' }],
    [{ all: false }],
    [{ team: 'T1' }],
    [{ dryRun: true }],
    [{ since: 'yesterday' }],
  ])('no events are changed for %j', async (pick) => {
    const { run, idsOf } = await withEvents();
    for (const change of [() => run(replayEvents, pick as never), () => run(discardEvents, pick as never)]) {
      await expect(change()).rejects.toMatchObject({ code: 'invalid_input' });
    }
    expect(await idsOf('status:failed')).toEqual(['Ev3', 'Ev2', 'Ev1']);
  });
});
