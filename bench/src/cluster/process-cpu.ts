/** Processor time of processes that are not ours to ask, from /proc. Linux only: NaN elsewhere. */
import { readdir, readFile } from 'node:fs/promises';

/** What a process used, and who started it. */
export interface ProcessTime {
  pid: number;
  parent: number;
  cpuMs: number;
}

/** /proc counts in these, on every architecture (`man 5 proc`: USER_HZ). */
const TICK_MS = 10;

/** A line of /proc/PID/stat; undefined for what is none. The time holds that of children that have ended and were waited for. */
export function parseStat(text: string): ProcessTime | undefined {
  // The name is in brackets and may hold anything, brackets too.
  const [, pid] = /^(\d+) \(/.exec(text) ?? [];
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [parent, ...times] = [fields[1], ...fields.slice(11, 15)].map(Number);
  if (pid === undefined || parent === undefined || times.length < 4 || times.some(Number.isNaN)) return undefined;
  return { pid: Number(pid), parent, cpuMs: times.reduce((sum, ticks) => sum + ticks, 0) * TICK_MS };
}

/** Of a process and all that come of it, in milliseconds: their parents know what those had used that have ended. */
export function sumOfTree(processes: readonly ProcessTime[], root: number): number {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const sumOf = ({ pid, cpuMs }: ProcessTime): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + sumOf(child), cpuMs);
  const found = processes.find(({ pid }) => pid === root);
  return found ? sumOf(found) : Number.NaN;
}

/** What a process and all that come of it have used so far, in milliseconds. */
export async function cpuOfTreeMs(root: number): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => /^\d+$/.test(name)).map((pid) => readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')),
  );
  return sumOfTree(
    texts.flatMap((text) => parseStat(text) ?? []),
    root,
  );
}
