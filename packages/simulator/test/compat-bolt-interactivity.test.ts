/** @slack/bolt as its users have it, over HTTP and over Socket Mode: commands, buttons, modals, shortcuts and options. */
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, type AppOptions, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { type AppInfo, type AppSeed, type Simulator, startSimulator } from '../src/index.ts';

const inGeneral = { team: 'Acme', channel: 'general' };
const plain = (text: string) => ({ type: 'plain_text', text }) as const;
const button = (action_id: string, text: string) => ({
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id, text: plain(text), value: action_id }],
});
const field = {
  type: 'input' as const,
  block_id: 'name',
  label: plain('Name'),
  element: { type: 'plain_text_input' as const, action_id: 'name_input' },
};
const modal = (title: string, callback_id: string) => ({
  type: 'modal' as const,
  callback_id,
  notify_on_close: true,
  title: plain(title),
  submit: plain('Go'),
  blocks: [field, button('rename', 'Rename')],
});

/** What a bot of this kind usually does. */
function listen(bolt: App, seen: string[]): void {
  bolt.command('/stan', async ({ ack, command, respond }) => {
    await ack({ response_type: 'ephemeral', text: `you said ${command.text}` });
    await respond({ response_type: 'in_channel', text: 'everybody: hello' });
  });
  bolt.command('/setup', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: modal('First', 'first') });
  });
  bolt.action('ok', async ({ ack, respond }) => {
    await ack();
    await respond({ replace_original: true, text: 'pressed' });
  });
  bolt.action('rename', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions' || !body.view) return;
    const view = modal('Renamed', body.view.callback_id);
    await client.views.update({ view_id: body.view.id, hash: body.view.hash, view });
  });
  bolt.view('first', async ({ ack, view }) => {
    const name = view.state.values.name?.name_input?.value ?? '';
    if (name.length < 3) await ack({ response_action: 'errors', errors: { name: 'Too short' } });
    else await ack({ response_action: 'push', view: modal('Second', 'second') });
  });
  bolt.view('second', async ({ ack }) => ack({ response_action: 'clear' }));
  bolt.view({ callback_id: 'first', type: 'view_closed' }, async ({ ack, view }) => {
    seen.push(`closed ${view.callback_id}`);
    await ack();
  });
  bolt.shortcut('new_thing', async ({ ack, shortcut, client }) => {
    await ack();
    await client.views.open({ trigger_id: shortcut.trigger_id, view: modal('New', 'new') });
  });
  bolt.shortcut('keep', async ({ ack, shortcut, respond }) => {
    await ack();
    if (shortcut.type === 'message_action') await respond(`kept: ${shortcut.message.text ?? ''}`);
  });
  bolt.options('city', async ({ ack, payload }) => {
    await ack({ options: [{ text: plain(`${payload.value}lin`), value: 'b' }] });
  });
  bolt.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [button('ok', 'Home')] } });
  });
}

interface Bot extends AsyncDisposable {
  slack: Simulator;
  seen: string[];
}

type ReceiverOf = (slack: Simulator, app: AppInfo) => AppOptions['receiver'];

async function start(app: AppSeed, receiverOf: ReceiverOf): Promise<Bot> {
  const slack = await startSimulator({ app: { kind: 'granular', eventSubscriptions: ['app_home_opened'], ...app } });
  const { botToken } = await slack.control.install({ team: 'Acme' });
  const [info] = await slack.control.apps();
  if (!info) throw new Error('a simulator has an app');
  const receiver = receiverOf(slack, info);
  const bolt = new App({
    token: botToken,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
    ...(receiver && { receiver }),
  });
  const seen: string[] = [];
  listen(bolt, seen);
  const started: unknown = await bolt.start(0);
  const port = started instanceof Server ? (started.address() as AddressInfo).port : 0;
  if (port > 0) await slack.control.updateApp(info.id, { requestUrl: `http://127.0.0.1:${port}/slack/events` });
  return {
    slack,
    seen,
    [Symbol.asyncDispose]: async () => {
      await bolt.stop();
      if (port === 0) await slack.control.waitForLog(({ kind }) => kind === 'socket_close');
      await slack.stop();
    },
  };
}

const overHttp = () =>
  start({}, (_slack, { signingSecret }) => new HTTPReceiver({ signingSecret, logLevel: LogLevel.ERROR }));
const overSockets = () =>
  start(
    { isSocketModeOn: true },
    (slack, { appLevelToken }) =>
      new SocketModeReceiver({
        appToken: appLevelToken,
        logLevel: LogLevel.ERROR,
        installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
      }),
  );

describe.each([
  ['HTTP', overHttp],
  ['Socket Mode', overSockets],
])('@slack/bolt over %s', (_, begin) => {
  it('answers commands, buttons, message shortcuts and option queries', async () => {
    await using bot = await begin();
    const { control } = bot.slack;
    const command = await control.act({ kind: 'slash', ...inGeneral, command: '/stan', text: 'hi' });
    expect(command).toMatchObject({ acked: true, isEphemeral: true, message: { text: 'you said hi' } });
    const posted = ({ method, ok }: { method?: string | undefined; ok?: boolean | undefined }) =>
      method === 'response_url' && ok === true;
    const first = await control.waitForLog(posted);
    expect(await control.messages(inGeneral)).toMatchObject([{ text: 'everybody: hello' }]);

    await fetch(`${bot.slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await control.installs('Acme'))[0]?.botToken ?? ''}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        channel: '#general',
        text: 'press',
        blocks: [
          button('ok', 'OK'),
          {
            type: 'section',
            block_id: 'where',
            text: { type: 'mrkdwn', text: 'City' },
            accessory: { type: 'external_select', action_id: 'city' },
          },
        ],
      }),
    });
    const options = await control.act({ kind: 'options', ...inGeneral, actionId: 'city', value: 'Ber' });
    expect(options).toMatchObject({ acked: true, options: [{ text: { text: 'Berlin' }, value: 'b' }] });
    const pressed = await control.act({ kind: 'block_action', ...inGeneral, actionId: 'ok' });
    expect(pressed).toMatchObject({ acked: true });
    const second = await control.waitForLog(posted, { after: first.seq });
    expect(await control.messages(inGeneral)).toMatchObject([{}, { text: 'pressed' }]);

    await control.act({ kind: 'message_action', ...inGeneral, callbackId: 'keep' });
    await control.waitForLog(posted, { after: second.seq });
    expect((await control.ephemerals(inGeneral)).at(-1)).toMatchObject({ text: 'kept: pressed' });
  });

  it('opens, updates, pushes and clears modals, and shows errors', async () => {
    await using bot = await begin();
    const { control } = bot.slack;
    const opened = () => control.waitForLog(({ ok }) => ok === true, { method: 'views.open' });
    const title = async () => (await control.views()).map(({ view }) => (view.title as { text: string }).text);
    expect(await control.act({ kind: 'slash', ...inGeneral, command: '/setup' })).toMatchObject({ acked: true });
    await opened();
    expect(await title()).toEqual(['First']);
    await control.act({ kind: 'block_action', team: 'Acme', actionId: 'rename' });
    await control.waitForLog(({ ok }) => ok === true, { method: 'views.update' });
    expect(await title()).toEqual(['Renamed']);
    const submit = (name: string) => control.act({ kind: 'view_submit', team: 'Acme', values: { name_input: name } });
    expect(await submit('ab')).toMatchObject({ acked: true, errors: { name: 'Too short' } });
    expect(await submit('Stan')).toMatchObject({ acked: true });
    expect(await title()).toEqual(['Renamed', 'Second']);
    expect(await submit('Stan')).toMatchObject({ acked: true, views: [] });
    expect(await title()).toEqual([]);
  });

  it('hears of shortcuts, closed modals and opened homes', async () => {
    await using bot = await begin();
    const { control } = bot.slack;
    await control.act({ kind: 'slash', ...inGeneral, command: '/setup' });
    const { seq } = await control.waitForLog(({ ok }) => ok === true, { method: 'views.open' });
    expect(await control.act({ kind: 'view_close', team: 'Acme' })).toMatchObject({ acked: true, views: [] });
    expect(bot.seen).toEqual(['closed first']);
    expect(await control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'new_thing' })).toMatchObject({
      acked: true,
    });
    await control.waitForLog(({ ok }) => ok === true, { method: 'views.open', after: seq });
    expect(await control.views()).toMatchObject([{ type: 'modal', view: { callback_id: 'new' } }]);
    await control.act({ kind: 'open_home', team: 'Acme' });
    await control.waitForLog(({ ok }) => ok === true, { method: 'views.publish' });
    expect((await control.views()).at(-1)).toMatchObject({ type: 'home', view: { blocks: [{ type: 'actions' }] } });
  });
});
