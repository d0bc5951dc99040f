// A bot on the chat SDK with its Slack adapter, over Socket Mode-less HTTP: mentions, and the thread that follows.
import { createServer } from 'node:http';
import { createSlackAdapter } from '@chat-adapter/slack';
import { createMemoryState } from '@chat-adapter/state-memory';
import { Chat } from 'chat';

const slack = createSlackAdapter({
  apiUrl: process.env.SLACK_API_URL,
  botToken: process.env.SLACK_BOT_TOKEN,
  signingSecret: process.env.SLACK_SIGNING_SECRET,
});
const bot = new Chat({ userName: 'demobot', adapters: { slack }, state: createMemoryState(), logger: 'silent' });

bot.onNewMention(async (thread) => {
  await thread.subscribe();
  await thread.post('I am listening to this thread.');
});
bot.onSubscribedMessage(async (thread, message) => {
  await thread.post(`You said: ${message.text}`);
});

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, headers } = request;
  const web = new Request(`http://127.0.0.1${request.url}`, { method, headers, body: Buffer.concat(chunks) });
  const answer = await bot.webhooks.slack(web, { waitUntil: (work) => void work });
  response.writeHead(answer.status).end(await answer.text());
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
