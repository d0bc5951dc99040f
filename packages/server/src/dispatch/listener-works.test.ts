import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { ListenerWorks, type StopNotices } from './listener-works.ts';

const message = (facts: object) => ({ type: 'event_callback', event: { type: 'message', channel: 'D1', ...facts } });
const button = {
  type: 'block_actions',
  channel: { id: 'D1' },
  container: { message_ts: '5.1', channel_id: 'D1' },
  message: { ts: '5.1', thread_ts: '1.1' },
  actions: [{ action_ts: '6.0' }],
};
const stopAt = (ts: string, facts: object = {}) => ({
  type: 'agent_session_stopped',
  teamId: 'T1',
  body: {
    type: 'event_callback',
    event: {
      type: 'agent_session_stopped',
      channel: 'D1',
      thread_ts: '1.1',
      event_ts: ts,
      streaming_message_ts: [],
      ...facts,
    },
  },
});

/** Two processes that tell each other. */
function twoNodes() {
  const clock = new TestClock();
  const boards = new Set<(payload: string) => void>();
  const notices = (): StopNotices => {
    let own: ((payload: string) => void) | undefined;
    return {
      notify: (_topic, payload) => {
        for (const hear of boards) if (hear !== own) hear(payload);
      },
      on: (_topic, hear) => {
        own = hear;
        boards.add(hear);
        return () => void boards.delete(hear);
      },
    };
  };
  const [here, there] = [0, 1].map(() => new ListenerWorks({ notices: notices(), clock })) as [
    ListenerWorks,
    ListenerWorks,
  ];
  return { clock, here, there };
}

const codeOf = ({ ended }: { ended: { code: string } | undefined }) => ended?.code;

describe('a person’s Stop', () => {
  it.each([
    ['the message in the thread', message({ ts: '3.1', thread_ts: '1.1' })],
    ['the message that the thread hangs on', message({ ts: '1.1' })],
    ['a button in it', button],
    ['the thread of an assistant', { event: { type: 'x', assistant_thread: { channel_id: 'D1', thread_ts: '1.1' } } }],
  ])('ends the run of %s, on this process and another', (_, body) => {
    const { here, there } = twoNodes();
    const works = [here, there].map((all) => all.begin({ teamId: 'T1', body }));
    here.noteStored(stopAt('9.0'));
    expect(works.map(codeOf)).toEqual(['stopped_by_user', 'stopped_by_user']);
    expect(works.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  it('ends a run that writes in that thread, or a message that was still written, wherever it was begun', () => {
    const { here } = twoNodes();
    const command = { command: '/ask', channel_id: 'D1' };
    const [inThread, ofStream, elsewhere] = [1, 2, 3].map(() => here.begin({ teamId: 'T1', body: command }));
    inThread?.bindTo('D1', '1.1');
    ofStream?.bindTo('D1', '7.7');
    elsewhere?.bindTo('D2', '1.1');
    here.noteStored(stopAt('9.0', { streaming_message_ts: ['7.7'] }));
    expect([inThread, ofStream, elsewhere].map((work) => work && codeOf(work))).toEqual([
      'stopped_by_user',
      'stopped_by_user',
      undefined,
    ]);
  });

  it('leaves other threads, channels and teams alone, what was said later, what has ended, and its own listeners', () => {
    const { here } = twoNodes();
    const ended = here.begin({ teamId: 'T1', body: message({ ts: '1.1' }) });
    here.end(ended);
    const others = [
      { teamId: 'T1', body: message({ ts: '3.1', thread_ts: '2.2' }) },
      { teamId: 'T1', body: message({ ts: '1.1', channel: 'D2' }) },
      { teamId: 'T2', body: message({ ts: '1.1' }) },
      { teamId: 'T1', body: message({ ts: '9.5', thread_ts: '1.1' }) },
      { teamId: 'T1', body: stopAt('9.0').body },
    ].map((facts) => here.begin(facts));
    here.noteStored(stopAt('9.0'));
    expect([ended, ...others].map(codeOf)).toEqual(Array(6).fill(undefined));
    expect(here.running).toBe(5);
  });

  it('is remembered: what was said before it and begins after it is ended at once, on each process', () => {
    const { here, there } = twoNodes();
    here.noteStored(stopAt('9.0'));
    const before = { teamId: 'T1', body: message({ ts: '3.1', thread_ts: '1.1' }) };
    const after = { teamId: 'T1', body: message({ ts: '9.5', thread_ts: '1.1' }) };
    expect([here, there].flatMap((all) => [before, after].map((facts) => codeOf(all.begin(facts))))).toEqual([
      'stopped_by_user',
      undefined,
      'stopped_by_user',
      undefined,
    ]);
  });

  it('of which the store tells, or that says nothing, is harmless', () => {
    const { here } = twoNodes();
    const work = here.begin({ teamId: 'T1', body: message({ ts: '1.1' }) });
    here.noteStored({ type: 'agent_session_stopped', teamId: 'T1', body: { event: { channel: 7, thread_ts: {} } } });
    here.noteStored({ type: 'message', teamId: 'T1', body: stopAt('9.0').body });
    expect(codeOf(work)).toBeUndefined();
    here.noteTaken(stopAt('9.0'));
    expect(codeOf(work)).toBe('stopped_by_user');
  });
});

it.each([
  '{',
  'null',
  '7',
  '{"teamId":"T1"}',
  '["T1"]',
  '["T1","9.0","D1:1.1"]',
  '[["T1"],9,"D1:1.1"]',
  '["T1",9,7,null,{}]',
])('what somebody else says into the channel, as %s, ends neither a run nor this process', (payload) => {
  let say: (payload: string) => void = () => {};
  const notices: StopNotices = {
    notify() {},
    on(_topic, hear) {
      say = hear;
      return () => {};
    },
  };
  const works = new ListenerWorks({ notices, clock: new TestClock() });
  const work = works.begin({ teamId: 'T1', body: message({ ts: '3.1', thread_ts: '1.1' }) });
  expect(() => say(payload)).not.toThrow();
  expect(codeOf(work)).toBeUndefined();
});

describe('a run', () => {
  it('keeps the first reason for which it was ended', () => {
    const { here } = twoNodes();
    const work = here.begin({ teamId: 'T1', body: message({ ts: '1.1' }) });
    here.teamGone('T1');
    here.drain();
    expect(codeOf(work)).toBe('installation_not_active');
  });

  it('follows its shard: half of a drain is undisturbed, and what is lost or fenced ends at once', async () => {
    const { clock, here } = twoNodes();
    const begin = (shard?: number) => here.begin({ teamId: 'T1', body: {}, shard });
    const [drained, lost, kept, ofNone] = [begin(1), begin(2), begin(3), begin()];
    const follower = here.follower();
    await follower.drain([1], { limitMs: 30_000 });
    follower.lost([2]);
    await clock.advance(14_999);
    expect([drained, lost, kept, ofNone].map(codeOf)).toEqual([undefined, 'fenced', undefined, undefined]);
    await clock.advance(1);
    expect(codeOf(drained)).toBe('draining');
    follower.fenced();
    expect([kept, ofNone].map(codeOf)).toEqual(['fenced', 'fenced']);
  });
});
