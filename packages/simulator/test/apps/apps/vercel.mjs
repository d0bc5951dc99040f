// Bolt on Vercel's receiver: requests and answers of fetch, no server of its own.
import { createServer } from 'node:http';
import bolt from '@slack/bolt';
import { createHandler, VercelReceiver } from '@vercel/slack-bolt';

const { App, LogLevel } = bolt;
const receiver = new VercelReceiver({ signingSecret: process.env.SLACK_SIGNING_SECRET, logLevel: LogLevel.ERROR });
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  receiver,
  deferInitialization: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});
app.message('hello', async ({ say }) => {
  await say('Hello from the edge');
});
app.command('/echo', async ({ command, ack, respond }) => {
  await ack();
  await respond(command.text);
});

const handle = createHandler(app, receiver);
createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, headers } = request;
  const answer = await handle(
    new Request(`http://127.0.0.1${request.url}`, { method, headers, body: Buffer.concat(chunks) }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
