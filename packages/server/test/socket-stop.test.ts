/** P10 on Socket Mode: a stop answers what is in hand, and what comes meanwhile is delivered again to whoever comes next. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import type { StartOptions } from './scene.test-kit.ts';
import { APP_TOKEN, logOf, openSocketScene, openSockets, repeatAfterMe, saidBy, say } from './socket-scene.test-kit.ts';

const settings: StartOptions = {
  slackTransport: 'socket',
  slackAppToken: APP_TOKEN,
  slackScopes: ['chat:write'],
  setUp: repeatAfterMe,
};

describe('a stop', () => {
  it('answers the command that is in hand, then closes', async () => {
    const started = Promise.withResolvers<void>();
    const { scene } = await openSocketScene({
      setUp({ bot }: BotServer) {
        bot.command('/echo', async ({ ack }) => {
          started.resolve();
          await scene.clock.sleep(1_500);
          await ack('done');
        });
      },
    });
    const acting = scene.slack.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/echo', text: 'x' });
    await started.promise;
    const { unfinished } = await scene.during(scene.server.stop({ graceMs: 10_000 }));
    expect(unfinished).toBe(0);
    expect(await scene.during(acting)).toMatchObject({ acked: true, message: { text: 'done' } });
    const closed = (await logOf(scene, 'socket_close')).map(({ by, code }) => [by, code]);
    expect(closed).toEqual([
      ['client', 1000],
      ['client', 1000],
    ]);
  });

  it('under load loses no event: each is handled once, by this server or the next', async () => {
    const { scene } = await openSocketScene();
    const texts = Array.from({ length: 60 }, (_, n) => `${n}`);
    for (const text of texts.slice(0, 20)) await say(scene, text);
    await Promise.all([
      scene.during(scene.server.stop({ graceMs: 10_000 })),
      Promise.all(texts.slice(20, 40).map(async (text) => say(scene, text))),
    ]);
    for (const text of texts.slice(40)) await say(scene, text);
    const after = await scene.slack.lastSeq();
    await scene.start(settings);
    await openSockets(scene, 2, after);
    // The whole of Slack's retry schedule.
    await scene.pass(7 * 60_000, 1_000);
    expect((await saidBy(scene)).sort()).toEqual(texts.toSorted());
  });
});
