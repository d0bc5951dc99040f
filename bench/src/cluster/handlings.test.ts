/** What is counted of messages, deliveries and listeners' lines. */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import { type ClusterLine, formatClusterLine, parseClusterLine } from './evidence.ts';
import { acceptedOf, crossNodeMs, heardOf, lostOf, ownersAt, reachedOf, servedElsewhere } from './handlings.ts';

const facts = (number: number, team = 'T1') => ({ team, eventId: `Ev${number}`, number, attempt: 1 });
const begin = (atMs: number, number: number, node = 'n1/7', team = 'T1'): ClusterLine => ({
  what: 'begin',
  node,
  atMs,
  ...facts(number, team),
});
const end = (atMs: number, number: number, node = 'n1/7', team = 'T1'): ClusterLine => ({
  what: 'end',
  node,
  atMs,
  ...facts(number, team),
});
const said = (atMs: number, number: number): LogRecord => ({
  seq: atMs,
  atMs,
  kind: 'message',
  team: 'T1',
  text: `ann: <@UBOT> m${number}`,
});
const delivered = (atMs: number, number: number, ok = true): LogRecord => ({
  seq: atMs,
  atMs,
  kind: 'delivery',
  event: 'app_mention',
  eventId: `Ev${number}`,
  team: 'T1',
  ok,
});

it('reads the lines that a listener writes, and refuses others', () => {
  const gap: ClusterLine = { what: 'gap', node: 'n1/7', team: 'T1', fromMs: 5, untilMs: 9 };
  for (const line of [begin(3, 1), end(4, 1), gap]) expect(parseClusterLine(formatClusterLine(line))).toEqual(line);
  expect(formatClusterLine(gap)).toBe('gap n1/7 T1 5 9');
  expect(() => parseClusterLine('gap n1/7 T1 5')).toThrow('Not a line of a listener');
});

it('says of each message when it was begun first, whether it ended, and how often it was begun', () => {
  const lines = [begin(130, 1, 'n2/8'), begin(120, 1), end(125, 1), begin(210, 2)];
  expect(heardOf([said(100, 1), said(200, 2), said(300, 3), delivered(101, 1)], lines)).toEqual([
    { number: 1, team: 'T1', saidAtMs: 100, beganAtMs: 120, node: 'n1', isEnded: true, begins: 2 },
    { number: 2, team: 'T1', saidAtMs: 200, beganAtMs: 210, node: 'n1', isEnded: false, begins: 1 },
    { number: 3, team: 'T1', saidAtMs: 300, beganAtMs: undefined, node: undefined, isEnded: false, begins: 0 },
  ]);
});

it('counts as lost what was acknowledged and not ended, and nothing that was refused', () => {
  const log = [delivered(1, 1), delivered(2, 2), delivered(3, 3, false)];
  expect(lostOf(acceptedOf(log), [begin(4, 1), end(5, 1), begin(6, 2)])).toEqual([
    { eventId: 'Ev2', team: 'T1', sentAtMs: 2 },
  ]);
});

it('measures from the try that was acknowledged to the first beginning at another node', () => {
  const accepted = acceptedOf([delivered(100, 1), delivered(200, 2), delivered(300, 3)]);
  const lines = [begin(105, 1, 'n1/7'), begin(240, 2, 'n2/8'), begin(290, 2, 'n3/9'), begin(301, 3, 'n3/9')];
  expect(crossNodeMs(accepted, lines, 'n1')).toEqual([40, 1]);
});

it('knows who had a team last, and when another had an event of it after a death', () => {
  const lines = [begin(10, 1, 'n2/8'), begin(20, 2), begin(30, 3, 'n2/8', 'T2'), begin(95, 4)];
  expect(Array.from(ownersAt(lines, 90))).toEqual([
    ['T1', 'n1'],
    ['T2', 'n2'],
  ]);
  const after = [...lines, begin(101, 5), begin(150, 6, 'n2/8'), begin(140, 7, 'n3/9'), begin(130, 8, 'n2/8', 'T2')];
  expect(Array.from(servedElsewhere(after, { teams: ['T1'], dead: 'n1', fromMs: 100 }))).toEqual([['T1', 40]]);
});

it('takes a message for read that came over RTM on a socket which stayed open for three seconds', () => {
  const framed = (atMs: number, number: number, socket: string): LogRecord => ({
    seq: atMs,
    atMs,
    kind: 'frame_out',
    frame: 'message',
    socket,
    text: `{"type":"message","text":"m${number}","ts":"1`,
  });
  const closed: LogRecord = { seq: 9_000, atMs: 9_000, kind: 'socket_close', socket: 'R1' };
  const log = [framed(6_000, 1, 'R1'), framed(6_001, 2, 'R1'), framed(8_999, 3, 'R2'), closed];
  expect(Array.from(reachedOf(log))).toEqual([1, 3]);
});
