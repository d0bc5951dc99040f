import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { UnverifiedBodies } from './unverified-bodies.ts';

function aBudget(limitBytes: number) {
  const clock = new TestClock();
  const cut: string[] = [];
  const bodies = new UnverifiedBodies({ clock, limitBytes, onCut: () => {} });
  const begin = (name: string, sizeBytes: number) => {
    const account = bodies.begin({ sizeBytes, cut: () => void cut.push(name) });
    account.grow(sizeBytes);
    return account;
  };
  return { clock, bodies, begin, cut };
}

it('cuts the slowest until there is room again', async () => {
  const { clock, bodies, begin, cut } = aBudget(1_000);
  begin('slow and large', 400);
  begin('slow and small', 100);
  await clock.advance(5_000);
  begin('quick', 400);
  await clock.advance(10);
  begin('new', 200);
  expect(cut).toEqual(['slow and small', 'slow and large']);
  expect(bodies.bufferedBytes).toBe(600);
});

it('takes a body that has just begun for no slow one', async () => {
  const { clock, begin, cut } = aBudget(1_000);
  begin('half sent', 900);
  await clock.advance(100);
  begin('new', 1);
  await clock.advance(1);
  begin('newer', 100);
  expect(cut).toEqual(['half sent']);
});

it('forgets what has ended, and ends it once', () => {
  const { bodies, begin, cut } = aBudget(1_000);
  const first = begin('first', 900);
  first.end();
  first.end();
  begin('second', 1_000);
  expect(bodies.bufferedBytes).toBe(1_000);
  expect(cut).toEqual([]);
});

it('cuts what alone is more than there is', () => {
  const { bodies, begin, cut } = aBudget(1_000);
  begin('giant', 1_001);
  expect(cut).toEqual(['giant']);
  expect(bodies.bufferedBytes).toBe(0);
});
