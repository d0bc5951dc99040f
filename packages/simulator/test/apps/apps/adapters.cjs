// An app of 2018: events and buttons by the two adapters that came before Bolt.
const { createServer } = require('node:http');
const { createEventAdapter } = require('@slack/events-api');
const { createMessageAdapter } = require('@slack/interactive-messages');
const { WebClient } = require('@slack/web-api');

const secret = process.env.SLACK_SIGNING_SECRET;
const events = createEventAdapter(secret);
const actions = createMessageAdapter(secret);
const web = new WebClient(process.env.SLACK_BOT_TOKEN, { slackApiUrl: process.env.SLACK_API_URL });

events.on('message', async (event) => {
  if (event.text !== 'menu') return;
  const button = { type: 'button', action_id: 'tea', text: { type: 'plain_text', text: 'Tea' } };
  await web.chat.postMessage({
    channel: event.channel,
    text: 'menu',
    blocks: [{ type: 'actions', elements: [button] }],
  });
});
actions.action({ actionId: 'tea' }, (payload, respond) => {
  respond({ text: 'Tea it is', replace_original: true });
});

const [onEvent, onAction] = [events.requestListener(), actions.requestListener()];
createServer((request, response) => (request.url === '/actions' ? onAction : onEvent)(request, response)).listen(
  Number(process.env.PORT),
  '127.0.0.1',
  () => process.stdout.write('ready\n'),
);
