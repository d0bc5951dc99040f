/** A tiny run with real processes: the shape of what comes out, never its speed. */
import { expect, it } from 'vitest';
import { bolt, constant, floor, oursAgain } from './contenders.ts';
import { node } from './generators.ts';
import { runIntake } from './run.ts';

/** On a busy machine five servers and their requests take minutes; a shorter measurement would find none of them answering. */
const TIMEOUT_MS = 360_000;
const levels = [4];
const again = (['repeats', 'mixed'] as const).map((load) => oursAgain('sqlite', 1_000, load));
// New events are what each begins with.
const all = [constant, floor, bolt, ...again];

it(
  'measures the floor, Bolt and the server with one generator and leaves nothing unsaid',
  async () => {
    const report = await runIntake({
      rounds: 1,
      seconds: 1,
      stores: ['sqlite'],
      ids: 1_000,
      quick: true,
      contenders: all.map((contender) => ({ ...contender, levels, isExtra: false })),
      generator: node,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      onProgress: () => {},
    });
    expect(report.contenders.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.levels.map(({ inFlight }) => inFlight)).toEqual(levels);
    for (const { results } of report.levels[0]?.contenders ?? []) {
      expect(Object.keys(results)).toEqual([
        'accepted',
        'handled',
        'p50Ms',
        'p99Ms',
        'cpuMicros',
        'rssMib',
        'backlog',
        'generatorBusy',
      ]);
    }
  },
  TIMEOUT_MS,
);
