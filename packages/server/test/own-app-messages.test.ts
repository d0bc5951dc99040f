/** Acme and Globex share a channel, and both have installed the app: each bot is shown what the other one says. */
import { expect, it } from 'vitest';
import { type HttpSceneOptions, openHttpScene } from './http-scene.test-kit.ts';
import { isRequest } from './scene.test-kit.ts';

/** A bot that answers everything. Slack shows Acme's bot what Globex's has said, then what a person says; gives the answers. */
async function answersIn(options: HttpSceneOptions): Promise<(string | undefined)[]> {
  const { scene, appId } = await openHttpScene({
    ...options,
    setUp({ bot }) {
      bot.message(async ({ message, say }) => {
        if ('text' in message) await say(`re: ${message.text}`);
      });
    },
  });
  const [acme, globex] = await Promise.all(['Acme', 'Globex'].map((name) => scene.slack.team(name)));
  const [installed] = await scene.slack.installs('Globex');
  const channel = acme?.channels.find(({ name }) => name === 'general')?.id ?? '';
  const said = (text: string, facts: object) => ({
    subscription: 'message.channels',
    event: {
      type: 'message',
      channel,
      channel_type: 'channel',
      text,
      ts: '1795400000.000100',
      event_ts: '1795400000.000100',
      ...facts,
    },
  });
  const theirs = {
    user: installed?.botUserId,
    bot_id: installed?.botId,
    app_id: appId,
    team: globex?.id,
    bot_profile: { id: installed?.botId, app_id: appId, team_id: globex?.id },
  };
  await scene.slack.sendEvent('Acme', said('from our other bot', theirs));
  await scene.slack.sendEvent(
    'Acme',
    said('from a person', { user: 'U0EVE', team: globex?.id, ts: '1795400001.000100' }),
  );
  await scene.until(isRequest('chat.postMessage', 'request'), { what: 'an answer' });
  await scene.pass(3_000, 500);
  return (await scene.slack.messages({ team: 'Acme', channel: 'general' })).map(({ text }) => text).sort();
}

it('a bot does not answer what it said itself through another installation', async () => {
  expect(await answersIn({})).toEqual(['re: from a person']);
});

it('a bot that asks for them gets its own messages of other installations', async () => {
  const answers = await answersIn({ events: { ownMessages: 'deliver' } });
  expect(answers).toEqual(['re: from a person', 're: from our other bot']);
});
