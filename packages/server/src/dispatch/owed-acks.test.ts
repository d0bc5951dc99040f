import { describe, expect, it } from 'vitest';
import type { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';
import { type AckNotices, OwedAcks } from './owed-acks.ts';

const executed = (eventId: string, callbackId = 'greet') => ({
  type: 'event_callback',
  event_id: eventId,
  event: { type: 'function_executed', function: { callback_id: callbackId } },
});

interface Settings {
  done: string[];
  notices: AckNotices;
  clock: TestClock;
}

function acks({ done = [], notices, clock = new TestClock() }: Partial<Settings> = {}) {
  const overdue: string[] = [];
  const owed = new OwedAcks({
    awaitsAck: (callbackId) => callbackId === 'greet',
    isDone: async (eventId) => done.includes(eventId),
    onOverdue: (teamId, { message }: BotServerError) => void overdue.push(`${teamId}: ${message}`),
    notices,
    clock,
  });
  return { owed, clock, overdue };
}

describe('the ack of an event', () => {
  it.each([
    [executed('Ev1'), true],
    [executed('Ev1', 'other'), false],
    [{ event: { type: 'function_executed' } }, false],
    [{ event: { type: 'message', function: { callback_id: 'greet' } } }, false],
    [{}, false],
  ])('of %j is owed by its listener: %s', (body, isOwed) => {
    expect(acks().owed.isOwedFor(body)).toBe(isOwed);
  });

  it('is given also when it comes before the event is known to be stored', async () => {
    const { owed, clock } = acks();
    const answer = await owed.expect(executed('Ev1'), 'T1');
    owed.ack('Ev1');
    expect(await answer()).toEqual({ kind: 'accepted' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is missed after 3 s, and a delivery that comes again waits for the same', async () => {
    const { owed, clock, overdue } = acks();
    const first = (await owed.expect(executed('Ev1'), 'T1'))();
    await clock.advance(3_000);
    expect(await first).toEqual({ kind: 'unanswered', reason: 'timed_out' });
    expect(overdue).toEqual(['T1: No listener of function_executed greet called ack within 3 s']);
    const second = (await owed.expect(executed('Ev1'), 'T1'))();
    owed.ack('Ev1');
    expect(await second).toEqual({ kind: 'accepted' });
    expect(await (await owed.expect(executed('Ev1'), 'T1'))()).toEqual({ kind: 'accepted' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not come from a listener that failed', async () => {
    const { owed } = acks();
    const answer = (await owed.expect(executed('Ev1'), 'T1'))();
    owed.failed('Ev1');
    expect(await answer).toEqual({ kind: 'unanswered', reason: 'failed' });
  });

  it('is given for what an earlier process has handled, and waited for where it was cut off', async () => {
    const { owed } = acks({ done: ['Ev1'] });
    expect(await (await owed.expect(executed('Ev1'), 'T1'))()).toEqual({ kind: 'accepted' });
    const cutOff = (await owed.expect(executed('Ev2'), 'T1'))();
    owed.ack('Ev2');
    expect(await cutOff).toEqual({ kind: 'accepted' });
  });
});

/** Two nodes on one inbox; each hears what the other one tells, unless notices are lost. */
function twoNodes({ isLive = true } = {}) {
  const clock = new TestClock();
  const done: string[] = [];
  const ears: ((payload: string) => void)[] = [];
  const told: string[] = [];
  const noticesOf = (own: number) => ({
    isLive,
    notify(_topic: string, payload: string) {
      told.push(payload);
      if (isLive) ears[1 - own]?.(payload);
    },
    on(_topic: string, ear: (payload: string) => void) {
      ears[own] = ear;
      return () => {};
    },
  });
  const [acceptor, owner] = [0, 1].map((own) => acks({ done, notices: noticesOf(own), clock }).owed) as [
    OwedAcks,
    OwedAcks,
  ];
  return { acceptor, owner, clock, done, told, loseSome: () => ears[0]?.('') };
}

describe('the ack of a listener that runs on another node', () => {
  it('answers the delivery, and one that comes again to either node', async () => {
    const { acceptor, owner, clock, told } = twoNodes();
    const answer = (await acceptor.expect(executed('Ev1'), 'T1'))();
    owner.ack('Ev1');
    expect(await answer).toEqual({ kind: 'accepted' });
    expect(told).toEqual(['ack Ev1']);
    for (const node of [acceptor, owner]) {
      expect(await (await node.expect(executed('Ev1'), 'T1'))()).toEqual({ kind: 'accepted' });
    }
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not come when that one failed', async () => {
    const { acceptor, owner } = twoNodes();
    const answer = (await acceptor.expect(executed('Ev1'), 'T1'))();
    owner.failed('Ev1');
    expect(await answer).toEqual({ kind: 'unanswered', reason: 'failed' });
  });

  it('is found in the table when no notices arrive', async () => {
    const { acceptor, owner, clock, done } = twoNodes({ isLive: false });
    const answer = (await acceptor.expect(executed('Ev1'), 'T1'))();
    owner.ack('Ev1');
    await clock.advance(1_000);
    done.push('Ev1');
    await clock.advance(500);
    expect(await answer).toEqual({ kind: 'accepted' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is looked for when some notices were lost', async () => {
    const { acceptor, done, loseSome } = twoNodes();
    const answer = (await acceptor.expect(executed('Ev1'), 'T1'))();
    done.push('Ev1');
    loseSome();
    expect(await answer).toEqual({ kind: 'accepted' });
  });
});
