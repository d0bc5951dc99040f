/** Bots of the years before Bolt, on packages that are in a folder of their own. All know nothing but slack.com. */
import type { Scenario, Stage } from '../play.ts';
import { place } from './app-kinds.ts';

export const olderScenarios: readonly Scenario[] = [
  {
    name: 'hubot-slack',
    what: "hubot 3 with Slack's own adapter on RTM, redirected",
    older: ['hubot', 'hubot-slack'],
    run: [
      'older/node_modules/coffeescript/bin/coffee',
      'older/node_modules/hubot/bin/hubot',
      '-a',
      'slack',
      '-n',
      'demobot',
      '-d',
      '-r',
      'older/scripts',
    ],
    env: { HUBOT_LOG_LEVEL: 'error' },
    app: {},
    isRedirected: true,
    steps: hubot,
  },
];

async function hubot({ control, step, posted }: Stage): Promise<void> {
  await step('hears a word', async () => {
    await control.say({ ...place, text: 'a badger' });
    await posted(({ text }) => text.includes('no stinking badgers'));
  });
  await step('responds to its name', async () => {
    await control.say({ ...place, text: 'demobot ping' });
    await posted(({ text }) => text === 'PONG');
  });
  await step('hears a reaction', async () => {
    const { ts } = await control.say({ ...place, text: 'react' });
    await control.act({ kind: 'react', ...place, ts, emoji: 'eyes' });
    await posted(({ text }) => text === 'saw eyes added');
  });
  await step('hears who joins', async () => {
    await control.addUser('Acme', { name: 'carl' });
    await posted(({ text }) => text === 'welcome carl');
  });
}
