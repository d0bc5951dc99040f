/** Whatever goes wrong with Socket Mode, the process goes on and connects afterwards, and no team is blamed for it. */
import type { FaultRequest, LogRecord } from 'slack-simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BotServerEvents } from '../src/index.ts';
import { checkAppId } from '../src/store/identity-repository.ts';
import { openStorage } from '../src/wiring/create-storage.ts';
import { isRefused, isRequest, type Scene } from './scene.test-kit.ts';
import {
  APP_TOKEN,
  hears,
  isAccepted,
  logOf,
  openCounts,
  openSocketScene,
  openSockets,
  repeatAfterMe,
  saidBy,
  say,
  socketApp,
} from './socket-scene.test-kit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OPEN = 'apps.connections.open';

/** Rejections that nobody handled: each would have ended the process. */
const floating: unknown[] = [];
const onFloating = (reason: unknown) => void floating.push(reason);

beforeEach(() => {
  floating.length = 0;
  process.on('unhandledRejection', onFloating);
});

afterEach(() => {
  process.off('unhandledRejection', onFloating);
  expect(floating).toEqual([]);
});

/** Breaks all sockets while `fault` is in force, until Slack has given its answer. */
async function breakWith(scene: Scene, fault: FaultRequest): Promise<number> {
  const after = await scene.slack.lastSeq();
  await scene.slack.fault(fault);
  await scene.slack.fault({ kind: 'close', code: 1001 });
  return after;
}

async function isEverybodyActive(scene: Scene): Promise<boolean> {
  return (await scene.rows()).every(
    ({ installation: { state } }) => state.kind === 'active' && state.doubt.kind === 'none',
  );
}

const asks = async (scene: Scene, after = 0) => await scene.callsOf(OPEN, { after });

describe('a refusal at reconnect', () => {
  it.each(['account_inactive', 'invalid_auth', 'not_authed', 'forbidden_team', 'missing_scope', 'link_disabled'])(
    '%s is the operator’s problem: told once, tried rarely in the end, no team blamed',
    async (error) => {
      const { scene, errors } = await openSocketScene();
      const after = await breakWith(scene, { kind: 'refuse', method: OPEN, error });
      await scene.until(isRefused(OPEN, error), { after });
      await scene.strideThrough(20 * MINUTE_MS, 5_000);
      expect(errors).toMatchObject([
        { teamId: null, where: 'socket mode', error: { code: 'connect_refused', facts: { slackError: error } } },
      ]);
      // Two slots, each nine times by back-off and then every four to five minutes.
      expect((await asks(scene, after)).length).toBeLessThanOrEqual(2 * (9 + 5));
      expect(await isEverybodyActive(scene)).toBe(true);
      expect(await scene.callsOf('auth.test', { after })).toEqual([]);
      await scene.slack.removeFaults();
      await openSockets(scene, 2, await scene.slack.lastSeq());
      await hears(scene, 'again');
    },
  );

  it('an app token that is wrong from the start does not keep the server from starting', async () => {
    const { scene, errors } = await openSocketScene({ sockets: 0, slackAppToken: 'xapp-sim-unknown' });
    await scene.until(isRefused(OPEN, 'invalid_auth'));
    await scene.pass(1_000);
    expect(errors).toMatchObject([{ where: 'socket mode', error: { facts: { slackError: 'invalid_auth' } } }]);
    expect((await fetch(`${scene.url}/readyz`)).status).toBe(200);
    expect(await isEverybodyActive(scene)).toBe(true);
  });
});

describe('a refusal that lasts for seconds', () => {
  it('leaves the app without a socket for seconds, not for minutes', async () => {
    const { scene } = await openSocketScene();
    const after = await breakWith(scene, { kind: 'refuse', method: OPEN, error: 'invalid_auth' });
    await scene.until(isRefused(OPEN, 'invalid_auth'), { after });
    await scene.pass(3_000, 500);
    await scene.slack.removeFaults();
    const over = await scene.slack.lastSeq();
    await scene.pass(20_000, 500);
    await openSockets(scene, 2, over);
    await hears(scene, 'again');
  });
});

describe('a failure at reconnect', () => {
  const failures: FaultRequest[] = [
    { kind: 'server_error', method: OPEN, status: 408 },
    { kind: 'server_error', method: OPEN, status: 500 },
    { kind: 'server_error', method: OPEN, status: 503 },
    { kind: 'server_error', method: OPEN, status: 404, body: 'not found' },
    { kind: 'malformed', method: OPEN },
    { kind: 'hang', method: OPEN },
    { kind: 'refuse', method: OPEN, error: 'internal_error' },
    { kind: 'refuse_sockets', how: '503' },
    { kind: 'refuse_sockets', how: 'reset' },
    { kind: 'accept_then_close' },
    { kind: 'accept_then_close', when: 'after_hello', code: 1006 },
    { kind: 'no_hello' },
  ];
  it.each(failures)('$kind $status $error $how $when is tried again until it is over', async (fault) => {
    const { scene, errors } = await openSocketScene();
    await breakWith(scene, fault);
    await scene.pass(MINUTE_MS, 1_000);
    await scene.slack.removeFaults();
    await openSockets(scene, 2, await scene.slack.lastSeq());
    await hears(scene, 'again');
    expect(errors).toEqual([]);
  });

  it('a rate limit is kept to', async () => {
    const { scene } = await openSocketScene();
    const after = await breakWith(scene, { kind: 'rate_limit', method: OPEN, retryAfterSeconds: 40 });
    await scene.until(isRequest(OPEN), { after });
    await scene.pass(39_000, 1_000);
    expect(await asks(scene, after)).toHaveLength(2);
    await scene.slack.removeFaults();
    await openSockets(scene, 2, after);
  });

  it('an hour’s outage is waited out, and told once as the gap of all teams', async () => {
    const gaps: BotServerEvents['gap'][] = [];
    const { scene, errors } = await openSocketScene({
      setUp(context) {
        context.server.on('gap', (gap) => gaps.push(gap));
        return repeatAfterMe(context);
      },
    });
    const fromMs = scene.clock.now();
    await scene.slack.fault({ kind: 'outage', how: 'reset' });
    await scene.strideThrough(HOUR_MS, 5_000);
    await scene.slack.removeFaults();
    const first = await openSockets(scene, 1, await scene.slack.lastSeq());
    await openSockets(scene, 1, first?.seq);
    await hears(scene, 'again');
    expect(errors).toEqual([]);
    const [gap, ...others] = gaps;
    expect(others).toEqual([]);
    expect(gap?.teamId).toBeNull();
    expect(Math.abs((gap?.fromMs ?? 0) - fromMs)).toBeLessThanOrEqual(5_000);
    expect(Math.abs((gap?.toMs ?? 0) - (first?.atMs ?? 0))).toBeLessThanOrEqual(5_000);
  });

  it('a night of a sleeping machine, too', async () => {
    const { scene } = await openSocketScene();
    await scene.slack.fault({ kind: 'outage', how: 'reset' });
    await scene.strideThrough(9 * HOUR_MS);
    await scene.slack.removeFaults();
    await openSockets(scene, 2, await scene.slack.lastSeq());
    await hears(scene, 'again');
  });
});

describe('Socket Mode that is switched off in the settings', () => {
  it('is the operator’s problem until it is on again', async () => {
    const { scene, appId, errors } = await openSocketScene();
    await scene.slack.updateApp(appId, { isSocketModeOn: false });
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'disconnect', app: appId, reason: 'link_disabled' });
    await scene.strideThrough(20 * MINUTE_MS, 5_000);
    expect(errors).toMatchObject([
      { teamId: null, where: 'socket mode', error: { facts: { slackError: 'link_disabled' } } },
    ]);
    expect((await asks(scene, after)).length).toBeLessThanOrEqual(2 * (9 + 5));
    expect(await isEverybodyActive(scene)).toBe(true);
    await scene.slack.updateApp(appId, { isSocketModeOn: true });
    await openSockets(scene, 2, await scene.slack.lastSeq());
    await hears(scene, 'again');
  });
});

describe('too many sockets', () => {
  it('are closed first, and dialed again after half a minute at the earliest', async () => {
    const { scene, appId } = await openSocketScene();
    await scene.pass(2 * MINUTE_MS, 1_000);
    const after = await scene.slack.lastSeq();
    const { nowMs } = await scene.slack.clock();
    await scene.slack.fault({ kind: 'disconnect', app: appId, reason: 'too_many_websockets' });
    await openSockets(scene, 2, after);
    const records = (await logOf(scene)).filter(({ seq }) => seq > after);
    const closed = records.filter(({ kind }) => kind === 'socket_close');
    expect(closed.slice(0, 2).map(({ by }) => by)).toEqual(['client', 'client']);
    expect(Math.min(...records.filter(isAccepted).map(({ atMs }) => atMs - nowMs))).toBeGreaterThanOrEqual(30_000);
    await hears(scene, 'again');
  });

  it('because of ghosts keep the server from dialing in a loop, and it connects when they are gone', async () => {
    const { scene, appId } = await openSocketScene();
    await scene.slack.fault({ kind: 'ghost_sockets', app: appId, count: 10 });
    const after = await breakWith(scene, { kind: 'ghost_sockets', app: appId, count: 10 });
    await scene.pass(10 * MINUTE_MS, 1_000);
    expect((await asks(scene, after)).length).toBeLessThan(2 * 20);
    await scene.strideThrough(HOUR_MS, 10_000);
    await openSockets(scene, 2, after);
    await hears(scene, 'again');
  });

  it('are told to the operator when they are not ours', async () => {
    const { scene, appId } = await openSocketScene();
    await scene.slack.fault({ kind: 'ghost_sockets', app: appId, count: 3 });
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'disconnect', app: appId, reason: 'refresh_requested' });
    await openSockets(scene, 2, after);
    const told = scene.logLines.filter((line) => line.includes('another process uses this app token'));
    const last = JSON.parse(told.at(-1) ?? '{}') as { connections: number; ours: number };
    expect(last.connections - last.ours).toBe(3);
  });
});

describe('a socket that is half open', () => {
  it('is replaced within 15 seconds, and what it swallowed comes again', async () => {
    const { scene, appId } = await openSocketScene();
    await scene.pass(MINUTE_MS, 1_000);
    const after = await scene.slack.lastSeq();
    const { nowMs } = await scene.slack.clock();
    await scene.slack.fault({ kind: 'mute', app: appId });
    for (const text of ['one', 'two']) await say(scene, text);
    const opened = await openSockets(scene, 2, after);
    expect((opened?.atMs ?? 0) - nowMs).toBeLessThanOrEqual(17_000);
    await scene.pass(7 * MINUTE_MS, 1_000);
    expect((await saidBy(scene)).sort()).toEqual(['one', 'two']);
  });
});

it('gets on with an app_rate_limited that has no event in it', async () => {
  const { scene } = await openSocketScene({ scene: { eventLimits: { perHour: 2 } } });
  for (const text of ['one', 'two', 'three']) await say(scene, text);
  const isTold = ({ kind, event, ok }: LogRecord) => kind === 'delivery' && event === 'app_rate_limited' && ok === true;
  await scene.until(isTold, { what: 'the acknowledged app_rate_limited' });
  expect(openCounts(await logOf(scene))).not.toContain(0);
});

it('dispatches nothing for another app’s token', async () => {
  const { scene, appId, errors } = await openSocketScene();
  await scene.stop();
  // Imported teams do not say whose they are; a registration would record it.
  const storage = await openStorage({ databaseUrl: scene.databasePath }, { clock: scene.clock });
  await checkAppId(storage.store, appId);
  await storage.close();
  const other = await scene.slack.addApp({ ...socketApp, name: 'Other', appLevelToken: 'xapp-sim-other' });
  await scene.slack.install({ team: 'Acme', app: other.id });
  const after = await scene.slack.lastSeq();
  await scene.start({
    slackTransport: 'socket',
    slackAppToken: 'xapp-sim-other',
    slackScopes: ['chat:write'],
    setUp({ bot, server }) {
      bot.message('say', async ({ say: answer }) => void (await answer('said')));
      server.on('error', (told) => errors.push(told));
    },
  });
  await scene.until(({ kind, app }) => kind === 'socket_close' && app === other.id, { after });
  await say(scene, 'to the other');
  await scene.pass(MINUTE_MS, 1_000);
  expect(errors).toMatchObject([{ teamId: null, where: 'socket mode', error: { code: 'app_mismatch' } }]);
  expect(await scene.callsOf('chat.postMessage')).toEqual([]);
  expect((await logOf(scene, 'delivery')).filter(({ app, ok }) => app === other.id && ok === true)).toEqual([]);
});

it('writes the app token nowhere', async () => {
  const { scene, appId } = await openSocketScene();
  await scene.slack.fault({ kind: 'disconnect', app: appId, reason: 'link_disabled' });
  await breakWith(scene, { kind: 'refuse', method: OPEN, error: 'invalid_auth' });
  await scene.pass(6 * MINUTE_MS, 1_000);
  expect(scene.logLines.filter((line) => line.includes(APP_TOKEN) || line.includes('ticket='))).toEqual([]);
});
