/** @slack/socket-mode and @slack/bolt's SocketModeReceiver, as their users have them; only the base URL is changed. */
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedSimulator } from './support/slack.ts';

const APP_TOKEN = 'xapp-sim-compat-tests';
const app = {
  kind: 'granular' as const,
  appLevelToken: APP_TOKEN,
  isSocketModeOn: true,
  botScopes: ['channels:history', 'app_mentions:read', 'chat:write'],
  eventSubscriptions: ['message.channels', 'app_mention', 'app_uninstalled', 'tokens_revoked'],
};

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeEach(async () => {
  slack = await installedSimulator({ app });
});
afterEach(async () => {
  await slack.stop();
});

const opened = (after = 0) =>
  slack.control.waitForLog(({ kind, ok }) => kind === 'socket_open' && ok === true, { after, what: 'a socket' });
const acked = (event: string, after = 0) =>
  slack.control.waitForLog((record) => record.kind === 'delivery' && record.event === event && record.ok === true, {
    after,
  });
const say = (text: string) => slack.control.say({ team: 'Acme', channel: 'general', text });

describe('@slack/socket-mode', () => {
  let client: SocketModeClient;
  beforeEach(() => {
    client = new SocketModeClient({
      appToken: APP_TOKEN,
      clientPingTimeout: 300,
      clientOptions: { slackApiUrl: slack.apiUrl },
      logLevel: 'error' as never,
    });
  });
  afterEach(async () => {
    await client.disconnect();
  });

  const texts: string[] = [];
  const listen = () => {
    texts.length = 0;
    client.on('message', ({ event, ack }: { event: { text: string }; ack: () => Promise<void> }) => {
      texts.push(event.text);
      void ack();
    });
  };

  it('connects, and acknowledges events', async () => {
    listen();
    await client.start();
    await say('hello');
    expect(await acked('message')).toMatchObject({ socket: expect.stringMatching(/^M/), attempt: 0 });
    expect(texts).toEqual(['hello']);
  });

  it('comes back after refresh_requested, a reset and a close', async () => {
    listen();
    await client.start();
    for (const fault of [
      { kind: 'disconnect', reason: 'refresh_requested', closeAfterMs: 0 },
      { kind: 'reset', app: slack.acme.app },
      { kind: 'close', app: slack.acme.app, code: 1001 },
    ] as const) {
      const after = await slack.control.lastSeq();
      await slack.control.fault(fault);
      const { seq } = await opened(after);
      await say(fault.kind);
      await acked('message', seq);
    }
    expect(texts).toEqual(expect.arrayContaining(['disconnect', 'reset', 'close']));
  });

  it('loses its connection by an answer of more than 20 KiB, and comes back', async () => {
    client.on('slash_commands', ({ ack }: { ack: (answer: object) => Promise<void> }) => {
      void ack({ text: 'x'.repeat(20_480) });
    });
    await slack.control.setClock({ mode: 'manual' });
    await client.start();
    const acting = slack.control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/stan' });
    const { seq } = await slack.control.waitForLog(({ kind, code }) => kind === 'socket_close' && code === 1009);
    await opened(seq);
    await slack.control.advance(3000);
    expect(await acting).toMatchObject({ acked: false });
  });

  it('gets an event again that it did not acknowledge', async () => {
    await slack.control.setClock({ mode: 'manual' });
    const retries: unknown[] = [];
    client.on('message', ({ ack, retry_num: number, retry_reason: reason }: Record<string, unknown>) => {
      retries.push([number, reason]);
      if (number === 1) void (ack as () => Promise<void>)();
    });
    await client.start();
    await say('hello');
    await slack.control.advance(3000);
    expect(await acked('message')).toMatchObject({ attempt: 1 });
    expect(retries).toEqual([
      [0, ''],
      [1, 'timeout'],
    ]);
  });
});

describe("@slack/bolt's SocketModeReceiver", () => {
  let bolt: App;
  beforeEach(() => {
    const clientOptions = { slackApiUrl: slack.apiUrl };
    const receiver = new SocketModeReceiver({
      appToken: APP_TOKEN,
      clientPingTimeout: 300,
      installerOptions: { clientOptions },
      logLevel: LogLevel.ERROR,
    });
    bolt = new App({ token: slack.acme.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  });
  afterEach(async () => {
    await bolt.stop();
  });

  it('hears a mention and answers', async () => {
    bolt.event('app_mention', async ({ say: answer }) => void (await answer('at your service')));
    await bolt.start();
    await say(`<@${slack.acme.botUserId}> are you there?`);
    await slack.control.waitForLog(({ method, ok }) => method === 'chat.postMessage' && ok === true);
    const [last] = await slack.control.messages({ team: 'Acme', channel: 'general', limit: 1 });
    expect(last).toMatchObject({ isBot: true, text: 'at your service' });
  });

  it('is told link_disabled when Socket Mode is switched off', async () => {
    await bolt.start();
    await slack.control.updateApp(slack.acme.app, { isSocketModeOn: false });
    await slack.control.waitForLog(({ kind, text = '' }) => kind === 'frame_out' && text.includes('link_disabled'));
    await slack.control.waitForLog(({ kind }) => kind === 'socket_close');
  });

  it('hears that it was uninstalled, on a socket that stays', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    bolt.event('app_uninstalled', async ({ body }) => resolve(body.team_id));
    bolt.event('tokens_revoked', async () => {});
    await bolt.start();
    await slack.control.fault({ kind: 'remove_app', team: 'Acme' });
    expect(await promise).toBe(slack.acme.team);
    expect(await slack.control.sockets()).toHaveLength(1);
  });
});
