/** Who runs a command, as the audit names him. */
import { hostname, userInfo } from 'node:os';
import type { Actor } from '../operations/operation.ts';

/** Who stands before this process: a person at a terminal, or an agent that a person has started. */
export type Door = 'cli' | 'mcp';

/** Nobody proves who he is to a command: whoever may read the database may say anything. The operating system's word is the best there is. */
export function actorOf(door: Door): Actor {
  return { who: `${door}:${userName()}`, from: hostname() };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have a number and no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}
