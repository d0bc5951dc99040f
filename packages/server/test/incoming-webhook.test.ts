/** The incoming webhook of an install reaches hooks and bot, is sealed, and its URL stands in no log. Issue 10, entry 19. */
import { expect, it } from 'vitest';
import type { BotServerEvents } from '../src/index.ts';
import { createRedactor } from '../src/observability/redactor.ts';
import { SIGNING_SECRET } from './http-scene.test-kit.ts';
import { Scene } from './scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';

async function withWebhooks() {
  const told: [string, BotServerEvents['installed']['incomingWebhook']][] = [];
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: { kind: 'granular', signingSecret: SIGNING_SECRET },
  });
  const start = (slackScopes: string[]) =>
    scene.start({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes,
      setUp({ server }) {
        server.on('installing', ({ incomingWebhook }) => void told.push(['installing', incomingWebhook]));
        server.on('installed', ({ incomingWebhook }) => void told.push(['installed', incomingWebhook]));
        server.on('reinstalled', ({ incomingWebhook }) => void told.push(['reinstalled', incomingWebhook]));
      },
    });
  await start(['chat:write', 'incoming-webhook']);
  const { id } = await scene.slack.team('Acme');
  const press = async () => {
    await scene.during(register(scene.url, { team: id, channel: 'general' }));
    await scene.pass(2_000);
  };
  return { scene, id, press, start, told };
}

it('reaches the hooks and the bot, works, and is kept by a re-install without another one', async () => {
  const { scene, id, press, start, told } = await withWebhooks();
  await press();
  const webhook = await scene.server.incomingWebhook(id);
  expect(webhook).toMatchObject({ channel: '#general', channelId: expect.stringMatching(/^C/) });
  expect(told).toEqual([
    ['installing', webhook],
    ['installed', webhook],
  ]);
  const url = webhook?.url ?? '';
  const posted = await fetch(url, { method: 'POST', body: JSON.stringify({ text: 'by webhook' }) });
  expect([posted.status, await posted.text()]).toEqual([200, 'ok']);

  await scene.stop();
  told.length = 0;
  await start(['chat:write']);
  expect(await scene.server.incomingWebhook(id)).toEqual(webhook);
  await press();
  expect(told.map(([name]) => name)).toEqual(['installing', 'reinstalled']);
  expect(await scene.server.incomingWebhook(id)).toEqual(webhook);
  expect(scene.logLines.join('\n')).not.toContain(url);
});

it('has a URL that is a secret by its shape, whoever logs it', () => {
  const url = 'https://hooks.slack.com/services/T0ACME0001/B0ACME0001/0123456789abcdefghijklmn';
  expect(createRedactor().text(`posted to ${url}, not to https://slack.com/services`)).toBe(
    'posted to [token], not to https://slack.com/services',
  );
});
