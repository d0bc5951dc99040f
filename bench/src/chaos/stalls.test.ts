/** A node's log as it looks when its database is too slow. */
import { expect, it } from 'vitest';
import { stallsIn, unexplained } from './stalls.ts';

const at = (seconds: number) => 1_800_000_000_000 + seconds * 1_000;
const line = (seconds: number, msg: string) =>
  JSON.stringify({ level: 40, time: new Date(at(seconds)).toISOString(), nodeId: 'x', msg });

it('reads from when until when the database did not answer', () => {
  const log = [
    line(0, 'connected to PostgreSQL'),
    'listening on http://127.0.0.1:1234',
    line(10, 'the lease cannot be renewed'),
    line(16, 'the lease is over: nothing is sent or written until it is renewed'),
    line(18, 'the lease was renewed: work goes on'),
    line(18, 'the lease can be renewed again'),
    line(30, 'the lease is over: nothing is sent or written until it is renewed'),
    line(32, 'connected to PostgreSQL'),
    line(40, 'the lease cannot be renewed'),
    '{"level":30,"ti',
  ].join('\n');
  expect(stallsIn(log, { node: 'n1', endedAtMs: at(50) })).toEqual([
    { node: 'n1', fromMs: at(8), untilMs: at(18) },
    { node: 'n1', fromMs: at(30), untilMs: at(32) },
    { node: 'n1', fromMs: at(38), untilMs: at(50) },
  ]);
});

it('takes a line that the log has held back for a minute for none of its own', () => {
  const log = [
    line(10, 'the lease cannot be renewed'),
    line(14, 'the lease can be renewed again'),
    line(55, 'the lease is over: nothing is sent or written until it is renewed'),
    line(60, 'the lease can be renewed again'),
    line(70, 'the lease cannot be renewed'),
  ].join('\n');
  expect(stallsIn(log, { node: 'n1', endedAtMs: at(120) })).toEqual([
    { node: 'n1', fromMs: at(8), untilMs: at(14) },
    { node: 'n1', fromMs: at(55), untilMs: at(60) },
  ]);
});

it('explains by a primary that is gone what nodes notice only after the standby takes writes', () => {
  const gone = { kind: 'primary_gone', fromMs: at(10), untilMs: at(10.2) } as const;
  const noticed = { node: 'n1', fromMs: at(11), untilMs: at(15) };
  const later = { node: 'n1', fromMs: at(20), untilMs: at(25) };
  expect(unexplained([noticed, later], [gone])).toEqual([later]);
});

it('tells those apart that a fault explains', () => {
  const stall = { node: 'n1', fromMs: at(8), untilMs: at(18) };
  const during = { fromMs: at(9), untilMs: at(12) };
  expect(unexplained([stall], [{ kind: 'cut_database', node: 'n1', ...during }])).toEqual([]);
  expect(unexplained([stall], [{ kind: 'database_down', ...during }])).toEqual([]);
  expect(unexplained([stall], [{ kind: 'cut_database', node: 'n2', ...during }])).toEqual([stall]);
  expect(unexplained([stall], [{ kind: 'kill', node: 'n1', ...during }])).toEqual([stall]);
});
