/** Visits beside each other: the same state again, two installs of one team at once, a flood, and a stop that waits for them. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProbeAnswer } from '../slack/signal.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import { aGrantAnswer, anIdentity, aReturnTo, BOT_TOKEN, InstallWorld } from './install-flow.test-kit.ts';
import type { InstallFlow } from './install-flow.ts';
import type { InstallResult } from './install-result.ts';

let world: InstallWorld;
let flow: InstallFlow;

beforeEach(() => {
  world = new InstallWorld();
  flow = world.flow();
});

const aReturn = (code?: string) => aReturnTo(flow, code);

const installed: InstallResult = { kind: 'installed', teamId: 'T0ACME', teamName: 'Acme Ltd' };

describe('the same state again', () => {
  it('shows the first result after a reload', async () => {
    const back = aReturn();
    await flow.complete(back);
    expect(await flow.complete(back)).toEqual(installed);
    expect(world.exchanged).toEqual(['code-1']);
  });

  it('shows the first result also for another code, on another node', async () => {
    const back = aReturn();
    await flow.complete(back);
    const again = { ...back, query: { ...back.query, code: 'code-2' } };
    expect(await world.flow().complete(again)).toEqual(installed);
    expect(world.exchanged).toEqual(['code-1']);
  });

  it('shows a first failure, too', async () => {
    const back = aReturn();
    world.exchange = async () => ({ kind: 'failed', reason: 'ECONNRESET', isOverload: false });
    await flow.complete(back);
    expect(await flow.complete(back)).toEqual({ kind: 'slack_unreachable' });
  });

  it('waits for a first request that is still at work, on this node and on others', async () => {
    const back = aReturn();
    const slack = Promise.withResolvers<SlackAnswer>();
    world.exchange = () => slack.promise;
    const requests = [flow, flow, world.flow(), world.flow()].map((node) => node.complete(back));
    await world.clock.advance(3_000);
    slack.resolve(aGrantAnswer());
    await world.clock.advance(1_000);
    expect(await Promise.all(requests)).toEqual([installed, installed, installed, installed]);
    expect(world.steps.filter((step) => step === 'exchange' || step === 'record')).toEqual(['exchange', 'record']);
  });

  it('does not wait for ever', async () => {
    const back = aReturn();
    world.exchange = () => new Promise(() => {});
    void flow.complete(back);
    const second = flow.complete(back);
    await world.clock.advance(21_000);
    expect(await second).toEqual({ kind: 'in_progress' });
  });

  it('with a result in the words of another version counts as used', async () => {
    const back = aReturn();
    await flow.complete(back);
    for (const use of world.uses.values()) use.result = '{"kind":"from_the_future"}';
    expect(await flow.complete(back)).toEqual({ kind: 'code_rejected', slackError: 'code_already_used' });
  });
});

describe('two installs of one team at once', () => {
  /** Runs two visits whose exchanges and identifications finish in the given orders. */
  async function race(exchanges: readonly [number, number], identifies: readonly [number, number]) {
    const exchanged = [Promise.withResolvers<SlackAnswer>(), Promise.withResolvers<SlackAnswer>()] as const;
    const identified = [Promise.withResolvers<ProbeAnswer>(), Promise.withResolvers<ProbeAnswer>()] as const;
    world.exchange = (code) => exchanged[Number(code) as 0 | 1].promise;
    world.identify = (token) => identified[Number(token.at(-1)) as 0 | 1].promise;
    const visits = [flow.complete(aReturn('0')), flow.complete(aReturn('1'))];
    for (const i of exchanges) {
      const bot = { bot_user_id: 'U0BOT', bot_access_token: `xoxb-test-${i}` };
      exchanged[i as 0 | 1].resolve(aGrantAnswer({ bot }));
      await world.clock.settle();
    }
    for (const i of identifies) {
      identified[i as 0 | 1].resolve(anIdentity());
      await world.clock.settle();
    }
    return await Promise.all(visits);
  }

  it.each([
    [
      [0, 1],
      [0, 1],
    ],
    [
      [0, 1],
      [1, 0],
    ],
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [1, 0],
    ],
  ] as const)('keep the token that Slack gave last: exchanges %j, auth.test %j', async (exchanges, identifies) => {
    const results = await race(exchanges, identifies);
    expect(results.map((result) => result.kind).toSorted()).toEqual(['installed', 'reinstalled']);
    expect(world.tokenOf('T0ACME')).toBe(`xoxb-test-${exchanges[1]}`);
  });

  it('of which one is refused never revoke the token of the other', async () => {
    world.runInstalling = async () => ({ allowed: world.asked.length === 1 });
    const [first, second] = await Promise.all([flow.complete(aReturn('a')), flow.complete(aReturn('b'))]);
    expect([first?.kind, second?.kind]).toEqual(['installed', 'refused']);
    expect(world.revoked).toEqual([]);
  });

  it('let the second through when the first one breaks', async () => {
    let writes = 0;
    world.record = async () => {
      writes += 1;
      if (writes === 1) throw new Error('bug');
    };
    const results = await Promise.all([flow.complete(aReturn('a')), flow.complete(aReturn('b'))]);
    expect(results.map((result) => result.kind)).toEqual(['unexpected', 'installed']);
  });

  it('do not delay an install of another team', async () => {
    world.exchange = async (code) => aGrantAnswer({ team_id: code });
    world.identify = async () => anIdentity({ teamId: null });
    world.runInstalling = ({ teamId }) =>
      teamId === 'T0SLOW' ? new Promise(() => {}) : Promise.resolve({ allowed: true });
    void flow.complete(aReturn('T0SLOW'));
    expect(await flow.complete(aReturn('T0FAST'))).toMatchObject({ kind: 'installed', teamId: 'T0FAST' });
  });
});

describe('settled', () => {
  it('waits for an install whose browser has gone', async () => {
    const slack = Promise.withResolvers<SlackAnswer>();
    world.exchange = () => slack.promise;
    void flow.complete(aReturn());
    let isSettled = false;
    const settled = flow.settled().then(() => {
      isSettled = true;
    });
    await world.clock.settle();
    expect(isSettled).toBe(false);
    slack.resolve(aGrantAnswer());
    await settled;
    expect(world.tokenOf('T0ACME')).toBe(BOT_TOKEN);
  });
});

describe('a flood of installs', () => {
  const limits = {
    perAddress: { burst: 3, perSecond: 0.1, concurrent: 2 },
    inAll: { burst: 100, perSecond: 10, concurrent: 50 },
  };
  let flood: InstallWorld;
  let busy: InstallFlow;

  beforeEach(() => {
    flood = new InstallWorld();
    flood.options = { limits };
    flood.exchange = async (code) =>
      code === 'good' ? aGrantAnswer() : { kind: 'error', code: 'invalid_code', body: {} };
    busy = flood.flow();
  });

  /** A visit that began here: its state and cookie are good. */
  async function arrive(code: string, address: string) {
    return await busy.complete({ ...aReturnTo(busy, code), address });
  }

  it('with codes of its own making costs a bounded number of calls, rows and lines, and others install beside it', async () => {
    const kinds: string[] = [];
    for (let times = 0; times < 500; times++) kinds.push((await arrive('made-up', '203.0.113.9')).kind);
    expect(kinds.filter((kind) => kind === 'code_rejected')).toHaveLength(3);
    expect(kinds.at(-1)).toBe('too_many');
    expect(flood.exchanged).toHaveLength(3);
    expect(flood.uses.size).toBe(3);
    expect(flood.logged.map((line) => JSON.parse(line).message)).toEqual([
      'install finished',
      'installs turned away: too many at once; if all come by one proxy, set TRUST_PROXY',
    ]);
    expect(await arrive('good', '198.51.100.7')).toMatchObject({ kind: 'installed' });
  });

  it('does not use up a visit that is turned away: it ends well when it comes again', async () => {
    for (let times = 0; times < 3; times++) await arrive('made-up', '203.0.113.9');
    const back = { ...aReturnTo(busy, 'good'), address: '203.0.113.9' };
    expect(await busy.complete(back)).toEqual({ kind: 'too_many', retryAfterMs: 10_000 });
    await flood.clock.advance(10_000);
    expect(await busy.complete(back)).toMatchObject({ kind: 'installed' });
  });

  it('of visits that never end holds only so many places', async () => {
    const answer = Promise.withResolvers<SlackAnswer>();
    flood.exchange = () => answer.promise;
    const waiting = [arrive('slow', '203.0.113.9'), arrive('slow', '203.0.113.9')];
    await vi.waitFor(() => expect(flood.exchanged).toHaveLength(2));
    expect(await arrive('slow', '203.0.113.9')).toEqual({ kind: 'too_many', retryAfterMs: 2_000 });
    answer.resolve(aGrantAnswer());
    expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(['installed', 'reinstalled']);
  });
});
