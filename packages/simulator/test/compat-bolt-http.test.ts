/** @slack/bolt behind its HTTPReceiver, as its users have it; only the base URL is changed. */
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedSimulator } from './support/slack.ts';

const SECRET = '00112233445566778899aabbccddeeff';
const app = {
  kind: 'granular' as const,
  signingSecret: SECRET,
  botScopes: ['channels:history', 'app_mentions:read', 'chat:write', 'reactions:read', 'reactions:write', 'im:history'],
  eventSubscriptions: [
    'message.channels',
    'message.im',
    'app_mention',
    'reaction_added',
    'app_home_opened',
    'app_uninstalled',
    'tokens_revoked',
  ],
};

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let receiver: HTTPReceiver;
let bolt: App;
let url: string;
beforeEach(async () => {
  slack = await installedSimulator({ app, clock: { mode: 'manual' } });
  receiver = new HTTPReceiver({
    signingSecret: SECRET,
    signatureVerification: true,
    logLevel: LogLevel.ERROR,
    port: 0,
  });
  bolt = new App({
    token: slack.acme.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl },
    logLevel: LogLevel.ERROR,
  });
  // Bolt compares the stamp of a request with the machine's clock.
  await slack.control.setClock({ mode: 'system' });
  const server = await bolt.start(0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
});
afterEach(async () => {
  await bolt.stop();
  await slack.stop();
});

const connectApp = async () => {
  const { verification } = await slack.control.updateApp(slack.acme.app, { requestUrl: url });
  expect(verification).toMatchObject({ ok: true });
};
const isAcked = (event: string) => (record: { kind: string; event?: string | undefined; ok?: boolean | undefined }) =>
  record.kind === 'delivery' && record.event === event && record.ok === true;

describe('@slack/bolt over HTTP', () => {
  it('answers the challenge of a new request URL', connectApp);

  it('hears a mention, says something, and sees what people do', async () => {
    await connectApp();
    bolt.event('app_mention', async ({ event, say }) => void (await say(`hello <@${event.user}>`)));
    const { promise, resolve } = Promise.withResolvers<string>();
    bolt.event('reaction_added', async ({ event }) => resolve(event.reaction));
    bolt.message('direct', async ({ say }) => void (await say('directly, then')));
    await slack.control.say({ team: 'Acme', channel: 'general', user: 'ann', text: `<@${slack.acme.botUserId}> hi` });
    const said = await slack.control.waitForLog(({ method, ok }) => method === 'chat.postMessage' && ok === true);
    await slack.control.say({ team: 'Acme', to: 'bot', text: 'direct' });
    await slack.control.waitForLog(({ method, ok }) => method === 'chat.postMessage' && ok === true, {
      after: said.seq,
    });
    const [last] = await slack.control.messages({ team: 'Acme', to: 'bot', limit: 1 });
    expect(last).toMatchObject({ isBot: true, text: 'directly, then' });
    const [greeting] = await slack.control.messages({ team: 'Acme', channel: 'general', limit: 1 });
    const on = { team: 'Acme', channel: 'general', ts: greeting?.ts ?? '' };
    await slack.control.act({ ...on, kind: 'react', emoji: 'wave' });
    expect(await promise).toBe('wave');
  });

  it('tells a retry by its headers', async () => {
    await connectApp();
    const seen: unknown[] = [];
    bolt.event('app_mention', async ({ context }) => void seen.push([context.retryNum, context.retryReason]));
    await slack.control.setClock({ mode: 'manual' });
    await slack.control.fault({ kind: 'drop_ack', event: 'app_mention', count: 1 });
    await slack.control.say({ team: 'Acme', channel: 'general', text: `<@${slack.acme.botUserId}> hi` });
    await slack.control.waitForLog(({ kind }) => kind === 'delivery');
    await slack.control.advance(3000);
    await slack.control.waitForLog(isAcked('app_mention'));
    expect(seen).toEqual([
      [undefined, undefined],
      [1, 'http_timeout'],
    ]);
  });

  it('is turned away with a wrong secret, and the event comes again', async () => {
    const stranger = await slack.control.addApp({ ...app, name: 'Stranger', signingSecret: 'f'.repeat(32) });
    await slack.control.updateApp(stranger.id, { requestUrl: url, verify: false });
    await slack.control.install({ team: 'Acme', app: stranger.id });
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'hello' });
    const refused = await slack.control.waitForLog(({ kind, status }) => kind === 'delivery' && status === 401);
    expect(refused).toMatchObject({ ok: false, error: 'http_error', attempt: 0 });
  });

  it('is turned away once its secret is regenerated, and hears again when that is the one it knows', async () => {
    await connectApp();
    const heard: string[] = [];
    bolt.event('app_mention', async ({ event }) => void heard.push(event.text));
    const mention = (text: string) =>
      slack.control.say({ team: 'Acme', channel: 'general', text: `<@${slack.acme.botUserId}> ${text}` });
    const { app: changed } = await slack.control.updateApp(slack.acme.app, { signingSecret: null });
    expect(changed.signingSecret).toMatch(/^[0-9a-z]{32}$/);
    expect(changed.signingSecret).not.toBe(app.signingSecret);
    await mention('one');
    await slack.control.waitForLog(({ kind, status }) => kind === 'delivery' && status === 401);
    await slack.control.updateApp(slack.acme.app, { signingSecret: app.signingSecret });
    await mention('two');
    await slack.control.waitForLog(isAcked('app_mention'));
    expect(heard.filter((text) => text.endsWith('two'))).toHaveLength(1);
  });

  it('hears that it was uninstalled', async () => {
    await connectApp();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    bolt.event('app_uninstalled', async ({ body }) => resolve(body.team_id));
    bolt.event('tokens_revoked', async () => {});
    await bolt.client.auth.revoke();
    expect(await promise).toBe(slack.acme.team);
    await slack.control.waitForLog(isAcked('tokens_revoked'));
  });
});
