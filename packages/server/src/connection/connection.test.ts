/** One connection against a real HTTP and WebSocket peer. Time is moved; sockets are not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connected, Rig, until } from '../../test/connection/rig.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await Rig.start();
});

afterEach(async () => {
  await rig.stop();
});

describe('a peer that is not quite Slack', () => {
  it('is kept when it answers WebSocket pings alone', async () => {
    rig.slack.script('T1', { hasTextPongs: false });
    await rig.connect('T1');
    await rig.clock.advance(120_000);
    expect(rig.slack.askedBy('T1')).toHaveLength(1);
    expect(rig.slack.open('T1')).toHaveLength(1);
  });

  it('is taken for connected by its first event when it never says hello', async () => {
    rig.slack.script('T1', { greeting: { kind: 'none' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.slack.open('T1').length === 1);
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.frames.length === 1);
    await rig.clock.advance(120_000);
    expect(rig.kindOf('T1')).toBe('open');
    expect(rig.slack.askedBy('T1')).toHaveLength(1);
  });

  it('is replaced when its text pongs stop, although something still answers WebSocket pings', async () => {
    await rig.connect('T1');
    await rig.clock.advance(30_000);
    rig.slack.script('T1', { hasTextPongs: false });
    await rig.clock.advance(16_000);
    await until(() => rig.slack.askedBy('T1').length === 2);
  });
});

describe('a connection that is lost', () => {
  it.each(['drop', 'reset'] as const)('comes back through a new URL within a second (%s)', async (fault) => {
    await rig.connect('T1');
    await rig.clock.advance(60_000);
    rig.slack[fault]('T1');
    await until(() => rig.kindOf('T1') === 'waiting');
    expect(rig.supervisor.status('T1')).toMatchObject({ attempt: 1, retryAtMs: rig.clock.now() + 500 });
    await rig.clock.advance(500);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.slack.accepted.map(({ ticket }) => ticket)).toEqual(['1', '2']);
  });

  it('tells how long nothing was heard, from the last frame to the next hello', async () => {
    await rig.connect('T1');
    await rig.clock.advance(60_000);
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.frames.length === 1);
    const heardAtMs = rig.clock.now();
    await rig.clock.advance(5_000);
    rig.slack.drop('T1');
    await until(() => rig.kindOf('T1') === 'waiting');
    await rig.clock.advance(500);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.gaps).toEqual([{ fromMs: heardAtMs, toMs: rig.clock.now() }]);
  });

  it('says at its loss since when nothing is heard, and with its next hello also of what another process left untold', async () => {
    const losses: number[] = [];
    rig.supervise({}, { onLoss: (_key, sinceMs) => void losses.push(sinceMs) });
    const startedAtMs = rig.clock.now();
    rig.supervisor.want('T1', { ...connected, unheardSinceMs: startedAtMs - 700, untoldSinceMs: startedAtMs - 60_000 });
    expect(losses).toEqual([startedAtMs - 700]);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.gaps.map(({ fromMs }) => fromMs)).toEqual([startedAtMs - 60_000]);
    rig.supervisor.want('T1', { ...connected, untoldSinceMs: startedAtMs - 50_000 });
    expect(rig.gaps.map(({ fromMs }) => fromMs)).toEqual([startedAtMs - 60_000, startedAtMs - 50_000]);
    await rig.clock.advance(5_000);
    rig.slack.drop('T1');
    await until(() => rig.kindOf('T1') === 'waiting');
    expect(losses).toHaveLength(2);
    expect(losses[1]).toBeGreaterThanOrEqual(startedAtMs);
    await rig.clock.advance(5_000);
    await until(() => rig.kindOf('T1') === 'open');
    rig.supervisor.drop('T1', 'removed');
    await until(() => rig.slack.open('T1').length === 0);
    expect(losses).toHaveLength(2);
  });

  it('is noticed within fifteen seconds when the peer only falls silent', async () => {
    await rig.connect('T1');
    await rig.clock.advance(60_000);
    rig.slack.mute('T1');
    rig.slack.accepted[0]?.socket.ping();
    const mutedAtMs = rig.clock.now();
    await rig.clock.advance(15_000);
    await until(() => rig.kindOf('T1') !== 'open' || rig.slack.accepted.length === 2);
    const lost = rig.changes.find(({ reason }) => reason === 'no_pong');
    expect(lost).toMatchObject({ from: 'open', to: 'waiting' });
    expect(rig.clock.now() - mutedAtMs).toBeLessThanOrEqual(15_000);
    await rig.clock.advance(500);
    await until(() => rig.kindOf('T1') === 'open');
  });

  it('stays as long as the peer answers pings', async () => {
    await rig.connect('T1');
    await rig.clock.advance(600_000);
    expect(rig.kindOf('T1')).toBe('open');
    expect(rig.slack.accepted).toHaveLength(1);
  });
});

describe('signs of life', () => {
  it('counts a ping of the peer, even if it answers none of ours', async () => {
    await rig.connect('T1');
    await rig.clock.advance(30_000);
    rig.slack.script('T1', { hasTextPongs: false });
    const [peer] = rig.slack.open('T1');
    for (let i = 0; i < 10; i++) {
      peer?.socket.ping();
      let ponged = false;
      peer?.socket.once('pong', () => {
        ponged = true;
      });
      await until(() => ponged);
      await rig.clock.advance(5_000);
    }
    expect(rig.slack.accepted).toHaveLength(1);
    expect(rig.kindOf('T1')).toBe('open');
  });
});

describe('a peer that does not let a team in', () => {
  it.each([
    ['before hello', false],
    ['after hello', true],
  ])('does not send it into a loop when each socket is accepted and closed %s', async (_when, withHello) => {
    rig.slack.script('T1', { greeting: { kind: 'close', withHello } });
    rig.supervisor.want('T1', connected);
    await rig.clock.advance(600_000);
    // 1 + 2 + 4 … 256 s of ceiling at half jitter, then 150 s each: about a dozen attempts in ten minutes.
    expect(rig.slack.askedBy('T1').length).toBeGreaterThan(5);
    expect(rig.slack.askedBy('T1').length).toBeLessThan(15);
  });

  it('gives up an attempt without hello after ten seconds, and accepts a late hello', async () => {
    rig.slack.script('T1', { greeting: { kind: 'none' } });
    rig.supervisor.want('T1', connected);
    await rig.clock.advance(9_999);
    expect(rig.kindOf('T1')).toBe('connecting');
    rig.slack.script('T1', { greeting: { kind: 'hello', afterMs: 9_000 } });
    await rig.clock.advance(1);
    expect(rig.supervisor.status('T1')).toMatchObject({ kind: 'waiting', reason: 'connect_timeout', attempt: 2 });
    await rig.clock.advance(1_000);
    expect(rig.kindOf('T1')).toBe('connecting');
    await rig.clock.advance(9_000);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.slack.open('T1')).toHaveLength(1);
  });

  it('waits as long as Retry-After says, with jitter on top', async () => {
    rig.slack.script('T1', { answer: { kind: 'http', status: 429, headers: { 'retry-after': '30' } } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    await rig.clock.advance(30_000);
    expect(rig.slack.askedBy('T1')).toHaveLength(1);
    rig.slack.script('T1', { answer: { kind: 'url' } });
    await rig.clock.advance(1_000);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.slack.askedBy('T1')).toHaveLength(2);
  });

  it.each([
    ['a 503', { kind: 'http', status: 503, body: '{"ok":false,"error":"account_inactive"}' }],
    ['a page of HTML', { kind: 'http', status: 200, body: '<html>' }],
    ['no address at all', { kind: 'http', status: 200, body: '{"ok":true}' }],
    ['an address that is no socket', { kind: 'http', status: 200, body: '{"ok":true,"url":"http://peer.test"}' }],
    ['a port that nobody listens on', { kind: 'http', status: 200, body: '{"ok":true,"url":"ws://127.0.0.1:1/"}' }],
    ['an unreadable address', { kind: 'http', status: 200, body: '{"ok":true,"url":"ws://:::/"}' }],
  ] as const)('tries again after %s', async (_what, answer) => {
    rig.slack.script('T1', { answer });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    rig.slack.script('T1', { answer: { kind: 'url' } });
    await rig.clock.advance(2_000);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.problems).toEqual([]);
  });

  it.each(['ws+unix:/run/peer.sock:/', 'http://127.0.0.1:1/', 'file:///etc/passwd'])('never dials %s', async (url) => {
    const headers = { 'content-type': 'application/json' };
    rig.slack.script('T1', { answer: { kind: 'http', status: 200, headers, body: JSON.stringify({ ok: true, url }) } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    expect(rig.supervisor.status('T1')).toMatchObject({ reason: 'url_invalid' });
  });

  it('fails the attempt at once when the peer answers with an error frame instead of hello', async () => {
    rig.slack.script('T1', { greeting: { kind: 'error' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    expect(rig.supervisor.status('T1')).toMatchObject({ reason: 'error_frame' });
  });

  it('shows a refusal that only the operator can lift, and is there soon when it lasts for seconds', async () => {
    rig.slack.script('T1', { answer: { kind: 'error', code: 'missing_scope' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.problems.length === 1);
    await rig.clock.advance(3_000);
    rig.slack.script('T1', { answer: { kind: 'url' } });
    await rig.clock.advance(4_000);
    await until(() => rig.kindOf('T1') === 'open');
    expect(new Set(rig.problems)).toEqual(new Set(['missing_scope']));
  });

  it('tries again every few minutes only when such a refusal stays', async () => {
    rig.slack.script('T1', { answer: { kind: 'error', code: 'missing_scope' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.problems.length === 1);
    await rig.clock.advance(600_000);
    const before = rig.slack.askedBy('T1').length;
    expect(before).toBeGreaterThan(8);
    await rig.clock.advance(1_200_000);
    expect(rig.slack.askedBy('T1').length - before).toBeLessThanOrEqual(5);
  });

  it('leaves a dead token to the judge: no report, no further connect before the cap', async () => {
    rig.slack.script('T1', { answer: { kind: 'error', code: 'account_inactive' } });
    rig.supervisor.want('T1', connected);
    await until(() => rig.kindOf('T1') === 'waiting');
    await rig.clock.advance(239_000);
    expect(rig.slack.askedBy('T1')).toHaveLength(1);
    expect(rig.problems).toEqual([]);
  });
});

describe('a planned change of sockets', () => {
  it.each(['goodbye', 'team_migration_started'])(
    'opens the successor before the old socket closes (%s)',
    async (type) => {
      await rig.connect('T1');
      await rig.clock.advance(60_000);
      const [old] = rig.slack.open('T1');
      rig.slack.send('T1', { type });
      await until(() => old?.closedWith !== undefined);
      expect(old?.closedWith).toBe(1000);
      expect(rig.slack.open('T1')).toHaveLength(1);
      expect(rig.changes.map(({ to }) => to).slice(2)).toEqual(['open', 'open']);
      expect(rig.gaps).toEqual([]);
    },
  );

  it('takes frames without a timestamp from the successor only, from its hello on', async () => {
    await rig.connect('T1');
    const [old] = rig.slack.open('T1');
    rig.slack.script('T1', { greeting: { kind: 'none' } });
    rig.slack.send('T1', { type: 'goodbye' });
    await until(() => rig.slack.open('T1').length === 2);
    const fresh = rig.slack.open('T1')[1];
    rig.slack.send('T1', { type: 'user_typing', from: 'successor, too early' }, fresh);
    rig.slack.send('T1', { type: 'user_typing', from: 'old' }, old);
    rig.slack.send('T1', { type: 'message', ts: '1.1', from: 'old' }, old);
    await until(() => rig.frames.length === 2);
    rig.slack.send('T1', { type: 'hello' }, fresh);
    rig.slack.send('T1', { type: 'user_typing', from: 'successor' }, fresh);
    await until(() => rig.frames.length === 3);
    expect(rig.frames.map(({ frame }) => frame.from)).toEqual(['old', 'old', 'successor']);
  });

  it('keeps the old socket while the successor fails, and retries the successor', async () => {
    await rig.connect('T1');
    await rig.clock.advance(60_000);
    rig.slack.script('T1', { answer: { kind: 'http', status: 500 } });
    rig.slack.send('T1', { type: 'goodbye' });
    await until(() => rig.supervisor.status('T1')?.successor === 'waiting');
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.frames.length === 1);
    rig.slack.script('T1', { answer: { kind: 'url' } });
    await rig.clock.advance(1_000);
    await until(() => rig.slack.accepted.length === 2 && rig.slack.open('T1').length === 1);
    expect(rig.gaps).toEqual([]);
  });

  it('goes on with the successor when the old socket closes first', async () => {
    await rig.connect('T1');
    await rig.clock.advance(60_000);
    rig.slack.script('T1', { greeting: { kind: 'hello', afterMs: 1_000 } });
    rig.slack.send('T1', { type: 'team_migration_started' });
    await until(() => rig.slack.open('T1').length === 2);
    rig.slack.open('T1')[0]?.tcp.destroy();
    await until(() => rig.kindOf('T1') === 'connecting');
    await rig.clock.advance(1_000);
    await until(() => rig.kindOf('T1') === 'open');
    expect(rig.slack.askedBy('T1')).toHaveLength(2);
  });
});

describe('frames', () => {
  it('ignores and counts what is no JSON object, and goes on', async () => {
    await rig.connect('T1');
    for (const junk of ['{', '[]', '7', 'null', '"x"', Buffer.from([1, 2, 3])]) rig.slack.send('T1', junk);
    rig.slack.send('T1', { type: 'message', ts: '1.1' });
    await until(() => rig.frames.length === 1);
    expect(rig.supervisor.counts().malformedFrames).toBe(6);
    expect(rig.kindOf('T1')).toBe('open');
  });

  it('closes with 1009 on a frame above the limit, and reconnects', async () => {
    rig.supervise({ maxFrameBytes: 1_000 });
    await rig.connect('T1');
    rig.slack.send('T1', { type: 'message', ts: '1.1', text: 'x'.repeat(1_000) });
    await until(() => rig.slack.accepted[0]?.closedWith !== undefined && rig.kindOf('T1') === 'waiting');
    expect(rig.slack.accepted[0]?.closedWith).toBe(1009);
    await rig.clock.advance(1_000);
    await until(() => rig.kindOf('T1') === 'open');
  });
});
