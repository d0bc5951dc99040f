/** From samples to ratios, goals and text. */
import { expect, it } from 'vitest';
import { bolt, constant, floor, ours, oursAgain } from './contenders.ts';
import type { Sample, Values } from './measures.ts';
import { formatReport } from './print-report.ts';
import { reportOf } from './report.ts';

const machine = { cores: 2, cpu: 'any', memoryGib: 8, node: 'v24.0.0', platform: 'linux x64' };
const facts = { date: '2026-11-25', rounds: 3, seconds: 2, ids: 9, generator: 'wrk', quick: false, machine };
const sqlite = ours('sqlite', 9);
const contenders = [constant, floor, bolt, sqlite];

const measured = (values: Values): Sample => ({ levels: new Map([[64, values]]), failure: undefined });
const samples = new Map<string, Sample[]>([
  [constant.name, [measured({ accepted: 90_000, generatorBusy: 0.9 })]],
  [floor.name, [30_000, 20_000, 40_000].map((accepted) => measured({ accepted, generatorBusy: 0.5 }))],
  [bolt.name, [measured({ accepted: 10_000, handled: 10_000, generatorBusy: 0.2 })]],
  [sqlite.name, [measured({ accepted: 16_000, handled: 14_000, p99Ms: 20, generatorBusy: 0.3 })]],
]);
const report = reportOf({ contenders, samples, facts });
const rowOf = (name: string) => report.levels[0]?.contenders.find((one) => one.name === name);

it('compares what is accepted with the floor and what is handled with Bolt', () => {
  expect(rowOf(sqlite.name)?.acceptedToFloor).toBeCloseTo(16 / 30);
  expect(rowOf(sqlite.name)?.handledToBolt).toBe(1.4);
  expect(report.goals.map(({ met }) => met)).toEqual([false, undefined, false, true]);
});

it('compares repeats and mixed load with new events on the same store', () => {
  const [repeats, mixed] = [oursAgain('sqlite', 9, 'repeats'), oursAgain('sqlite', 9, 'mixed')];
  const more = new Map(samples)
    .set(repeats.name, [measured({ accepted: 32_000, handled: 0 })])
    .set(mixed.name, [measured({ accepted: 12_000, handled: 6_000 })]);
  const again = reportOf({ contenders: [...contenders, repeats, mixed], samples: more, facts });
  expect(again.goals.slice(-2)).toMatchObject([
    { limit: 1, measured: 2, met: true },
    { limit: 0.9, measured: 0.75, met: false },
  ]);
  expect(again.levels[0]?.contenders.at(-2)?.handledToBolt).toBeUndefined();
});

it('says where the generator may have been the bottleneck', () => {
  expect(rowOf(floor.name)).toMatchObject({ generatorHeadroom: 3, isGeneratorFree: true });
  expect(formatReport(report)).toContain('The generator was not the bottleneck');
  const fast = new Map(samples).set(floor.name, [measured({ accepted: 50_000, generatorBusy: 0.5 })]);
  const doubtful = reportOf({ contenders, samples: fast, facts });
  expect(formatReport(doubtful)).toContain(
    'may have been a bottleneck (busy, or less than twice as fast) for: floor at 64',
  );
});

it('leaves open what was not measured and names what failed', () => {
  const failed = new Map(samples).set(sqlite.name, [{ levels: new Map(), failure: 'process ended with code 1' }]);
  const without = reportOf({ contenders, samples: failed, facts });
  expect(without.goals.every(({ met }) => met === undefined)).toBe(true);
  expect(formatReport(without)).toContain(`FAILED ${sqlite.name}: process ended with code 1`);
});
