/** Apps that know nothing but slack.com. */
import type { Scenario, Stage } from '../play.ts';
import { botOf, http, place, socket } from './app-kinds.ts';

export const redirectedScenarios: readonly Scenario[] = [
  {
    name: 'hubot',
    what: 'hubot, redirected from slack.com',
    packages: ['hubot', '@hubot-friends/hubot-slack'],
    run: [
      'node_modules/hubot/bin/Hubot.mjs',
      '-a',
      '@hubot-friends/hubot-slack',
      '-n',
      'demobot',
      '--disable-httpd',
      '-r',
      'apps/hubot',
    ],
    app: socket,
    isRedirected: true,
    steps: hubot,
  },
  {
    name: 'slackbots',
    what: 'slackbots (2015), redirected',
    packages: ['slackbots'],
    run: ['apps/slackbots.cjs'],
    app: {},
    isRedirected: true,
    steps: slackbots,
  },
  {
    name: 'slack',
    what: 'a script on the client `slack`, redirected',
    packages: ['slack'],
    run: ['apps/tiny-slack.cjs'],
    app: http,
    isRedirected: true,
  },
  {
    name: 'slack-edge',
    what: 'an edge app on fetch, redirected',
    packages: ['slack-edge'],
    run: ['apps/edge.mjs'],
    app: http,
    isRedirected: true,
    steps: edge,
  },
];

async function hubot({ control, step, posted }: Stage): Promise<void> {
  await step('hears a word', async () => {
    await control.say({ ...place, text: 'a badger' });
    await posted(({ text }) => text.includes('stinking badgers'));
  });
  await step('responds to its name', async () => {
    await control.say({ ...place, text: 'demobot ping' });
    await posted(({ text }) => text === 'PONG');
  });
}

async function slackbots({ control, step, posted }: Stage): Promise<void> {
  await step('answers on the socket', async () => {
    await control.say({ ...place, text: 'hello' });
    await posted(({ text }) => text === 'meow!');
  });
}

async function edge({ control, step, posted }: Stage): Promise<void> {
  await step('answers a mention', async () => {
    const bot = await botOf(control);
    await control.say({ ...place, text: `<@${bot}> hi` });
    await posted(({ text }) => text === 'You called?');
  });
  await step('answers a message', async () => {
    await control.say({ ...place, text: 'the edge' });
    await posted(({ text }) => text === 'of the world');
  });
  await step('answers a command in its ack', async () => {
    const { message } = await control.act({ kind: 'slash', ...place, command: '/hey' });
    if (message?.text !== 'Hey!') throw new Error(`answered ${message?.text}`);
  });
}
