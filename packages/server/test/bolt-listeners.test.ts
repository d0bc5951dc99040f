/**
 * Bolt listeners of every kind run on the server as they do on Bolt's own receivers, types included: this file is type-checked.
 * What they did is read from Slack: its messages, its views and the answers that people saw.
 */
import {
  Assistant,
  type BlockAction,
  type GlobalShortcut,
  type MessageShortcut,
  type ViewClosedAction,
} from '@slack/bolt';
import type { View } from '@slack/web-api';
import { expect, it } from 'vitest';
import { act, messageOf, openHttpScene } from './http-scene.test-kit.ts';

const general = { team: 'Acme', channel: 'general' };
const plain = (text: string) => ({ type: 'plain_text', text }) as const;

const settings: View = {
  type: 'modal',
  callback_id: 'settings',
  title: plain('Settings'),
  submit: plain('Save'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'name',
      label: plain('Name'),
      element: { type: 'plain_text_input', action_id: 'name_input' },
    },
  ],
};

const controls = [
  { type: 'section', block_id: 'pick', text: plain('City'), accessory: { type: 'external_select', action_id: 'city' } },
  { type: 'actions', block_id: 'row', elements: [{ type: 'button', action_id: 'ok', text: plain('OK') }] },
] as const;

it('message and event listeners, with say, client and context', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.message(/^ping (\w+)/, async ({ say, context, message }) => {
        await say({ text: `pong ${context.matches?.[1]} in ${message.channel_type}, attempt ${context.attempt}` });
      });
      bot.event('reaction_added', async ({ event, client, context }) => {
        const by = event.user === context.userId ? 'the same person' : 'somebody else';
        await client.chat.postMessage({ channel: event.item.channel, text: `:${event.reaction}: by ${by}` });
      });
    },
  });
  await scene.slack.say({ ...general, text: 'ping you' });
  const { ts } = await messageOf(scene, general, 'pong you in channel, attempt 1');
  await scene.slack.act({ ...general, kind: 'react', ts, emoji: 'wave' });
  await messageOf(scene, general, ':wave: by the same person');
});

it('command listeners: the ack is the answer, respond and say come after it', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.command('/stan', async ({ ack, command, respond, say }) => {
        await ack({ response_type: 'in_channel', text: `you typed ${command.text}` });
        await respond('for your eyes');
        await say('for all');
      });
    },
  });
  const action = await act(scene, { kind: 'slash', ...general, command: '/stan', text: 'help' });
  expect(action).toMatchObject({ acked: true, message: { text: 'you typed help' }, isEphemeral: false });
  await messageOf(scene, general, 'for all');
  expect(await scene.slack.ephemerals(general)).toMatchObject([{ text: 'for your eyes' }]);
});

it('action and options listeners', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.message('controls', async ({ say }) => void (await say({ text: 'pick', blocks: [...controls] })));
      bot.options('city', async ({ ack, options }) => {
        await ack({ options: [{ text: plain(`Berlin for ${options.value}`), value: 'b' }] });
      });
      bot.action<BlockAction>({ type: 'block_actions', action_id: 'ok' }, async ({ ack, action, body, respond }) => {
        await ack();
        await respond({ replace_original: true, text: `${action.type} by ${body.user.name}` });
      });
    },
  });
  await scene.slack.say({ ...general, text: 'controls' });
  await messageOf(scene, general, 'pick');
  const options = [{ text: plain('Berlin for be'), value: 'b' }];
  expect(await act(scene, { kind: 'options', ...general, actionId: 'city', value: 'be' })).toMatchObject({ options });
  expect(await act(scene, { kind: 'block_action', ...general, actionId: 'ok' })).toMatchObject({ acked: true });
  await scene.pass(1_000);
  expect((await scene.slack.messages(general)).at(-1)).toMatchObject({ text: 'button by ann' });
});

it('shortcuts, global and on a message, and views: submitted with errors, submitted, closed', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.shortcut<GlobalShortcut>('new', async ({ ack, shortcut, client }) => {
        await ack();
        await client.views.open({ trigger_id: shortcut.trigger_id, view: settings });
      });
      bot.shortcut<MessageShortcut>(
        { type: 'message_action', callback_id: 'quote' },
        async ({ ack, shortcut, say }) => {
          await ack();
          await say(`> ${shortcut.message.text}`);
        },
      );
      bot.view('settings', async ({ ack, view, client }) => {
        const name = view.state.values.name?.name_input?.value;
        if (name === 'nobody') return await ack({ response_action: 'errors', errors: { name: 'Somebody, please' } });
        await ack();
        await client.chat.postMessage({ channel: '#general', text: `saved ${name}` });
      });
      bot.view<ViewClosedAction>({ type: 'view_closed', callback_id: 'settings' }, async ({ ack, client, body }) => {
        await ack();
        await client.chat.postMessage({ channel: '#general', text: `closed, cleared: ${body.is_cleared}` });
      });
    },
  });
  const shortcut = { kind: 'shortcut', team: 'Acme', callbackId: 'new' } as const;
  expect(await act(scene, shortcut)).toMatchObject({ acked: true });
  await scene.until(({ method, ok }) => method === 'views.open' && ok === true);
  const refused = await act(scene, { kind: 'view_submit', team: 'Acme', values: { name_input: 'nobody' } });
  expect(refused).toMatchObject({ acked: true, errors: { name: 'Somebody, please' } });
  const saved = await act(scene, { kind: 'view_submit', team: 'Acme', values: { name_input: 'Stan' } });
  expect(saved).toMatchObject({ acked: true, views: [] });
  await messageOf(scene, general, 'saved Stan');

  const after = await scene.slack.lastSeq();
  await act(scene, shortcut);
  await scene.until(({ method, ok }) => method === 'views.open' && ok === true, { after });
  expect(await act(scene, { kind: 'view_close', team: 'Acme' })).toMatchObject({ acked: true, views: [] });
  await messageOf(scene, general, 'closed, cleared: false');

  await scene.slack.say({ ...general, text: 'to be or not' });
  await act(scene, { kind: 'message_action', ...general, callbackId: 'quote' });
  await messageOf(scene, general, '&gt; to be or not');
});

it('custom functions: inputs come in, complete and fail go out', async () => {
  const { scene, appId } = await openHttpScene({
    setUp({ bot }) {
      bot.function('greet', async ({ inputs, complete, client }) => {
        await client.chat.postMessage({ channel: '#general', text: `welcome ${String(inputs.name)}` });
        await complete({ outputs: { greeted: inputs.name } });
      });
      bot.function('refuse', async ({ fail }) => void (await fail({ error: 'not today' })));
    },
  });
  const event = {
    type: 'function_executed',
    function: {
      id: 'Fn1',
      callback_id: 'greet',
      title: 'Greet',
      type: 'app',
      input_parameters: [],
      output_parameters: [],
      app_id: appId,
    },
    inputs: { name: 'Zoe' },
    function_execution_id: 'Fx1',
    workflow_execution_id: 'Wx1',
    event_ts: '1795400000.000100',
  };
  await scene.slack.sendEvent('Acme', { app: appId, subscription: 'message.channels', event });
  await messageOf(scene, general, 'welcome Zoe');
  await scene.until(({ method }) => method === 'functions.completeSuccess');
  const refusal = { ...event, function: { ...event.function, callback_id: 'refuse' } };
  await scene.slack.sendEvent('Acme', { app: appId, subscription: 'message.channels', event: refusal });
  await scene.until(({ method }) => method === 'functions.completeError');
});

it('an Assistant: a thread starts with a greeting, a title and prompts, and a message in it is answered', async () => {
  const assistant = new Assistant({
    async threadStarted({ say, setTitle, setSuggestedPrompts, saveThreadContext }) {
      await saveThreadContext();
      await say('How can I help?');
      await setTitle('A talk');
      await setSuggestedPrompts({ prompts: [{ title: 'Tell', message: 'Tell me' }] });
    },
    async userMessage({ message, say, setStatus }) {
      await setStatus('is thinking');
      await say(`You said ${'text' in message ? message.text : ''}`);
    },
  });
  const { scene } = await openHttpScene({
    app: { eventSubscriptions: ['assistant_thread_started', 'assistant_thread_context_changed', 'message.im'] },
    setUp: ({ bot }) => void bot.assistant(assistant),
  });
  const inThread = { team: 'Acme', to: 'bot' } as const;
  const { ts: threadTs, channel } = await scene.slack.say({ ...inThread, text: 'a first message' });
  const assistant_thread = { user_id: 'U0ANN', context: {}, channel_id: channel, thread_ts: threadTs };
  const event = { type: 'assistant_thread_started', assistant_thread, event_ts: threadTs };
  await scene.slack.sendEvent('Acme', { event });
  expect(await messageOf(scene, inThread, 'How can I help?')).toMatchObject({ threadTs });
  await scene.until(({ method, ok }) => method === 'assistant.threads.setSuggestedPrompts' && ok === true);
  const threads = await scene.slack.assistantThreads('Acme', channel);
  expect(threads).toMatchObject([{ title: 'A talk', prompts: [{ title: 'Tell', message: 'Tell me' }] }]);
  await scene.slack.say({ ...inThread, text: 'hello', threadTs: threadTs });
  expect(await messageOf(scene, inThread, 'You said hello')).toMatchObject({ threadTs });
});

it('sayStream: a message grows while it is written', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.event('app_mention', async ({ sayStream }) => {
        const stream = sayStream({ buffer_size: 1 });
        await stream.append({ markdown_text: 'word ' });
        await stream.append({ markdown_text: 'by word' });
        await stream.stop();
      });
    },
  });
  const [install] = await scene.slack.installs('Acme');
  await scene.slack.say({ ...general, text: `<@${install?.botUserId}> write` });
  await scene.until(({ method, ok }) => method === 'chat.stopStream' && ok === true);
  expect(await scene.slack.messages(general)).toContainEqual(
    expect.objectContaining({ text: 'word by word', isBot: true }),
  );
});

it('global middleware runs first, adds to the context, and may keep listeners from running', async () => {
  const { scene } = await openHttpScene({
    setUp({ bot }) {
      bot.use(async ({ context, payload, next }) => {
        context.greeting = 'hello from the middleware';
        if (!('text' in payload && payload.text === 'not you')) await next();
      });
      bot.message(async ({ say, context }) => void (await say(String(context.greeting))));
    },
  });
  await scene.slack.say({ ...general, text: 'not you' });
  await scene.slack.say({ ...general, text: 'you' });
  await messageOf(scene, general, 'hello from the middleware');
  await scene.pass(1_000);
  const texts = (await scene.slack.messages(general)).map(({ text }) => text);
  expect(texts).toEqual(['not you', 'you', 'hello from the middleware']);
});

it('app.error hears of a listener that failed, and so does the error hook', async () => {
  const team = Promise.withResolvers<string>();
  const { scene, acme, errors } = await openHttpScene({
    setUp({ bot, server }) {
      bot.error(async (error) => {
        const client = await server.client(await team.promise);
        await client.chat.postMessage({ channel: '#general', text: `sorry: ${error.message}` });
      });
      bot.message('crash', () => Promise.reject(new Error('the listener broke')));
    },
  });
  team.resolve(acme.id);
  await scene.slack.say({ ...general, text: 'crash' });
  await messageOf(scene, general, 'sorry: the listener broke');
  await scene.pass(1_000);
  expect(errors).toMatchObject([{ teamId: acme.id, where: 'listener', error: { code: 'listener_failed' } }]);
});
