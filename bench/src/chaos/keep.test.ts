import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runChaos } from './run.ts';

it('makes the folder in which everything is kept', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chaos-keep-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const keep = join(directory, 'runs', 'first');
  await runChaos({
    transports: [],
    durationMs: 0,
    seed: 1,
    teams: 1,
    nodes: 1,
    messagesPerSecond: 1,
    keep,
    signal: AbortSignal.timeout(10_000),
    onProgress: () => {},
  });
  expect((await stat(keep)).isDirectory()).toBe(true);
});
