/** Events of profiles and of metadata, as an app behind a request URL gets them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { call, connect, installedSimulator, type Json } from '../../test/support/slack.ts';

let app: AppServer;
let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  app = await AppServer.start();
  const metadata = ['posted', 'updated', 'deleted'].map((name) => `message_metadata_${name}`);
  const eventSubscriptions = ['user_change', 'user_profile_changed', 'user_status_changed', ...metadata];
  slack = await installedSimulator({ app: { requestUrl: app.url, eventSubscriptions } });
});
afterAll(async () => {
  await slack.stop();
  await app[Symbol.asyncDispose]();
});

const bot = (method: string, fields: Json) => {
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return call(slack, method, slack.acme.botToken, Object.fromEntries(texts) as Record<string, string>);
};
const ofType = (type: string) => (event: Json) => event.type === type;
const typesOf = () => app.events.map(({ type }) => type);

// The shapes are those of the pages of the events, and of slackapi/java-slack-sdk, json-logs/samples/events.
it('a profile is told as user_change and user_profile_changed, a status as user_status_changed besides', async () => {
  using socket = await connect(slack, slack.acme.botToken);
  await slack.control.act({ kind: 'change', team: 'Acme', user: 'bob', title: 'Builder' });
  expect(await app.event(ofType('user_profile_changed'))).toMatchObject({
    user: { name: 'bob', profile: { title: 'Builder' } },
    cache_ts: expect.any(Number),
    event_ts: expect.any(String),
  });
  await app.event(ofType('user_change'));
  expect(typesOf()).not.toContain('user_status_changed');
  await slack.control.act({
    kind: 'change',
    team: 'Acme',
    user: 'bob',
    statusText: 'Away',
    statusEmoji: ':palm_tree:',
  });
  expect(await app.event(ofType('user_status_changed'))).toMatchObject({ user: { profile: { status_text: 'Away' } } });
  expect(await socket.frame(ofType('user_profile_changed'))).toMatchObject({ user: { name: 'bob' } });
  app.arrived.length = 0;
  await slack.control.act({ kind: 'change', team: 'Acme', user: 'bob', isAdmin: true });
  await app.event(ofType('user_change'));
  await slack.control.act({ kind: 'change', team: 'Acme', user: 'bob', isAdmin: false });
  await app.until(() => app.events.length === 2);
  expect(typesOf()).toEqual(['user_change', 'user_change']);
});

it('metadata is told when it is posted, changed and deleted with its message', async () => {
  const first = { event_type: 'task_created', event_payload: { id: '1' } };
  const second = { ...first, event_payload: { id: '2' } };
  const { ts, channel } = await bot('chat.postMessage', { channel: '#general', text: 'x', metadata: first });
  const facts = {
    app_id: slack.acme.app,
    bot_id: slack.acme.botId,
    user_id: slack.acme.botUserId,
    team_id: slack.acme.team,
    channel_id: channel,
    message_ts: ts,
  };
  expect(await app.event(ofType('message_metadata_posted'))).toMatchObject({ ...facts, metadata: first });
  await bot('chat.update', { channel, ts, text: 'y', metadata: second });
  expect(await app.event(ofType('message_metadata_updated'))).toMatchObject({
    ...facts,
    previous_metadata: first,
    metadata: second,
  });
  await bot('chat.delete', { channel, ts });
  expect(await app.event(ofType('message_metadata_deleted'))).toMatchObject({
    ...facts,
    previous_metadata: second,
    deleted_ts: expect.any(String),
  });
});

it('a message without metadata tells of none', async () => {
  app.arrived.length = 0;
  const { ts, channel } = await bot('chat.postMessage', { channel: '#general', text: 'plain' });
  await bot('chat.update', { channel, ts, text: 'still plain' });
  const metadata = { event_type: 'last', event_payload: {} };
  await bot('chat.postMessage', { channel: '#general', text: 'x', metadata });
  await app.event(ofType('message_metadata_posted'));
  expect(typesOf()).toEqual(['message_metadata_posted']);
});
