/**
 * Reads from the simulator's own log when teams are connected. What a client believes of itself is never asked.
 * Times are the simulator's, taken when it happened: how often the log is read does not matter.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRecord, SimulatorControl } from 'slack-simulator';

/** Rarely enough that reading costs the simulator nothing. */
const POLL_MS = 100;
const EVERYTHING = 1_000_000;

/** What to wait for. */
export interface Expectation {
  /** Words for the error. */
  what: string;
  kind: LogRecord['kind'];
  teamIds: readonly string[];
  /** Only records after this one count. */
  after: number;
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * Waits until every team has a record of the kind. Answers when each had its first, in milliseconds since the epoch.
 * @throws Error when time is up, with how many there were
 */
export async function untilEachHas(
  control: SimulatorControl,
  { what, kind, teamIds, after, timeoutMs, signal }: Expectation,
): Promise<ReadonlyMap<string, number>> {
  const missing = new Set(teamIds);
  const seenAtMs = new Map<string, number>();
  const giveUpAtMs = performance.now() + timeoutMs;
  let read = after;
  for (;;) {
    const records = await control.log({ kind, after: read, limit: EVERYTHING });
    read = records.at(-1)?.seq ?? read;
    for (const record of records) {
      // `ok: false` is a socket that the simulator turned away.
      if (record.ok !== false && missing.delete(record.team ?? '')) seenAtMs.set(record.team ?? '', record.atMs);
    }
    if (missing.size === 0) return seenAtMs;
    if (performance.now() > giveUpAtMs) {
      throw new Error(`${what}: ${seenAtMs.size} of ${teamIds.length} after ${Math.round(timeoutMs / 1_000)} s`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Waits until exactly so many sockets are open: no team twice, none lost again. @throws Error when it does not come to that */
export async function untilSocketsAre(
  control: SimulatorControl,
  count: number,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const giveUpAtMs = performance.now() + timeoutMs;
  for (;;) {
    const { sockets } = await control.status();
    if (sockets === count) return;
    if (performance.now() > giveUpAtMs) throw new Error(`${sockets} sockets are open in place of ${count}`);
    await sleep(POLL_MS, undefined, { signal });
  }
}
