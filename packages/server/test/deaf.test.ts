/**
 * Connections that answer pings and hear nothing. What the bot posts comes back; when it does not, the socket is replaced, or the
 * operator told. Sockets, posts and deliveries are read from the simulator's log.
 */
import type { LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import type { BotServerEvents } from '../src/index.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import { isSocketClosed, isSocketOpen, Scene, type StartOptions } from './scene.test-kit.ts';
import { isAccepted, openCounts, openSocketScene, openSockets } from './socket-scene.test-kit.ts';

type Gap = BotServerEvents['gap'];

/** The bot writes into a channel, `times` times, a second apart. */
async function post(scene: Scene, times: number, { team = 'Acme', channel = '#general' } = {}): Promise<void> {
  const { id } = await scene.slack.team(team);
  const client = await scene.server.client(id);
  for (let n = 0; n < times; n++) {
    await scene.during(client.chat.postMessage({ channel, text: `post ${n}` }));
    await scene.pass(1_000);
  }
}

/** Keeps what the hooks are told. */
function listening(setUp?: StartOptions['setUp']) {
  const gaps: Gap[] = [];
  const errors: { teamId: string | null; where: string; code: string; fix: string }[] = [];
  const listen: NonNullable<StartOptions['setUp']> = async (context) => {
    context.server.on('gap', (gap) => gaps.push(gap));
    context.server.on('error', ({ teamId, where, error: { code, fix } }) => {
      errors.push({ teamId, where, code, fix });
    });
    await setUp?.(context);
  };
  return { gaps, errors, listen };
}

/** How many lines of the log carry the message. */
function linesOf(scene: Scene, message: string): number {
  return scene.logLines.filter((line) => (JSON.parse(line) as { msg?: string }).msg?.includes(message)).length;
}

const isDialed = ({ kind }: LogRecord) => kind === 'socket_open';

async function openRtm() {
  const { gaps, errors, listen } = listening(({ bot }) => {
    bot.message('hi', async ({ say }) => void (await say('hello')));
  });
  const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
  await scene.start({ setUp: listen });
  const acme = await scene.join('Acme');
  await scene.join('Globex');
  await scene.slack.invite('Acme', 'general', { user: 'bot' });
  await scene.pass(1_000);
  return { scene, acme, gaps, errors };
}

describe('an RTM connection that hears nothing', () => {
  it('is replaced within a minute of the first unheard post, successor first, and hears again', async () => {
    const { scene, acme, gaps, errors } = await openRtm();
    const after = await scene.slack.lastSeq();
    const postedAtMs = scene.clock.now();
    await scene.slack.fault({ kind: 'deaf', team: 'Acme', socket: 'live' });
    await post(scene, 3);
    const opened = await scene.until(isSocketOpen(acme.id), { after });
    const closed = await scene.until(isSocketClosed(acme.id), { after });
    expect(opened.atMs - postedAtMs).toBeLessThan(60_000);
    expect(closed.seq).toBeGreaterThan(opened.seq);
    await scene.greet('Acme');
    await scene.pass(600_000, 5_000);
    expect(await scene.slack.sockets(acme.id)).toHaveLength(1);
    expect((await scene.slack.log({ after, limit: 10_000 })).filter(isDialed)).toHaveLength(1);
    expect(gaps).toEqual([{ teamId: acme.id, fromMs: expect.any(Number), toMs: expect.any(Number), reason: 'deaf' }]);
    expect(gaps[0]?.fromMs).toBeLessThanOrEqual(postedAtMs + 1_000);
    expect(errors).toEqual([]);
  });

  it('is not dialed in a loop when Slack is deaf as a whole, and the operator is told', {
    timeout: 180_000,
  }, async () => {
    const { scene, acme, errors } = await openRtm();
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'deaf', team: 'Acme' });
    for (let minute = 0; minute < 20; minute++) {
      await post(scene, 1);
      await scene.pass(60_000, 10_000);
    }
    const dialed = (await scene.slack.log({ after, limit: 10_000 })).filter(isDialed);
    expect(dialed.length).toBeGreaterThanOrEqual(2);
    expect(dialed.length).toBeLessThanOrEqual(4);
    expect(errors).toEqual([
      { teamId: acme.id, where: 'connection', code: 'events_stopped', fix: expect.stringContaining('did not help') },
    ]);
    await scene.slack.removeFaults();
    await post(scene, 1);
    await scene.pass(10_000);
    expect(linesOf(scene, 'events come again')).toBe(1);
  });

  it('is no other than one whose bot is no member where it posts, or that says nothing', async () => {
    const { scene, gaps, errors } = await openRtm();
    const after = await scene.slack.lastSeq();
    await post(scene, 5, { channel: '#random' });
    await scene.pass(300_000, 5_000);
    await post(scene, 5, { channel: '#random' });
    await scene.pass(300_000, 5_000);
    expect((await scene.slack.log({ after, limit: 10_000 })).filter(isDialed)).toEqual([]);
    // Slack was asked once; the channel is remembered.
    expect(await scene.callsOf('conversations.info', { after })).toHaveLength(1);
    expect({ gaps, errors }).toEqual({ gaps: [], errors: [] });
  });
});

async function openSocketMode(options: Parameters<typeof openSocketScene>[0] = {}) {
  const { gaps, errors, listen } = listening();
  const opened = await openSocketScene({ ...options, setUp: listen });
  const { scene } = opened;
  for (const team of ['Acme', 'Globex']) await scene.slack.invite(team, 'general', { user: 'bot' });
  await scene.pass(1_000);
  return { ...opened, gaps, errors };
}

describe('Socket Mode connections that hear nothing', () => {
  it('are replaced one by one, successor first, when posts of several teams do not come back', async () => {
    const { scene, gaps, errors } = await openSocketMode();
    for (const team of ['Acme', 'Globex']) await post(scene, 2, { team });
    const after = await scene.slack.lastSeq();
    const postedAtMs = scene.clock.now();
    await scene.slack.fault({ kind: 'deaf', socket: 'live' });
    for (const team of ['Acme', 'Globex']) await post(scene, 2, { team });
    await openSockets(scene, 2, after);
    // Slack's third try of what was lost is five minutes after the second.
    await scene.pass(400_000, 5_000);
    const records = await scene.slack.log({ limit: 100_000 });
    const opened = records.filter((record) => record.seq > after && isAccepted(record));
    expect(opened).toHaveLength(2);
    expect(Math.max(...opened.map(({ atMs }) => atMs)) - postedAtMs).toBeLessThan(60_000);
    expect(Math.max(...openCounts(records))).toBeLessThanOrEqual(4);
    expect(openCounts(records).slice(2)).not.toContain(1);
    expect(gaps).toEqual([{ teamId: null, fromMs: expect.any(Number), toMs: expect.any(Number), reason: 'deaf' }]);
    expect(errors).toEqual([]);
    // What Slack could not deliver it sends again, to those that hear.
    const tries = records.filter(({ kind, seq, ok }) => kind === 'delivery' && seq > after && ok === true);
    expect(new Set(tries.map(({ eventId }) => eventId)).size).toBe(4);
  });

  it('stay when only one of several teams hears nothing', async () => {
    const { scene, gaps } = await openSocketMode();
    for (const team of ['Acme', 'Globex']) await post(scene, 3, { team });
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'deaf', team: 'Acme' });
    for (let n = 0; n < 30; n++) {
      await post(scene, 1, { team: 'Acme' });
      await post(scene, 1, { team: 'Globex' });
      await scene.pass(10_000, 1_000);
    }
    expect((await scene.slack.log({ after, limit: 100_000 })).filter(isDialed)).toEqual([]);
    expect(gaps).toEqual([]);
  });

  it('are found deaf by the posts of the only team that is active', async () => {
    const { scene } = await openSocketMode();
    await post(scene, 2);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'deaf', socket: 'live' });
    await post(scene, 3);
    await openSockets(scene, 2, after);
  });

  it('is replaced alone when the other one hears', async () => {
    const { scene } = await openSocketMode();
    await post(scene, 4);
    const [first] = (await scene.slack.log({ limit: 100_000 })).filter(isAccepted);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'deaf', socket: first?.socket ?? '' });
    await post(scene, 8);
    await openSockets(scene, 1, after);
    await scene.pass(120_000, 1_000);
    const since = await scene.slack.log({ after, limit: 100_000 });
    expect(since.filter(isAccepted)).toHaveLength(1);
    expect(since.filter(({ kind }) => kind === 'socket_close').map(({ socket }) => socket)).toEqual([first?.socket]);
  });
});

describe('a request URL to which Slack posts no events', () => {
  it.each(['deaf', 'subscriptions_off'] as const)(
    'is told once, with what to look at, and again when they come (%s)',
    async (kind) => {
      const { gaps, errors, listen } = listening();
      const { scene, appId } = await openHttpScene({ setUp: listen });
      await scene.slack.invite('Acme', 'general', { user: 'bot' });
      await post(scene, 2);
      const postedAtMs = scene.clock.now();
      await scene.slack.fault({ kind, app: appId });
      for (let n = 0; n < 40; n++) {
        await post(scene, 1);
        await scene.pass(20_000, 5_000);
        if (errors.length > 0 && n < 10) expect(scene.clock.now() - postedAtMs).toBeLessThan(90_000 + n * 22_000);
      }
      expect(errors).toEqual([
        { teamId: null, where: 'request URL', code: 'events_stopped', fix: expect.stringContaining('press Retry') },
      ]);
      expect(linesOf(scene, 'Slack posts no events')).toBe(1);
      expect(gaps).toEqual([]);
      await scene.slack.removeFaults();
      await scene.slack.fault({ kind: 'enable' });
      await post(scene, 1);
      await scene.pass(5_000);
      expect(linesOf(scene, 'events come again')).toBe(1);
      expect(gaps).toEqual([{ teamId: null, fromMs: expect.any(Number), toMs: expect.any(Number), reason: 'deaf' }]);
      expect(gaps[0]?.fromMs).toBeLessThanOrEqual(postedAtMs);
    },
  );

  const cases = (['deaf', 'subscriptions_off'] as const).flatMap((kind) =>
    [1, 25].map((apart) => [kind, apart] as const),
  );

  it.each(cases)('is told within a minute of the first unheard post (%s, posts %i s apart)', async (kind, apart) => {
    const { scene, appId, errors } = await openHttpScene({});
    await scene.slack.invite('Acme', 'general', { user: 'bot' });
    await post(scene, 2);
    await scene.slack.fault({ kind, app: appId });
    const postedAtMs = scene.clock.now();
    for (let n = 0; n < 3; n++) {
      await post(scene, 1);
      if (n < 2) await scene.pass((apart - 1) * 1_000, 1_000);
    }
    // Late is not deaf.
    if (apart === 1) await scene.pass(postedAtMs + 44_000 - scene.clock.now(), 1_000);
    expect(errors).toEqual([]);
    await scene.pass(postedAtMs + 60_000 - scene.clock.now(), 1_000);
    expect(errors.map(({ where, error }) => [where, error.code])).toEqual([['request URL', 'events_stopped']]);
  });
});
