// An app for edge runtimes on slack-edge: fetch in, fetch out, no express. It calls slack.com.
import { createServer } from 'node:http';
import { SlackApp } from 'slack-edge';

const { SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN } = process.env;
const app = new SlackApp({ env: { SLACK_SIGNING_SECRET, SLACK_BOT_TOKEN, SLACK_LOGGING_LEVEL: 'ERROR' } });

app.event('app_mention', async ({ context }) => {
  await context.say({ text: 'You called?' });
});
app.command('/hey', async () => 'Hey!');
app.message('edge', async ({ context }) => {
  await context.say({ text: 'of the world' });
});

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, headers } = request;
  const answer = await app.run(
    new Request(`http://127.0.0.1${request.url}`, { method, headers, body: Buffer.concat(chunks) }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
}).listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
