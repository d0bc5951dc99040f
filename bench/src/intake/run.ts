/** A whole run: every contender once per round, one after the other, so that what else the machine does hits all of them. */
import { machine, rotated, today } from '../conditions.ts';
import type { StoreName } from '../databases/databases.ts';
import { type Contender, contendersOf } from './contenders.ts';
import { findGenerator, type Generator } from './generators.ts';
import { mostRequests } from './load.ts';
import { measureContender } from './measure-contender.ts';
import type { Sample } from './measures.ts';
import { type Report, reportOf } from './report.ts';
import { Stage } from './stage.ts';

/** What main.ts passes on. */
export interface IntakeOptions {
  rounds: number;
  /** Of each level. */
  seconds: number;
  stores: readonly StoreName[];
  /** Ids of handled events that our servers remember from the start. */
  ids: number;
  quick: boolean;
  /** @defaultValue all; variations are left out of a quick run */
  contenders?: readonly Contender[];
  /** @defaultValue wrk, or one of our own where it is not installed */
  generator?: Generator;
  signal: AbortSignal;
  /** Told before each measurement; for a person who waits. */
  onProgress: (text: string) => void;
}

const WARM_UP_MS = 1_000;

/** Measures and reduces. @throws Error when nothing can be measured, or the signal's reason */
export async function runIntake(options: IntakeOptions): Promise<Report> {
  const { rounds, seconds, ids, quick, signal, onProgress } = options;
  const generator = options.generator ?? (await findGenerator());
  const contenders = (options.contenders ?? contendersOf(options)).filter(({ isExtra }) => !(quick && isExtra));
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const durationMs = seconds * 1_000;
  const capacity = mostRequests({ inFlight: 64, durationMs: durationMs + WARM_UP_MS });
  await using stage = await Stage.set({ generator, capacity, onProgress, signal });
  for (let round = 1; round <= rounds; round++) {
    for (const contender of rotated(contenders, round - 1)) {
      onProgress(`round ${round} of ${rounds}: ${contender.name}`);
      const sample = await measureContender(contender, { stage, durationMs, warmUpMs: WARM_UP_MS, signal });
      if (sample.failure !== undefined) onProgress(`${contender.name} failed: ${sample.failure}`);
      samples.get(contender.name)?.push(sample);
    }
  }
  const facts = { date: today(), rounds, seconds, ids, generator: generator.name, quick, machine: machine() };
  return reportOf({ contenders, samples, facts });
}
