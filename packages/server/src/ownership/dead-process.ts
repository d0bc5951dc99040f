/**
 * Whether another process of this database has provably died: then its lease need not be waited for, as after a crash and a restart
 * on one machine. Only on Linux, and only for the same kernel and the same pid namespace: a host name or a pid prove nothing, because
 * two containers can have the same ones. What cannot be proved is not dead.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Names the running kernel and the namespace in which this process has its pid: whoever else has the same name sees the same
 * processes under the same pids. Undefined where that cannot be known.
 */
export function pidSpace(): string | undefined {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${bootId} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}

/**
 * Whether there is no such process any more. One that is frozen is there, and so are one of another user, one that nobody has waited
 * for, and another one that has got the same pid meanwhile.
 */
export function isProvablyDead({ pid, space }: { pid: number; space: unknown }): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  const own = pidSpace();
  if (own === undefined || space !== own) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
