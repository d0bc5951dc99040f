/** Evidence of a run as a test writes it down: what is right, to be broken by the test. Times are in seconds since the run began. */
import type { LogRecord } from 'slack-simulator';
import type { Answer, Evidence, Line, Trouble } from '../evidence.ts';
import { type Broken, judge } from './judge.ts';

export const T0 = 1_800_000_000_000;
let seq = 0;

/** A record of the simulator's. Times are in seconds since the run began. */
export function record(atSeconds: number, facts: Omit<LogRecord, 'seq' | 'atMs'>): LogRecord {
  return { seq: ++seq, atMs: T0 + atSeconds * 1_000, ...facts };
}

export const said = (atSeconds: number, number: number, team = 'T1') =>
  record(atSeconds, { kind: 'message', team, text: `ann: <@UBOT> m${number}` });
export const delivered = (atSeconds: number, number: number, team = 'T1') =>
  record(atSeconds, { kind: 'delivery', event: 'app_mention', eventId: `Ev${number}`, ok: true, team });
export const framed = (atSeconds: number, number: number, socket: string, team = 'T1') =>
  record(atSeconds, {
    kind: 'frame_out',
    frame: 'message',
    socket,
    team,
    text: `{"type":"message","text":"m${number}"`,
  });
export const opened = (atSeconds: number, socket: string, { team = 'T1', node = 'n1' } = {}) =>
  record(atSeconds, { kind: 'socket_open', socket, team, host: node });
export const closed = (atSeconds: number, socket: string, team = 'T1') =>
  record(atSeconds, { kind: 'socket_close', socket, team, by: 'client' });
const removed = (atSeconds: number, team: string) => [
  record(atSeconds, { kind: 'fault', fault: 'remove_app', team }),
  record(atSeconds, { kind: 'delivery', event: 'app_uninstalled', ok: true, team }),
];

/** A listener's work of 10 ms. */
export function handled(atSeconds: number, number: number, { node = 'n1/1', attempt = 1, team = 'T1' } = {}): Line[] {
  const facts = { node, team, eventId: `Ev${number}`, number, attempt };
  const atMs = T0 + atSeconds * 1_000;
  return [
    { what: 'begin', atMs, ...facts },
    { what: 'end', atMs: atMs + 10, ...facts },
  ];
}

export function answered(atSeconds: number, number: number, { node = 'n1/1', attempt = 1, team = 'T1' } = {}): Answer {
  return { team, number, node, attempt, atMs: T0 + atSeconds * 1_000 };
}

export const told = (atSeconds: number, team: string, node = 'n1/1'): Line => ({
  what: 'hook',
  hook: 'deactivated',
  team,
  node,
  atMs: T0 + atSeconds * 1_000,
});
export const trouble = (kind: Trouble['kind'], from: number, until: number, node?: string): Trouble => ({
  kind,
  node,
  fromMs: T0 + from * 1_000,
  untilMs: T0 + until * 1_000,
});

/** Two nodes; the first dies at 20 s with m3 in hand, which the second does again. */
export const http = (): Evidence => ({
  transport: 'http',
  teams: 2,
  nodes: 2,
  connectsPerSecond: 50,
  log: [
    said(1, 1),
    delivered(1, 1),
    said(2, 2, 'T2'),
    delivered(2, 2, 'T2'),
    said(20, 3),
    delivered(20, 3),
    ...removed(5, 'T9'),
    said(40, 4),
    delivered(40, 4),
  ],
  lines: [
    ...handled(1, 1),
    ...handled(2, 2, { node: 'n2/1', team: 'T2' }),
    ...handled(20, 3).slice(0, 1),
    ...handled(31, 3, { node: 'n2/1', attempt: 2 }),
    ...handled(40, 4, { node: 'n2/1' }),
    told(6, 'T9'),
  ],
  answers: [
    answered(1, 1),
    answered(2, 2, { node: 'n2/1', team: 'T2' }),
    answered(31, 3, { node: 'n2/1', attempt: 2 }),
    answered(40, 4, { node: 'n2/1' }),
  ],
  troubles: [trouble('kill', 20.001, 20.05, 'n1')],
  nodeOfHost: { n1: 'n1', n2: 'n2' },
  endedAtMs: T0 + 60_000,
});

/** The same over sockets; the team's next socket is open at 31 s, and the dead one was closed at once. */
export const rtm = (): Evidence => ({
  ...http(),
  transport: 'rtm',
  log: [
    opened(0, 'S1'),
    opened(0, 'S2', { team: 'T2', node: 'n2' }),
    said(1, 1),
    framed(1, 1, 'S1'),
    said(2, 2, 'T2'),
    framed(2, 2, 'S2', 'T2'),
    said(20, 3),
    framed(20, 3, 'S1'),
    closed(20.01, 'S1'),
    ...removed(5, 'T9'),
    opened(31, 'S3', { node: 'n2' }),
    said(40, 4),
    framed(40, 4, 'S3'),
  ],
});

export function brokenOf(evidence: Evidence): Partial<Broken> {
  const { broken } = judge(evidence);
  return Object.fromEntries(Object.entries(broken).filter(([, cases]) => cases.length > 0));
}
