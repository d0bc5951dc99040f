import { expect, it } from 'vitest';
import { KeyedQueues } from './keyed-queues.ts';

/** Work that says when it begins and ends, and ends when it is told to. */
function aStage() {
  const log: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    const end = Promise.withResolvers<void>();
    ends.set(name, end);
    await end.promise;
    log.push(`${name} ends`);
    return name;
  };
  return {
    log,
    work,
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(name)),
  };
}

const aTurn = () => new Promise((resolve) => setImmediate(resolve));

it('runs the work of one key in order, one at a time, and other keys beside it', async () => {
  const { log, work, end } = aStage();
  const queues = new KeyedQueues<string>();
  const first = queues.add('a', work('a1'));
  void queues.add('a', work('a2'));
  void queues.add('b', work('b1'));
  await aTurn();
  expect(log).toEqual(['a1 begins', 'b1 begins']);
  end('a1');
  expect(await first).toBe('a1');
  await aTurn();
  expect(log).toEqual(['a1 begins', 'b1 begins', 'a1 ends', 'a2 begins']);
  expect([queues.lengthOf('a'), queues.lengthOf('b'), queues.lengthOf('c')]).toEqual([1, 1, 0]);
});

it('goes on behind work that failed, whose own caller is told', async () => {
  const { log, work, end, fail } = aStage();
  const queues = new KeyedQueues<string>();
  const broken = queues.add('a', work('a1'));
  const next = queues.add('a', work('a2'));
  await aTurn();
  fail('a1');
  await expect(broken).rejects.toThrow('a1');
  await aTurn();
  end('a2');
  expect(await next).toBe('a2');
  expect(log).toEqual(['a1 begins', 'a2 begins', 'a2 ends']);
});

it('tells a caller of work that throws at once, too', async () => {
  const queues = new KeyedQueues<string>();
  const broken = queues.add('a', () => {
    throw new RangeError('at once');
  });
  await expect(broken).rejects.toThrow(new RangeError('at once'));
  await queues.settled();
  expect(queues.lengthOf('a')).toBe(0);
});

it('has settled when nothing runs any more, also of what the work itself added', async () => {
  const queues = new KeyedQueues<string>();
  const log: string[] = [];
  void queues.add('a', async () => {
    void queues.add('a', () => void log.push('same key'));
    void queues.add('b', async () => {
      await aTurn();
      log.push('other key');
    });
  });
  await queues.settled();
  expect(log.toSorted()).toEqual(['other key', 'same key']);
});
