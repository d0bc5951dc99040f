// A script that walks through the Web API as apps use it. Prints a line for each call that gave what it should.
import { WebClient } from '@slack/web-api';

const client = new WebClient(process.env.SLACK_BOT_TOKEN, { slackApiUrl: process.env.SLACK_API_URL });
async function step(what, run) {
  try {
    const result = await run();
    process.stdout.write(result ? `ok ${what}\n` : `failed ${what}: not as expected\n`);
  } catch (error) {
    process.stdout.write(`failed ${what}: ${error.message}\n`);
  }
}

const { user_id: me } = await client.auth.test();
const { channels } = await client.conversations.list({ exclude_archived: true });
const { id: channel } = channels.find(({ name }) => name === 'general');
const { members } = await client.users.list({});
const { id: bob } = members.find(({ name }) => name === 'bob');
const { ts } = await client.chat.postMessage({ channel, text: 'one' });

await step('auth.test', () => me.startsWith('U'));
await step('conversations.info', async () => (await client.conversations.info({ channel })).channel.is_member);
await step('conversations.members', async () => (await client.conversations.members({ channel })).members.includes(me));
await step('conversations.open', async () =>
  (await client.conversations.open({ users: bob })).channel.id.startsWith('D'),
);
await step('users.info', async () => (await client.users.info({ user: bob })).user.profile.display_name !== undefined);
await step('users.conversations', async () => (await client.users.conversations({})).channels.length > 0);
await step('chat.update', async () => (await client.chat.update({ channel, ts, text: 'two' })).text === 'two');
await step('a thread', async () => {
  await client.chat.postMessage({ channel, thread_ts: ts, text: 'below' });
  return (await client.conversations.replies({ channel, ts })).messages.length === 2;
});
await step(
  'conversations.history',
  async () => (await client.conversations.history({ channel })).messages[0].ts === ts,
);
await step('chat.getPermalink', async () =>
  (await client.chat.getPermalink({ channel, message_ts: ts })).permalink.includes('/archives/'),
);
await step(
  'chat.postEphemeral',
  async () => (await client.chat.postEphemeral({ channel, user: bob, text: 'psst' })).message_ts,
);
await step('reactions', async () => {
  await client.reactions.add({ channel, timestamp: ts, name: 'wave' });
  return (await client.reactions.get({ channel, timestamp: ts })).message.reactions[0].count === 1;
});
await step('pins', async () => {
  await client.pins.add({ channel, timestamp: ts });
  return (await client.pins.list({ channel })).items.length === 1;
});
await step(
  'files.uploadV2',
  async () => (await client.filesUploadV2({ channel_id: channel, filename: 'a.txt', content: 'abc' })).ok,
);
await step('chat.scheduleMessage', async () => {
  const post_at = Math.floor(Date.now() / 1000) + 3600;
  const { scheduled_message_id } = await client.chat.scheduleMessage({ channel, post_at, text: 'later' });
  return (await client.chat.deleteScheduledMessage({ channel, scheduled_message_id })).ok;
});
await step('conversations.create, invite, setTopic, archive', async () => {
  const { channel: made } = await client.conversations.create({ name: 'incident-1' });
  await client.conversations.invite({ channel: made.id, users: bob });
  await client.conversations.setTopic({ channel: made.id, topic: 'fire' });
  return (await client.conversations.archive({ channel: made.id })).ok;
});
await step('pagination', async () => {
  let seen = 0;
  for await (const page of client.paginate('users.list', { limit: 1 })) seen += page.members.length;
  return seen === members.length;
});
await step('a refusal as an error', async () => {
  const error = await client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }).catch((refused) => refused);
  return error.data?.error === 'channel_not_found';
});
await step('chat.delete', async () => (await client.chat.delete({ channel, ts })).ts === ts);
process.stdout.write('ready\n');
