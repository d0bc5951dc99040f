/** Slack sends events of a workspace as soon as its person has allowed the app: the bot joins a channel while its row is being written. */
import { expect, it, vi } from 'vitest';
import { pointAppAt, SIGNING_SECRET, type Told } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { headlineOf, register } from './slack-button.test-kit.ts';

it('an event that comes before its install is done waits for it, and reaches its listener', async () => {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: {
      kind: 'granular',
      signingSecret: SIGNING_SECRET,
      botScopes: ['channels:read', 'chat:write'],
      eventSubscriptions: ['member_joined_channel'],
    },
  });
  const deliveries = async () => (await scene.slack.log({ kind: 'delivery' })).filter(({ team }) => team);
  const told: Told[] = [];
  const joined: string[] = [];
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: ['channels:read', 'chat:write'],
    setUp({ bot, server }) {
      server.on('error', (problem) => void told.push(problem));
      bot.event('member_joined_channel', async ({ context }) => void joined.push(context.teamId ?? ''));
      // Long enough that the event is there before the row is: answered at once, or still waiting for this.
      server.on('installing', async () => {
        const isAnswered = vi.waitFor(async () => expect(await deliveries()).not.toEqual([]), { timeout: 300 });
        await isAnswered.catch(() => {});
      });
    },
  });
  await pointAppAt(scene);
  const { id } = await scene.slack.team('Acme');
  expect(headlineOf(await register(scene.url, { team: id }))).toBe('Demo Bot is now in Acme');
  await vi.waitFor(() => expect(joined).toEqual([id]));
  expect(await deliveries()).toMatchObject([{ event: 'member_joined_channel', ok: true, status: 200 }]);
  expect(told).toEqual([]);
});
