/** What can be set about handing out events, and what it is unless set. */

export interface DispatcherOptions {
  /** After this many milliseconds the next event of the conversation starts although one still runs. @defaultValue 10000 */
  orderTimeoutMs?: number;
  /** Whether events of one conversation and thread start in order. @defaultValue true */
  isOrdered?: boolean;
  /** After this many milliseconds an event counts as failed and frees its slot. @defaultValue 300000 */
  handlerTimeoutMs?: number;
  /** Events of one team that run at the same time; fewer when the process is full, see fair-share.ts. @defaultValue 20 */
  perTeam?: number;
  /** Events of the process that run at the same time, without the reserve. @defaultValue 500 */
  perProcess?: number;
  /**
   * Beyond that, so many events of teams of which nothing else runs: a listener that hangs takes no processor time, only
   * memory, about 10 kB and its event. @defaultValue 2000
   */
  reserve?: number;
  /** Events of one team that wait in memory; more of them wait in the store alone. @defaultValue 1000 */
  inMemoryPerTeam?: number;
  /** Events that wait in memory for all teams together; half of that is for teams of which nothing waits. @defaultValue 40000 */
  inMemoryPerProcess?: number;
  /**
   * Bytes of events of one team that wait in memory or run, as JSON; what is more waits in the store alone. One event fits
   * always. @defaultValue 8388608 (8 MiB, four thousand usual events)
   */
  inMemoryBytesPerTeam?: number;
  /** The same for all teams together; half of it is for teams of which nothing is in memory. @defaultValue 134217728 (128 MiB) */
  inMemoryBytesPerProcess?: number;
  /**
   * Bytes of events of one team that have come and are not committed yet; the next one is not taken, and Slack delivers it again.
   * @defaultValue 8388608 (8 MiB)
   */
  arrivingBytesPerTeam?: number;
  /** The same for all teams together; half of it is for teams of which nothing is on its way. @defaultValue 67108864 (64 MiB) */
  arrivingBytesPerProcess?: number;
  /** How often an event whose listener failed is tried by itself, the first time included; 1 = never again. @defaultValue 1 */
  maxAttempts?: number;
  /** Wait before the second attempt, in milliseconds; it doubles, up to an hour. @defaultValue 60000 */
  retryMs?: number;
}

export const dispatcherDefaults = {
  orderTimeoutMs: 10_000,
  isOrdered: true,
  handlerTimeoutMs: 300_000,
  perTeam: 20,
  perProcess: 500,
  reserve: 2_000,
  inMemoryPerTeam: 1_000,
  inMemoryPerProcess: 40_000,
  inMemoryBytesPerTeam: 8_388_608,
  inMemoryBytesPerProcess: 134_217_728,
  arrivingBytesPerTeam: 8_388_608,
  arrivingBytesPerProcess: 67_108_864,
  maxAttempts: 1,
  retryMs: 60_000,
} as const satisfies Required<DispatcherOptions>;
