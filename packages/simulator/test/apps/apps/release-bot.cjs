// semantic-release's Slack bot at the end of a release that went well, and of one that did not.
const bot = require('semantic-release-slack-bot');

const context = {
  logger: { log() {} },
  options: { repositoryUrl: 'https://example.com/acme/shop.git' },
  nextRelease: { version: '1.2.3', gitTag: 'v1.2.3', notes: '### Features\n* **cart:** it has *wheels*' },
  branch: { name: 'main' },
  errors: [{ message: 'no wheels', stack: 'no wheels' }],
  env: {},
};
const byToken = { slackToken: process.env.SLACK_BOT_TOKEN, slackChannel: '#general', packageName: 'shop' };
const byWebhook = { slackWebhook: process.env.SLACK_WEBHOOK_URL, packageName: 'shop' };
const both = { notifyOnSuccess: true, notifyOnFail: true, markdownReleaseNotes: true };

async function step(what, run) {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => undefined,
      (reason) => reason,
    );
  process.stdout.write(error ? `failed ${what}: ${error.message}\n` : `ok ${what}\n`);
}
(async () => {
  await step('its configuration', () => bot.verifyConditions({ ...both, ...byToken }, context));
  await step('a release, by token', () => bot.success({ ...both, ...byToken }, context));
  await step('a failure, by token', () => bot.fail({ ...both, ...byToken }, context));
  await step('a release, by webhook', () => bot.success({ ...both, ...byWebhook }, context));
  process.stdout.write('ready\n');
})();
