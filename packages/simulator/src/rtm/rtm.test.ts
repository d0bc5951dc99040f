import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, connect, installedSimulator, RawSocket } from '../../test/support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let general = '';
let ann = '';
beforeAll(async () => {
  slack = await installedSimulator({ clock: { mode: 'manual' } });
  const team = await slack.control.team('Acme');
  general = team.channels.find(({ name }) => name === 'general')?.id ?? '';
  ann = team.users.find(({ name }) => name === 'ann')?.id ?? '';
});
afterAll(() => slack.stop());
beforeEach(() => slack.control.removeFaults());

const open = () => connect(slack, slack.acme.botToken);
const ask = (method: string, fields: Record<string, string> = {}) => call(slack, method, slack.acme.botToken, fields);

describe('the URL of rtm.connect', () => {
  it('opens one socket, and no second one', async () => {
    const { url } = await ask('rtm.connect');
    using first = new RawSocket(String(url));
    await first.frame(({ type }) => type === 'hello');
    using second = new RawSocket(String(url));
    expect(await second.frame(() => true)).toEqual({
      type: 'error',
      error: { code: 1, msg: 'Socket URL has expired' },
    });
    await second.closed();
    expect(first.closeCode).toBeUndefined();
  });

  it('expires after 30 s of the simulator clock', async () => {
    const { url } = await ask('rtm.connect');
    await slack.control.advance(30_001);
    using socket = new RawSocket(String(url));
    expect(await socket.frame(() => true)).toMatchObject({ type: 'error', error: { code: 1 } });
    await socket.closed();
  });

  it('keeps what happens until the socket opens, and shows it after hello', async () => {
    const { url } = await ask('rtm.connect');
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'early' });
    using socket = new RawSocket(String(url));
    await socket.frame(({ text }) => text === 'early');
    expect(socket.frames.map(({ type }) => type)).toEqual(['hello', 'message']);
  });

  it('works for clients that drop its query string', async () => {
    const { url } = await ask('rtm.connect');
    using socket = new RawSocket(String(url).replace(/\?.*/, '?'));
    await socket.frame(({ type }) => type === 'hello');
  });

  it('leads back under the name by which the simulator was reached', async () => {
    const { port } = new URL(slack.url);
    const response = await fetch(`http://localhost:${port}/api/rtm.connect`, {
      headers: { authorization: `Bearer ${slack.acme.botToken}` },
    });
    expect(await response.json()).toMatchObject({ url: expect.stringContaining(`ws://localhost:${port}/rtm/`) });
  });
});

describe('a client writes', () => {
  it('ping, and the pong echoes its flat fields', async () => {
    using socket = await open();
    socket.send({ type: 'ping', id: 7, time: 1795400001000, note: 'x', nested: { no: 1 } });
    expect(await socket.frame(({ type }) => type === 'pong')).toEqual({
      type: 'pong',
      reply_to: 7,
      time: 1795400001000,
      note: 'x',
    });
  });

  it('a message: its socket gets the ack, the other sockets of the bot the message, and history has it', async () => {
    using sender = await open();
    using other = await open();
    sender.send({ type: 'message', id: 1, channel: general, text: 'over RTM' });
    const ack = await sender.frame(({ reply_to }) => reply_to === 1);
    expect(ack).toEqual({ ok: true, reply_to: 1, ts: expect.stringMatching(/^\d+\.\d{6}$/), text: 'over RTM' });
    const echo = await other.frame(({ text }) => text === 'over RTM');
    expect(echo).toMatchObject({ type: 'message', user: slack.acme.botUserId, channel: general, ts: ack.ts });
    expect(sender.frames.filter(({ type }) => type === 'message')).toEqual([]);
    expect(await slack.control.messages({ team: 'Acme', channel: 'general', limit: 1 })).toMatchObject([
      { ts: ack.ts },
    ]);
  });

  it.each([
    ['not a string', { type: 'message', id: 3, channel: 'C' }, 2],
    ['an unknown channel', { type: 'message', id: 3, channel: 'C0NOWHERE0', text: 'x' }, 3],
    ['no id', { type: 'message', channel: 'C', text: 'x' }, 8],
    ['an unknown type', { type: 'dance', id: 3 }, 6],
  ])('a frame with %s and gets an error frame', async (_, frame, code) => {
    using socket = await open();
    socket.send(frame);
    expect(await socket.frame(({ ok }) => ok === false)).toMatchObject({ error: { code } });
  });

  it('no JSON, or bytes, and the connection lives on', async () => {
    using socket = await open();
    socket.send('{"type":');
    socket.ws.send(Buffer.from([0, 255, 1]));
    await socket.until(() => socket.frames.filter(({ type }) => type === 'error').length === 2);
    socket.send({ type: 'ping', id: 1 });
    await socket.frame(({ type }) => type === 'pong');
  });

  it('a frame of more than 16 KB and is cut off', async () => {
    using socket = await open();
    socket.send({ type: 'message', id: 1, channel: general, text: 'x'.repeat(16 * 1024) });
    expect(await socket.closed()).toBe(1009);
  });

  it('typing, and the others in the channel see it', async () => {
    const app = await slack.control.addApp({ name: 'Second Bot' });
    const second = await slack.control.install({ team: 'Acme', app: app.id });
    using watcher = await connect(slack, second.botToken);
    using typist = await open();
    typist.send({ type: 'typing', id: 4, channel: general });
    const seen = await watcher.frame(({ type }) => type === 'user_typing');
    expect(seen).toEqual({ type: 'user_typing', channel: general, user: slack.acme.botUserId });
    expect(typist.frames).toEqual([{ type: 'hello' }]);
  });
});

describe('presence', () => {
  it('is told to whom subscribed, and only of the last list', async () => {
    using watcher = await open();
    watcher.send({ type: 'presence_sub', ids: [ann] });
    expect(await watcher.frame(({ type }) => type === 'presence_change')).toEqual({
      type: 'presence_change',
      user: ann,
      presence: 'active',
    });
    const app = await slack.control.addApp({ name: 'Third Bot' });
    const third = await slack.control.install({ team: 'Acme', app: app.id });
    watcher.send({ type: 'presence_sub', ids: [third.botUserId] });
    await watcher.frame(({ user, presence }) => user === third.botUserId && presence === 'away');
    using _bot = await connect(slack, third.botToken);
    await watcher.frame(({ user, presence }) => user === third.botUserId && presence === 'active');
  });

  it('comes in batches to clients that asked for them', async () => {
    using socket = await connect(slack, slack.acme.botToken, { batch_presence_aware: '1' });
    socket.send({ type: 'presence_query', ids: [ann, 'U0NOBODY00'] });
    expect(await socket.frame(({ type }) => type === 'presence_change')).toEqual({
      type: 'presence_change',
      users: [ann],
      presence: 'active',
    });
  });
});

describe('what happens in the workspace', () => {
  it('a post of chat.postMessage comes back to the same bot, as bot_message', async () => {
    using socket = await open();
    await ask('chat.postMessage', { channel: `@${slack.acme.botUserId}`, text: 'to myself' });
    const frame = await socket.frame(({ text }) => text === 'to myself');
    expect(frame).toMatchObject({ type: 'message', subtype: 'bot_message', bot_id: slack.acme.botId });
  });

  it('a person writes in a channel or directly, types, and answers in a thread', async () => {
    using socket = await open();
    const root = await slack.control.say({ team: 'Acme', channel: 'general', user: 'bob', text: 'in channel' });
    await slack.control.say({ team: 'Acme', to: 'bot', text: 'directly' });
    await slack.control.type({ team: 'Acme', channel: 'general' });
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'in thread', threadTs: root.ts });
    await socket.frame(({ text }) => text === 'in channel');
    expect((await socket.frame(({ text }) => text === 'directly')).channel).toMatch(/^D/);
    await socket.frame(({ type, user }) => type === 'user_typing' && user === ann);
    expect(await socket.frame(({ text }) => text === 'in thread')).toMatchObject({ thread_ts: root.ts });
  });

  it('is not shown where the bot is not a member, until it is invited', async () => {
    using socket = await open();
    await slack.control.say({ team: 'Acme', channel: 'random', text: 'unseen' });
    await slack.control.invite('Acme', 'random', { user: 'bot' });
    await slack.control.say({ team: 'Acme', channel: 'random', text: 'seen' });
    await socket.frame(({ text }) => text === 'seen');
    expect(socket.frames.map(({ type, text }) => text ?? type)).toEqual([
      'hello',
      'channel_joined',
      'member_joined_channel',
      expect.stringContaining('has joined the channel'),
      'seen',
    ]);
  });

  it('a new person and a new channel are announced', async () => {
    using socket = await open();
    await slack.control.addUser('Acme', { name: 'cleo' });
    await slack.control.addChannel('Acme', { name: 'plans' });
    await socket.frame(({ type }) => type === 'team_join');
    await socket.frame(({ type }) => type === 'channel_created');
  });

  it('of another workspace is never shown', async () => {
    await slack.control.addTeam({ name: 'Other' });
    const other = await slack.control.install({ team: 'Other' });
    using mine = await open();
    using theirs = await connect(slack, other.botToken);
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'ours' });
    await mine.frame(({ text }) => text === 'ours');
    await slack.control.say({ team: 'Other', channel: 'general', text: 'theirs' });
    await theirs.frame(({ text }) => text === 'theirs');
    expect(theirs.frames.map(({ text }) => text)).not.toContain('ours');
  });
});

describe('keeping alive', () => {
  it('answers protocol pings, and sends its own', async () => {
    await using own = await installedSimulator({ protocolPingMs: 20 });
    using socket = await connect(own, own.acme.botToken);
    socket.ws.ping();
    await socket.until(() => socket.pongs > 0 && socket.pings > 4);
    expect(await own.control.sockets()).toHaveLength(1);
  });

  it('drops a socket whose client answers no pings', async () => {
    await using own = await installedSimulator({ protocolPingMs: 20 });
    using socket = await connect(own, own.acme.botToken);
    socket.ws.pause();
    const closed = await own.control.waitForLog(({ kind }) => kind === 'socket_close');
    expect(closed).toMatchObject({ by: 'simulator' });
  });
});
