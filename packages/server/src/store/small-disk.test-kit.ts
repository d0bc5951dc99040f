/** A file system of few megabytes for tests: only where this user may mount one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  path: string;
  remove(): void;
}

/** Mounts one; a text = why it cannot be done here. */
export function mountSmallDisk(sizeMb: number): SmallDisk | string {
  const path = mkdtempSync(join(tmpdir(), 'slack-bot-server-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmdirSync(path);
    return `a small file system cannot be mounted here: ${error instanceof Error ? error.message.split('\n')[0] : ''}`;
  }
  return {
    path,
    remove() {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
