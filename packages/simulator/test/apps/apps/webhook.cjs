// An alert from a script: an incoming webhook.
const { IncomingWebhook } = require('@slack/webhook');

const webhook = new IncomingWebhook(process.env.SLACK_WEBHOOK_URL);
webhook
  .send({ text: 'disk full', attachments: [{ color: 'danger', text: 'on db-1' }] })
  .then(({ text }) => process.stdout.write(`${text === 'ok' ? 'ok' : 'failed'} send\nready\n`));
