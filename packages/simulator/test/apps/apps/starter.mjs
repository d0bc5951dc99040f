// The kind of app that Bolt's getting-started guide builds: messages, a button, a command, a modal, a home tab.
import bolt from '@slack/bolt';

const { App, LogLevel } = bolt;
const isSocket = process.env.TRANSPORT === 'socket';
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
  ...(isSocket
    ? { socketMode: true, appToken: process.env.SLACK_APP_TOKEN }
    : { signingSecret: process.env.SLACK_SIGNING_SECRET }),
});
const plain = (text) => ({ type: 'plain_text', text });

app.message('hello', async ({ message, say }) => {
  const text = `Hey there <@${message.user}>!`;
  const accessory = { type: 'button', text: plain('Click Me'), action_id: 'button_click' };
  await say({ text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text }, accessory }] });
});

app.action('button_click', async ({ body, ack, say }) => {
  await ack();
  await say(`<@${body.user.id}> clicked the button`);
});

app.command('/echo', async ({ command, ack, respond }) => {
  await ack();
  await respond(command.text);
});

app.shortcut('open_modal', async ({ ack, shortcut, client }) => {
  await ack();
  const element = { type: 'plain_text_input', action_id: 'name' };
  const blocks = [{ type: 'input', block_id: 'who', label: plain('Name'), element }];
  const view = { type: 'modal', callback_id: 'named', title: plain('Who?'), submit: plain('OK'), blocks };
  await client.views.open({ trigger_id: shortcut.trigger_id, view });
});

app.view('named', async ({ ack, view, client }) => {
  await ack();
  await client.chat.postMessage({ channel: '#general', text: `Welcome ${view.state.values.who.name.value}` });
});

app.event('app_home_opened', async ({ event, client }) => {
  const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'Welcome home' } }];
  await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
});

app.event('reaction_added', async ({ event, client }) => {
  await client.reactions.add({ channel: event.item.channel, timestamp: event.item.ts, name: 'tada' });
});

await app.start(Number(process.env.PORT));
process.stdout.write('ready\n');
