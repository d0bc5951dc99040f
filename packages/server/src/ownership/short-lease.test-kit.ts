/** Leases short enough for tests in real time. */

/** A tenth of the defaults, so that a test takes seconds; drains and pauses as they are needed. */
export const shortLease = {
  ttlMs: 1_500,
  beatMs: 400,
  pollMs: 100,
  queryLimitMs: 300,
  keepFencedMs: 6_000,
  drainMs: 1_000,
  patienceMs: 500,
  givePauseMs: 2_000,
  movesAtOnce: 4,
  shards: 12,
  socketSlots: 2,
} as const;
/** For tests in which no lease is to end: one that a process keeps which gets no time of the processor for seconds, as its database does. */
export const steadyLease = { ...shortLease, ttlMs: 6_000, beatMs: 900, queryLimitMs: 850 } as const;

/** The lease, a beat and a poll, and room for a busy machine. */
export const TAKEN_OVER = { timeout: 30_000, interval: 20 };
