/** Under which conditions a run was made: for its report, and to make them alike for all contenders. */
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What it ran on. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGib: number;
  node: string;
  platform: string;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Year, month and day. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The machine as a few words. */
export function describeMachine({ cores, cpu, memoryGib, node, platform }: Machine): string {
  return `${cores} cores (${cpu}), ${memoryGib} GiB, ${platform}, node ${node}`;
}

/** Each round begins with another contender, so that none always comes after the same one. */
export function rotated<Item>(items: readonly Item[], by: number): Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
