/** Where in the interval of a job a team's turn is: always the same for a team, evenly spread over many. */
import { hash } from 'node:crypto';

/** The last time at or before `nowMs` at which the team's turn came. Its next one is `intervalMs` later. */
export function lastTurn({
  name,
  teamId,
  intervalMs,
  nowMs,
}: {
  name: string;
  teamId: string;
  intervalMs: number;
  nowMs: number;
}): number {
  // With the name in it a team does not have all its jobs at one moment.
  const digest = hash('sha256', `${name}\n${teamId}`, 'buffer');
  const offsetMs = Math.floor((digest.readUInt32BE(0) / 2 ** 32) * intervalMs);
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}
