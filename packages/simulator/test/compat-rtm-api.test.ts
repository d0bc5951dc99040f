/** @slack/rtm-api as its users have it; only the base URL is changed. */
import { RTMClient } from '@slack/rtm-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogRecord } from '../src/index.ts';
import { installedSimulator } from './support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let client: RTMClient;
beforeEach(async () => {
  slack = await installedSimulator();
  client = new RTMClient(slack.acme.botToken, {
    slackApiUrl: slack.apiUrl,
    clientPingTimeout: 300,
    serverPongTimeout: 200,
    replyAckOnReconnectTimeout: 10,
    retryConfig: { retries: 0 },
  });
});
afterEach(async () => {
  await slack.stop();
});

const next = (event: string) => new Promise<Record<string, unknown>>((resolve) => client.once(event, resolve));

/** start() settles before the socket is open; `ready` comes after hello. */
const startReady = async () => {
  const ready = next('ready');
  const answer = await client.start();
  await ready;
  return answer;
};

/**
 * Version 7.0.4 keeps a hole for each acknowledged message, and throws on it out of a timer at the next disconnect.
 * Emptying the list is the test's doing; nothing of the simulator causes it.
 */
const forgetAcknowledged = () => Reflect.set(client, 'awaitingReplyList', []);

describe('@slack/rtm-api', () => {
  it('connects, hears a person, answers, and disconnects', async () => {
    client.on('message', ({ channel, text }: { channel: string; text: string }) => {
      void client.sendMessage(`you said ${text}`, channel);
    });
    expect(await startReady()).toMatchObject({
      ok: true,
      self: { id: slack.acme.botUserId },
      team: { name: 'Acme' },
    });
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'hello' });
    await slack.control.waitForLog(({ kind, text = '' }) => kind === 'frame_out' && text.includes('reply_to'));
    expect(await slack.control.messages({ team: 'Acme', channel: 'general' })).toMatchObject([
      { name: 'ann', text: 'hello' },
      { isBot: true, text: 'you said hello' },
    ]);
    forgetAcknowledged();
    await client.disconnect();
    expect(await slack.control.sockets()).toEqual([]);
  });

  it('gets typing, presence and errors', async () => {
    await startReady();
    const typing = next('user_typing');
    await slack.control.type({ team: 'Acme', channel: 'general' });
    const { user } = await typing;
    const presence = next('presence_change');
    await client.subscribePresence([String(user)]);
    expect(await presence).toMatchObject({ presence: 'active' });
    await expect(client.sendMessage('x', 'C0NOWHERE0')).rejects.toThrow('channel not found');
    forgetAcknowledged();
    await client.disconnect();
  });

  it('comes back after a close, a reset and a goodbye', async () => {
    await startReady();
    for (const kind of ['close', 'reset', 'goodbye'] as const) {
      const after = await slack.control.lastSeq();
      await slack.control.fault({ kind, team: 'Acme', ...(kind === 'goodbye' && { closeAfterMs: 5 }) });
      const isHello = ({ frame, kind: what }: LogRecord) => what === 'frame_out' && frame === 'hello';
      await slack.control.waitForLog(isHello, { after });
    }
    expect(await slack.control.log({ method: 'rtm.connect' })).toHaveLength(4);
    await client.disconnect();
  });

  it('notices a mute peer by its pings, and comes back when that socket ends', async () => {
    await startReady();
    await slack.control.fault({ kind: 'mute', team: 'Acme' });
    const after = await slack.control.lastSeq();
    await slack.control.waitForLog(({ frame }) => frame === 'ws:text', { after, what: 'a ping into the void' });
    await slack.control.waitForLog(({ frame }) => frame === 'ws:close', { after, what: 'that the client gave up' });
    // It waits half a minute for a close handshake that a mute peer never gives; the end of TCP ends that wait.
    await slack.control.fault({ kind: 'reset', team: 'Acme' });
    await slack.control.waitForLog(({ frame }) => frame === 'hello', { after });
    await client.disconnect();
  });

  it('stops with account_inactive when the integration was disabled', async () => {
    await startReady();
    const failed = next('unable_to_rtm_start');
    await slack.control.fault({ kind: 'disable_integration', team: 'Acme' });
    expect(await failed).toMatchObject({ message: expect.stringContaining('account_inactive') });
  });
});
