import { beforeEach, describe, expect, it } from 'vitest';
import { engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { createInbox } from './create-inbox.ts';
import type { Envelope } from './envelope.ts';
import { anEnvelope } from './inbox.test-kit.ts';
import type { Inbox } from './inbox.ts';

const NOW = 1_795_000_000_000;
const DAY_MS = 86_400_000;

describe.each(engines)('the inbox on %s', (engine) => {
  let store: TestStore;
  let inbox: Inbox;
  let nowMs: number;

  beforeEach(async () => {
    nowMs = NOW;
    store = await openTestStore({ engine });
    inbox = createInbox({ store, clock: { now: () => nowMs } });
  });

  const stateOf = async (id: string) => (await inbox.find(id))?.state;

  it('numbers new events in their order and leaves known ones alone', async () => {
    const first = await inbox.insert([anEnvelope('a'), anEnvelope('b')]);
    const second = await inbox.insert([anEnvelope('b'), anEnvelope('c'), anEnvelope('c')]);
    expect([...first.keys()]).toEqual(['a', 'b']);
    expect([...second.keys()]).toEqual(['c']);
    const seqs = [first.get('a'), first.get('b'), second.get('c')].map(Number);
    expect(seqs).toEqual([...seqs].sort((x, y) => x - y));
    expect(new Set(seqs).size).toBe(3);
  });

  it('gives an event back as it came, bytes and all', async () => {
    const body = { event: { text: 'é😀 "quoted" \\ \u2028', n: 1.5 }, list: [null, true] };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    await inbox.insert([anEnvelope('a', { bytes, body: {}, orderKey: 'C1:1.2', type: 'app_mention' })]);
    const afterRestart = createInbox({ store, clock: { now: () => nowMs } });
    const [event] = await afterRestart.ready('T1', { afterSeq: 0, limit: 10 });
    expect(event).toMatchObject({
      attempts: 0,
      takeovers: 0,
      receivedAtMs: NOW,
      envelope: { id: 'a', teamId: 'T1', orderKey: 'C1:1.2', type: 'app_mention', body },
    });
  });

  it('takes more events than fit one statement', async () => {
    const ids = Array.from({ length: 450 }, (_, i) => `e${String(i).padStart(3, '0')}`);
    expect((await inbox.insert(ids.map((id) => anEnvelope(id)))).size).toBe(450);
    const events = await inbox.ready('T1', { afterSeq: 0, limit: 1_000 });
    expect(events.map(({ envelope }) => envelope.id)).toEqual(ids);
    await inbox.finish(events.map(({ seq }) => seq));
    expect(await inbox.teamsWithReady()).toEqual([]);
  });

  it('reads the ready events of one team page by page', async () => {
    await inbox.insert([anEnvelope('a'), anEnvelope('x', { teamId: 'T2' }), anEnvelope('b'), anEnvelope('c')]);
    const [first] = await inbox.ready('T1', { afterSeq: 0, limit: 1 });
    const rest = await inbox.ready('T1', { afterSeq: first?.seq ?? 0, limit: 10 });
    expect([first, ...rest].map((event) => event?.envelope.id)).toEqual(['a', 'b', 'c']);
    expect((await inbox.teamsWithReady()).sort()).toEqual(['T1', 'T2']);
  });

  it('drops the payload of what is done and keeps its id', async () => {
    await finishAll(inbox, ['a']);
    expect(await inbox.find('a')).toMatchObject({ state: 'done', payload: null });
    expect((await inbox.insert([anEnvelope('a')])).size).toBe(0);
  });

  it('finishes some while it takes others, in one commit', async () => {
    const seqs = await inbox.insert([anEnvelope('a'), anEnvelope('b')]);
    const more = await inbox.insert([anEnvelope('b'), anEnvelope('c')], {
      finish: [Number(seqs.get('a'))],
    });
    expect([...more.keys()]).toEqual(['c']);
    expect(await Promise.all(['a', 'b', 'c'].map(stateOf))).toEqual(['done', 'ready', 'ready']);
    const many = Array.from({ length: 450 }, (_, i) => anEnvelope(`e${i}`));
    const inserted = await inbox.insert(many);
    await inbox.insert([anEnvelope('d')], { finish: [...inserted.values()] });
    expect((await inbox.ready('T1', { afterSeq: 0, limit: 9 })).map(({ envelope }) => envelope.id)).toEqual([
      'b',
      'c',
      'd',
    ]);
  });

  it('gives a retry out when it is due, in the order of arrival', async () => {
    const seqs = await inbox.insert([anEnvelope('a'), anEnvelope('b')]);
    const failure = { code: 'listener_failed', message: 'boom' };
    await inbox.retry(Number(seqs.get('b')), { runAtMs: NOW + 5.5, failure });
    await inbox.retry(Number(seqs.get('a')), { runAtMs: NOW + 9, failure });
    const due = async (atMs: number) =>
      (await inbox.due({ nowMs: atMs, afterSeq: 0, limit: 10 })).map(({ envelope }) => envelope.id);
    expect(await due(NOW + 5)).toEqual([]);
    expect(await due(NOW + 6)).toEqual(['b']);
    expect(await due(NOW + 9)).toEqual(['a', 'b']);
    expect(await inbox.find('a')).toMatchObject({ state: 'retry', attempts: 1, error: failure });
  });

  it.each(['ready', 'retry'])(
    'fails a %s event whose payload cannot be read, and hands out the others, also when a page holds no other',
    async (state) => {
      const seqs = await inbox.insert(['a', 'b', 'c', 'd'].map((id) => anEnvelope(id)));
      for (const seq of seqs.values())
        await inbox.retry(seq, { runAtMs: NOW, failure: { code: 'listener_failed', message: 'x' } });
      if (state === 'ready') await store.run("update inbox set state = 'ready'");
      const broken = [null, new TextEncoder().encode('{"half'), new TextEncoder().encode('5')];
      for (const [n, id] of ['a', 'b', 'c'].entries())
        await store.run('update inbox set payload = $1 where event_id = $2', [broken[n] ?? null, id]);
      const page = { afterSeq: 0, limit: 2 };
      const read = state === 'ready' ? inbox.ready('T1', page) : inbox.due({ nowMs, ...page });
      expect((await read).map(({ envelope }) => envelope.id)).toEqual(['d']);
      expect(await Promise.all(['a', 'b', 'c', 'd'].map(stateOf))).toEqual(['failed', 'failed', 'failed', state]);
      expect(await inbox.find('b')).toMatchObject({ error: { code: 'unreadable' } });
    },
  );

  it('replays and discards what failed and fits, nothing else', async () => {
    const seqs = await inbox.insert([
      anEnvelope('a'),
      anEnvelope('b', { teamId: 'T2' }),
      anEnvelope('c', { teamId: 'T2', type: 'app_mention' }),
      anEnvelope('ready', { teamId: 'T2' }),
    ]);
    for (const id of ['a', 'b', 'c']) await inbox.fail(Number(seqs.get(id)), { code: 'listener_failed', message: 'x' });
    expect(await inbox.replay({ teamId: 'T2', type: 'app_mention' })).toBe(1);
    expect(await inbox.discard({ teamId: 'T2' })).toBe(1);
    expect(await Promise.all(['a', 'b', 'c', 'ready'].map(stateOf))).toEqual(['failed', 'done', 'retry', 'ready']);
  });

  it('lists the newest first, by state, team and type', async () => {
    const seqs = await inbox.insert([anEnvelope('a'), anEnvelope('b'), anEnvelope('c', { type: 'app_mention' })]);
    await inbox.fail(Number(seqs.get('a')), { code: 'listener_failed', message: 'x' });
    const ids = async (filter: Parameters<Inbox['list']>[0]) =>
      (await inbox.list(filter)).map(({ eventId }) => eventId);
    expect(await ids({ limit: 2 })).toEqual(['c', 'b']);
    expect(await ids({ limit: 9, type: 'message' })).toEqual(['b', 'a']);
    expect(await ids({ limit: 9, teamId: 'T2' })).toEqual([]);
    expect(await ids({ limit: 9, afterSeq: Number(seqs.get('a')) })).toEqual(['c', 'b']);
  });

  it('lists one state, or all that is not done', async () => {
    const seqs = await inbox.insert(['a', 'b', 'c', 'd'].map((id) => anEnvelope(id)));
    const failure = { code: 'listener_failed', message: 'x' };
    await inbox.fail(Number(seqs.get('a')), failure);
    await inbox.retry(Number(seqs.get('b')), { runAtMs: NOW, failure });
    await inbox.finish([Number(seqs.get('c'))]);
    const ids = async (state: Parameters<Inbox['list']>[0]['state']) =>
      (await inbox.list({ limit: 9, ...(state && { state }) })).map(({ eventId }) => eventId);
    expect(await ids('not_done')).toEqual(['d', 'b', 'a']);
    expect(await Promise.all((['ready', 'retry', 'done', 'failed'] as const).map(ids))).toEqual([
      ['d'],
      ['b'],
      ['c'],
      ['a'],
    ]);
  });

  it('counts the attempt that failed, and after a replay the one before', async () => {
    const seqs = await inbox.insert([anEnvelope('a')]);
    await inbox.fail(Number(seqs.get('a')), { code: 'listener_failed', message: 'x' });
    expect(await inbox.find('a')).toMatchObject({ state: 'failed', attempts: 1 });
    await inbox.replay({ eventId: 'a' });
    expect(await inbox.find('a')).toMatchObject({ state: 'retry', attempts: 1 });
    await inbox.fail(Number(seqs.get('a')), { code: 'listener_failed', message: 'x' });
    expect(await inbox.find('a')).toMatchObject({ state: 'failed', attempts: 2 });
  });

  it('drops what waits of a team, but not what says that it is gone', async () => {
    await inbox.insert([
      anEnvelope('a'),
      anEnvelope('gone', { type: 'app_uninstalled' }),
      anEnvelope('x', { teamId: 'T2' }),
    ]);
    expect(await inbox.dropTeam('T1')).toBe(1);
    expect(await Promise.all(['a', 'gone', 'x'].map(stateOf))).toEqual(['done', 'ready', 'ready']);
    expect(await inbox.dropTeam('T2', { beforeMs: NOW })).toBe(0);
  });

  it('finds what was said lately about installations themselves, done or not', async () => {
    await finishAll(inbox, ['old'], { type: 'tokens_revoked' });
    nowMs += DAY_MS;
    await finishAll(inbox, ['gone'], { type: 'app_uninstalled' });
    expect(await inbox.lifecycleSince(NOW + 1)).toMatchObject([
      { teamId: 'T1', type: 'app_uninstalled', receivedAtMs: NOW + DAY_MS },
    ]);
  });

  it('adds an attempt after a death, runs alone after the second, fails after two lone deaths', async () => {
    await inbox.insert([anEnvelope('a'), anEnvelope('b')]);
    expect(await inbox.takeOver('one')).toEqual({ hadDied: false, unfinished: 2, poisoned: 0 });
    expect(await inbox.takeOver('two')).toEqual({ hadDied: true, unfinished: 2, poisoned: 0 });
    expect(await stateOf('a')).toBe('ready');
    await inbox.takeOver('three');
    const [event] = await inbox.due({ nowMs: NOW, afterSeq: 0, limit: 1 });
    expect(event).toMatchObject({ envelope: { id: 'a' }, attempts: 2, takeovers: 2 });
    await inbox.setIsolated(event?.seq ?? 0, NOW);
    await inbox.takeOver('four');
    await inbox.setIsolated(event?.seq ?? 0, NOW);
    expect(await inbox.takeOver('five')).toEqual({ hadDied: true, unfinished: 1, poisoned: 1 });
    expect(await inbox.find('a')).toMatchObject({ state: 'failed', error: { code: 'poison' } });
    expect(await inbox.find('b')).toMatchObject({ state: 'retry', attempts: 4 });
  });

  it('adds an attempt at a drain to what was begun only, and the next start finds no death', async () => {
    const seqs = await inbox.insert([anEnvelope('begun'), anEnvelope('waiting')]);
    await inbox.takeOver('one');
    await inbox.release('one', [Number(seqs.get('begun'))]);
    expect(await inbox.takeOver('two')).toEqual({ hadDied: false, unfinished: 2, poisoned: 0 });
    const events = await inbox.ready('T1', { afterSeq: 0, limit: 9 });
    expect(events.map(({ attempts }) => attempts)).toEqual([1, 0]);
  });

  it('forgets ids and failed events when they are old, never what waits', async () => {
    await finishAll(inbox, ['done']);
    const seqs = await inbox.insert([anEnvelope('failed'), anEnvelope('ready')]);
    await inbox.fail(Number(seqs.get('failed')), { code: 'listener_failed', message: 'x' });
    nowMs += 3 * DAY_MS;
    await finishAll(inbox, ['young']);
    expect(await inbox.prune({ doneBeforeMs: nowMs - 2 * DAY_MS, failedBeforeMs: nowMs - 14 * DAY_MS })).toBe(1);
    expect(await Promise.all(['done', 'failed', 'ready', 'young'].map(stateOf))).toEqual([
      undefined,
      'failed',
      'ready',
      'done',
    ]);
    nowMs += 14 * DAY_MS;
    expect(await inbox.prune({ doneBeforeMs: nowMs - 2 * DAY_MS, failedBeforeMs: nowMs - 14 * DAY_MS })).toBe(2);
    expect(await stateOf('ready')).toBe('ready');
  });

  it('lets what a clock of next year has dated age from now, and forgets what is old behind it', async () => {
    const before = nowMs;
    nowMs += 365 * DAY_MS;
    for (let from = 0; from < 1_200; from += 400) {
      const ids = Array.from({ length: 400 }, (_, i) => `ahead${from + i}`);
      await finishAll(inbox, ids);
    }
    nowMs = before;
    await finishAll(inbox, ['behind']);
    const pruneAfter = async (days: number) => {
      nowMs += days * DAY_MS;
      await inbox.prune({ doneBeforeMs: nowMs - 2 * DAY_MS, failedBeforeMs: nowMs - 14 * DAY_MS });
      return await Promise.all(['ahead0', 'ahead1199', 'behind'].map(stateOf));
    };
    expect(await pruneAfter(3)).toEqual(['done', 'done', undefined]);
    expect(await pruneAfter(3)).toEqual([undefined, undefined, undefined]);
  });

  it('tries again what a clock that was ahead has put off for longer than any retry waits', async () => {
    const seqs = await inbox.insert([anEnvelope('ahead'), anEnvelope('later')]);
    const failure = { code: 'listener_failed', message: 'x' };
    await inbox.retry(Number(seqs.get('ahead')), { runAtMs: nowMs + DAY_MS, failure });
    await inbox.retry(Number(seqs.get('later')), { runAtMs: nowMs + 3_600_000, failure });
    const due = await inbox.due({ nowMs, afterSeq: 0, limit: 9 });
    expect(due.map(({ envelope }) => envelope.id)).toEqual(['ahead']);
  });

  it('prunes thousands in pages', async () => {
    const ids = Array.from({ length: 2_500 }, (_, i) => `e${i}`);
    await finishAll(inbox, ids);
    nowMs += 3 * DAY_MS;
    expect(await inbox.prune({ doneBeforeMs: nowMs, failedBeforeMs: 0 })).toBe(2_500);
  });
});

async function finishAll(inbox: Inbox, ids: readonly string[], over: Partial<Envelope> = {}): Promise<void> {
  const seqs = await inbox.insert(ids.map((id) => anEnvelope(id, over)));
  await inbox.finish([...seqs.values()]);
}
