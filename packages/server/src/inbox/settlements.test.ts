import { expect, it, vi } from 'vitest';
import { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';
import { Settlements } from './settlements.ts';

/** Settlements over an inbox that refuses some rows for good, and fails while it is down. */
function aRig() {
  const clock = new TestClock();
  const refused = new Set<number>();
  const state = { isDown: false };
  const written: number[] = [];
  const settled: number[] = [];
  const write = async (...seqs: readonly number[]) => {
    if (state.isDown) throw new BotServerError('store_unavailable', 'down');
    if (seqs.some((seq) => refused.has(seq))) throw new BotServerError('value_refused', 'no');
    written.push(...seqs);
  };
  const onRefused = vi.fn();
  const onFailure = vi.fn();
  const settlements = new Settlements({
    inbox: { finish: (seqs) => write(...seqs) },
    clock,
    onSettled: (seqs) => settled.push(...seqs),
    onFailure,
    onRefused,
  });
  return { clock, refused, state, written, settled, settlements, onRefused, onFailure, write };
}

it('finishes all but the row that is refused, and tells of it once', async () => {
  const { clock, refused, written, settled, settlements, onRefused, onFailure } = aRig();
  refused.add(3);
  for (let seq = 1; seq <= 8; seq++) settlements.done(seq);
  await clock.advance(5_000);
  expect(written).toEqual([1, 2, 4, 5, 6, 7, 8]);
  expect(settled).toEqual(written);
  expect(onRefused.mock.calls).toMatchObject([[{ seq: 3, isWritten: false, error: { code: 'value_refused' } }]]);
  expect(onFailure).not.toHaveBeenCalled();
  expect(await settlements.close()).toEqual({ unwritten: 0, refused: [3] });
});

it('keeps what a store that is down does not take, and says so when it is still down at the end', async () => {
  const { clock, state, written, settlements, write } = aRig();
  state.isDown = true;
  settlements.done(1);
  settlements.write({ seq: 2, teamId: 'T1', write: () => write(2), writeInstead: () => write(2) });
  await clock.advance(3_000);
  expect(await settlements.close()).toEqual({ unwritten: 2, refused: [] });
  state.isDown = false;
  expect(await settlements.close()).toEqual({ unwritten: 0, refused: [] });
  expect(written).toEqual([1, 2]);
});

it('writes within the 100 ms of P4 what went along with an event that the store refused, and waits for a store that is down', async () => {
  const { clock, written, settlements } = aRig();
  settlements.done(1);
  settlements.putBack(settlements.take(), new BotServerError('value_refused', 'no'));
  await clock.advance(50);
  expect(written).toEqual([1]);
  settlements.done(2);
  settlements.putBack(settlements.take(), new BotServerError('store_unavailable', 'down'));
  await clock.advance(900);
  expect(written).toEqual([1]);
  await clock.advance(100);
  expect(written).toEqual([1, 2]);
});
