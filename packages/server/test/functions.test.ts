/** Functions whose listener acknowledges by itself (`autoAcknowledge: false`): Slack gets its 200 or its ack when the listener says so. */
import type { LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import { openCluster } from './cluster-scene.test-kit.ts';
import { openHttpScene, pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import type { Scene, StartOptions } from './scene.test-kit.ts';
import { openSocketScene, socketApp } from './socket-scene.test-kit.ts';

const eventSubscriptions = ['function_executed', 'message.channels'];
const executed = (callbackId: string) => ({
  event: {
    type: 'function_executed',
    function: { id: 'Fn01', callback_id: callbackId, title: 'Greet', type: 'app' },
    inputs: { name: 'Ann' },
    function_execution_id: 'Fx01',
    event_ts: '1795400000.000100',
  },
});
const deliveries = async (scene: Scene): Promise<LogRecord[]> =>
  (await scene.slack.log({ kind: 'delivery', limit: 1_000 })).filter(({ event }) => event === 'function_executed');
const isDelivered = ({ kind, event, ok }: LogRecord) =>
  kind === 'delivery' && event === 'function_executed' && ok === true;

const overHttp = (setUp: StartOptions['setUp']) =>
  openHttpScene({ app: { eventSubscriptions }, ...(setUp && { setUp }) });
const overSockets = (setUp: StartOptions['setUp']) =>
  openSocketScene({ scene: { app: { ...socketApp, eventSubscriptions } }, ...(setUp && { setUp }) });
const ways = [
  ['HTTP', overHttp],
  ['Socket Mode', overSockets],
] as const;

/** A function that acknowledges when it is let go. */
async function withFunction(open: (typeof ways)[number][1]) {
  const attempts: unknown[] = [];
  const release = Promise.withResolvers<void>();
  const opened = await open(({ bot }) => {
    bot.function('greet', { autoAcknowledge: false }, async ({ ack, context }) => {
      attempts.push(context.attempt);
      await release.promise;
      await ack();
    });
    bot.function('quick', async () => await release.promise);
  });
  return { ...opened, attempts, release };
}

it.each(ways)('a function is acknowledged after its listener has, and not before (%s)', async (_way, open) => {
  const { scene, attempts, release } = await withFunction(open);
  await scene.slack.sendEvent('Acme', executed('greet'));
  await expect.poll(() => attempts, { interval: 2 }).toEqual([1]);
  await scene.pass(2_000, 500);
  expect(await deliveries(scene)).toEqual([]);
  release.resolve();
  expect(await scene.until(isDelivered)).toMatchObject({ attempt: 0 });
});

it.each(ways)(
  'a function that takes longer is delivered again, runs once, and its ack answers that (%s)',
  async (_way, open) => {
    const { scene, attempts, release, errors } = await withFunction(open);
    await scene.slack.sendEvent('Acme', executed('greet'));
    await expect.poll(() => attempts, { interval: 2 }).toEqual([1]);
    await scene.pass(4_000, 500);
    expect(errors).toMatchObject([
      { error: { code: 'ack_missing', message: 'No listener of function_executed greet called ack within 3 s' } },
    ]);
    release.resolve();
    await scene.during(scene.until(isDelivered));
    expect(attempts).toEqual([1]);
  },
);

it.each(ways)('a function that Bolt acknowledges is, as soon as it is stored (%s)', async (_way, open) => {
  const { scene } = await withFunction(open);
  await scene.slack.sendEvent('Acme', executed('quick'));
  expect(await scene.until(isDelivered)).toMatchObject({ attempt: 0 });
});

it.each(ways)(
  'a function that fails before its ack is not acknowledged, and does not run again by itself (%s)',
  async (_way, open) => {
    let runs = 0;
    const { scene, errors } = await open(({ bot }) => {
      bot.function('greet', { autoAcknowledge: false }, async () => {
        runs++;
        throw new Error('broken');
      });
    });
    await scene.slack.sendEvent('Acme', executed('greet'));
    await scene.pass(8_000, 500);
    expect((await deliveries(scene)).map(({ ok }) => ok)).not.toContain(true);
    expect(runs).toBe(1);
    expect(errors[0]).toMatchObject({ error: { code: 'listener_failed' } });
  },
);

it.each(['ack', 'failure'] as const)(
  'the %s of a listener that runs on another server reaches Slack at once',
  async (what) => {
    const ranOn: unknown[] = [];
    const release = Promise.withResolvers<void>();
    const app = {
      kind: 'granular',
      signingSecret: SIGNING_SECRET,
      botScopes: ['chat:write'],
      eventSubscriptions,
    } as const;
    const { scene, a } = await openCluster(
      { teams: [{ name: 'Acme' }], app },
      {
        slackTransport: 'http',
        slackSigningSecret: SIGNING_SECRET,
        slackScopes: ['chat:write'],
        setUp: ({ bot, server }) => {
          bot.function('greet', { autoAcknowledge: false }, async ({ ack }) => {
            ranOn.push(server);
            await release.promise;
            if (what === 'failure') throw new Error('broken');
            await ack();
          });
        },
      },
    );
    await scene.importTeams(await scene.linesOf(['Acme']));
    await scene.pass(2_000);
    // The request URL is at b, and everything is a's to hand out.
    await pointAppAt(scene);
    await scene.slack.sendEvent('Acme', executed('greet'));
    await scene.pass(1_000);
    expect(ranOn).toEqual([a.server]);
    expect(await deliveries(scene)).toEqual([]);
    release.resolve();
    // The time of both servers and of Slack stands still: the ack is not overdue.
    await expect.poll(() => deliveries(scene), { timeout: 10_000 }).toMatchObject([{ attempt: 0, ok: what === 'ack' }]);
  },
);
