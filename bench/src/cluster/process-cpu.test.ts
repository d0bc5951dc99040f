/** Processor time by /proc. */
import { expect, it } from 'vitest';
import { cpuOfTreeMs, parseStat, sumOfTree } from './process-cpu.ts';

it('reads the parent and the times from a line of the kernel, whatever the name of the process is', () => {
  const line = '42 (post) gres: ) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 10 20 0 1 0 100';
  expect(parseStat(line)).toEqual({ pid: 42, parent: 7, cpuMs: 2_300 });
  expect(parseStat('')).toBeUndefined();
});

it('adds what comes of a process, and theirs, and leaves out the others', () => {
  const processes = [
    { pid: 1, parent: 0, cpuMs: 1_000 },
    { pid: 2, parent: 1, cpuMs: 200 },
    { pid: 3, parent: 2, cpuMs: 30 },
    { pid: 4, parent: 1, cpuMs: 4 },
  ];
  expect(sumOfTree(processes, 2)).toBe(230);
  expect(sumOfTree(processes, 9)).toBeNaN();
});

it.runIf(process.platform === 'linux')('knows what this process used', async () => {
  const own = process.cpuUsage();
  const shown = await cpuOfTreeMs(process.pid);
  expect(shown).toBeGreaterThanOrEqual((own.user + own.system) / 1_000 - 20);
});
