/** Small runs of chaos with real processes, for tests: a dozen teams, one seed. */
import type { ChaosTransport, FaultKind } from './evidence.ts';
import { type ChaosOptions, runChaos } from './run.ts';

/** Of one run, on a busy machine. */
export const TIMEOUT_MS = 180_000;

interface Given {
  kinds: FaultKind[];
  nodes?: number;
  /** Of the load, in milliseconds. */
  durationMs?: number;
}

/** Runs and judges; see runChaos. */
export function runSmall(
  transport: ChaosTransport,
  {
    plant,
    kinds,
    nodes = 1,
    patienceMs = 3_000,
    durationMs = 4_000,
  }: Pick<ChaosOptions, 'plant' | 'patienceMs'> & Given,
) {
  return runChaos({
    transports: [transport],
    durationMs,
    seed: 1,
    teams: 12,
    nodes,
    messagesPerSecond: 20,
    kinds,
    plant,
    patienceMs,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    onProgress: () => {},
  });
}
