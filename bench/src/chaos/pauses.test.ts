/** Times in which processes did nothing, as nodes write them down. */
import { expect, it } from 'vitest';
import { coveredMs, pausesOfNodes } from './pauses.ts';

it('takes a frozen node’s silence for no pause', () => {
  const pause = (node: string, atMs: number) => ({ what: 'pause', node, atMs, pauseMs: 2_000 }) as const;
  const freeze = { kind: 'freeze', node: 'n1', fromMs: 10_000, untilMs: 12_100 } as const;
  const lines = [pause('n1/7', 12_050), pause('n2/8', 12_050), pause('n1/7', 20_000)];
  expect(pausesOfNodes(lines, [freeze])).toEqual([
    { of: 'n2', fromMs: 10_050, untilMs: 12_050 },
    { of: 'n1', fromMs: 18_000, untilMs: 20_000 },
  ]);
});

it('counts together what is under way together', () => {
  const spans = [
    { fromMs: 5, untilMs: 15 },
    { fromMs: 20, untilMs: 40 },
    { fromMs: 10, untilMs: 18 },
    { fromMs: 22, untilMs: 30 },
  ];
  expect(coveredMs(spans, { fromMs: 0, untilMs: 100 })).toBe(33);
  expect(coveredMs(spans, { fromMs: 12, untilMs: 25 })).toBe(11);
  expect(coveredMs(spans, { fromMs: 50, untilMs: 60 })).toBe(0);
});
