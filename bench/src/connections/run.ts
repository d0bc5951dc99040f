/** A whole run: every contender once per round, one after the other, so that what else the machine does hits all of them. */
import { machine, rotated, today } from '../conditions.ts';
import { contenders as allContenders, type Contender, floor } from './contenders.ts';
import { measureContender } from './measure-contender.ts';
import type { Sample } from './measures.ts';
import { type Report, reportOf } from './report.ts';
import { Stage } from './stage.ts';

/** What main.ts passes on. */
export interface RunOptions {
  teams: number;
  rounds: number;
  quick: boolean;
  /** @defaultValue all; those that take long are left out of a quick run */
  contenders?: readonly Contender[];
  signal: AbortSignal;
  /** Told before each measurement; for a person who waits. */
  onProgress: (text: string) => void;
}

/** Measures and reduces. @throws Error when the simulator cannot be used, or the signal's reason */
export async function runConnections(options: RunOptions): Promise<Report> {
  const { teams, rounds, quick, contenders = allContenders, signal, onProgress } = options;
  const chosen = contenders.filter(({ isExtra }) => !(quick && isExtra));
  const samples = new Map<string, Sample[]>(chosen.map(({ name }) => [name, []]));
  onProgress(`starting the simulator with ${teams} teams`);
  await using stage = await Stage.set(teams, signal);
  onProgress('warming the simulator up');
  await measureContender(floor, { stage, isQuick: true, signal });
  for (let round = 1; round <= rounds; round++) {
    for (const contender of rotated(chosen, round - 1)) {
      onProgress(`round ${round} of ${rounds}: ${contender.name}`);
      const sample = await measureContender(contender, { stage, isQuick: quick, signal });
      if (sample.failure !== undefined) onProgress(`${contender.name} failed: ${sample.failure}`);
      samples.get(contender.name)?.push(sample);
    }
  }
  return reportOf({ contenders: chosen, samples, facts: { date: today(), teams, rounds, quick, machine: machine() } });
}
