/** Streams that Slack ends by itself, as the SDK's own helper meets them. */
import type { WebClient } from '@slack/web-api';
import { afterEach, describe, expect, it } from 'vitest';
import { type Acme, acmeWithApp, annIn } from '../../../test/support/people.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';
import { type SimulatorOptions, startSimulator } from '../../index.ts';

const MINUTE = 60_000;
const LATE = 'message_not_in_streaming_state';

let acme: Acme;
afterEach(() => acme[Symbol.asyncDispose]());

/** A stream of @slack/web-api in the direct message of Ann and the bot, whose first words were said. */
async function begun(streams?: SimulatorOptions['streams']) {
  const app = { botScopes: ['chat:write', 'im:history'], eventSubscriptions: ['message.im'] };
  acme = await acmeWithApp({ app, ...(streams && { streams }) });
  const bot: WebClient = clientOf(acme.slack, acme.slack.acme.botToken);
  const { channel, ts: thread } = await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'go on' });
  const team = await acme.slack.control.team('Acme');
  const stream = bot.chatStream({
    channel,
    thread_ts: thread,
    recipient_team_id: team.id,
    recipient_user_id: await annIn(acme.slack),
    buffer_size: 1,
  });
  await stream.append({ markdown_text: 'One' });
  const say = (words: string) => stream.append({ markdown_text: words });
  return { bot, channel, thread, stream, say, wait: (ms: number) => acme.slack.control.advance(ms) };
}

describe('a stream', () => {
  // slackapi/node-slack-sdk#2702, slackapi/python-slack-sdk#1859
  it('ends five minutes after its start, however busy it is', async () => {
    const { say, stream, wait } = await begun();
    for (let minute = 1; minute < 5; minute++) {
      await wait(MINUTE);
      await say(` ${minute}`);
    }
    await wait(MINUTE);
    expect(await refusal(say(' late'))).toBe(LATE);
    expect(await refusal(stream.stop())).toBe(LATE);
  });

  // vercel/chat#607, kortix-ai/suna#3438
  it('ends so long after something was added, when it is told to count from there', async () => {
    const { say, wait } = await begun({ lifetimeMs: 2 * MINUTE, countedFrom: 'last_append' });
    for (let count = 0; count < 3; count++) {
      await wait(2 * MINUTE - 1);
      await say('.');
    }
    await wait(2 * MINUTE);
    expect(await refusal(say(' late'))).toBe(LATE);
  });

  it('that ended is told to who reads it, ends the work of the session, and may be edited', async () => {
    const { bot, channel, thread, wait } = await begun({ lifetimeMs: MINUTE });
    await wait(MINUTE);
    const event = await acme.app.event(
      ({ message }) => (message as { streaming_state?: string })?.streaming_state === 'errored',
    );
    expect(event).toMatchObject({ subtype: 'message_changed', message: { text: 'One' } });
    const { ts } = event.message as { ts: string };
    expect((await acme.slack.control.assistantThreads('Acme', channel))[0]).toMatchObject({ session: 'active' });
    // What slackapi/python-slack-sdk#1880 recommends.
    await bot.chat.update({ channel, ts, text: 'One, and the rest' });
    const { messages } = await bot.conversations.replies({ channel, ts: thread });
    expect(messages?.at(-1)).toMatchObject({ ts, text: 'One, and the rest' });
  });

  it('that was ended in time stays as it was, and never ends when the time is 0', async () => {
    const first = await begun();
    await first.stream.stop({ markdown_text: ', two.' });
    await first.wait(10 * MINUTE);
    const { messages } = await first.bot.conversations.replies({ channel: first.channel, ts: first.thread });
    expect(messages?.at(-1)).toMatchObject({ text: 'One, two.', streaming_state: 'completed' });
    await acme[Symbol.asyncDispose]();
    const second = await begun({ lifetimeMs: 0 });
    await second.wait(60 * MINUTE);
    await second.say(' still here');
  });

  it.each([{ lifetimeMs: -1 }, { lifetimeMs: 1.5 }, { countedFrom: 'noon' as 'start' }])(
    'is not configured by %j',
    async (streams) => {
      acme = await acmeWithApp();
      await expect(startSimulator({ streams })).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('streams.'),
      });
    },
  );
});
