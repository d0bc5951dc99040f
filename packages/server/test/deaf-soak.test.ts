/** Nobody is taken for deaf who is not: with limits, late events, bots that hear nothing of their own, foreign channels. */
import type { LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import type { BotServerEvents } from '../src/index.ts';
import { openHttpScene } from './http-scene.test-kit.ts';
import { Scene, type StartOptions } from './scene.test-kit.ts';
import { openSocketScene, socketApp } from './socket-scene.test-kit.ts';

type Channel = '#general' | '#random';

/** A limited post waits for its twenty seconds; between two real milliseconds there is nothing to miss: requests hold the clock. */
const WAITING = { pace: 1_000 };

/** Slack's answers do not matter here: some posts are refused or limited, which is the point. */
async function post(scene: Scene, team: string, channel: Channel, text: string): Promise<void> {
  const { id } = await scene.slack.team(team);
  const client = await scene.server.client(id);
  await scene.during(
    client.chat.postMessage({ channel, text }).catch(() => undefined),
    WAITING,
  );
}

function listening() {
  const alarms: string[] = [];
  const listen: NonNullable<StartOptions['setUp']> = ({ server }) => {
    server.on('gap', ({ reason }: BotServerEvents['gap']) => void alarms.push(`gap ${reason}`));
    server.on('error', ({ error }) => void alarms.push(error.code));
  };
  return { alarms, listen };
}

const isSocket = ({ kind }: LogRecord) => kind === 'socket_open' || kind === 'socket_close';

/** Eight rounds of a hundred seconds: the bots post by turns, into their channel and into a foreign one. */
async function goOn(scene: Scene): Promise<void> {
  for (let round = 0; round < 8; round++) {
    for (const team of ['Acme', 'Globex']) {
      await post(scene, team, '#general', `round ${round}`);
      await post(scene, team, '#general', `round ${round} again`);
      await post(scene, team, '#random', `round ${round}`);
    }
    await scene.pass(100_000, 10_000);
  }
}

/** Only Acme's bot is a member of #general; nobody's is of #random, where both may write. */
async function begin(scene: Scene): Promise<number> {
  await scene.slack.invite('Acme', 'general', { user: 'bot' });
  await scene.pass(1_000);
  return await scene.slack.lastSeq();
}

describe('in a quarter of an hour of trouble that deafens nobody, nobody is taken for deaf', () => {
  const rtmCases = [
    ['on time', undefined],
    ['that are late', { kind: 'delivery_delay', delayMs: 35_000 }],
    ['that come twice', { kind: 'delivery_duplicate' }],
    ['of which some are lost', { kind: 'delivery_drop', event: 'message', count: 2 }],
  ] as const;

  it.each(rtmCases)('on RTM, with events %s', { timeout: 180_000 }, async (_what, fault) => {
    const { alarms, listen } = listening();
    const scene = await Scene.open({ teams: [{ name: 'Acme' }, { name: 'Globex' }] });
    await scene.start({ setUp: listen });
    for (const team of ['Acme', 'Globex']) await scene.join(team);
    if (fault) await scene.slack.fault(fault);
    await scene.slack.fault({ kind: 'rate_limit', method: 'chat.postMessage', retryAfterSeconds: 20, count: 6 });
    const after = await begin(scene);
    await goOn(scene);
    expect((await scene.slack.log({ after, limit: 100_000 })).filter(isSocket)).toEqual([]);
    expect(alarms).toEqual([]);
  });

  const scopes = [...(socketApp.botScopes ?? []), 'chat:write.public'];
  const conditions = [
    ['that are late', ['message.channels'], { kind: 'delivery_delay', delayMs: 35_000 }],
    ['of bots without a subscription', ['app_mention'], undefined],
    ['that come twice', ['message.channels'], { kind: 'delivery_duplicate' }],
    ['of which some are lost', ['message.channels'], { kind: 'delivery_drop', count: 2 }],
  ] as const;
  // Over HTTP there is no connection to take for deaf: what is on its way late, or lost, is most like deafness.
  const cases = [
    ...conditions.map((condition) => ['Socket Mode', ...condition] as const),
    ...[conditions[0], conditions[3]].map((condition) => ['HTTP', ...condition] as const),
  ];

  it.each(cases)('on %s, with events %s', { timeout: 180_000 }, async (transport, _what, eventSubscriptions, fault) => {
    const { alarms, listen } = listening();
    const app = { botScopes: scopes, eventSubscriptions: [...eventSubscriptions] };
    const { scene } =
      transport === 'HTTP'
        ? await openHttpScene({ app, setUp: listen })
        : await openSocketScene({
            // So that none is refreshed meanwhile.
            scene: { app: { ...socketApp, ...app }, socketMode: { connectionSeconds: 100_000 } },
            setUp: listen,
          });
    const after = await begin(scene);
    await post(scene, 'Acme', '#general', 'first');
    if (fault) await scene.slack.fault(fault);
    await scene.slack.fault({ kind: 'rate_limit', method: 'chat.postMessage', retryAfterSeconds: 20, count: 6 });
    await goOn(scene);
    expect((await scene.slack.log({ after, limit: 100_000 })).filter(isSocket)).toEqual([]);
    expect(alarms).toEqual([]);
  });
});
