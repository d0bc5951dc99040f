/** An event that waits or runs, as an operator is told of it. Pure. */
import type { Envelope } from '../inbox/envelope.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';
import type { HeldItem, TeamQueue } from './team-queue.ts';

/** An event that this process has in hand. */
export interface HeldEvent {
  envelope: Envelope;
  attempts: number;
  /** Since when its listeners run; undefined while it waits, or when nobody remembers it. */
  startedAtMs: number | undefined;
  isRunning: boolean;
  /** The event of the same conversation for which it waits. */
  behind: { id: string; type: string; startedAtMs: number | undefined; receivedAtMs: number | undefined } | undefined;
  /** Events of its team that run, of so many that may. */
  teamRuns: number;
  teamMayRun: number;
  /** Events that run for all teams, where these leave its team no place although it has fewer than it may. */
  processRuns: number | undefined;
}

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
