import { expect, it } from 'vitest';
import { goOnWith, type LogFacts, ongoingWork } from '../ongoing-work.ts';
import { withLogFacts, withPresentFacts } from './log-context.ts';

it('a line has the facts of what goes on, however often that waits, and of nothing around it', async () => {
  const lines: object[] = [];
  const say = () => lines.push(withPresentFacts({ said: true }));
  await withLogFacts({ teamId: 'T1', eventId: 'Ev1' }, async () => {
    await Promise.resolve();
    say();
    await withLogFacts({ teamId: 'T2' }, async () => {
      await Promise.resolve();
      say();
    });
    say();
  });
  say();
  expect(lines).toEqual([
    { teamId: 'T1', eventId: 'Ev1', said: true },
    { teamId: 'T2', said: true },
    { teamId: 'T1', eventId: 'Ev1', said: true },
    { said: true },
  ]);
});

it('what a line says itself counts', () => {
  expect(withLogFacts({ teamId: 'T1' }, () => withPresentFacts({ teamId: 'T2' }))).toEqual({ teamId: 'T2' });
});

it('a trace is asked for its id when a line is written, and not before', () => {
  let asked = 0;
  const trace = {
    get traceId() {
      asked++;
      return 'abc';
    },
  };
  withLogFacts({ trace }, () => {
    expect(asked).toBe(0);
    expect(withPresentFacts({})).toEqual({ traceId: 'abc' });
  });
  expect(asked).toBe(1);
});

it('what begins within a run of listeners belongs to that run', () => {
  const logFacts: LogFacts = {};
  const listenerWork = {};
  const inside = goOnWith({ logFacts, listenerWork }, () =>
    withLogFacts({ teamId: 'T2' }, () => ongoingWork()?.listenerWork),
  );
  expect(inside).toBe(listenerWork);
});
