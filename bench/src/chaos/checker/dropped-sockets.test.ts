/** Sockets that end: which of them must not, and which are a move, a successor or a machine that is too slow. */
import { expect, it } from 'vitest';
import type { Evidence, Trouble } from '../evidence.ts';
import { brokenOf, closed, opened, record, rtm, T0, trouble } from './evidence.test-kit.ts';
import { judge } from './judge.ts';

it('sees sockets that a node dropped, whatever the database did meanwhile', () => {
  const dropped = (untilSeconds: number, next?: { node: string }) => ({
    ...rtm(),
    troubles: [...rtm().troubles, trouble('database_restart', 45, 48)],
    log: [...rtm().log, closed(46, 'S2', 'T2'), ...(next ? [opened(untilSeconds, 'S4', { team: 'T2', ...next })] : [])],
  });
  const words = 'n2 closed the socket of T2 after 46 s, 1.0 s after database_restart began';
  expect(brokenOf(dropped(47, { node: 'n2' }))).toEqual({ sockets: [words] });
  expect(brokenOf(dropped(57, { node: 'n1' }))).toEqual({ sockets: [words] });
  expect(brokenOf(dropped(60))).toEqual({ sockets: [words] });
  expect(judge(dropped(47, { node: 'n1' }))).toMatchObject({ isKept: true, moved: 1, movedAtOnce: 1 });
});

it('asks for no socket that Slack closed, that had a successor, or that went with its process, its cut or its team', () => {
  const evidence = rtm();
  const bySlack = record(46, { kind: 'socket_close', socket: 'S2', team: 'T2', by: 'simulator' });
  expect(brokenOf({ ...evidence, log: [...evidence.log, bySlack] })).toEqual({});
  const succeeded = [opened(45, 'S4', { team: 'T2', node: 'n2' }), closed(46, 'S2', 'T2')];
  expect(brokenOf({ ...evidence, log: [...evidence.log, ...succeeded] })).toEqual({});
  const gone = { ...evidence, log: [...evidence.log, closed(46, 'S2', 'T2')] };
  const after = (one: Trouble) => brokenOf({ ...gone, troubles: [...gone.troubles, one] });
  expect(after(trouble('terminate', 44, 46, 'n2'))).toEqual({});
  expect(after(trouble('terminate', 44, 46, 'n1')).sockets).toHaveLength(1);
  expect(after(trouble('cut_slack', 30, 45, 'n2'))).toEqual({});
  expect(after(trouble('freeze', 34, 45.5, 'n2'))).toEqual({});
  // Without its database it keeps them for a minute.
  expect(after(trouble('cut_database', 34, 58, 'n2')).sockets).toHaveLength(1);
});

it('lets a node without its database end its Socket Mode connections, but not before its lease may be over', () => {
  const { log, ...evidence } = rtm();
  const ended = (kind: Trouble['kind'], fromSeconds: number, node?: string): Evidence => ({
    ...evidence,
    transport: 'socket',
    troubles: [...evidence.troubles, trouble(kind, fromSeconds, 58, node)],
    log: [...log, closed(46, 'S2', 'T2')],
  });
  const dropped = (one: Evidence) => brokenOf(one).sockets?.length ?? 0;
  expect(dropped(ended('cut_database', 39, 'n2'))).toBe(0);
  expect(dropped(ended('database_down', 39))).toBe(0);
  expect(dropped(ended('cut_database', 39, 'n1'))).toBe(1);
  expect(dropped(ended('cut_database', 41, 'n2'))).toBe(1);
  expect(dropped(ended('database_down', 41))).toBe(1);
  expect(dropped({ ...ended('database_down', 39), transport: 'rtm' })).toBe(1);
});

it('sees planned moves of too many teams at once', () => {
  const teams = Array.from({ length: 6 }, (_, n) => `TM${n}`);
  const moves = (pauseSeconds: number) =>
    teams.flatMap((team, n) => [
      opened(1, `A${n}`, { team }),
      closed(40 + n * pauseSeconds, `A${n}`, team),
      opened(42 + n * pauseSeconds, `B${n}`, { team, node: 'n2' }),
    ]);
  expect(brokenOf({ ...rtm(), log: [...rtm().log, ...moves(0.1)] })).toEqual({
    sockets: ['6 teams were without a socket at the same time because they were moved'],
  });
  expect(judge({ ...rtm(), log: [...rtm().log, ...moves(1)] })).toMatchObject({
    isKept: true,
    moved: 6,
    movedAtOnce: 2,
  });
});

it('excuses a socket that was given up while the machine had no time for the simulator, and says so', () => {
  const evidence = (of: string): Evidence => ({
    ...rtm(),
    log: [...rtm().log, closed(46, 'S2', 'T2'), opened(47, 'S4', { team: 'T2', node: 'n2' })],
    pauses: [{ of, fromMs: T0 + 38_000, untilMs: T0 + 44_000 }],
  });
  const excused = [
    'n2 closed the socket of T2 after 46 s, 26.0 s after kill of n1 began; simulator had done nothing for 6.0 s',
  ];
  expect(judge(evidence('simulator'))).toMatchObject({ isKept: true, excused, pauses: 1, longestPauseMs: 6_000 });
  expect(brokenOf(evidence('n1')).sockets).toHaveLength(1);
});

it('excuses sockets of a node whose lease ran out because the database had no time for it, and says so', () => {
  const evidence = (untilSeconds: number): Evidence => ({
    ...rtm(),
    log: [...rtm().log, closed(46, 'S2', 'T2'), opened(47, 'S4', { team: 'T2', node: 'n1' })],
    stalls: [{ node: 'n2', fromMs: T0 + 35_000, untilMs: T0 + untilSeconds * 1_000 }],
  });
  const excused = [expect.stringContaining('; the database had not answered n2 for 9.5 s')];
  expect(judge(evidence(44.5))).toMatchObject({ isKept: true, excused, moved: 0 });
  expect(judge(evidence(40))).toMatchObject({ isKept: true, excused: [], moved: 1 });
});
