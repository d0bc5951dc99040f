/** The supervisor against a real HTTP and WebSocket peer. Time is moved; sockets are not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedSlack } from '../../test/connection/scripted-slack.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { createCallSlack } from '../slack/web-api.ts';
import { classify } from '../team/verdict.ts';
import { TestClock } from '../time/test-clock.ts';
import type { ConnectionChange, Gap } from './connection.ts';
import { createRtmTransport } from './rtm-transport.ts';
import { type ConnectionListener, Supervisor, type SupervisorOptions } from './supervisor.ts';
import type { Frame } from './transport.ts';

let clock: TestClock;
let slack: ScriptedSlack;
let supervisor: Supervisor;
let frames: { key: string; frame: Frame }[];
let changes: (ConnectionChange & { key: string })[];
let gaps: Gap[];
let problems: string[];
let reported: unknown[];

const connected = { generation: '1', mode: 'connected' } as const;
const held = { generation: '1', mode: 'held' } as const;

beforeEach(async () => {
  clock = new TestClock();
  slack = await ScriptedSlack.start(clock);
  frames = [];
  changes = [];
  gaps = [];
  problems = [];
  reported = [];
  supervisor = aSupervisor();
});

afterEach(async () => {
  await supervisor.stop({ graceMs: 0 });
  await slack.stop();
});

function aSupervisor(options: SupervisorOptions = {}, listener: Partial<ConnectionListener> = {}): Supervisor {
  const gate = { lookup: () => ({ pass: true }) as const, report() {} };
  const slackFetch = createSlackFetch({ apiUrl: slack.apiUrl, clock, random: () => 0.5, ...gate });
  const callSlack = createCallSlack(slackFetch, slack.apiUrl);
  return new Supervisor({
    transport: createRtmTransport({
      call: (method, args, { key, signal }) => callSlack(method, { token: key, args, purpose: 'connect', signal }),
      classify: (code) => classify(code, 'connect'),
    }),
    clock,
    random: () => 0.5,
    listener: {
      onFrame: (key, frame) => void frames.push({ key, frame }),
      onState: (key, change) => void changes.push({ key, ...change }),
      onOperatorProblem: (_key, code) => void problems.push(code),
      onGap: (_key, gap) => void gaps.push(gap),
      ...listener,
    },
    reportError: (error) => void reported.push(error),
    ...options,
  });
}

/** Lets sockets work, without moving time, until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + 5_000;
  while (!isSo() && performance.now() < giveUpAtMs) await new Promise((resolve) => setImmediate(resolve));
  expect(isSo()).toBe(true);
}

function kindOf(key: string): string | undefined {
  return supervisor.status(key)?.kind;
}

async function connect(key: string): Promise<void> {
  supervisor.want(key, connected);
  await until(() => kindOf(key) === 'open');
}

describe('a connection that is lost', () => {
  it.each(['drop', 'reset'] as const)('comes back through a new URL within a second (%s)', async (fault) => {
    await connect('T1');
    await clock.advance(60_000);
    slack[fault]('T1');
    await until(() => kindOf('T1') === 'waiting');
    expect(supervisor.status('T1')).toMatchObject({ attempt: 1, retryAtMs: clock.now() + 500 });
    await clock.advance(500);
    await until(() => kindOf('T1') === 'open');
    expect(slack.accepted.map(({ ticket }) => ticket)).toEqual(['1', '2']);
  });

  it('tells how long nothing was heard, from the last frame to the next hello', async () => {
    await connect('T1');
    await clock.advance(60_000);
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => frames.length === 1);
    const heardAtMs = clock.now();
    await clock.advance(5_000);
    slack.drop('T1');
    await until(() => kindOf('T1') === 'waiting');
    await clock.advance(500);
    await until(() => kindOf('T1') === 'open');
    expect(gaps).toEqual([{ fromMs: heardAtMs, toMs: clock.now() }]);
  });

  it('is noticed within fifteen seconds when the peer only falls silent', async () => {
    await connect('T1');
    await clock.advance(60_000);
    slack.mute('T1');
    slack.accepted[0]?.socket.ping();
    const mutedAtMs = clock.now();
    await clock.advance(15_000);
    await until(() => kindOf('T1') !== 'open' || slack.accepted.length === 2);
    const lost = changes.find(({ reason }) => reason === 'no_pong');
    expect(lost).toMatchObject({ from: 'open', to: 'waiting' });
    expect(clock.now() - mutedAtMs).toBeLessThanOrEqual(15_000);
    await clock.advance(500);
    await until(() => kindOf('T1') === 'open');
  });

  it('stays as long as the peer answers pings', async () => {
    await connect('T1');
    await clock.advance(600_000);
    expect(kindOf('T1')).toBe('open');
    expect(slack.accepted).toHaveLength(1);
  });
});

describe('a peer that does not let a team in', () => {
  it.each([
    ['before hello', false],
    ['after hello', true],
  ])('does not send it into a loop when each socket is accepted and closed %s', async (_when, withHello) => {
    slack.script('T1', { greeting: { kind: 'close', withHello } });
    supervisor.want('T1', connected);
    await clock.advance(600_000);
    // 1 + 2 + 4 … 256 s of ceiling at half jitter, then 150 s each: about a dozen attempts in ten minutes.
    expect(slack.askedBy('T1').length).toBeGreaterThan(5);
    expect(slack.askedBy('T1').length).toBeLessThan(15);
  });

  it('gives up an attempt without hello after ten seconds, and accepts a late hello', async () => {
    slack.script('T1', { greeting: { kind: 'none' } });
    supervisor.want('T1', connected);
    await clock.advance(9_999);
    expect(kindOf('T1')).toBe('connecting');
    slack.script('T1', { greeting: { kind: 'hello', afterMs: 9_000 } });
    await clock.advance(1);
    expect(supervisor.status('T1')).toMatchObject({ kind: 'waiting', reason: 'connect_timeout', attempt: 2 });
    await clock.advance(1_000);
    expect(kindOf('T1')).toBe('connecting');
    await clock.advance(9_000);
    await until(() => kindOf('T1') === 'open');
    expect(slack.open('T1')).toHaveLength(1);
  });

  it('waits as long as Retry-After says, with jitter on top', async () => {
    slack.script('T1', { answer: { kind: 'http', status: 429, headers: { 'retry-after': '30' } } });
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'waiting');
    await clock.advance(30_000);
    expect(slack.askedBy('T1')).toHaveLength(1);
    slack.script('T1', { answer: { kind: 'url' } });
    await clock.advance(1_000);
    await until(() => kindOf('T1') === 'open');
    expect(slack.askedBy('T1')).toHaveLength(2);
  });

  it.each([
    ['a 503', { kind: 'http', status: 503, body: '{"ok":false,"error":"account_inactive"}' }],
    ['a page of HTML', { kind: 'http', status: 200, body: '<html>' }],
    ['an address that is no socket', { kind: 'http', status: 200, body: '{"ok":true,"url":"http://peer.test"}' }],
    ['a port that nobody listens on', { kind: 'http', status: 200, body: '{"ok":true,"url":"ws://127.0.0.1:1/"}' }],
    ['an unreadable address', { kind: 'http', status: 200, body: '{"ok":true,"url":"ws://:::/"}' }],
  ] as const)('tries again after %s', async (_what, answer) => {
    slack.script('T1', { answer });
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'waiting');
    slack.script('T1', { answer: { kind: 'url' } });
    await clock.advance(2_000);
    await until(() => kindOf('T1') === 'open');
    expect(problems).toEqual([]);
  });

  it('fails the attempt at once when the peer answers with an error frame instead of hello', async () => {
    slack.script('T1', { greeting: { kind: 'error' } });
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'waiting');
    expect(supervisor.status('T1')).toMatchObject({ reason: 'error_frame' });
  });

  it('shows a refusal that only the operator can lift, and tries again every few minutes', async () => {
    slack.script('T1', { answer: { kind: 'error', code: 'missing_scope' } });
    supervisor.want('T1', connected);
    await until(() => problems.length === 1);
    await clock.advance(239_000);
    expect(slack.askedBy('T1')).toHaveLength(1);
    await clock.advance(61_000);
    expect(slack.askedBy('T1')).toHaveLength(2);
    expect(problems).toEqual(['missing_scope', 'missing_scope']);
  });

  it('leaves a dead token to the judge: no report, no further connect before the cap', async () => {
    slack.script('T1', { answer: { kind: 'error', code: 'account_inactive' } });
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'waiting');
    await clock.advance(239_000);
    expect(slack.askedBy('T1')).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});

describe('many teams', () => {
  it('does not let a team whose connect hangs for ever delay another', async () => {
    slack.script('T1', { answer: { kind: 'hang' } });
    supervisor.want('T1', connected);
    await connect('T2');
    expect(kindOf('T1')).toBe('connecting');
  });

  it('frees the slot of a hanging connect at its own time-out', async () => {
    supervisor = aSupervisor({ limiter: { maxConcurrent: 1 } });
    slack.script('T1', { answer: { kind: 'hang' } });
    supervisor.want('T1', connected);
    supervisor.want('T2', connected);
    await clock.advance(9_999);
    expect(slack.askedBy('T2')).toHaveLength(0);
    await clock.advance(1);
    await until(() => kindOf('T2') === 'open');
  });

  it('brings 300 teams up without ever asking faster than the pace', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `T${i}`);
    for (const key of keys) supervisor.want(key, connected);
    await clock.advance(6_000);
    await until(() => supervisor.counts().byKind.open === 300);
    const times = slack.asked.map(({ atMs }) => atMs);
    const busiest = Math.max(...times.map((atMs) => times.filter((t) => t >= atMs && t < atMs + 1_000).length));
    expect(busiest).toBeLessThanOrEqual(52);
  });

  it('never has more than the allowed number of connects under way', async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `T${i}`);
    supervisor = aSupervisor({ limiter: { ratePerSecond: Number.POSITIVE_INFINITY, maxConcurrent: 20 } });
    for (const key of keys) slack.script(key, { greeting: { kind: 'none' } });
    for (const key of keys) supervisor.want(key, connected);
    for (let done = 0; done < 300; done += 20) {
      await until(() => slack.accepted.length === done + 20);
      for (const peer of slack.accepted.slice(done)) slack.greet(peer);
    }
    await until(() => supervisor.counts().byKind.open === 300);
    expect(slack.mostUnderWay).toBe(20);
  });

  it('drops nobody when more than a fifth of the sockets fall silent together, and slows its connects down', async () => {
    const incidents: boolean[] = [];
    const limiter = { ratePerSecond: Number.POSITIVE_INFINITY };
    supervisor = aSupervisor({ limiter }, { onIncident: ({ isOn }) => void incidents.push(isOn) });
    const keys = Array.from({ length: 25 }, (_, i) => `T${i}`);
    for (const key of keys) supervisor.want(key, connected);
    await until(() => supervisor.counts().byKind.open === 25);
    for (const key of keys.slice(0, 10)) slack.mute(key);
    await clock.advance(30_000);
    expect(incidents).toEqual([true]);
    expect(supervisor.counts().byKind.open).toBe(25);
    for (const key of keys) for (const { socket } of slack.open(key)) socket.resume();
    await clock.advance(2_000);
    expect(incidents).toEqual([true, false]);
    expect(slack.accepted).toHaveLength(25);
  });
});

describe('a planned change of sockets', () => {
  it.each(['goodbye', 'team_migration_started'])(
    'opens the successor before the old socket closes (%s)',
    async (type) => {
      await connect('T1');
      await clock.advance(60_000);
      const [old] = slack.open('T1');
      slack.send('T1', { type });
      await until(() => old?.closedWith !== undefined);
      expect(old?.closedWith).toBe(1000);
      expect(slack.open('T1')).toHaveLength(1);
      expect(changes.map(({ to }) => to).slice(2)).toEqual(['open', 'open']);
      expect(gaps).toEqual([]);
    },
  );

  it('takes frames without a timestamp from the successor only, from its hello on', async () => {
    await connect('T1');
    const [old] = slack.open('T1');
    slack.script('T1', { greeting: { kind: 'none' } });
    slack.send('T1', { type: 'goodbye' });
    await until(() => slack.open('T1').length === 2);
    const fresh = slack.open('T1')[1];
    slack.send('T1', { type: 'user_typing', from: 'successor, too early' }, fresh);
    slack.send('T1', { type: 'user_typing', from: 'old' }, old);
    slack.send('T1', { type: 'message', ts: '1.1', from: 'old' }, old);
    await until(() => frames.length === 2);
    slack.send('T1', { type: 'hello' }, fresh);
    slack.send('T1', { type: 'user_typing', from: 'successor' }, fresh);
    await until(() => frames.length === 3);
    expect(frames.map(({ frame }) => frame.from)).toEqual(['old', 'old', 'successor']);
  });

  it('keeps the old socket while the successor fails, and retries the successor', async () => {
    await connect('T1');
    await clock.advance(60_000);
    slack.script('T1', { answer: { kind: 'http', status: 500 } });
    slack.send('T1', { type: 'goodbye' });
    await until(() => supervisor.status('T1')?.successor === 'waiting');
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => frames.length === 1);
    slack.script('T1', { answer: { kind: 'url' } });
    await clock.advance(1_000);
    await until(() => slack.accepted.length === 2 && slack.open('T1').length === 1);
    expect(gaps).toEqual([]);
  });

  it('goes on with the successor when the old socket closes first', async () => {
    await connect('T1');
    await clock.advance(60_000);
    slack.script('T1', { greeting: { kind: 'hello', afterMs: 1_000 } });
    slack.send('T1', { type: 'team_migration_started' });
    await until(() => slack.open('T1').length === 2);
    slack.open('T1')[0]?.tcp.destroy();
    await until(() => kindOf('T1') === 'connecting');
    await clock.advance(1_000);
    await until(() => kindOf('T1') === 'open');
    expect(slack.askedBy('T1')).toHaveLength(2);
  });
});

describe('what should be', () => {
  it('reconnects exactly once, at once, for a new credential', async () => {
    await connect('T1');
    supervisor.want('T1', { generation: '2', mode: 'connected' });
    supervisor.want('T1', { generation: '2', mode: 'connected' });
    await until(() => slack.accepted.length === 2 && slack.open('T1').length === 1);
    expect(slack.accepted[0]?.closedWith).toBe(1000);
    await clock.advance(60_000);
    expect(slack.askedBy('T1')).toHaveLength(2);
  });

  it('does not wait out a back-off when a new credential comes', async () => {
    slack.script('T1', { answer: { kind: 'error', code: 'account_inactive' } });
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'waiting');
    slack.script('T1', { answer: { kind: 'url' } });
    supervisor.want('T1', { generation: '2', mode: 'connected' });
    await until(() => kindOf('T1') === 'open');
    expect(supervisor.status('T1')).toMatchObject({ attempt: 1, generation: '2' });
  });

  it('connects nothing in doubt, and connects when the doubt is over', async () => {
    supervisor.want('T1', held);
    await clock.advance(600_000);
    expect(slack.asked).toEqual([]);
    supervisor.want('T1', connected);
    await until(() => kindOf('T1') === 'open');
  });

  it('keeps an open socket in doubt, but does not replace it when it closes', async () => {
    await connect('T1');
    supervisor.want('T1', held);
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => frames.length === 1);
    slack.drop('T1');
    await until(() => kindOf('T1') === 'held');
    await clock.advance(600_000);
    expect(slack.asked).toHaveLength(1);
    supervisor.want('T1', connected);
    await clock.advance(1_000);
    await until(() => kindOf('T1') === 'open');
  });

  it('closes a dropped team at once and tells nothing of it any more', async () => {
    await connect('T1');
    await connect('T2');
    supervisor.drop('T1', 'account_inactive');
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => slack.open('T1').length === 0);
    await clock.advance(600_000);
    expect(slack.askedBy('T1')).toHaveLength(1);
    expect(frames).toEqual([]);
    expect(changes.at(-1)).toMatchObject({ key: 'T1', from: 'open', to: 'stopped', reason: 'account_inactive' });
    expect(supervisor.status('T1')).toBeUndefined();
    expect(kindOf('T2')).toBe('open');
  });

  it('drops a team in the middle of its connect without a trace', async () => {
    slack.script('T1', { greeting: { kind: 'none' } });
    supervisor.want('T1', connected);
    await until(() => slack.accepted.length === 1);
    supervisor.drop('T1', 'removed');
    await until(() => slack.open('T1').length === 0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('restarts on the wish of the operator', async () => {
    await connect('T1');
    supervisor.restart('T1', 'operator');
    await until(() => slack.accepted.length === 2 && kindOf('T1') === 'open');
    expect(slack.open('T1')).toHaveLength(1);
  });

  it('counts and lists what it keeps', async () => {
    slack.script('T2', { answer: { kind: 'error', code: 'internal_error' } });
    await connect('T1');
    supervisor.want('T2', connected);
    supervisor.want('T3', held);
    await until(() => kindOf('T2') === 'waiting');
    expect(supervisor.counts().byKind).toMatchObject({ open: 1, waiting: 1, held: 1 });
    expect(supervisor.list().map(({ key, kind, reason }) => [key, kind, reason])).toEqual([
      ['T1', 'open', 'hello'],
      ['T2', 'waiting', 'internal_error'],
      ['T3', 'held', 'hold'],
    ]);
  });
});

describe('frames', () => {
  it('ignores and counts what is no JSON object, and goes on', async () => {
    await connect('T1');
    for (const junk of ['{', '[]', '7', 'null', '"x"', Buffer.from([1, 2, 3])]) slack.send('T1', junk);
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => frames.length === 1);
    expect(supervisor.counts().malformedFrames).toBe(6);
    expect(kindOf('T1')).toBe('open');
  });

  it('closes with 1009 on a frame above the limit, and reconnects', async () => {
    supervisor = aSupervisor({ maxFrameBytes: 1_000 });
    await connect('T1');
    slack.send('T1', { type: 'message', ts: '1.1', text: 'x'.repeat(1_000) });
    await until(() => slack.accepted[0]?.closedWith !== undefined && kindOf('T1') === 'waiting');
    expect(slack.accepted[0]?.closedWith).toBe(1009);
    await clock.advance(1_000);
    await until(() => kindOf('T1') === 'open');
  });

  it('writes to the open socket only', async () => {
    expect(supervisor.send('T1', '{}')).toBe(false);
    await connect('T1');
    expect(supervisor.send('T1', '{"id":1,"type":"ping"}')).toBe(true);
  });

  it('survives callbacks that throw or reject, and reports them', async () => {
    supervisor = aSupervisor(
      {},
      {
        onState() {
          throw new Error('onState');
        },
        // A bot author may well give an async function where nobody waits for it.
        onFrame: (() => Promise.reject(new Error('onFrame'))) as () => void,
      },
    );
    await connect('T1');
    slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => reported.length === 3);
    expect(reported.map(String)).toEqual(['Error: onState', 'Error: onState', 'Error: onFrame']);
    expect(kindOf('T1')).toBe('open');
  });

  it('lets a callback drop the team and want it again', async () => {
    let drops = 0;
    supervisor = aSupervisor(
      {},
      {
        onState(key, { to }) {
          if (to === 'open' && drops++ === 0) supervisor.drop(key, 'test');
          if (to === 'stopped' && drops === 1) supervisor.want(key, connected);
        },
      },
    );
    supervisor.want('T1', connected);
    await until(() => slack.accepted.length === 2 && kindOf('T1') === 'open');
    expect(slack.open('T1')).toHaveLength(1);
    supervisor.drop('T1', 'test');
  });
});

describe('stopping', () => {
  it('closes every socket by plan and leaves no timer, whatever state the teams are in', async () => {
    supervisor = aSupervisor({ limiter: { ratePerSecond: Number.POSITIVE_INFINITY } });
    slack.script('T2', { answer: { kind: 'hang' } });
    slack.script('T3', { answer: { kind: 'error', code: 'internal_error' } });
    slack.script('T4', { greeting: { kind: 'none' } });
    await connect('T1');
    for (const key of ['T2', 'T3', 'T4']) supervisor.want(key, connected);
    supervisor.want('T5', held);
    await until(() => kindOf('T3') === 'waiting' && slack.open('T4').length === 1);
    await supervisor.stop({ graceMs: 1_000 });
    await until(() => slack.accepted.every(({ closedWith }) => closedWith !== undefined));
    expect(slack.accepted.find(({ key }) => key === 'T1')?.closedWith).toBe(1000);
    expect(supervisor.list()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
    supervisor.want('T1', connected);
    await clock.advance(60_000);
    expect(slack.askedBy('T1')).toHaveLength(1);
  });

  it('ends a socket that does not answer the close, after the grace', async () => {
    await connect('T1');
    slack.mute('T1');
    const stopped = supervisor.stop({ graceMs: 500 });
    await clock.advance(500);
    await stopped;
    expect(clock.pendingTimers).toBe(0);
    slack.accepted[0]?.socket.resume();
    await until(() => slack.open('T1').length === 0);
  });
});
