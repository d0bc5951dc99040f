/** What one process asks another of its memory, and what that answers: JSON in rows, because processes share nothing else. */
import type { Fact, FactSubject } from './fact.ts';
import type { RingReach } from './fact-ring.ts';

/** An event that the process has in hand. */
export interface HeldFact {
  eventId: string;
  teamId: string;
  type: string;
  receivedAtMs: number | null;
  attempts: number;
  isRunning: boolean;
  startedAtMs: number | null;
  /** The event of the same conversation for which it waits. */
  behind: { eventId: string; type: string; startedAtMs: number | null; receivedAtMs: number | null } | null;
  teamRuns: number;
  teamMayRun: number;
  /** Events of all teams that run, where these leave it no place; an older version does not say. */
  processRuns?: number | undefined;
}

export interface MemoryQuestion {
  subject: FactSubject;
  /** Beside it: what else of the conversation came, and what was turned away around that time. */
  around: { atMs: number; channel: string } | null;
}

/** A message that came. */
export interface Sign {
  atMs: number;
  teamId: string | null;
}

export interface MemoryAnswer {
  node: string;
  reach: RingReach;
  facts: readonly Fact[];
  held: readonly HeldFact[];
  /** Requests that were not taken around the time of the question. */
  turnedAway: readonly Fact[];
  /** The newest message of the conversation that this process remembers. */
  ofChannel: Sign | null;
}

/** Around a moment: Slack sends an event again for so long after it (three times within an hour), in milliseconds. */
export const AROUND_BEFORE_MS = 5_000;
export const AROUND_AFTER_MS = 3_900_000;

export function isAround(atMs: number, aroundMs: number): boolean {
  return atMs >= aroundMs - AROUND_BEFORE_MS && atMs <= aroundMs + AROUND_AFTER_MS;
}
