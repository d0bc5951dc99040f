import { describe, expect, it } from 'vitest';
import type { Clock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { Heartbeat, type MassSilence, type Pulse } from './heartbeat.ts';

interface Peer extends Pulse {
  pingsAtMs: number[];
  diedAtMs: number | undefined;
  /** Samples in which it was. */
  rounds: number[];
}

/** A peer that answers each ping at once, or never. */
function aPeer(heartbeat: Heartbeat, clock: Clock, { isMute }: { isMute: boolean }): Peer {
  const peer: Peer = {
    heardAtMs: 0,
    pingedAtMs: 0,
    answered: undefined,
    pingsAtMs: [],
    diedAtMs: undefined,
    ping() {
      peer.pingsAtMs.push(clock.monotonic());
      if (!isMute) heartbeat.heard(peer);
    },
    die() {
      peer.diedAtMs = clock.monotonic();
    },
    sample(round) {
      peer.rounds.push(round);
      return true;
    },
    rounds: [],
  };
  heartbeat.watch(peer);
  return peer;
}

/** A moved clock without its patience for I/O: these peers are silent on purpose. */
function aClock(): { clock: Clock; test: TestClock; stall: (ms: number) => void } {
  const test = new TestClock();
  let stalledMs = 0;
  const clock: Clock = {
    now: () => test.now() + stalledMs,
    monotonic: () => test.monotonic() + stalledMs,
    after: (delayMs, fn) => test.after(delayMs, fn),
    sleep: (delayMs, signal) => test.sleep(delayMs, signal),
    io: (work) => work,
  };
  return {
    clock,
    test,
    stall(ms) {
      stalledMs += ms;
    },
  };
}

describe('Heartbeat', () => {
  it('notices a mute peer within fifteen seconds of its last word, and asks once', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const mute = aPeer(heartbeat, clock, { isMute: true });
    await test.advance(14_999);
    expect(mute.pingsAtMs).toHaveLength(1);
    await test.advance(1);
    expect(mute.diedAtMs).toBeGreaterThan(13_000);
    expect(mute.diedAtMs).toBeLessThanOrEqual(15_000);
  });

  it.each([100, 350, 999])('keeps to fifteen seconds when the last word falls %s ms after a tick', async (offsetMs) => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    aPeer(heartbeat, clock, { isMute: false });
    await test.advance(offsetMs);
    const mute = aPeer(heartbeat, clock, { isMute: true });
    await test.advance(20_000);
    expect((mute.diedAtMs ?? Number.NaN) - offsetMs).toBeLessThanOrEqual(15_000);
  });

  it('pings after ten seconds of silence and never while the peer talks', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const quiet = aPeer(heartbeat, clock, { isMute: false });
    const talking = aPeer(heartbeat, clock, { isMute: true });
    for (let i = 0; i < 60; i++) {
      await test.advance(1_000);
      heartbeat.heard(talking);
    }
    expect(quiet.pingsAtMs).toHaveLength(6);
    expect(talking.pingsAtMs).toHaveLength(0);
    expect([quiet.diedAtMs, talking.diedAtMs]).toEqual([undefined, undefined]);
  });

  it('blames no peer for the time in which the event loop did not run', async () => {
    const { clock, test, stall } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const mute = aPeer(heartbeat, clock, { isMute: true });
    await test.advance(10_000);
    expect(mute.pingsAtMs).toHaveLength(1);
    stall(60_000);
    await test.advance(1_000);
    expect(mute.diedAtMs).toBeUndefined();
    heartbeat.heard(mute);
    await test.advance(8_000);
    expect(mute.diedAtMs).toBeUndefined();
    // It is not forgiven for ever.
    await test.advance(7_000);
    expect(mute.diedAtMs).toBeDefined();
  });

  it('drops half-dead peers at the usual time when they are at most a tenth', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers = Array.from({ length: 100 }, (_, i) => aPeer(heartbeat, clock, { isMute: i % 10 === 0 }));
    await test.advance(15_000);
    expect(peers.filter(({ diedAtMs }) => diedAtMs !== undefined)).toHaveLength(10);
  });

  const aHundred = (heartbeat: Heartbeat, clock: Clock, mute: number) =>
    Array.from({ length: 100 }, (_, i) => aPeer(heartbeat, clock, { isMute: i < mute }));
  const dead = (peers: readonly Peer[]) => peers.filter(({ diedAtMs }) => diedAtMs !== undefined).length;
  const inRound = (peers: readonly Peer[], round: number) => peers.filter(({ rounds }) => rounds.includes(round));

  it('drops nothing that an incident still carries, when more than a fifth fall silent together', async () => {
    const { clock, test } = aClock();
    const incidents: MassSilence[] = [];
    const heartbeat = new Heartbeat(clock, (incident) => incidents.push(incident));
    const peers = aHundred(heartbeat, clock, 30);
    await test.advance(60_000);
    expect(dead(peers)).toBe(0);
    expect(incidents).toEqual([{ kind: 'sampling', silent: 30, watched: 100 }]);
    // No trial came to an end, so that nothing is known.
    await test.advance(15_000);
    expect(dead(peers)).toBe(30);
  });

  it('tries five that are silent, and at the usual limit drops all of them when most successors answer', async () => {
    const { clock, test } = aClock();
    const incidents: string[] = [];
    const heartbeat = new Heartbeat(clock, ({ kind }) => incidents.push(kind));
    const peers = aHundred(heartbeat, clock, 100);
    await test.advance(13_000);
    expect(inRound(peers, 1)).toHaveLength(5);
    for (let i = 0; i < 3; i++) heartbeat.vote(1, 'answered');
    await test.advance(2_000);
    expect(dead(peers)).toBe(100);
    expect(incidents).toEqual(['sampling', 'replacing']);
  });

  it('keeps all when the successors fare no better, asks again, and tries others every ten seconds', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers = aHundred(heartbeat, clock, 100);
    await test.advance(13_000);
    for (let round = 1; round <= 20; round++) {
      expect(inRound(peers, round)).toHaveLength(5);
      for (let i = 0; i < 5; i++) heartbeat.vote(round, 'failed');
      await test.advance(11_000);
    }
    expect(dead(peers)).toBe(0);
    expect(inRound(peers, 1).filter((peer) => peer.rounds.includes(2))).toEqual([]);
    expect(peers[0]?.pingsAtMs.length).toBeGreaterThan(15);
    for (const peer of peers) heartbeat.heard(peer);
    await test.advance(2_000);
    expect(dead(peers)).toBe(0);
  });

  it('tries others in place of those for which nothing can be tried', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers = aHundred(heartbeat, clock, 100);
    const inDoubt = peers.filter((_, i) => i % 20 < 10);
    for (const peer of inDoubt) peer.sample = () => false;
    await test.advance(13_000);
    expect(inRound(peers, 1)).toHaveLength(5);
  });

  it('sees an incident before it has dropped anyone, also when the peers were last heard at different times', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers: Peer[] = [];
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < 10; j++) peers.push(aPeer(heartbeat, clock, { isMute: true }));
      await test.advance(1_000);
    }
    await test.advance(30_000);
    expect(peers.filter(({ diedAtMs }) => diedAtMs !== undefined)).toHaveLength(0);
  });

  it('returns to the usual time when the incident is over', async () => {
    const { clock, test } = aClock();
    const incidents: string[] = [];
    const heartbeat = new Heartbeat(clock, ({ kind }) => incidents.push(kind));
    const peers = Array.from({ length: 40 }, () => aPeer(heartbeat, clock, { isMute: true }));
    await test.advance(20_000);
    for (const peer of peers.slice(1)) heartbeat.heard(peer);
    await test.advance(2_000);
    expect(incidents).toEqual(['sampling', 'calm']);
    expect(peers.map(({ diedAtMs }) => diedAtMs !== undefined).filter(Boolean)).toHaveLength(1);
  });

  it('takes deaths that are minutes apart for no incident, however many they become', async () => {
    const { clock, test } = aClock();
    const incidents: MassSilence[] = [];
    const heartbeat = new Heartbeat(clock, (incident) => incidents.push(incident));
    for (let i = 0; i < 50; i++) aPeer(heartbeat, clock, { isMute: false });
    for (let i = 0; i < 50; i++) {
      aPeer(heartbeat, clock, { isMute: true });
      await test.advance(16_000);
    }
    expect(incidents).toEqual([]);
  });

  it('treats a handful of connections by the usual time even if all fall silent', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers = Array.from({ length: 19 }, () => aPeer(heartbeat, clock, { isMute: true }));
    await test.advance(15_000);
    expect(peers.every(({ diedAtMs }) => diedAtMs !== undefined)).toBe(true);
  });

  it('has one timer for all, and none when nothing is watched', async () => {
    const { clock, test } = aClock();
    const heartbeat = new Heartbeat(clock, () => {});
    const peers = Array.from({ length: 50 }, () => aPeer(heartbeat, clock, { isMute: false }));
    await test.advance(5_000);
    expect(test.pendingTimers).toBe(1);
    for (const peer of peers) heartbeat.unwatch(peer);
    expect(test.pendingTimers).toBe(0);
  });
});
