// A bot of 2017: RTM, a greeting, a typing indicator, an answer by Web API.
const { RTMClient } = require('@slack/rtm-api');
const { WebClient } = require('@slack/web-api');

const slackApiUrl = process.env.SLACK_API_URL;
const rtm = new RTMClient(process.env.SLACK_BOT_TOKEN, { slackApiUrl, logLevel: 'error' });
const web = new WebClient(process.env.SLACK_BOT_TOKEN, { slackApiUrl });

rtm.on('message', async (event) => {
  if (event.text === 'hello') {
    await rtm.sendTyping(event.channel);
    await rtm.sendMessage(`Hello, <@${event.user}>!`, event.channel);
  }
  if (event.text === 'attach') {
    await web.chat.postMessage({
      channel: event.channel,
      as_user: true,
      text: 'here',
      attachments: [{ text: 'green', color: 'good' }],
    });
  }
});
rtm.on('reaction_added', (event) => rtm.sendMessage(`saw ${event.reaction}`, event.item.channel));
rtm.start().then(() => process.stdout.write('ready\n'));
