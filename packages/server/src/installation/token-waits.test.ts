import { expect, it } from 'vitest';
import { TokenWaits } from './token-waits.ts';

/** What has come of each wait so far. */
async function aWait() {
  const awaited = new Set(['T1', 'T2']);
  const waits = new TokenWaits({ isAwaited: (key) => awaited.has(key) });
  const settled: string[] = [];
  for (const key of ['T1', 'T1', 'T2', 'T3']) void waits.settled(key).then(() => settled.push(key));
  await Promise.resolve();
  return { awaited, waits, settled };
}

it('lets everybody wait for a token that is awaited, and nobody else', async () => {
  const { settled } = await aWait();
  expect(settled).toEqual(['T3']);
});

it('lets all go who wait for a token as soon as it is there, and nobody before', async () => {
  const { awaited, waits, settled } = await aWait();
  waits.changed('T1');
  awaited.delete('T1');
  await new Promise(setImmediate);
  expect(settled).toEqual(['T3']);
  waits.changed('T1');
  await new Promise(setImmediate);
  expect(settled).toEqual(['T3', 'T1', 'T1']);
});
