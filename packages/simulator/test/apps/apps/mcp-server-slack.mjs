// The MCP server for Slack of the protocol's authors, as an AI client uses it. It knows nothing but slack.com.
import { connectTo, step } from './mcp-client.mjs';

const { SLACK_BOT_TOKEN, SLACK_TEAM_ID } = process.env;
const server = '../node_modules/@modelcontextprotocol/server-slack/dist/index.js';
const path = new URL(server, import.meta.url).pathname;
const { request, use } = await connectTo(process.execPath, [...process.execArgv, path], {
  SLACK_BOT_TOKEN,
  SLACK_TEAM_ID,
});
const json = async (name, input) => JSON.parse(await use(name, input));

await step('offers its tools', async () => (await request('tools/list', {})).tools.length >= 8);
const { channels } = await json('slack_list_channels');
const { id: channel_id } = channels.find(({ name }) => name === 'general');
const { members } = await json('slack_get_users');
const bob = members.find(({ name }) => name === 'bob');
const { ts } = await json('slack_post_message', { channel_id, text: 'from an agent' });
await step('lists channels and users', async () => channel_id !== undefined && bob !== undefined);
await step('posts', async () => ts !== undefined);
await step('answers in a thread', async () => {
  const { ok } = await json('slack_reply_to_thread', { channel_id, thread_ts: ts, text: 'an answer' });
  const { messages } = await json('slack_get_thread_replies', { channel_id, thread_ts: ts });
  return ok && messages.length === 2;
});
await step(
  'reacts',
  async () => (await json('slack_add_reaction', { channel_id, timestamp: ts, reaction: 'wave' })).ok,
);
await step('reads the history', async () => {
  const { messages } = await json('slack_get_channel_history', { channel_id, limit: 1 });
  return messages[0].reactions[0].name === 'wave';
});
await step('reads a profile', async () => {
  const { profile } = await json('slack_get_user_profile', { user_id: bob.id });
  return profile.real_name !== undefined;
});
process.stdout.write('ready\n');
