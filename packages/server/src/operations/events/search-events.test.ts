/** Which stored events a query finds, in which order and pages, and how far it looks: in rows, and on SQLite in batches as well. */
import { describe, expect, it, vi } from 'vitest';
import type { Envelope } from '../../inbox/envelope.ts';
import { anEnvelope } from '../../inbox/inbox.test-kit.ts';
import type { SqlValue } from '../../store/store.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { type Operations, openOperations } from '../operations.test-kit.ts';
import { groupEvents } from './group-events.ts';
import { listEvents } from './list-events.ts';

const MINUTE_MS = 60_000;

const message = (
  id: string,
  teamId: string,
  event: { channel?: string; thread_ts?: string } & Record<string, unknown>,
): Envelope =>
  anEnvelope(id, {
    teamId,
    orderKey: `${event.channel ?? ''}${event.thread_ts === undefined ? '' : `:${event.thread_ts}`}`,
    body: { event },
  });

/** How many statements operators' questions have been from here on. */
function countingReads({ context: { reads } }: Operations): () => number {
  const spies = [vi.spyOn(reads, 'all'), vi.spyOn(reads, 'get')];
  return () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
}

describe.each(engines)('on %s', (engine) => {
  const idsOf = async ({ run }: Operations, query: string, limit = 100) =>
    (await run(listEvents, { query, limit })).events.map(({ eventId }) => eventId);

  /** Ev1 and Ev2 failed, Ev3 is tried again, Ev4 and Ev6 wait in rows, Ev5 is done; a minute later came Ev7 and Ev8, which wait in a batch. */
  async function withEvents() {
    const operations = await openOperations(engine);
    const { inbox } = operations.context;
    const seqs = await inbox.insert(
      [
        message('Ev1', 'T1', { channel: 'C1', user: 'U1', ts: '1700000000.000100', text: 'first' }),
        message('Ev2', 'T2', { channel: 'C2', user: 'U2', ts: '1700000000.000200', subtype: 'bot_message' }),
        message('Ev3', 'T1', { channel: 'C1', user: 'U2', ts: '1700000000.000300', thread_ts: '1700000000.000100' }),
        message('Ev4', 'T1', { channel: 'C1', user: 'U1', item: { ts: '1700000000.000100' } }),
        message('Ev5', 'T1', { channel: 'C1', user: 'U1' }),
        message('Ev6', 'T3', { channel: 'C10', user: 'U1' }),
      ],
      { waits: () => true },
    );
    const seqOf = (id: string) => seqs.get(id) ?? 0;
    await inbox.fail(seqOf('Ev1'), { code: 'listener_failed', message: 'Not 100% found', at: 'bot.ts:1:2' });
    await inbox.fail(seqOf('Ev2'), { code: 'handler_timed_out', message: 'too long' });
    await inbox.retry(seqOf('Ev3'), {
      runAtMs: 0,
      failure: { code: 'listener_failed', message: 'again', at: 'bot.ts:9:9' },
    });
    await inbox.finish([seqOf('Ev5')]);
    await operations.clock.advance(MINUTE_MS);
    await inbox.insert([
      message('Ev7', 'T1', { channel: 'C1', user: 'U3', ts: '1700000000.000700' }),
      message('Ev8', 'T2', { channel: 'C2', user: 'U1' }),
    ]);
    return operations;
  }

  it('failed ones come first, then those that wait, each the newest first', async () => {
    const operations = await withEvents();
    expect(await idsOf(operations, '')).toEqual(['Ev2', 'Ev1', 'Ev3', 'Ev8', 'Ev7', 'Ev6', 'Ev4']);
  });

  it('a query finds the events that match all of it', async () => {
    const operations = await withEvents();
    const expected: Record<string, string[]> = {
      'status:failed': ['Ev2', 'Ev1'],
      'status:waiting': ['Ev3', 'Ev8', 'Ev7', 'Ev6', 'Ev4'],
      'status:done': ['Ev5'],
      'status:done,ready channel:C1': ['Ev7', 'Ev4', 'Ev5'],
      'team:T2': ['Ev2', 'Ev8'],
      '-team:T1': ['Ev2', 'Ev8', 'Ev6'],
      'type:message team:T3': ['Ev6'],
      'type:reaction_added': [],
      'channel:C1': ['Ev1', 'Ev3', 'Ev7', 'Ev4'],
      'channel:C_': [],
      '-channel:C1,C2': ['Ev6'],
      'error:listener_failed': ['Ev1', 'Ev3'],
      'not "100%"': ['Ev1'],
      '-error:listener_failed status:failed': ['Ev2'],
      'since:30s': ['Ev8', 'Ev7'],
      'before:30s status:failed': ['Ev2', 'Ev1'],
      'user:U1': ['Ev1', 'Ev8', 'Ev6', 'Ev4'],
      'user:U1 channel:C1': ['Ev1', 'Ev4'],
      '-user:U1': ['Ev2', 'Ev3', 'Ev7'],
      'field:event.subtype=bot_message': ['Ev2'],
      'https://acme.slack.com/archives/C1/p1700000000000100': ['Ev1', 'Ev4'],
      'https://acme.slack.com/archives/C1/p1700000000000300?thread_ts=1700000000.000100': ['Ev3'],
      'https://acme.slack.com/archives/C1/p1700000000000700': ['Ev7'],
      "'; drop table inbox": [],
    };
    const found: Record<string, string[]> = {};
    for (const query of Object.keys(expected)) found[query] = await idsOf(operations, query);
    expect(found).toEqual(expected);
  });

  it.each([[''], ['-user:U9'], ['-type:x']])(
    'pages of %j go on where the one before ended, while others come',
    async (query) => {
      const { run, context } = await withEvents();
      const seen: string[] = [];
      for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
        const { events, nextCursor } = await run(listEvents, { query, cursor, limit: 2 });
        seen.push(...events.map(({ eventId }) => eventId));
        cursor = nextCursor ?? undefined;
        if (page === 1) await context.inbox.insert([message('Ev9', 'T1', { channel: 'C1', user: 'U1' })]);
      }
      // What has come to a part of the list that was not read yet is there; nothing is seen twice.
      expect(seen).toEqual(['Ev2', 'Ev1', 'Ev3', 'Ev8', 'Ev7', 'Ev6', 'Ev4']);
    },
  );

  it('a search of payloads says how many it looked at, and goes on from there', async () => {
    const operations = await openOperations(engine);
    const { inbox } = operations.context;
    const wanted = message('Ev0', 'T1', { channel: 'C1', user: 'UWANTED' });
    await inbox.insert([wanted], { waits: () => true });
    for (let n = 0; n < 11; n++) {
      const others = Array.from({ length: 200 }, (_, i) => message(`Ev${n}.${i}`, 'T1', { channel: 'C1', user: 'U1' }));
      await inbox.insert(others, { waits: () => true });
    }
    const first = await operations.run(listEvents, { query: 'user:UWANTED' });
    expect(first).toMatchObject({ events: [], lookedAt: 2_000, nextCursor: expect.any(String) });
    const second = await operations.run(listEvents, { query: 'user:UWANTED', cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ events: [{ eventId: 'Ev0' }], lookedAt: 201, nextCursor: null });
  });

  it('a search of long payloads ends after 8 MB of them, and goes on from there', async () => {
    const operations = await openOperations(engine);
    const { inbox } = operations.context;
    const long = (id: string, user: string) => message(id, 'T1', { channel: 'C1', user, text: 'x'.repeat(3_000_000) });
    for (const envelope of [long('Ev1', 'UWANTED'), long('Ev2', 'U1'), long('Ev3', 'U1'), long('Ev4', 'U1')]) {
      await inbox.insert([envelope], { waits: () => true });
    }
    const first = await operations.run(listEvents, { query: 'user:UWANTED' });
    expect(first).toMatchObject({ events: [], lookedAt: 3, nextCursor: expect.any(String) });
    const second = await operations.run(listEvents, { query: 'user:UWANTED', cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ events: [{ eventId: 'Ev1' }], lookedAt: 1, nextCursor: null });
  });

  it('a search that finds little ends after 30,000 rows, says so, and goes on from there', async () => {
    const operations = await openOperations(engine);
    const { store } = operations.storage;
    const ROWS = 35_000;
    await store.run(
      `with recursive n (n) as (select 1 union all select n + 1 from n where n < $1)
       insert into inbox (event_id, team_id, type, state, shard, error_code, received_at_ms)
       select 'Ev' || n, case when n = 1 then 'T1' else 'T2' end, 'message', 'failed', 7, 'listener_failed', 1 from n`,
      [ROWS],
    );
    const asked = countingReads(operations);
    const first = await operations.run(listEvents, { query: 'status:failed team:T1' });
    expect(first).toMatchObject({ events: [], lookedAt: 30_000, nextCursor: expect.any(String) });
    // Each statement is a way to the database and back, which beside a full load takes longer than what it does there.
    if (engine === 'postgres') expect(asked()).toBe(3);
    const second = await operations.run(listEvents, {
      query: 'status:failed team:T1',
      cursor: first.nextCursor ?? '',
    });
    expect(second).toMatchObject({ events: [{ eventId: 'Ev1' }], lookedAt: ROWS - 30_000, nextCursor: null });
    expect(await operations.run(groupEvents, {})).toMatchObject({ lookedAt: 10_000, isComplete: false });
  });

  it('a search ends when the database takes long, and goes on from there; not before it has looked at some thousands', async () => {
    const operations = await openOperations(engine);
    const { storage, clock } = operations;
    const insert = (from: number, count: number) =>
      storage.store.run(
        `with recursive n (n) as (select cast($1 as integer) union all select n + 1 from n where n < cast($2 as integer))
         insert into inbox (event_id, team_id, type, state, shard, error_code, received_at_ms)
         select 'Ev' || n, 'T2', 'message', 'failed', 7, 'listener_failed', 1 from n`,
        [from, from + count - 1],
      );
    // Each statement takes a tenth of a second.
    const { reads } = operations.context;
    for (const name of ['get', 'all'] as const) {
      const ask = reads[name].bind(reads);
      vi.spyOn(reads, name).mockImplementation(async (sql: string, params?: readonly SqlValue[]) => {
        const answer = await ask(sql, params);
        await clock.advance(100);
        return answer as never;
      });
    }
    await insert(1, 1_500);
    expect(await operations.run(listEvents, { query: 'team:T1' })).toMatchObject({ lookedAt: 1_500, nextCursor: null });
    await insert(1_501, 7_000);
    const first = await operations.run(listEvents, { query: 'team:T1' });
    expect(first).toMatchObject({ events: [], lookedAt: 5_000, nextCursor: expect.any(String) });
    const second = await operations.run(listEvents, { query: 'team:T1', cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ events: [], lookedAt: 3_500 });
  });

  it.runIf(engine === 'sqlite')(
    'a search among batches parses those that may match, and ends sooner for it',
    async () => {
      const operations = await openOperations(engine);
      const { inbox } = operations.context;
      for (let n = 0; n < 80; n++) {
        const others = Array.from({ length: 100 }, (_, i) =>
          message(`Ev${n}.${i}`, n === 0 ? 'T1' : 'T2', { channel: n === 1 ? 'C1' : 'C2' }),
        );
        await inbox.finish([...(await inbox.insert(others)).values()]);
      }
      const ask = (query: string, more = {}) => operations.run(listEvents, { query, limit: 1_000, ...more });
      // No batch of these has to be parsed but the one.
      expect(await ask('status:done team:T1')).toMatchObject({ lookedAt: 8_000, nextCursor: null });
      expect((await ask('status:done team:T1')).events).toHaveLength(100);
      expect((await ask('status:done channel:C1')).events).toHaveLength(100);
      expect((await ask('status:done channel:C')).events).toEqual([]);
      expect(await ask('status:done type:reaction_added')).toMatchObject({ events: [], lookedAt: 8_000 });
      // All of them: nothing says beforehand what does not match.
      const first = await ask('status:done -team:T2');
      expect(first).toMatchObject({ events: [], lookedAt: 6_000, nextCursor: expect.any(String) });
      const second = await ask('status:done -team:T2', { cursor: first.nextCursor });
      expect([second.events.length, second.nextCursor]).toEqual([100, null]);
    },
  );

  it('failures are grouped by error and place, with an example', async () => {
    const operations = await withEvents();
    const { inbox } = operations.context;
    // Two of a team that failed before, which counts once.
    const more = [message('Ev9', 'T3', { channel: 'C9' }), message('Ev10', 'T3', { channel: 'C9' })];
    const seqs = await inbox.insert(more, { waits: () => true });
    for (const { id } of more)
      await inbox.fail(seqs.get(id) ?? 0, {
        code: 'listener_failed',
        message: `other words of ${id}`,
        at: 'bot.ts:1:2',
      });
    expect(await operations.run(groupEvents, {})).toEqual({
      groups: [
        {
          error: 'listener_failed',
          listener: 'bot.ts:1:2',
          type: 'message',
          events: 3,
          teams: 2,
          firstSeen: '2026-11-18T11:06:40.000Z',
          lastSeen: '2026-11-18T11:07:40.000Z',
          exampleId: 'Ev10',
        },
        expect.objectContaining({ error: 'handler_timed_out', listener: null, events: 1, exampleId: 'Ev2' }),
      ],
      lookedAt: 4,
      isComplete: true,
    });
    expect(await operations.run(groupEvents, { query: 'team:T2' })).toMatchObject({ groups: [{ exampleId: 'Ev2' }] });
    await expect(operations.run(groupEvents, { query: 'user:U1' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it.each([
    [{ query: 'status:lost' }, 'query: status:lost takes'],
    [{ cursor: 'x' }, 'cursor must be a nextCursor of the same list'],
    [{ cursor: Buffer.from('["failed",-1]').toString('base64url') }, 'cursor must be a nextCursor of the same list'],
    [{ cursor: Buffer.from('["T1","T1"]').toString('base64url') }, 'cursor must be a nextCursor of the same list'],
    [{ state: 'failed' }, 'unknown field "state"'],
    [{ limit: 1_001 }, 'limit must be'],
  ])('a list is refused for %j', async (input, words) => {
    const { run } = await openOperations(engine);
    await expect(run(listEvents, input as never)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining(words),
    });
  });
});
