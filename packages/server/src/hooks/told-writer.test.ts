/** What hooks were told must be in the row before a planned move ends, or the next owner tells it again. */
import { expect, it } from 'vitest';
import { BotServerError } from '../errors.ts';
import type { NewlyTold } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { ToldWriter } from './told-writer.ts';

const told: Omit<NewlyTold, 'epoch'> = {
  key: 'T1',
  createdAtMs: 1,
  install: 1,
  state: { kind: 'inactive', reason: 'token_revoked', sinceMs: 2 },
  teams: new Map([['T1', { access: 'granted', name: 'Acme' }]]),
};

function writerOn(failures: number) {
  const clock = new TestClock();
  const written: string[] = [];
  let asked = 0;
  const setTold = async (list: readonly NewlyTold[]) => {
    if (++asked <= failures) throw new BotServerError('store_unavailable', 'The database did not answer');
    written.push(...list.map(({ key, epoch }) => `${key} under ${epoch}`));
  };
  const writer = new ToldWriter({ installations: { setTold }, epochOf: () => 7, clock, log: { warn() {} } });
  return { writer, written, clock };
}

it('what the store did not take is written at once for somebody who waits for it', async () => {
  const { writer, written } = writerOn(1);
  writer.write(told, Promise.resolve());
  await writer.settled();
  expect(written).toEqual(['T1 under 7']);
});

it('a store that takes nothing holds nobody up; what was told is written when it does', async () => {
  const { writer, written, clock } = writerOn(2);
  writer.write(told, Promise.resolve());
  await writer.settled();
  expect(written).toEqual([]);
  await clock.advance(1_000);
  expect(written).toEqual(['T1 under 7']);
});

it('waits for the hooks, as a move by plan does', async () => {
  const { writer, written } = writerOn(0);
  const hooks = Promise.withResolvers<void>();
  writer.write(told, hooks.promise);
  const settled = writer.settled();
  await Promise.resolve();
  expect(written).toEqual([]);
  hooks.resolve();
  await settled;
  expect(written).toEqual(['T1 under 7']);
});

it('waits for no hook of another installation', async () => {
  const { writer, written } = writerOn(0);
  writer.write({ ...told, key: 'T2' }, new Promise(() => {}));
  writer.write(told, Promise.resolve());
  await writer.settled(['T1', 'T3']);
  expect(written).toEqual(['T1 under 7']);
});

it('tries nothing again when it was stopped, also what comes later', async () => {
  const { writer, written, clock } = writerOn(Number.POSITIVE_INFINITY);
  writer.write(told, Promise.resolve());
  await writer.settled();
  const hooks = Promise.withResolvers<void>();
  writer.write({ ...told, key: 'T2' }, hooks.promise);
  writer.stop();
  hooks.resolve();
  await writer.settled();
  expect(clock.pendingTimers).toBe(0);
  expect(written).toEqual([]);
});
