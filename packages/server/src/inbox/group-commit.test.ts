import { describe, expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';
import type { Envelope } from './envelope.ts';
import { FLUSH_TIMEOUT_MS, GroupCommit } from './group-commit.ts';
import type { InsertOptions } from './inbox.ts';

interface Flush {
  ids: string[];
  /** Answers it: every id is new unless said otherwise. */
  answer: (known?: string[]) => void;
  fail: () => void;
  /** The store takes everything but this. */
  refuse: () => void;
}

/** A store that answers when it is told to. */
function aStore({ answersInOrder = false } = {}) {
  const clock = new TestClock();
  const startedMs = clock.monotonic();
  const flushes: Flush[] = [];
  const stored: string[] = [];
  const left: string[] = [];
  const doubtful: string[][] = [];
  const slowAtMs: number[] = [];
  const commitsTold: string[] = [];
  const finishing: number[][] = [];
  let seq = 0;
  const insert = (envelopes: readonly Envelope[], { finish = [] }: InsertOptions = {}) =>
    new Promise<Map<string, number>>((resolve, reject) => {
      if (finish.length > 0) finishing.push([...finish]);
      const ids = envelopes.map(({ id }) => id);
      const answer = (known: string[] = []) =>
        resolve(new Map(ids.filter((id) => !known.includes(id)).map((id) => [id, ++seq])));
      const fail = () => reject(new BotServerError('store_unavailable', 'no'));
      flushes.push({ ids, answer, fail, refuse: () => reject(new BotServerError('value_refused', 'no')) });
    });
  const finished: number[] = [];
  const settled: number[] = [];
  const settlements = {
    take: () => finished.splice(0),
    claimsOf: () => [],
    settled: (seqs: readonly number[]) => void settled.push(...seqs),
    putBack: (seqs: readonly number[]) => void finished.push(...seqs),
  };
  const commits = new GroupCommit({
    inbox: { insert, answersInOrder },
    beginFlush: () => () => false,
    settlements,
    clock,
    onLeft: ({ id }) => left.push(id),
    onStored: ({ id }) => stored.push(id),
    onDoubtful: (teamIds) => doubtful.push([...teamIds]),
    onCommit: (error) => commitsTold.push(error === undefined ? 'stored' : 'failed'),
    onSlow: () => slowAtMs.push(clock.monotonic() - startedMs),
  });
  const add = (id: string) => {
    const added = commits.add({ id, teamId: `team of ${id}`, orderKey: undefined, type: 'message', body: {} });
    return added.then(
      () => 'accepted',
      ({ code }: BotServerError) => code,
    );
  };
  return { clock, flushes, left, stored, doubtful, add, finished, finishing, settled, slowAtMs, commitsTold };
}

describe('group commit', () => {
  it('commits one event at once, and what comes meanwhile together in the next flush', async () => {
    const { clock, flushes, add, stored } = aStore();
    const first = add('a');
    await clock.settle();
    const others = [add('b'), add('c')];
    await clock.settle();
    expect(flushes.map(({ ids }) => ids)).toEqual([['a']]);
    flushes[0]?.answer();
    await first;
    await clock.settle();
    flushes[1]?.answer();
    expect(await Promise.all(others)).toEqual(['accepted', 'accepted']);
    expect(flushes.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
    expect(stored).toEqual(['a', 'b', 'c']);
  });

  it('sends a second flush after the first to a store that answers in order, once eight events wait', async () => {
    const { clock, flushes, add, stored } = aStore({ answersInOrder: true });
    const ids = Array.from({ length: 12 }, (_, i) => `e${i}`);
    const answers = [add('first')];
    await clock.settle();
    for (const id of ids) answers.push(add(id));
    await clock.settle();
    expect(flushes.map(({ ids: flushed }) => flushed.length)).toEqual([1, 12]);
    flushes[0]?.answer();
    flushes[1]?.answer();
    await Promise.all(answers);
    expect(stored).toEqual(['first', ...ids]);
  });

  it('waits with the second flush for a store that answers in any order', async () => {
    const { clock, flushes, add } = aStore();
    const first = add('first');
    await clock.settle();
    for (let i = 0; i < 12; i++) void add(`e${i}`);
    await clock.settle();
    expect(flushes).toHaveLength(1);
    flushes[0]?.answer();
    await first;
    await clock.settle();
    expect(flushes[1]?.ids).toHaveLength(12);
  });

  it('accepts what is known without handing it out again, also twice in one flush', async () => {
    const { clock, flushes, add, stored } = aStore();
    const answers = [add('old'), add('new'), add('new')];
    await clock.settle();
    flushes[0]?.answer(['old']);
    expect(await Promise.all(answers)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(stored).toEqual(['new']);
  });

  it('tells of no commit where nothing new was written: that proves nothing of the store', async () => {
    const { clock, flushes, add, commitsTold } = aStore();
    const known = add('old');
    await clock.settle();
    flushes[0]?.answer(['old']);
    expect(await known).toBe('accepted');
    expect(commitsTold).toEqual([]);
    const added = add('new');
    await clock.settle();
    flushes[1]?.answer();
    await added;
    expect(commitsTold).toEqual(['stored']);
  });

  it('halves a flush that fails until the row that the store refuses stands alone', async () => {
    const { clock, flushes, add, stored, left } = aStore();
    const answers = ['a', 'b', 'bad', 'c'].map(add);
    for (let seen = 0; seen < 10; seen++) {
      await clock.settle();
      const flush = flushes[seen];
      if (flush?.ids.includes('bad')) flush.fail();
      else flush?.answer();
    }
    expect(await Promise.all(answers)).toEqual(['accepted', 'accepted', 'store_unavailable', 'accepted']);
    expect(stored).toEqual(['a', 'b', 'c']);
    expect(left).toEqual(['a', 'b', 'bad', 'c']);
  });

  it('tells a row that is refused for good from an outage', async () => {
    const { clock, flushes, add, stored } = aStore();
    const answers = ['a', 'bad'].map(add);
    for (let seen = 0; seen < 5; seen++) {
      await clock.settle();
      if (flushes[seen]?.ids.includes('bad')) flushes[seen]?.refuse();
      else flushes[seen]?.answer();
    }
    expect(await Promise.all(answers)).toEqual(['accepted', 'value_refused']);
    expect(stored).toEqual(['a']);
  });

  it('stores an event whose flush was refused for what was handled beside it', async () => {
    const { clock, flushes, add, stored, finished, finishing } = aStore();
    finished.push(7);
    const answer = add('a');
    await clock.settle();
    flushes[0]?.refuse();
    await clock.settle();
    flushes[1]?.answer();
    expect(await answer).toBe('accepted');
    expect([stored, finished, finishing]).toEqual([['a'], [7], [[7]]]);
  });

  it('writes what was handled in the same commit, and gives it back when that fails', async () => {
    const { clock, flushes, add, finished, finishing, settled } = aStore();
    finished.push(7, 8);
    const first = add('a');
    await clock.settle();
    flushes[0]?.fail();
    await first;
    expect([finished, settled]).toEqual([[7, 8], []]);
    const second = add('b');
    await clock.settle();
    flushes[1]?.answer();
    await second;
    expect([finished, settled, finishing]).toEqual([
      [],
      [7, 8],
      [
        [7, 8],
        [7, 8],
      ],
    ]);
  });

  it('says whose events may be stored although the store failed', async () => {
    const { clock, flushes, add, doubtful } = aStore();
    const answer = add('a');
    await clock.settle();
    flushes[0]?.fail();
    expect(await answer).toBe('store_unavailable');
    await clock.settle();
    expect(doubtful).toEqual([['team of a']]);
  });

  it('says that a flush takes long, each quarter of a second, until it has ended', async () => {
    const { add, flushes, clock, slowAtMs } = aStore();
    const added = add('e1');
    await clock.advance(600);
    flushes[0]?.answer();
    expect(await added).toBe('accepted');
    await clock.advance(1_000);
    expect(slowAtMs).toEqual([250, 500]);
  });

  it('lets nobody wait longer than 2.5 s for a store that hangs, and hands out what it commits later', async () => {
    const { clock, flushes, add, stored, left } = aStore();
    const inFlight = add('a');
    await clock.settle();
    const behind = add('b');
    await clock.advance(FLUSH_TIMEOUT_MS - 1);
    expect(await Promise.race([inFlight, behind, Promise.resolve('nobody')])).toBe('nobody');
    await clock.advance(1);
    expect(await Promise.all([inFlight, behind])).toEqual(['store_unavailable', 'store_unavailable']);
    const later = add('c');
    await clock.advance(FLUSH_TIMEOUT_MS);
    expect(await later).toBe('store_unavailable');
    // What is in the commit that hangs is held as long as it does.
    expect(left).toEqual(['b', 'c']);
    flushes[0]?.answer();
    await clock.settle();
    expect(stored).toEqual(['a']);
    expect(left).toEqual(['b', 'c', 'a']);
  });
});
