/** Recorded evidence, each time with one thing wrong: every kind of broken promise must be noticed, and nothing else. */
import { expect, it } from 'vitest';
import type { Evidence } from '../evidence.ts';
import {
  answered,
  brokenOf,
  closed,
  delivered,
  framed,
  handled,
  http,
  opened,
  record,
  rtm,
  said,
  T0,
  told,
  trouble,
} from './evidence.test-kit.ts';
import { judge } from './judge.ts';

it('finds nothing wrong where nothing is', () => {
  expect(brokenOf(http())).toEqual({});
  expect(judge(http())).toMatchObject({
    isKept: true,
    accepted: 4,
    said: 4,
    answered: 4,
    repeatedInside: 1,
    hooksTold: 1,
  });
  expect(brokenOf(rtm())).toEqual({});
  expect(judge(rtm())).toMatchObject({ isKept: true, accepted: 3, doubtful: 1, repeatedInside: 1 });
});

it('misses an accepted event that no listener ended', () => {
  const without = (evidence: Evidence, number: number) => ({
    ...evidence,
    lines: evidence.lines.filter((line) => line.what === 'hook' || line.number !== number),
    answers: evidence.answers.filter((answer) => answer.number !== number),
  });
  expect(brokenOf(without(http(), 2))).toEqual({ lost: ['Ev2 of T2'] });
  expect(brokenOf(without(rtm(), 2))).toEqual({ lost: ['m2 of T2'] });
});

it('does not ask for what was on a socket that its node took with it, or for events of a removed team', () => {
  const evidence = rtm();
  const lines = evidence.lines.filter((line) => line.what === 'hook' || line.number !== 3);
  const answers = evidence.answers.filter(({ number }) => number !== 3);
  expect(brokenOf({ ...evidence, lines, answers })).toEqual({});
  const log = [...http().log, said(50, 9, 'T9'), delivered(50, 9, 'T9')];
  expect(brokenOf({ ...http(), log })).toEqual({});
});

it('asks for what came on the socket of a node that is well, beside one that is frozen', () => {
  const evidence = rtm();
  const beside = {
    ...evidence,
    troubles: [trouble('freeze', 20.001, 33, 'n1')],
    log: [
      ...evidence.log,
      said(22, 6, 'T2'),
      framed(22, 6, 'S2', 'T2'),
      opened(49, 'S4', { team: 'T2' }),
      closed(50, 'S2', 'T2'),
    ],
  };
  expect(brokenOf(beside)).toMatchObject({ lost: ['m6 of T2'] });
});

it('objects to a repeat that no death explains', () => {
  const lines = [...http().lines, ...handled(3, 2, { node: 'n2/1', team: 'T2', attempt: 2 })];
  expect(brokenOf({ ...http(), lines })).toEqual({
    doubled: ['m2 of T2, n2/1 then n2/1: handled again without a death'],
  });
});

it('objects to a repeat of what had ended long before the death, and to one that does not say so', () => {
  const early = [...http().lines, ...handled(32, 1, { node: 'n2/1', attempt: 2 })];
  expect(brokenOf({ ...http(), lines: early })).toEqual({
    doubled: ['m1 of T1, n1/1 then n2/1: came again; it had ended 18991 ms before the death'],
  });
  const silent = http().lines.map((line) =>
    line.what !== 'hook' && line.attempt === 2 ? { ...line, attempt: 1 } : line,
  );
  const answers = http().answers.map((answer) => ({ ...answer, attempt: 1 }));
  expect(brokenOf({ ...http(), lines: silent, answers })).toEqual({
    doubled: ['m3 of T1, n1/1 then n2/1: came again as attempt 1'],
  });
});

it('excuses a repeat of what its node had no time to write, and says so', () => {
  const evidence = (untilSeconds: number) => ({
    ...http(),
    lines: [...http().lines, ...handled(32, 1, { node: 'n2/1', attempt: 2 })],
    pauses: [{ of: 'n1', fromMs: T0 + 1_050, untilMs: T0 + untilSeconds * 1_000 }],
  });
  const words = 'm1 of T1, n1/1 then n2/1: came again; it had ended 18991 ms before the death';
  expect(judge(evidence(19.99))).toMatchObject({ isKept: true, excused: [`${words}; the machine had no time for it`] });
  expect(brokenOf(evidence(19.8))).toEqual({ doubled: [words] });
});

it('takes what comes of a frozen node for what was on the wire before, and counts from when the work was begun what delayed it', () => {
  const answeredLate = (atSeconds: number) => [...http().answers, answered(atSeconds, 3)];
  const troubles = [trouble('freeze', 20.001, 40, 'n1')];
  expect(brokenOf({ ...http(), troubles, answers: answeredLate(39) })).toEqual({});
  const late = { ...http(), troubles, answers: answeredLate(41) };
  expect(brokenOf(late).fence).toHaveLength(1);
  const pauses = [{ of: 'simulator', fromMs: T0 + 20_500, untilMs: T0 + 31_000 }];
  expect(judge({ ...late, pauses })).toMatchObject({ isKept: true, excused: [expect.stringContaining('m3')] });
});

it('takes a database that does not answer a node for the death of what that node could not write', () => {
  const again = handled(32, 2, { node: 'n1/1', team: 'T2', attempt: 2 });
  const stalled = (from: number, until: number) => ({
    ...http(),
    lines: [...http().lines, ...again],
    stalls: [{ node: 'n2', fromMs: T0 + from * 1_000, untilMs: T0 + until * 1_000 }],
  });
  expect(judge(stalled(1.9, 20))).toMatchObject({ isKept: true, stalls: 1, repeatedInside: 2 });
  expect(brokenOf(stalled(10, 20))).toEqual({
    doubled: ['m2 of T2, n2/1 then n1/1: came again; it had ended 7990 ms before the death'],
  });
});

it('counts answers that no work explains', () => {
  const answers = [...http().answers, answered(41, 4, { node: 'n2/1' })];
  expect(brokenOf({ ...http(), answers })).toEqual({ doubled: ['m4 was begun 1 times and answered 2 times'] });
});

it('sees two connections of a team: answered in turns, or open beside each other for too long', () => {
  const evidence = rtm();
  const turns = {
    ...evidence,
    log: [...evidence.log, said(50, 5), framed(50, 5, 'S3')],
    lines: [...evidence.lines, ...handled(50, 5)],
    answers: [...evidence.answers, answered(50, 5)],
  };
  expect(brokenOf(turns)).toEqual({ connections: ['T1: n1/1 handled m5 after n2/1 had m4'] });
  const back = { ...turns, log: [...turns.log, opened(45, 'S4')] };
  expect(brokenOf(back)).toEqual({});
  // Events wait in the inbox for whoever has the team next, which begins them while it connects.
  const soon = { ...turns, log: [...turns.log, opened(50.5, 'S4')] };
  expect(brokenOf(soon)).toEqual({});
  const two = { ...evidence, log: [...evidence.log, opened(3, 'S9', { team: 'T2' })], endedAtMs: T0 + 120_000 };
  expect(brokenOf(two)).toEqual({ connections: ['T2: two sockets for 117 s'] });
});

it('sees a frozen node that answers when it wakes up, after its lease and after another took over', () => {
  const frozen = (untilSeconds: number) => ({
    ...http(),
    troubles: [trouble('freeze', 20.001, untilSeconds, 'n1')],
    answers: [...http().answers, answered(untilSeconds + 0.1, 3)],
  });
  expect(brokenOf(frozen(32.5))).toEqual({ fence: ['n1/1 answered m3 2599 ms after its lease ended (freeze)'] });
  // Back before its lease ended, and yet somebody has its teams.
  const taken = {
    ...frozen(29),
    lines: http().lines.map((line) =>
      line.node === 'n2/1' && line.atMs === T0 + 31_000 ? { ...line, atMs: T0 + 25_000 } : line,
    ),
  };
  expect(brokenOf(taken).fence).toEqual(['n1/1 answered m3 of T1 4100 ms after n2/1 had taken the team over']);
});

it('sees a node that goes on answering without its database', () => {
  const evidence = {
    ...http(),
    troubles: [trouble('cut_database', 20.001, 40, 'n1')],
    log: [...http().log, said(35, 5, 'T3'), delivered(35, 5, 'T3')],
    lines: [...http().lines, ...handled(35, 5, { team: 'T3' })],
    answers: [...http().answers, answered(35, 5, { team: 'T3' })],
  };
  expect(brokenOf(evidence)).toEqual({ fence: ['n1/1 answered m5 4999 ms after its lease ended (cut_database)'] });
});

it('sees calls through the wire of a node without a lease, which is no place for the answers of another', () => {
  const call = (atSeconds: number, host: string, method = 'auth.test') =>
    record(atSeconds, { kind: 'request', method, team: 'T1', host });
  const evidence = {
    ...http(),
    troubles: [trouble('cut_database', 20, 40, 'n1')],
    log: [...http().log, call(28, 'n1'), call(35, 'n2'), call(36, 'n1'), call(41, 'n1')],
  };
  expect(brokenOf(evidence)).toEqual({
    fence: ['n1 called auth.test of T1 6000 ms after its lease ended (cut_database)'],
  });
});

it('lets a call wait on the wire for as long as the simulator took nothing, and says so', () => {
  const evidence = (pausedUntil: number): Evidence => ({
    ...http(),
    troubles: [trouble('cut_database', 20, 40, 'n1')],
    log: [...http().log, record(35, { kind: 'request', method: 'auth.test', team: 'T1', host: 'n1' })],
    pauses: [{ of: 'simulator', fromMs: T0 + 29_500, untilMs: T0 + pausedUntil * 1_000 }],
  });
  expect(judge(evidence(34.5))).toMatchObject({
    isKept: true,
    excused: [expect.stringContaining('n1 called auth.test')],
  });
  expect(brokenOf(evidence(32)).fence).toHaveLength(1);
});

it('counts hooks that were told twice or never, and allows one more over a death', () => {
  const lines = http().lines.filter(({ what }) => what !== 'hook');
  expect(brokenOf({ ...http(), lines })).toEqual({ hooksNever: ['deactivated of T9 was told to nobody'] });
  expect(brokenOf({ ...http(), lines: [...http().lines, told(7, 'T9', 'n2/1')] })).toEqual({
    hooksTwice: ['deactivated of T9 was told by n1/1 and again by n2/1'],
  });
  const over = [...lines, told(19, 'T9'), told(32, 'T9', 'n2/1')];
  expect(brokenOf({ ...http(), lines: over })).toEqual({});
});

it('says when the work of a dead node is resumed too late', () => {
  const evidence = http();
  const shift = <Item extends { atMs: number }>(item: Item) =>
    item.atMs >= T0 + 31_000 && item.atMs < T0 + 32_000 ? { ...item, atMs: item.atMs + 8_000 } : item;
  expect(brokenOf({ ...evidence, lines: evidence.lines.map(shift), answers: evidence.answers.map(shift) })).toEqual({
    late: ['kill of n1: work resumed after 19.0 s, promised is 12.0 s'],
  });
});

it('does not wait over Socket Mode for what Slack gave to nobody but the frozen node', () => {
  const given = (atSeconds: number, socket: string, ok: boolean) =>
    record(atSeconds, { kind: 'delivery', event: 'app_mention', eventId: 'Ev7', team: 'T1', socket, ok });
  const frozen = (second: string): Evidence => ({
    ...http(),
    transport: 'socket',
    troubles: [trouble('freeze', 20.001, 40, 'n1')],
    log: [
      ...http().log,
      opened(0, 'S1', { team: '' }),
      opened(0, 'S2', { team: '', node: 'n2' }),
      said(25, 7),
      given(25, 'S1', false),
      given(28, second, false),
    ],
    lines: [...http().lines, ...handled(41, 7, { node: 'n2/1' })],
    answers: [...http().answers, answered(41, 7, { node: 'n2/1' })],
  });
  expect(brokenOf(frozen('S1'))).toEqual({});
  expect(brokenOf(frozen('S2')).late).toEqual(['freeze of n1: work resumed after 21.0 s, promised is 12.0 s']);
});

it('does not wait over Socket Mode for the minute after which Slack tries another than the cut-off node, but for the end of its socket', () => {
  const cutOff = (saidAt: number): Evidence => {
    const given = (atSeconds: number, socket: string, ok: boolean) =>
      record(atSeconds, { kind: 'delivery', event: 'app_mention', eventId: 'Ev7', team: 'T1', socket, ok });
    return {
      ...http(),
      transport: 'socket',
      troubles: [trouble('cut_database', 20.001, 40, 'n1')],
      log: [
        ...http().log,
        opened(0, 'S1', { team: '' }),
        opened(0, 'S2', { team: '', node: 'n2' }),
        said(saidAt, 7),
        given(saidAt, 'S1', false),
        given(saidAt + 3, 'S1', false),
        given(saidAt + 63, 'S2', true),
      ],
      lines: [...http().lines, ...handled(saidAt + 63, 7, { node: 'n2/1' })],
      answers: [...http().answers, answered(saidAt + 63, 7, { node: 'n2/1' })],
      endedAtMs: T0 + 120_000,
    };
  };
  expect(brokenOf(cutOff(22))).toEqual({});
  expect(brokenOf(cutOff(36)).late).toEqual(['cut_database of n1: work resumed after 16.0 s, promised is 12.0 s']);
});

it('excuses lateness by the time that the machine had none, and says so', () => {
  const evidence = http();
  const shift = <Item extends { atMs: number }>(item: Item) =>
    item.atMs >= T0 + 31_000 && item.atMs < T0 + 32_000 ? { ...item, atMs: item.atMs + 8_000 } : item;
  const late = (pausedSeconds: number): Evidence => ({
    ...evidence,
    lines: evidence.lines.map(shift),
    answers: evidence.answers.map(shift),
    pauses: [{ of: 'n2', fromMs: T0 + 25_000, untilMs: T0 + (25 + pausedSeconds) * 1_000 }],
  });
  const excused = [
    'kill of n1: work resumed after 19.0 s, promised is 12.0 s; the machine had no time for 4.5 s of that',
  ];
  expect(judge(late(4.5))).toMatchObject({ isKept: true, excused });
  expect(brokenOf(late(3)).late).toHaveLength(1);
});

it('does not wait over RTM for what nobody but the frozen node has heard', () => {
  const { log, ...evidence } = rtm();
  const frozen = (saidAtSeconds: number): Evidence => ({
    ...evidence,
    troubles: [trouble('freeze', 20.001, 40, 'n1')],
    log: [...log.filter(({ kind }) => kind !== 'socket_close'), said(saidAtSeconds, 7), closed(40.5, 'S1')],
    lines: [...evidence.lines, ...handled(41, 7, { node: 'n2/1' })],
    answers: [...evidence.answers, answered(41, 7, { node: 'n2/1' })],
  });
  // Before the other node had a socket of the team, and afterwards.
  expect(judge(frozen(25))).toMatchObject({ isKept: true, recoveries: [{ afterMs: 4_999 }] });
  expect(brokenOf(frozen(33)).late).toEqual(['freeze of n1: work resumed after 21.0 s, promised is 12.0 s']);
});

it('reports the longest gap of a team', () => {
  expect(judge(http()).longestGapMs).toBe(11_000);
});

it('is not kept when nothing was accepted, or a node ended by itself', () => {
  const nothing = { ...http(), log: [], lines: [], answers: [] };
  expect(brokenOf(nothing)).toEqual({ other: ['no event was accepted: the run proves nothing'] });
  expect(judge(http(), ['n1 ended with code 1']).isKept).toBe(false);
});
