/** A job of onceAndEvery when servers share a database by leases: the first one runs it at its start, those that join do not. */
import { expect, it, onTestFinished } from 'vitest';
import { Scene } from './scene.test-kit.ts';

it('is run at the start by the first of two servers, and again when none was left', async () => {
  const scene = await Scene.open({ database: 'postgres', teams: [{ name: 'Acme' }] });
  const runs: string[] = [];
  const start = (name: string) =>
    scene.start({ setUp: ({ server }) => void server.onceAndEvery({ cron: '0 9 1 1 *' }, () => void runs.push(name)) });
  const decided = (count: number) => async () => {
    await scene.pass(1_000);
    const lines = scene.logLines.filter((line) => line.includes('job not run at this start'));
    return lines.length >= count;
  };
  const first = await start('first');
  onTestFinished(async () => void (await scene.during(first.server.stop())));
  await scene.pass(1_000);
  expect(runs).toEqual(['first']);
  await start('second');
  await expect.poll(decided(1), { timeout: 20_000 }).toBe(true);
  expect(runs).toEqual(['first']);
  await scene.stop();
  await scene.during(first.server.stop());
  await start('third');
  await expect.poll(() => scene.pass(1_000).then(() => runs), { timeout: 20_000 }).toEqual(['first', 'third']);
}, 60_000);
