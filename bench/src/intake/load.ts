/** What a generator is asked for and what it answers. Types, and how much it needs. */
import type { Range } from '../events/requests-file.ts';

/** One run of a generator against one server. */
export interface Load extends Range {
  port: number;
  /** Connections, each with one request under way. */
  inFlight: number;
  durationMs: number;
  /** So many requests begin per second, whatever the answers take; time that one is late counts. @defaultValue each follows the answer before */
  perSecond?: number;
  /** Against a server that remembers nothing. */
  mayRepeat: boolean;
  /** Every second request is one of these, again and again. @defaultValue none */
  known?: Pick<Range, 'first' | 'count'>;
}

/** What came of it. */
export interface LoadResult {
  /** Answered. */
  requests: number;
  durationMs: number;
  p50Ms: number;
  p99Ms: number;
  /** Answered by anything but 2xx, or not at all. */
  failed: number;
  /** Given out, the last ones without an answer. */
  sent: number;
  /** There were too few: some were sent twice. */
  isExhausted: boolean;
  /** Processor time of the generator. */
  cpuMs: number;
}

/** Faster than any server in Node on one core. */
const MAX_PER_SECOND = 80_000;
/** One after the other: each waits for the network both ways. */
const MAX_PER_SECOND_ALONE = 40_000;

/** How many requests such a run may send. */
export function mostRequests({ inFlight, durationMs }: { inFlight: number; durationMs: number }): number {
  const perSecond = inFlight === 1 ? MAX_PER_SECOND_ALONE : MAX_PER_SECOND;
  return Math.ceil((perSecond * durationMs) / 1_000) + inFlight;
}
