/**
 * `bench observability`: what counting with a scrape each second, and tracing with OpenTelemetry's SDK, cost in handled events per
 * second. Signed events over HTTP on SQLite at 64 in flight, as in `bench intake`; all four in each round, one after the other.
 */
import { rotated } from '../conditions.ts';
import { type Contender, ours } from '../intake/contenders.ts';
import { findGenerator } from '../intake/generators.ts';
import { mostRequests } from '../intake/load.ts';
import { measureContender } from '../intake/measure-contender.ts';
import { Stage } from '../intake/stage.ts';
import { type Figures, type ObservabilityReport, type Round, reportOf, type Watching, watchings } from './report.ts';

export interface ObservabilityOptions {
  rounds: number;
  /** Of each measurement. */
  seconds: number;
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const IN_FLIGHT = 64;
const WARM_UP_MS = 2_000;

/** Measures. @throws Error when one of the servers fails, or the signal's reason */
export async function runObservability(options: ObservabilityOptions): Promise<ObservabilityReport> {
  const { rounds, seconds, signal, onProgress } = options;
  const generator = await findGenerator();
  const durationMs = seconds * 1_000;
  const capacity = mostRequests({ inFlight: IN_FLIGHT, durationMs: durationMs + WARM_UP_MS });
  await using stage = await Stage.set({ generator, capacity, onProgress, signal });
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const figures = new Map<Watching, Figures>();
    for (const watching of rotated(watchings, round - 1)) {
      onProgress(`round ${round} of ${rounds}: ${watching}`);
      const sample = await measureContender(contenderOf(watching), { stage, durationMs, warmUpMs: WARM_UP_MS, signal });
      if (sample.failure !== undefined) throw new Error(`${watching} failed: ${sample.failure}`);
      const { handled = Number.NaN, cpuMicros = Number.NaN } = sample.levels.get(IN_FLIGHT) ?? {};
      figures.set(watching, { handled, cpuMicros });
    }
    measured.push(Object.fromEntries(figures) as unknown as Round);
  }
  return reportOf(measured);
}

function contenderOf(watching: Watching): Contender {
  return { ...ours('sqlite', 0), name: watching, levels: [IN_FLIGHT], watching };
}
