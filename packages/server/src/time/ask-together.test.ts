import { expect, it } from 'vitest';
import { AskTogether } from './ask-together.ts';

/** A question that is answered when the test says so. */
function held() {
  const asked: { keys: readonly string[]; answer(found: readonly string[]): void; fail(error: Error): void }[] = [];
  const together = new AskTogether<string>(
    (keys) =>
      new Promise((resolve, reject) => {
        asked.push({ keys, answer: (found) => resolve(new Set(found)), fail: reject });
      }),
  );
  return { asked, together };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('asks once about all who ask in one turn, and about each of them once', async () => {
  const { asked, together } = held();
  const answers = Promise.all(['a', 'b', 'a'].map((key) => together.isAmong(key)));
  await turn();
  expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  asked[0]?.answer(['a']);
  expect(await answers).toEqual([true, false, true]);
});

it('gives whoever asks while an answer is on its way the next one', async () => {
  const { asked, together } = held();
  const first = together.isAmong('a');
  await turn();
  const [second, third] = [together.isAmong('a'), together.isAmong('b')];
  await turn();
  expect(asked).toHaveLength(1);
  asked[0]?.answer([]);
  expect(await first).toBe(false);
  await turn();
  expect(asked[1]?.keys).toEqual(['a', 'b']);
  asked[1]?.answer(['a']);
  expect(await Promise.all([second, third])).toEqual([true, false]);
});

it('tells all of a question that failed, and asks again for the next', async () => {
  const { asked, together } = held();
  const failing = Promise.allSettled([together.isAmong('a'), together.isAmong('b')]);
  await turn();
  asked[0]?.fail(new Error('away'));
  expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const next = together.isAmong('a');
  await turn();
  asked[1]?.answer(['a']);
  expect(await next).toBe(true);
});

it('asks about a thousand at once', async () => {
  const { asked, together } = held();
  const all = Promise.all(Array.from({ length: 1_001 }, (_, n) => together.isAmong(String(n))));
  await turn();
  asked[0]?.answer([]);
  await turn();
  expect(asked.map(({ keys }) => keys.length)).toEqual([1_000, 1]);
  asked[1]?.answer(['1000']);
  expect((await all).lastIndexOf(true)).toBe(1_000);
});
