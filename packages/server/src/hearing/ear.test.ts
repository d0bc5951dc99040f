import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { type DeafFacts, Ear } from './ear.ts';
import type { Post } from './hearing-state.ts';

const START_MS = Date.UTC(2026, 10, 1);

/** An ear, what it asked and told, and the answer that a check waits for. */
function anEar() {
  const clock = new TestClock(START_MS);
  const told: (DeafFacts | 'hears')[] = [];
  const asked: string[][] = [];
  const answers: ((ids: readonly string[]) => void)[] = [];
  const check = (posts: readonly Post[]) => {
    asked.push(posts.map(({ id }) => id));
    const { promise, resolve } = Promise.withResolvers<ReadonlySet<string>>();
    answers.push((ids) => resolve(new Set(ids)));
    return promise;
  };
  const ear = new Ear({ clock, check, onDeaf: (facts) => told.push(facts), onHears: () => told.push('hears') });
  const post = (...ids: string[]) => {
    for (const id of ids) ear.posted({ id, team: 'T1', channel: 'C1' });
  };
  const answer = async (...ids: string[]) => {
    answers.shift()?.(ids);
    await clock.settle();
  };
  return { ear, clock, told, asked, post, answer };
}

it('asks about what is unheard for 45 s, tells since when nothing was heard, and once more when it hears again', async () => {
  const { ear, clock, told, asked, post, answer } = anEar();
  ear.opened('a');
  await clock.advance(10_000);
  ear.heard('a');
  await clock.advance(5_000);
  post('1', '2', '3');
  await clock.advance(44_999);
  expect(asked).toEqual([]);
  await clock.advance(1);
  expect(asked).toEqual([['1', '2', '3']]);
  await answer('1', '2', '3');
  expect(told).toEqual([{ sources: ['a'], unheard: 3, teams: ['T1'], fromMs: START_MS + 10_000, times: 1 }]);
  expect(ear.isWaiting).toBe(false);
  ear.heard('a');
  ear.heard('a');
  expect(told.slice(1)).toEqual(['hears']);
  expect(clock.pendingTimers).toBe(0);
});

it('waits for a post until it comes back, is excused, or anything else is heard', async () => {
  const { ear, clock, asked, post } = anEar();
  ear.opened('a');
  post('1', '2', '3');
  expect(ear.awaits('2')).toBe(true);
  ear.returned('2');
  expect(ear.awaits('2')).toBe(false);
  ear.excused('T1');
  expect(ear.isWaiting).toBe(false);
  post('4', '5', '6');
  await clock.advance(1_000);
  ear.heard('a');
  await clock.advance(600_000);
  expect(asked).toEqual([]);
});

it('tells posts and events of one millisecond apart', async () => {
  const { ear, clock, asked, post } = anEar();
  ear.opened('a');
  post('1', '2', '3');
  ear.heard('a');
  await clock.advance(600_000);
  expect(asked).toEqual([]);
  post('4', '5', '6');
  await clock.advance(45_000);
  expect(asked).toEqual([['4', '5', '6']]);
});

it('knows of the teams that were heard last whether another one than that of the posts is among them', async () => {
  const { ear, clock, asked, post } = anEar();
  for (const source of ['a', 'b']) ear.opened(source);
  post('1', '2', '3');
  // Only b hears, and of another team, then of that of the posts.
  ear.heard('b');
  ear.heardOf('T2');
  ear.heard('b');
  ear.heardOf('T1');
  await clock.advance(600_000);
  expect(asked).toEqual([]);
  post('4', '5', '6');
  ear.heard('b');
  ear.heardOf('T1');
  await clock.advance(45_000);
  expect(asked).toEqual([['4', '5', '6']]);
});

it('hears nothing of a source that was never opened, nor waits for anything while none is', async () => {
  const { ear, clock, asked, post } = anEar();
  post('1', '2', '3');
  ear.heard('a');
  ear.opened('a');
  post('4', '5');
  ear.closed('a');
  ear.closed('a');
  expect(ear.isWaiting).toBe(false);
  await clock.advance(600_000);
  expect(asked).toEqual([]);
});

it('takes no answer that comes after it was stopped, and leaves no timer', async () => {
  const { ear, clock, told, asked, post, answer } = anEar();
  ear.opened('a');
  post('1', '2', '3');
  await clock.advance(45_000);
  expect(asked).toHaveLength(1);
  ear.stop();
  await answer('1', '2', '3');
  expect(told).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
