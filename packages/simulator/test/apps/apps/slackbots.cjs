// A bot of 2015, on a library that knows nothing but slack.com.
const SlackBot = require('slackbots');

const bot = new SlackBot({ token: process.env.SLACK_BOT_TOKEN, name: 'demobot' });
bot.on('start', () => process.stdout.write('ready\n'));
bot.on('message', (event) => {
  if (event.type === 'message' && event.text === 'hello') bot.postMessage(event.channel, 'meow!', { as_user: true });
});
