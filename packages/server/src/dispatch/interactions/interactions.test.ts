import { describe, expect, it, vi } from 'vitest';
import type { BotServerError } from '../../errors.ts';
import { ownerIdOf } from '../../slack/delivery/route.ts';
import { TestClock } from '../../time/test-clock.ts';
import { ListenerWorks } from '../listener-works.ts';
import { type InteractionCall, Interactions, type InteractionsDeps } from './interactions.ts';

const slash = { command: '/stan', team_id: 'T1' };
const button = { type: 'block_actions', team: { id: 'T1' }, actions: [{ action_id: 'ok' }] };
const menu = { type: 'block_suggestion', team: { id: 'T1' }, action_id: 'city' };
const quiet = { debug() {}, warn() {} };

function interactions(respond: (call: InteractionCall) => Promise<void>, deps: Partial<InteractionsDeps> = {}) {
  const clock = new TestClock();
  const failures: { code: string; message: string; facts: object }[] = [];
  const told: unknown[] = [];
  const all = new Interactions({
    works: new ListenerWorks({ clock }),
    respond: (_body, call) => respond(call),
    ownerOf: (route) => ({ teamId: ownerIdOf(route, () => undefined), isKnown: true }),
    locate: () => expect.fail('nothing is unknown'),
    availabilityOf: () => 'available',
    recheck: () => Promise.resolve('gone'),
    started: () => Promise.resolve(),
    installUrlOf: (teamId) => `https://bot.example.com/slack/install?team=${teamId}`,
    tell: async (responseUrl, message) => void told.push([responseUrl, message]),
    onFailure: (_facts, { code, message, facts }: BotServerError) => failures.push({ code, message, facts }),
    clock,
    log: quiet,
    ...deps,
  });
  return { all, clock, failures, told };
}

/** A listener that was found, and what it does. */
const listener = (work: (call: InteractionCall) => unknown) => async (call: InteractionCall) => {
  call.onListener();
  await work(call);
};

const never = () => new Promise<void>(() => {});

describe('the answer', () => {
  it.each([
    [undefined, { kind: 'accepted' }],
    ['', { kind: 'accepted' }],
    ['hello', { kind: 'payload', payload: 'hello' }],
    [{ response_action: 'clear' }, { kind: 'payload', payload: { response_action: 'clear' } }],
  ])('of ack(%j) is %j', async (payload, answer) => {
    const { all, clock } = interactions(listener((call) => call.ack(payload)));
    expect(await all.answer(slash)).toEqual(answer);
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it('is the first ack, and comes before the work behind it ends', async () => {
    const { all } = interactions(
      listener(async (call) => {
        call.ack('first');
        call.ack('second');
        await never();
      }),
    );
    expect(await all.answer(slash)).toEqual({ kind: 'payload', payload: 'first' });
    expect(all.running).toBe(1);
  });

  it('is missing after 3 s, and the listener is reported by name and payload type', async () => {
    const { all, clock, failures } = interactions(listener(never));
    const answer = all.answer(button);
    await clock.advance(2_999);
    expect(failures).toEqual([]);
    await clock.advance(1);
    expect(await answer).toEqual({ kind: 'unanswered', reason: 'timed_out' });
    expect(failures).toEqual([
      {
        code: 'ack_missing',
        message: 'No listener of block_actions ok called ack within 3 s',
        facts: { teamId: 'T1', payloadType: 'block_actions', name: 'ok', hasListener: true },
      },
    ]);
  });

  it('is missing at once when no listener matches, and the report says so', async () => {
    const { all, failures } = interactions(() => Promise.resolve());
    expect(await all.answer(slash)).toEqual({ kind: 'unanswered', reason: 'failed' });
    expect(failures).toMatchObject([{ code: 'ack_missing', message: 'No listener matches slash_command /stan' }]);
  });

  it('may come from a timer that a listener left behind', async () => {
    const { all, clock } = interactions(listener((call) => void clock.after(1_000, () => call.ack('late'))));
    const answer = all.answer(slash);
    await clock.advance(1_000);
    expect(await answer).toEqual({ kind: 'payload', payload: 'late' });
    expect(all.running).toBe(0);
  });

  it('is a failure when the listener throws before it acks', async () => {
    const { all, failures } = interactions(listener(() => Promise.reject(new Error('broken'))));
    expect(await all.answer(slash)).toEqual({ kind: 'unanswered', reason: 'failed' });
    expect(failures).toMatchObject([{ code: 'listener_failed' }]);
  });

  it('stands when the listener throws after it acked, which is reported', async () => {
    const { all, failures } = interactions(
      listener((call) => {
        call.ack('fine');
        throw new Error('broken');
      }),
    );
    expect(await all.answer(slash)).toEqual({ kind: 'payload', payload: 'fine' });
    await vi.waitFor(() => expect(failures).toMatchObject([{ code: 'listener_failed' }]));
  });
});

describe('what needs no answer', () => {
  const pressed = (action: object) => ({ type: 'block_actions', team: { id: 'T1' }, actions: [action] });

  it.each([
    ['a link button', pressed({ type: 'button', action_id: 'link', url: 'https://example.com' })],
    ['a link in an overflow menu', pressed({ type: 'overflow', selected_option: { url: 'https://example.com' } })],
    ['a dialog that was cancelled', { type: 'dialog_cancellation', team: { id: 'T1' }, callback_id: 'cb' }],
  ])('is accepted without a listener, and no error: %s', async (_what, body) => {
    const { all, clock, failures } = interactions(() => Promise.resolve());
    expect(await all.answer(body)).toEqual({ kind: 'accepted' });
    await clock.settle();
    expect(failures).toEqual([]);
    expect(all.running).toBe(0);
  });

  it('is missed when one of several is no link', async () => {
    const { all, failures } = interactions(() => Promise.resolve());
    const both = {
      ...pressed({ url: 'https://example.com' }),
      actions: [{ url: 'https://example.com' }, { value: '1' }],
    };
    expect(await all.answer(both)).toEqual({ kind: 'unanswered', reason: 'failed' });
    expect(failures).toMatchObject([{ code: 'ack_missing' }]);
  });

  it('is answered by a listener all the same, also when that fails', async () => {
    const { all, failures } = interactions(listener(() => Promise.reject(new Error('broken'))));
    expect(await all.answer(pressed({ url: 'https://example.com' }))).toEqual({ kind: 'unanswered', reason: 'failed' });
    expect(failures).toMatchObject([{ code: 'listener_failed' }]);
  });
});

describe('an answer that Slack does not take', () => {
  const limit = { of: 'a frame', maxBytes: 100, bytesOf: (payload: unknown) => JSON.stringify(payload).length };
  const large = { text: 'x'.repeat(200) };

  it('is told its author by name and size, and the person in words', async () => {
    let thrown: unknown;
    const { all, failures } = interactions(
      listener((call) => {
        try {
          call.ack(large);
        } catch (error) {
          thrown = error;
        }
      }),
    );
    const told = { response_type: 'ephemeral', text: expect.stringContaining('could not be shown') };
    expect(await all.answer(slash, limit)).toEqual({ kind: 'payload', payload: told });
    const message = 'The ack of slash_command /stan has 211 bytes in a frame; Slack takes at most 100';
    const facts = { teamId: 'T1', payloadType: 'slash_command', name: '/stan', size: 211, limit: 100 };
    expect(failures).toEqual([{ code: 'answer_not_sendable', message, facts }]);
    expect(thrown).toMatchObject({ code: 'answer_not_sendable' });
  });

  it('is told once when it makes the listener fail', async () => {
    const fail = (call: InteractionCall) => {
      try {
        call.ack(large);
      } catch (cause) {
        throw Object.assign(new Error('A listener failed'), { cause });
      }
    };
    const { all, clock, failures } = interactions(listener(fail));
    await all.answer(slash, limit);
    await clock.settle();
    expect(failures.map(({ code }) => code)).toEqual(['answer_not_sendable']);
    expect(all.running).toBe(0);
  });

  it('is no matter once another was sent', async () => {
    const { all, failures } = interactions(listener((call) => (call.ack('small'), call.ack(large))));
    expect(await all.answer(slash, limit)).toEqual({ kind: 'payload', payload: 'small' });
    expect(failures).toEqual([]);
  });
});

describe('a team that is not active', () => {
  it.each([
    ['gone', slash, expect.stringContaining('<https://bot.example.com/slack/install?team=T1|Install it again>')],
    ['paused', slash, expect.stringContaining('paused')],
    ['no_access', slash, expect.stringContaining('no access to this workspace')],
    ['starting', slash, expect.stringContaining('just starting')],
  ] as const)('%s: a command is answered in words to the person alone', async (availability, body, text) => {
    const { all } = interactions(never, { availabilityOf: () => availability });
    expect(await all.answer(body)).toEqual({ kind: 'payload', payload: { response_type: 'ephemeral', text } });
    expect(all.running).toBe(0);
  });

  it.each(['gone', 'paused', 'no_access', 'starting'] as const)(
    '%s: a menu gets no options, everything else is accepted',
    async (availability) => {
      const { all } = interactions(never, { availabilityOf: () => availability });
      expect(await all.answer(menu)).toEqual({ kind: 'payload', payload: { options: [] } });
      expect(await all.answer(button)).toEqual({ kind: 'accepted' });
    },
  );

  it('is told to whoever presses a button, where listeners would answer', async () => {
    const { all, told } = interactions(never, { availabilityOf: () => 'paused' });
    expect(await all.answer({ ...button, response_url: 'https://hooks.example/1' })).toEqual({ kind: 'accepted' });
    const text = expect.stringContaining('paused');
    expect(told).toEqual([['https://hooks.example/1', { response_type: 'ephemeral', replace_original: false, text }]]);
    expect(all.running).toBe(0);
  });

  it('is waited for at a stop while a person is told', async () => {
    const { all, clock } = interactions(never, { availabilityOf: () => 'paused', tell: never });
    await all.answer({ ...button, response_url: 'https://hooks.example/1' });
    const stopped = all.stop({ graceMs: 1_000 });
    await clock.advance(1_000);
    expect(await stopped).toEqual({ unfinished: 1 });
  });

  it('is asked for in the rows first: it may have come back elsewhere', async () => {
    const { all } = interactions(
      listener((call) => call.ack('here')),
      { availabilityOf: () => 'gone', recheck: () => Promise.resolve('available') },
    );
    expect(await all.answer(slash)).toEqual({ kind: 'payload', payload: 'here' });
  });

  it('is not called inactive when the rows do not answer in time', async () => {
    const recheck = () => new Promise<'gone'>(() => {});
    const { all, clock } = interactions(never, { availabilityOf: () => 'gone', recheck });
    const answer = all.answer(slash);
    await clock.advance(2_000);
    expect(await answer).toEqual({ kind: 'unavailable' });
    expect(all.running).toBe(0);
  });

  it('is not called inactive when the rows cannot be read', async () => {
    const recheck = () => Promise.reject(new Error('no store'));
    const { all } = interactions(never, { availabilityOf: () => 'gone', recheck });
    expect(await all.answer(slash)).toEqual({ kind: 'unavailable' });
    expect(all.running).toBe(0);
  });
});

describe('a team that is starting', () => {
  it('is waited for, and its listeners answer', async () => {
    const start = Promise.withResolvers<void>();
    let availability: 'starting' | 'available' = 'starting';
    const { all, clock } = interactions(
      listener((call) => call.ack('here')),
      { availabilityOf: () => availability, started: () => start.promise },
    );
    const answer = all.answer(slash);
    await clock.advance(1_999);
    availability = 'available';
    start.resolve();
    expect(await answer).toEqual({ kind: 'payload', payload: 'here' });
  });

  it('is waited for at most two seconds, those for its rows included', async () => {
    const recheck = async () => {
      await clock.sleep(1_500);
      return 'starting' as const;
    };
    let availability: 'starting' | 'gone' = 'gone';
    const { all, clock, told } = interactions(never, { availabilityOf: () => availability, recheck, started: never });
    let answered: unknown;
    void all.answer(slash).then((answer) => (answered = answer));
    await clock.advance(1_500);
    availability = 'starting';
    await clock.advance(499);
    expect(answered).toBeUndefined();
    await clock.advance(1);
    expect(answered).toMatchObject({ payload: { response_type: 'ephemeral' } });
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('limits', () => {
  it('one team cannot take the places of the others', async () => {
    const acks = listener((call) => (call.ack('ok'), never()));
    const { all } = interactions(acks, { options: { perTeam: 2, perProcess: 3, reserve: 0 } });
    await all.answer(slash);
    await all.answer(slash);
    expect(await all.answer(slash)).toEqual({ kind: 'unavailable' });
    expect(await all.answer({ ...slash, team_id: 'T2' })).toMatchObject({ kind: 'payload' });
    expect(await all.answer({ ...slash, team_id: 'T3' })).toEqual({ kind: 'unavailable' });
  });

  it('five teams whose commands all hang after their ack turn no command of another away', async () => {
    const acks = listener((call) => (call.ack('ok'), never()));
    const { all } = interactions(acks);
    for (let index = 0; index < 100; index++) {
      for (let team = 1; team <= 5; team++) await all.answer({ ...slash, team_id: `TBAD${team}` });
    }
    const another = { ...slash, team_id: 'TGOOD' };
    for (let index = 0; index < 10; index++) expect(await all.answer(another)).toMatchObject({ kind: 'payload' });
  });

  it('a thousand teams whose commands hang turn none of another away', async () => {
    const acks = listener((call) => (call.ack('ok'), never()));
    const { all } = interactions(acks);
    for (let team = 0; team < 1_000; team++) {
      for (let index = 0; index < 3; index++) await all.answer({ ...slash, team_id: `TBAD${team}` });
    }
    expect(await all.answer({ ...slash, team_id: 'TGOOD' })).toMatchObject({ kind: 'payload' });
    expect(all.running).toBeLessThanOrEqual(1_500);
  });

  it('a listener that never settles is given up after five minutes, reported, and frees its place', async () => {
    const { all, clock, failures } = interactions(listener((call) => (call.ack(''), never())));
    await all.answer(slash);
    await clock.advance(300_000);
    expect(failures).toMatchObject([{ code: 'handler_timed_out' }]);
    expect(all.running).toBe(0);
  });
});

describe('stop', () => {
  it('waits for the work behind an answer, and takes nothing more', async () => {
    const work = Promise.withResolvers<void>();
    const { all } = interactions(listener((call) => (call.ack(''), work.promise)));
    await all.answer(slash);
    const stopped = all.stop({ graceMs: 1_000 });
    expect(await all.answer(slash)).toEqual({ kind: 'unavailable' });
    work.resolve();
    expect(await stopped).toEqual({ unfinished: 0 });
  });

  it('says how many were left when the grace is over', async () => {
    const { all, clock } = interactions(listener((call) => (call.ack(''), never())));
    await all.answer(slash);
    const stopped = all.stop({ graceMs: 1_000 });
    await clock.advance(1_000);
    expect(await stopped).toEqual({ unfinished: 1 });
  });
});
