/** What a rolling restart is judged by. */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import type { ClusterLine } from './evidence.ts';
import { type RestartEvidence, sampleOf } from './restart.ts';

const said = (atMs: number, number: number): LogRecord => ({
  seq: atMs,
  atMs,
  kind: 'message',
  team: 'T1',
  text: `ann: m${number}`,
});
const delivered = (atMs: number, number: number): LogRecord => ({
  seq: atMs,
  atMs,
  kind: 'delivery',
  event: 'app_mention',
  eventId: `Ev${number}`,
  team: 'T1',
  ok: true,
});
const handled = (atMs: number, number: number, node = 'n1/7'): ClusterLine[] => {
  const facts = { node, team: 'T1', eventId: `Ev${number}`, number, attempt: 1 };
  return [
    { what: 'begin', atMs, ...facts },
    { what: 'end', atMs: atMs + 5, ...facts },
  ];
};
const evidence = (changes: Partial<RestartEvidence>): RestartEvidence => ({
  transport: 'http',
  log: [said(1_000, 1), delivered(1_001, 1), said(2_000, 2), delivered(2_001, 2), said(9_500, 9)],
  lines: [...handled(1_010, 1), ...handled(2_300, 2)],
  fromMs: 500,
  untilMs: 9_000,
  endedAtMs: 10_000,
  ...changes,
});

it('finds nothing wrong where nothing is, and leaves out what was said afterwards', () => {
  expect(sampleOf(evidence({}))).toEqual({
    transport: 'http',
    durationMs: 8_500,
    said: 2,
    accepted: 2,
    lostAccepted: [],
    lostSent: [],
    repeated: [],
    p99Ms: 300,
    latestMs: 300,
    sockets: undefined,
  });
});

it('names what was accepted and not handled, what was never delivered, and what was handled twice', () => {
  const log = [said(1_000, 1), delivered(1_001, 1), said(2_000, 2), said(3_000, 3), delivered(3_001, 3)];
  const lines = [...handled(3_010, 3), ...handled(3_400, 3, 'n2/8')];
  expect(sampleOf(evidence({ log, lines }))).toMatchObject({
    accepted: 2,
    lostAccepted: ['Ev1 of T1'],
    lostSent: ['m1 of T1', 'm2 of T1'],
    repeated: ['m3 of T1'],
  });
});

it('counts over RTM the sockets of a team, and forgives what was said without one', () => {
  const socket = (atMs: number, kind: 'socket_open' | 'socket_close', name: string): LogRecord => ({
    seq: atMs,
    atMs,
    kind,
    socket: name,
    team: 'T1',
  });
  const frame = (atMs: number, number: number, name: string): LogRecord => ({
    seq: atMs,
    atMs,
    kind: 'frame_out',
    frame: 'message',
    socket: name,
    text: `{"text":"m${number}"}`,
  });
  const log = [
    socket(100, 'socket_open', 'R1'),
    said(1_000, 1),
    frame(1_001, 1, 'R1'),
    socket(5_000, 'socket_close', 'R1'),
    said(5_500, 2),
    socket(6_000, 'socket_open', 'R2'),
    said(6_500, 3),
    frame(6_501, 3, 'R2'),
  ];
  const lines: ClusterLine[] = [
    ...handled(1_010, 1),
    { what: 'gap', node: 'n2/8', team: 'T1', fromMs: 5_000, untilMs: 6_000 },
  ];
  expect(sampleOf(evidence({ transport: 'rtm', log, lines }))).toMatchObject({
    said: 3,
    accepted: 2,
    lostAccepted: ['m3 of T1'],
    lostSent: ['m2 of T1', 'm3 of T1'],
    sockets: { gapsMs: [1_000], untold: 0, withoutAtOnce: 1 },
  });
});
