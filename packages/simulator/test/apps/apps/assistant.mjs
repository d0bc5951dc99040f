// The kind of app that Bolt's assistant template is: a greeting with prompts, a status, an answer in the thread.
import bolt from '@slack/bolt';

const { App, Assistant, LogLevel } = bolt;
const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});

app.assistant(
  new Assistant({
    threadStarted: async ({ say, setSuggestedPrompts, saveThreadContext }) => {
      await say('Hi, how can I help?');
      await saveThreadContext();
      await setSuggestedPrompts({ title: 'Try', prompts: [{ title: 'Weather', message: 'What is the weather?' }] });
    },
    threadContextChanged: async ({ saveThreadContext }) => {
      await saveThreadContext();
    },
    userMessage: async ({ message, say, setTitle, setStatus }) => {
      await setTitle(message.text);
      await setStatus('is thinking...');
      await say(`You asked: ${message.text}`);
    },
  }),
);

await app.start();
process.stdout.write('ready\n');
