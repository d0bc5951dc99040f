/** When teams had no socket, and what was told of it. */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import { firstOpens, gapsOf, mostAtOnce, mostInASecond, untold } from './socket-gaps.ts';

let seq = 0;
const opened = (atMs: number, team = 'T1', ok?: false): LogRecord => ({
  seq: ++seq,
  atMs,
  kind: 'socket_open',
  team,
  ok,
});
const closed = (atMs: number, team = 'T1'): LogRecord => ({ seq: ++seq, atMs, kind: 'socket_close', team });
const window = { fromMs: 100, untilMs: 1_000, endedAtMs: 2_000 };

it('begins a gap with the last socket that goes and ends it with the first that comes', () => {
  const log = [opened(1), closed(150), opened(180, 'T1', false), opened(200), opened(300), closed(310), closed(400)];
  expect(gapsOf([...log, opened(450)], window)).toEqual([
    { team: 'T1', fromMs: 150, untilMs: 200 },
    { team: 'T1', fromMs: 400, untilMs: 450 },
  ]);
});

it('leaves out what began outside of the time, and lets one that never ends last until now', () => {
  const log = [opened(1), closed(50), opened(120), opened(2, 'T2'), closed(500, 'T2'), closed(1_000), opened(1_100)];
  expect(gapsOf(log, window)).toEqual([{ team: 'T2', fromMs: 500, untilMs: 2_000 }]);
});

it('counts teams without a socket at once, and moments within one second', () => {
  const gap = (fromMs: number, untilMs: number) => ({ fromMs, untilMs });
  expect(mostAtOnce([gap(0, 10), gap(5, 20), gap(10, 30), gap(40, 50)])).toBe(2);
  expect(mostAtOnce([])).toBe(0);
  expect(mostInASecond([2_500, 0, 999, 1_000, 1_500])).toBe(3);
  expect(mostInASecond([])).toBe(0);
});

it('misses a gap of which no hook told, or told of another time or team', () => {
  const gap = { team: 'T1', fromMs: 10_000, untilMs: 15_000 };
  const told = (team: string, fromMs: number, untilMs: number) =>
    ({ what: 'gap', node: 'n1/7', team, fromMs, untilMs }) as const;
  expect(untold([gap], [])).toEqual([gap]);
  expect(untold([gap], [told('T1', 10_020, 15_030)])).toEqual([]);
  expect(untold([gap], [told('T2', 10_020, 15_030), told('T1', 12_000, 15_000), told('T1', 3_000, 8_000)])).toEqual([
    gap,
  ]);
});

it('finds the first socket of each team from a moment on', () => {
  const log = [opened(90), opened(120, 'T2'), opened(130), opened(140), opened(110, 'T3')];
  expect(Array.from(firstOpens(log, { teams: ['T1', 'T2', 'T4'], fromMs: 100 }))).toEqual([
    ['T2', 20],
    ['T1', 30],
  ]);
});
