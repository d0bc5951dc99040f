/** Many connections, and what should be of them, against a real HTTP and WebSocket peer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connected, paused, Rig, unpaced, until } from '../../test/connection/rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await Rig.start();
});

afterEach(async () => {
  await rig.stop();
});

describe('many teams', () => {
  it('does not let a team whose connect hangs for ever delay another', async () => {
    rig.slack.script('T1', { answer: { kind: 'hang' } });
    rig.supervisor.want('T1', connected);
    await rig.connect('T2');
    expect(rig.kindOf('T1')).toBe('connecting');
  });

  it('frees the slot of a hanging connect at its own time-out', async () => {
    rig.supervise({ limiter: { maxConcurrent: 1 } });
    rig.slack.script('T1', { answer: { kind: 'hang' } });
    rig.supervisor.want('T1', connected);
    rig.supervisor.want('T2', connected);
    await rig.clock.advance(9_999);
    expect(rig.slack.askedBy('T2')).toHaveLength(0);
    await rig.clock.advance(1);
    await until(() => rig.kindOf('T2') === 'open');
  });

  it('brings 300 teams up without ever asking faster than the pace', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `T${i}`);
    for (const key of keys) rig.supervisor.want(key, connected);
    await rig.clock.advance(6_000);
    await until(() => rig.supervisor.counts().byKind.open === 300);
    const times = rig.slack.asked.map(({ atMs }) => atMs);
    const busiest = Math.max(...times.map((atMs) => times.filter((t) => t >= atMs && t < atMs + 1_000).length));
    expect(busiest).toBeLessThanOrEqual(52);
  });

  it('asks for less when the socket is refused with a 503, and recovers as connects succeed', async () => {
    rig.slack.script('T0', { greeting: { kind: 'http', status: 503 } });
    rig.supervisor.want('T0', connected);
    await until(() => rig.supervisor.status('T0')?.reason === 'http_503');
    rig.slack.script('T0', { greeting: { kind: 'hello' } });
    for (let i = 1; i <= 200; i++) rig.supervisor.want(`T${i}`, connected);
    await rig.clock.advance(1_000);
    expect(rig.slack.asked.length).toBeLessThanOrEqual(40);
    await rig.clock.advance(5_000);
    expect(rig.slack.accepted.length).toBeGreaterThanOrEqual(200);
  });

  it.each([429, 503])('asks for less when Slack answers %s', async (status) => {
    rig.slack.script('T0', { answer: { kind: 'http', status } });
    rig.supervisor.want('T0', connected);
    await until(() => rig.kindOf('T0') === 'waiting');
    for (let i = 1; i <= 100; i++) rig.supervisor.want(`T${i}`, connected);
    await rig.clock.advance(1_000);
    expect(rig.slack.asked.length).toBeLessThanOrEqual(40);
  });

  it('never has more than the allowed number of connects under way', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `T${i}`);
    rig.supervise({ limiter: { ratePerSecond: Number.POSITIVE_INFINITY, maxConcurrent: 20 } });
    for (const key of keys) rig.slack.script(key, { greeting: { kind: 'none' } });
    for (const key of keys) rig.supervisor.want(key, connected);
    for (let done = 0; done < 300; done += 20) {
      await until(() => rig.slack.accepted.length === done + 20);
      for (const peer of rig.slack.accepted.slice(done)) rig.slack.greet(peer);
    }
    await until(() => rig.supervisor.counts().byKind.open === 300);
    expect(rig.slack.mostUnderWay).toBe(20);
  });
});

describe('what should be', () => {
  it('reconnects exactly once, at once, for a new credential', async () => {
    await rig.connect('T1');
    rig.supervisor.want('T1', { generation: '2', mode: 'connected' });
    rig.supervisor.want('T1', { generation: '2', mode: 'connected' });
    await until(() => rig.slack.accepted.length === 2 && rig.slack.open('T1').length === 1);
    expect(rig.slack.accepted[0]?.closedWith).toBe(1000);
    await rig.clock.advance(60_000);
    expect(rig.slack.askedBy('T1')).toHaveLength(2);
  });

  it('does not wait out a back-off when a new credential comes', async () => {
    rig.slack.script('T1', { answer: { kind: 'error', code: 'account_inactive' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    rig.slack.script('T1', { answer: { kind: 'url' } });
    rig.supervisor.want('T1', { generation: '2', mode: 'connected' });
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.supervisor.status('T1')).toMatchObject({ attempt: 1, generation: '2' });
  });

  it('reads nothing more from the socket of an old credential', async () => {
    await rig.connect('T1');
    rig.supervisor.want('T1', { generation: '2', mode: 'connected' });
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.slack.accepted[0]?.closedWith !== undefined && rig.kindOf('T1') === 'open');
    expect(rig.frames).toEqual([]);
  });

  it('connects nothing in doubt, and connects when the doubt is over', async () => {
    rig.supervisor.want('T1', paused);
    await rig.clock.advance(600_000);
    expect(rig.slack.asked).toEqual([]);
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'open');
  });

  it('keeps an open socket in doubt, but does not replace it when it closes', async () => {
    await rig.connect('T1');
    rig.supervisor.want('T1', paused);
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.frames.length === 1);
    rig.slack.drop('T1');
    await until(() => rig.kindOf('T1') === 'paused');
    await rig.clock.advance(600_000);
    expect(rig.slack.asked).toHaveLength(1);
    rig.supervisor.want('T1', connected);
    await rig.clock.advance(1_000);
    await until(() => rig.kindOf('T1') === 'open');
  });

  it('closes a dropped team at once and tells nothing of it any more', async () => {
    await rig.connect('T1');
    await rig.connect('T2');
    rig.supervisor.drop('T1', 'account_inactive');
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.slack.open('T1').length === 0);
    await rig.clock.advance(600_000);
    expect(rig.slack.askedBy('T1')).toHaveLength(1);
    expect(rig.frames).toEqual([]);
    expect(rig.changes.at(-1)).toMatchObject({ key: 'T1', from: 'open', to: 'stopped', reason: 'account_inactive' });
    expect(rig.supervisor.status('T1')).toBeUndefined();
    expect(rig.kindOf('T2')).toBe('open');
  });

  it('tells nothing of a dropped team from a socket that was just replaced and is still closing', async () => {
    await rig.connect('T1');
    const [old] = rig.slack.open('T1');
    rig.slack.send('T1', { type: 'goodbye' });
    old?.socket.pause();
    await until(() => rig.slack.open('T1').length === 2 && rig.supervisor.status('T1')?.connectionId !== 1);
    rig.slack.send('T1', { type: 'message', ts: '1.1' }, old);
    await until(() => rig.frames.length === 1);
    rig.supervisor.drop('T1', 'account_inactive');
    rig.slack.send('T1', { type: 'message', ts: '1.2' }, old);
    await until(() => rig.slack.accepted[1]?.closedWith !== undefined);
    expect(rig.frames).toHaveLength(1);
  });

  it('gives back the slot of a team that is dropped the moment it got one', async () => {
    rig.supervise({ limiter: { maxConcurrent: 1, ratePerSecond: Number.POSITIVE_INFINITY } });
    rig.supervisor.want('T1', connected);
    rig.supervisor.drop('T1', 'removed');
    await rig.connect('T2');
    expect(rig.slack.askedBy('T1')).toEqual([]);
  });

  it('drops a team in the middle of its connect without a trace', async () => {
    rig.slack.script('T1', { greeting: { kind: 'none' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.slack.accepted.length === 1);
    rig.supervisor.drop('T1', 'removed');
    await until(() => rig.slack.open('T1').length === 0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('keeps what another process takes over open until three seconds after that may have it, and makes no other meanwhile', async () => {
    await rig.connect('T1');
    rig.supervisor.linger('T1', 'moved');
    await rig.clock.advance(9_000);
    rig.supervisor.released('T1');
    expect(rig.supervisor.isLingering('T1')).toBe(true);
    await rig.clock.advance(2_999);
    expect(rig.slack.open('T1')).toHaveLength(1);
    const lingered = rig.supervisor.lingered();
    await rig.clock.advance(1);
    await lingered;
    await until(() => rig.slack.open('T1').length === 0);
    expect([rig.supervisor.size, rig.slack.accepted.length]).toEqual([0, 1]);
  });

  it('keeps for longer than a lease what nobody can take over, because nobody can write that it is free', async () => {
    await rig.connect('T1');
    rig.supervisor.linger('T1', 'moved');
    await rig.clock.advance(19_999);
    expect(rig.slack.open('T1')).toHaveLength(1);
    await rig.clock.advance(1);
    await until(() => rig.slack.open('T1').length === 0);
  });

  it('does not wait for the end of what is wanted again, dropped, or was not open', async () => {
    rig.supervise(unpaced);
    for (const key of ['T1', 'T2']) {
      await rig.connect(key);
      rig.supervisor.linger(key, 'moved');
    }
    rig.slack.script('T3', { answer: { kind: 'error', code: 'internal_error' } });
    rig.supervisor.want('T3', connected);
    await until(() => rig.kindOf('T3') === 'waiting');
    rig.supervisor.linger('T3', 'moved');
    rig.supervisor.want('T1', connected);
    rig.supervisor.drop('T2', 'removed');
    await rig.supervisor.lingered();
    await rig.clock.advance(10_000);
    expect([...rig.supervisor.keys()]).toEqual(['T1']);
    expect([rig.slack.open('T1').length, rig.slack.accepted.length]).toEqual([1, 2]);
  });

  it('restarts when the operator asks for it', async () => {
    await rig.connect('T1');
    rig.supervisor.restart('T1', 'operator');
    await until(() => rig.slack.accepted.length === 2 && rig.kindOf('T1') === 'open');
    expect(rig.slack.open('T1')).toHaveLength(1);
  });

  it('counts what it keeps, and says where each stands', async () => {
    rig.slack.script('T2', { answer: { kind: 'error', code: 'internal_error' } });
    await rig.connect('T1');
    rig.supervisor.want('T2', connected);
    rig.supervisor.want('T3', paused);
    await until(() => rig.kindOf('T2') === 'waiting');
    expect(rig.supervisor.counts().byKind).toMatchObject({ open: 1, waiting: 1, paused: 1 });
    expect(rig.supervisor.status('T1')).toMatchObject({ kind: 'open', reason: 'hello' });
    expect(rig.supervisor.status('T2')).toMatchObject({ kind: 'waiting', reason: 'internal_error' });
    expect(rig.supervisor.status('T3')).toMatchObject({ kind: 'paused', reason: 'pause' });
  });
});

describe('callbacks', () => {
  it('survives callbacks that throw or reject, and reports them', async () => {
    rig.supervise(
      {},
      {
        onState() {
          throw new Error('onState');
        },
        // A bot author may well give an async function where nobody waits for it.
        onFrame: (() => Promise.reject(new Error('onFrame'))) as () => void,
      },
    );
    await rig.connect('T1');
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.reported.length === 3);
    expect(rig.reported.map(String)).toEqual(['Error: onState', 'Error: onState', 'Error: onFrame']);
    expect(rig.kindOf('T1')).toBe('open');
  });

  it('lets a callback drop the team and want it again', async () => {
    let drops = 0;
    rig.supervise(
      {},
      {
        onState(key, { to }) {
          if (to === 'open' && drops++ === 0) rig.supervisor.drop(key, 'test');
          if (to === 'stopped' && drops === 1) rig.supervisor.want(key, connected);
        },
      },
    );
    rig.supervisor.want('T1', connected);
    await until(() => rig.slack.accepted.length === 2 && rig.kindOf('T1') === 'open');
    expect(rig.slack.open('T1')).toHaveLength(1);
    rig.supervisor.drop('T1', 'test');
  });
});

describe('stopping', () => {
  it('closes every socket by plan and leaves no timer, whatever state the teams are in', async () => {
    rig.supervise(unpaced);
    rig.slack.script('T2', { answer: { kind: 'hang' } });
    rig.slack.script('T3', { answer: { kind: 'error', code: 'internal_error' } });
    rig.slack.script('T4', { greeting: { kind: 'none' } });
    await rig.connect('T1');
    for (const key of ['T2', 'T3', 'T4']) rig.supervisor.want(key, connected);
    rig.supervisor.want('T5', paused);
    await until(() => rig.kindOf('T3') === 'waiting' && rig.slack.open('T4').length === 1);
    await rig.supervisor.stop({ graceMs: 1_000 });
    await until(() => rig.slack.accepted.every(({ closedWith }) => closedWith !== undefined));
    expect(rig.slack.accepted.find(({ key }) => key === 'T1')?.closedWith).toBe(1000);
    expect(rig.supervisor.size).toBe(0);
    expect(rig.clock.pendingTimers).toBe(0);
    rig.supervisor.want('T1', connected);
    expect(rig.supervisor.size).toBe(0);
  });

  it('ends a socket that does not answer the close, after the grace', async () => {
    await rig.connect('T1');
    rig.slack.mute('T1');
    const stopped = rig.supervisor.stop({ graceMs: 500 });
    await rig.clock.advance(500);
    const waitedFromMs = performance.now();
    await stopped;
    // Not by the time-out that ws has of its own: 30 s, which no moved clock shortens.
    expect(performance.now() - waitedFromMs).toBeLessThan(25_000);
    expect(rig.clock.pendingTimers).toBe(0);
    rig.slack.accepted[0]?.socket.resume();
    await until(() => rig.slack.open('T1').length === 0);
  });
});
