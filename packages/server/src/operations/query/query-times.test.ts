import { expect, it } from 'vitest';
import { parseMoment } from './query-times.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 11, 6, 40);

it.each([
  ['90s', '2026-11-18T11:05:10.000Z'],
  ['30m', '2026-11-18T10:36:40.000Z'],
  ['24h', '2026-11-17T11:06:40.000Z'],
  ['7d', '2026-11-11T11:06:40.000Z'],
  ['2w', '2026-11-04T11:06:40.000Z'],
  ['2026-11-18', '2026-11-18T00:00:00.000Z'],
  ['2026-11-18T11:06Z', '2026-11-18T11:06:00.000Z'],
  ['2026-11-18T11:06:07.5+02:00', '2026-11-18T09:06:07.500Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(parseMoment(text, NOW_MS) ?? 0).toISOString()).toBe(expected);
});

it.each(['', '24', 'h', '-1h', '1.5h', '1y', '9999999d', '2026-13-01', '2026-11-18T11:06', '18.11.2026', 'yesterday'])(
  '%j is none',
  (text) => {
    expect(parseMoment(text, NOW_MS)).toBeUndefined();
  },
);
