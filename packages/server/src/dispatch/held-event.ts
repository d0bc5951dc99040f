/** An event that waits or runs, as an operator is told of it. Pure. */
import type { HeldEvent } from './dispatcher-deps.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';
import type { HeldItem, TeamQueue } from './team-queue.ts';

export function toHeldEvent(
  { item, isRunning, behind }: HeldItem,
  queue: Pick<TeamQueue, 'running'> | undefined,
  { running, slots }: { running: number; slots: FairLimits },
): HeldEvent {
  const teamRuns = queue?.running ?? 0;
  const isFull = teamRuns < slots.perTeam && !mayTakeMore(teamRuns, running, slots);
  return {
    envelope: item.envelope,
    attempts: item.attempts,
    startedAtMs: item.run?.startedAtMs,
    isRunning,
    behind: behind && {
      id: behind.envelope.id,
      type: behind.envelope.type,
      startedAtMs: behind.run?.startedAtMs,
      receivedAtMs: behind.envelope.receivedAtMs,
    },
    teamRuns,
    teamMayRun: slots.perTeam,
    processRuns: isFull ? running : undefined,
  };
}
