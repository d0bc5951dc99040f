/** The Assistant of @slack/bolt as its users have it: threads begin, have titles and prompts, and keep their context. */
import type { AddressInfo } from 'node:net';
import { App, Assistant, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedSimulator, type Json } from './support/slack.ts';
import { clientOf } from './support/web-client.ts';

const SECRET = '00112233445566778899aabbccddeeff';
const app = {
  kind: 'granular' as const,
  signingSecret: SECRET,
  botScopes: ['assistant:write', 'chat:write', 'im:history'],
  eventSubscriptions: ['assistant_thread_started', 'assistant_thread_context_changed', 'message.im'],
};

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bolt: App;
let heard: string[];
beforeEach(async () => {
  heard = [];
  slack = await installedSimulator({ app });
  const receiver = new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR, port: 0 });
  const clientOptions = { slackApiUrl: slack.apiUrl };
  bolt = new App({ token: slack.acme.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  bolt.assistant(
    new Assistant({
      threadStarted: async ({ say, saveThreadContext, setSuggestedPrompts }) => {
        await say('Hi, how can I help you?');
        await saveThreadContext();
        await setSuggestedPrompts({ title: 'Try', prompts: [{ title: 'a', message: 'b' }] });
      },
      threadContextChanged: async ({ saveThreadContext }) => saveThreadContext(),
      userMessage: async ({ message, say, setStatus, setTitle, getThreadContext }) => {
        if (!('text' in message)) return;
        await setTitle(message.text ?? '');
        await setStatus('is thinking');
        heard.push((await getThreadContext()).channel_id ?? 'nowhere');
        await say('*Four*');
      },
    }),
  );
  const server = await bolt.start(0);
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  await slack.control.updateApp(slack.acme.app, { requestUrl });
});
afterEach(async () => {
  await bolt.stop();
  await slack.stop();
});

const called = (method: string, after = 0) =>
  slack.control.waitForLog((record) => record.method === method && record.kind === 'request', { after });

describe('an assistant of @slack/bolt', () => {
  it('greets in a new thread, answers in it, and remembers what the person looks at', async () => {
    const bot = clientOf(slack, slack.acme.botToken);
    const { channels } = await slack.control.team('Acme');
    const idOf = (wanted: string) => channels.find(({ name }) => name === wanted)?.id;
    const started = (await slack.control.changeTeam('Acme', { kind: 'assistant_thread', viewing: 'general' })) as Json;
    const { channel, threadTs } = started as { channel: string; threadTs: string };
    const prompted = await called('assistant.threads.setSuggestedPrompts');
    expect(prompted).toMatchObject({ ok: true });
    await slack.control.changeTeam('Acme', { kind: 'assistant_thread', threadTs, viewing: 'random' });
    const saved = await called('chat.update', prompted.seq);
    expect(saved).toMatchObject({ ok: true });
    await slack.control.say({ team: 'Acme', channel, threadTs, text: 'What is 2+2?' });
    await called('chat.postMessage', saved.seq);
    expect(heard).toEqual([idOf('random')]);
    const { messages = [] } = await bot.conversations.replies({ channel, ts: threadTs });
    expect(messages).toMatchObject([
      {
        subtype: 'assistant_app_thread',
        ts: threadTs,
        user: slack.acme.botUserId,
        reply_count: 3,
        assistant_app_thread: { title: 'What is 2+2?', title_blocks: [{ type: 'rich_text' }] },
      },
      { text: 'Hi, how can I help you?', bot_id: slack.acme.botId, thread_ts: threadTs },
      { text: 'What is 2+2?', parent_user_id: slack.acme.botUserId },
      { text: '*Four*', blocks: [{ elements: [{ elements: [{ text: 'Four', style: { bold: true } }] }] }] },
    ]);
    expect(messages[0]).not.toHaveProperty('bot_id');
  });

  // slackapi/bolt-python, tests/scenario_tests/test_events_assistant.py: the event that a title causes
  it('tells of a title by message_changed of the first message', async () => {
    const started = await slack.control.changeTeam('Acme', { kind: 'assistant_thread' });
    const { channel, threadTs } = started as { channel: string; threadTs: string };
    await called('assistant.threads.setSuggestedPrompts');
    await slack.control.say({ team: 'Acme', channel, threadTs, text: 'Holidays' });
    await called('assistant.threads.setTitle');
    await slack.control.waitForLog(({ kind, event }) => kind === 'delivery' && event === 'message');
    const bodies = (await slack.control.deliveries({ event: 'message' })).map(
      ({ payload }) => (payload as Json).event as Json,
    );
    expect(bodies.find(({ subtype }) => subtype === 'message_changed')).toBeDefined();
    const titled = bodies.find(({ message }) => (message as Json | undefined)?.subtype === 'assistant_app_thread');
    expect(titled).toMatchObject({
      subtype: 'message_changed',
      message: { ts: threadTs, edited: {}, assistant_app_thread: { title: 'Holidays', artifacts: [] } },
      previous_message: { subtype: 'assistant_app_thread' },
    });
    expect(titled?.previous_message).not.toHaveProperty('assistant_app_thread');
  });
});
