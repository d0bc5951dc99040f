/** What becomes of values when the store fails in between. */
import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import type { InstallationKey } from './installation.ts';
import { RowWriter } from './row-writer.ts';

interface Value {
  key: InstallationKey;
  n: number;
}

function aWriter() {
  const clock = new TestClock(0);
  const written: number[] = [];
  let failures = 0;
  const writer = new RowWriter<Value>({
    write: async (values) => {
      if (failures-- > 0) throw new Error('The database is away');
      written.push(...values.map(({ n }) => n));
    },
    clock,
    onFailure: () => {},
  });
  return { clock, written, writer, fail: (times: number) => (failures = times) };
}

it('writes on after a failure that was made up for before its retry came', async () => {
  const { clock, written, writer, fail } = aWriter();
  fail(1);
  writer.write({ key: 'T1', n: 1 });
  expect(await writer.settled()).toBe(true);
  await clock.advance(2_000);
  writer.write({ key: 'T2', n: 2 });
  expect(await writer.settled()).toBe(true);
  expect(written).toEqual([1, 2]);
});

it('is not settled while the store takes nothing, and writes by itself when it does', async () => {
  const { clock, written, writer, fail } = aWriter();
  fail(2);
  writer.write({ key: 'T1', n: 1 });
  expect(await writer.settled()).toBe(false);
  await clock.advance(1_000);
  expect(await writer.settled()).toBe(true);
  expect(written).toEqual([1]);
});

it('that was stopped says of nothing that it is written', async () => {
  const { writer, fail } = aWriter();
  fail(1);
  writer.write({ key: 'T1', n: 1 });
  writer.stop();
  expect(await writer.settled()).toBe(false);
});
