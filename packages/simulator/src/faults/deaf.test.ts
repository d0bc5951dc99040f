/** Connections that look well and hear nothing, and subscriptions that Slack has switched off. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { call, connect, installedSimulator, type Json, RawSocket } from '../../test/support/slack.ts';

const APP_TOKEN = 'xapp-sim-deaf-tests';
const granular = {
  kind: 'granular' as const,
  appLevelToken: APP_TOKEN,
  botScopes: ['channels:history', 'chat:write', 'commands'],
  eventSubscriptions: ['message.channels'],
};

async function simulator(options: Parameters<typeof installedSimulator>[0] = {}) {
  const slack = await installedSimulator({ clock: { mode: 'manual' }, ...options });
  onTestFinished(() => slack.stop());
  return { slack, say: (text: string) => slack.control.say({ team: 'Acme', channel: 'general', text }) };
}

type Slack = Awaited<ReturnType<typeof simulator>>['slack'];
const post = (slack: Slack, text: string) =>
  call(slack, 'chat.postMessage', slack.acme.botToken, { channel: 'general', text });
const textIs = (text: string) => (frame: Json) => frame.type === 'message' && frame.text === text;
const envelopeOf = (text: string) => (frame: Json) =>
  ((frame.payload as Json | undefined)?.event as Json | undefined)?.text === text;
const command = (slack: Slack) =>
  slack.control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/hi' });

async function socketModeOf(slack: Slack): Promise<RawSocket> {
  const socket = new RawSocket(String((await call(slack, 'apps.connections.open', APP_TOKEN)).url));
  await socket.frame(({ type }) => type === 'hello');
  return socket;
}

describe('a bot hears what it posts itself', () => {
  it('on RTM', async () => {
    const { slack } = await simulator();
    using socket = await connect(slack, slack.acme.botToken);
    await post(slack, 'mine');
    expect(await socket.frame(textIs('mine'))).toMatchObject({ bot_id: slack.acme.botId });
  });

  it('on Socket Mode, where subscribed', async () => {
    const { slack } = await simulator({ app: { ...granular, isSocketModeOn: true } });
    using socket = await socketModeOf(slack);
    await post(slack, 'mine');
    const { payload } = await socket.frame(envelopeOf('mine'));
    expect((payload as Json).event).toMatchObject({ type: 'message', bot_id: slack.acme.botId });
  });

  it('at the request URL, where subscribed', async () => {
    await using app = await AppServer.start();
    const { slack } = await simulator({ app: { ...granular, requestUrl: app.url } });
    await post(slack, 'mine');
    await app.request(({ body }) => (body.event as Json | undefined)?.text === 'mine');
    expect(app.events.at(-1)).toMatchObject({ type: 'message', bot_id: slack.acme.botId });
  });
});

describe('deaf', () => {
  it('leaves an RTM socket its pings and calls, but tells it nothing until it is removed', async () => {
    const { slack, say } = await simulator();
    using socket = await connect(slack, slack.acme.botToken);
    const { id, socketsHit } = await slack.control.fault({ kind: 'deaf', team: 'Acme' });
    expect(socketsHit).toBe(1);
    await say('unheard');
    expect(await post(slack, 'unheard as well')).toMatchObject({ ok: true });
    socket.send({ id: 1, type: 'ping' });
    await socket.frame(({ type }) => type === 'pong');
    socket.ws.ping();
    await socket.until(() => socket.pongs === 1);
    expect(socket.frames.map(({ type }) => type)).toEqual(['hello', 'pong']);
    await slack.control.removeFaults(id);
    await say('heard');
    await socket.frame(textIs('heard'));
  });

  it.each(['the id', 'live'])('may be of one RTM socket by %s, and its successor hears', async (how) => {
    const { slack, say } = await simulator();
    using deaf = await connect(slack, slack.acme.botToken);
    const [first] = await slack.control.sockets('Acme');
    const socket = how === 'live' ? 'live' : (first?.id ?? '');
    expect(await slack.control.fault({ kind: 'deaf', socket })).toMatchObject({ socketsHit: 1, isInForce: true });
    using successor = await connect(slack, slack.acme.botToken);
    await say('hello');
    await successor.frame(textIs('hello'));
    deaf.send({ id: 1, type: 'ping' });
    await deaf.frame(({ type }) => type === 'pong');
    expect(deaf.frames.filter(({ type }) => type === 'message')).toEqual([]);
  });

  it('loses the envelopes of one Socket Mode connection, and Slack tries others', async () => {
    const { slack, say } = await simulator({ app: { ...granular, isSocketModeOn: true } });
    using deaf = await socketModeOf(slack);
    await slack.control.fault({ kind: 'deaf', socket: 'live' });
    await say('lost at first');
    using successor = await socketModeOf(slack);
    deaf.ws.terminate();
    await slack.control.waitForLog(({ kind }) => kind === 'socket_close', { what: 'the end of the deaf socket' });
    await slack.control.advance(3000);
    const frame = await successor.frame(envelopeOf('lost at first'));
    expect(frame).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    expect(deaf.frames.map(({ type }) => type)).toEqual(['hello']);
  });

  it('keeps everything from a request URL, and what was lost does not come later', async () => {
    await using app = await AppServer.start();
    const { slack, say } = await simulator({ app: { ...granular, requestUrl: app.url } });
    await slack.control.fault({ kind: 'deaf', app: slack.acme.app });
    await say('lost');
    const pressed = command(slack);
    await slack.control.waitForLog(({ error }) => error === 'deaf', { what: 'the lost event' });
    await slack.control.advance(3000);
    expect(await pressed).toMatchObject({ acked: false, failure: 'operation_timeout' });
    await slack.control.removeFaults();
    await slack.control.advance(3_600_000);
    await say('heard');
    await app.request(({ body }) => (body.event as Json | undefined)?.text === 'heard');
    expect(app.events.map(({ text }) => text)).toEqual(['heard']);
  });

  it('names a socket that is not there', async () => {
    const { slack } = await simulator();
    await expect(slack.control.fault({ kind: 'deaf', socket: 'S99' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('subscriptions_off', () => {
  it('stops events, not commands, until the app is enabled again', async () => {
    await using app = await AppServer.start();
    const { slack, say } = await simulator({ app: { ...granular, requestUrl: app.url } });
    await slack.control.fault({ kind: 'subscriptions_off', app: slack.acme.app });
    expect(await slack.control.apps()).toMatchObject([{ areEventsEnabled: false }]);
    await say('unsent');
    expect(await command(slack)).toMatchObject({ acked: true });
    await slack.control.fault({ kind: 'enable' });
    await say('sent');
    await app.request(({ body }) => (body.event as Json | undefined)?.text === 'sent');
    expect(app.events.map(({ text }) => text)).toEqual(['sent']);
  });
});
