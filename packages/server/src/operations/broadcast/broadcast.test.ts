/** Broadcasts as operators start, see and stop them; how they are posted is tested in broadcast/. */
import { describe, expect, it } from 'vitest';
import { endPost, giveUpBroadcast, takePost } from '../../broadcast/broadcast-repository.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { listAudit } from '../audit/list-audit.ts';
import { anInstall, install, NOW_MS, openOperations } from '../operations.test-kit.ts';
import { deactivateTeam } from '../teams/deactivate-team.ts';
import { auditCancellation } from './audit-cancellation.ts';
import { cancelBroadcast } from './cancel-broadcast.ts';
import { listBroadcasts } from './list-broadcasts.ts';
import { showBroadcast } from './show-broadcast.ts';
import { startBroadcast } from './start-broadcast.ts';

describe.each(engines)('on %s', (engine) => {
  it('is counted first, is for the teams that match, and is shown page by page and by state', async () => {
    const operations = await openOperations(engine);
    const { run, context } = operations;
    await install(operations, 'T1', 'T2', 'T3', 'T4');
    const message = { text: 'We are back', to: '#general' };
    expect(await run(startBroadcast, { ...message, dryRun: true })).toMatchObject({ broadcast: null, teams: 4 });
    const nobody = await run(startBroadcast, { ...message, search: 'nobody' });
    expect(nobody).toMatchObject({ broadcast: null, teams: 0, next: 'no active team matches' });
    expect(await run(listBroadcasts, {})).toEqual({ broadcasts: [] });
    const one = await run(startBroadcast, { ...message, where: 'T3' });
    const id = (await run(startBroadcast, message)).broadcast ?? 0;
    expect(one).toMatchObject({ teams: 1, next: expect.stringMatching(/^no server is running; the next one begins/) });
    expect((await run(showBroadcast, { broadcast: one.broadcast ?? 0 })).posts).toMatchObject([{ teamId: 'T3' }]);

    const key = { broadcastId: id, teamId: 'T2', owner: 'n1' };
    await takePost(context.store, key, 1);
    await endPost(context.store, key, { state: 'failed', error: 'channel_not_found' }, 2);
    const failed = await run(showBroadcast, { broadcast: id, state: 'failed' });
    expect((await run(showBroadcast, { broadcast: id, state: 'not_posted' })).posts).toEqual([]);
    expect(failed).toMatchObject({ teams: 4, counts: { failed: 1, waiting: 3 }, nextCursor: null });
    expect(failed.posts).toMatchObject([{ teamId: 'T2', error: 'channel_not_found', attempts: 1 }]);
    const first = await run(showBroadcast, { broadcast: id, limit: 3 });
    const rest = await run(showBroadcast, { broadcast: id, limit: 3, cursor: first.nextCursor ?? '' });
    expect([first.posts, rest.posts].map((posts) => posts.map(({ teamId }) => teamId))).toEqual([
      ['T1', 'T2', 'T3'],
      ['T4'],
    ]);
    expect(rest.nextCursor).toBeNull();
  });

  it('says before it begins how many teams nobody knows the installer of, unless a channel is named', async () => {
    const { run, storage } = await openOperations(engine);
    await storage.installations.recordInstall(anInstall('T1', 'Acme', { installedBy: 'U1' }));
    for (const key of ['T2', 'T3']) await storage.installations.recordInstall(anInstall(key));
    const preview = { text: 'hi', dryRun: true };
    expect(await run(startBroadcast, preview)).toMatchObject({ teams: 3, installerUnknown: 2 });
    for (const channel of [{ to: '#general' }, { orElse: '#general' }]) {
      expect(await run(startBroadcast, { ...preview, ...channel })).toMatchObject({ teams: 3, installerUnknown: 0 });
    }
    const { broadcast } = await run(startBroadcast, { text: 'hi' });
    expect(await run(showBroadcast, { broadcast: broadcast ?? 0 })).toMatchObject({
      counts: { waiting: 1, skipped: 2 },
    });
  });

  it('is refused for a team that is not there, and has nobody for one that is not active', async () => {
    const operations = await openOperations(engine);
    const { run } = operations;
    await install(operations, 'T1');
    await run(deactivateTeam, { teamId: 'T1' });
    for (const dryRun of [true, false]) {
      const nope = run(startBroadcast, { text: 'hi', teamId: 'T0NOPE', dryRun });
      await expect(nope).rejects.toMatchObject({ code: 'installation_not_found' });
      expect(await run(startBroadcast, { text: 'hi', teamId: 'T1', dryRun })).toMatchObject({ teams: 0 });
    }
  });

  it('is stopped once, and the audit says how far it was', async () => {
    const operations = await openOperations(engine);
    const { run } = operations;
    await install(operations, 'T1');
    const broadcast = (await run(startBroadcast, { text: 'hi', to: '#general' })).broadcast ?? 0;
    const stopped = await run(cancelBroadcast, { broadcast });
    expect(stopped).toMatchObject({
      changed: true,
      state: 'cancelled',
      next: 'what is under way arrives, and no more',
    });
    expect(await run(cancelBroadcast, { broadcast })).toMatchObject({ changed: false, next: 'nothing: it had ended' });
    const { entries } = await run(listAudit, { operation: 'broadcast.cancel' });
    expect(entries.at(-1)).toMatchObject({
      before: { state: 'running', waiting: 1 },
      after: { state: 'cancelled', waiting: 1 },
    });
    const counts = { waiting: 0, sending: 0, sent: 0, failed: 0, skipped: 0, not_posted: 1 };
    expect(stopped).toMatchObject({ teams: 1, counts });
    expect(await run(listBroadcasts, {})).toMatchObject({ broadcasts: [{ teams: 1, counts }] });
    const notPosted = { posts: [{ teamId: 'T1', state: 'not_posted' }], counts };
    expect(await run(showBroadcast, { broadcast })).toMatchObject(notPosted);
    expect(await run(showBroadcast, { broadcast, state: 'not_posted' })).toMatchObject(notPosted);
    expect(await run(showBroadcast, { broadcast, state: 'waiting' })).toMatchObject({ posts: [] });
    await expect(run(cancelBroadcast, { broadcast: 9 })).rejects.toMatchObject({ code: 'broadcast_not_found' });
  });

  it('that is interrupted while its recipients are prepared begins nothing, and says its number', async () => {
    const operations = await openOperations(engine);
    const { run } = operations;
    await install(operations, 'T1');
    const started = run(startBroadcast, { text: 'hi', to: '#general' }, { signal: AbortSignal.abort() });
    await expect(started).rejects.toMatchObject({ code: 'interrupted', facts: { broadcast: 1 } });
    const { broadcasts } = await run(listBroadcasts, {});
    expect(broadcasts).toMatchObject([{ broadcast: 1, state: 'cancelled', why: 'interrupted' }]);
  });

  it('names the channel for who cannot be reached in the list, in itself and in the audit', async () => {
    const operations = await openOperations(engine);
    const { run } = operations;
    await install(operations, 'T1');
    await run(startBroadcast, { text: 'hi', orElse: '#general' });
    await run(startBroadcast, { text: 'hi', to: '#random', orElse: '#general' });
    expect((await run(listBroadcasts, {})).broadcasts).toMatchObject([
      { to: '#random', orElse: null },
      { to: 'installer', orElse: '#general' },
    ]);
    expect(await run(showBroadcast, { broadcast: 1 })).toMatchObject({ orElse: '#general', why: null });
    const { entries } = await run(listAudit, { operation: 'broadcast.start' });
    expect(entries.at(-1)).toMatchObject({ subject: 'to installer or else #general' });
  });

  it('that a server cancels by itself is in the audit with why', async () => {
    const operations = await openOperations(engine);
    const { run, context } = operations;
    const { store } = context;
    await install(operations, 'T1');
    await run(startBroadcast, { text: 'hi', to: '#general' });
    await store.run("update broadcast set state = 'filling'");
    const give = () => giveUpBroadcast(store, 1, { from: 'filling', why: 'writer_died', atMs: NOW_MS });
    expect(await auditCancellation(context, 1, give)).toBe(true);
    const { entries } = await run(listAudit, { operation: 'broadcast.cancel' });
    expect(entries).toMatchObject([
      {
        who: 'server',
        subject: 'broadcast 1',
        outcome: 'done',
        before: { state: 'filling', why: null },
        after: { state: 'cancelled', why: 'writer_died' },
        result: { changed: true },
      },
    ]);
  });

  it('that a server cannot cancel any more is in the audit as one that it did not change', async () => {
    const operations = await openOperations(engine);
    const { run, context } = operations;
    const { store } = context;
    await install(operations, 'T1');
    await run(startBroadcast, { text: 'hi', to: '#general' });
    const give = () => giveUpBroadcast(store, 1, { from: 'filling', why: 'writer_died', atMs: NOW_MS });
    expect(await auditCancellation(context, 1, give)).toBe(false);
    const { entries } = await run(listAudit, { operation: 'broadcast.cancel' });
    const running = { state: 'running', why: null };
    expect(entries).toMatchObject([
      { outcome: 'done', error: null, before: running, after: running, result: { changed: false } },
    ]);
  });
});
