// A script on the small client `slack`, which posts to slack.com.
const slack = require('slack');

const token = process.env.SLACK_BOT_TOKEN;
const step = (what, isOk) => process.stdout.write(`${isOk ? 'ok' : 'failed'} ${what}\n`);
(async () => {
  step('auth.test', (await slack.auth.test({ token })).user_id.startsWith('U'));
  step('chat.postMessage', (await slack.chat.postMessage({ token, channel: '#general', text: 'from tiny' })).ok);
  const { channels } = await slack.conversations.list({ token });
  step(
    'conversations.list',
    channels.some(({ name }) => name === 'general'),
  );
  const refused = await slack.chat.postMessage({ token, channel: 'C0NOWHERE', text: 'x' }).catch((error) => error);
  step('a refusal as an error', String(refused.message).includes('channel_not_found'));
  process.stdout.write('ready\n');
})();
