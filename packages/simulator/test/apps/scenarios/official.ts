/** Scripts and bots on Slack's other libraries, today's and those of 2017. */
import { eventually, type Scenario, type Stage } from '../play.ts';
import { acked, http, place } from './app-kinds.ts';

export const officialScenarios: readonly Scenario[] = [
  {
    name: 'web-api',
    what: 'a script through the Web API',
    packages: ['@slack/web-api'],
    run: ['apps/web-api.mjs'],
    app: http,
  },
  {
    name: 'webhook',
    what: 'an alert by incoming webhook',
    packages: ['@slack/webhook'],
    run: ['apps/webhook.cjs'],
    app: http,
    steps: webhook,
  },
  {
    name: 'rtm',
    what: 'a classic bot on RTM',
    packages: ['@slack/rtm-api'],
    run: ['apps/rtm.cjs'],
    app: {},
    steps: rtm,
  },
  {
    name: 'adapters',
    what: 'the adapters before Bolt',
    packages: ['@slack/events-api', '@slack/interactive-messages'],
    run: ['apps/adapters.cjs'],
    app: http,
    steps: adapters,
  },
];

async function webhook({ step, posted }: Stage): Promise<void> {
  await step('shows the alert with its attachment', () =>
    posted(({ text, attachments }) => text === 'disk full' && JSON.stringify(attachments).includes('on db-1')),
  );
}

async function rtm({ control, step, posted }: Stage): Promise<void> {
  // First of all: after it has written anything, @slack/rtm-api 7.0.4 falls over its own list of replies when it comes back.
  await step('comes back after a reset', async () => {
    const [before] = await control.sockets('Acme');
    await control.fault({ kind: 'reset', team: 'Acme' });
    await eventually('another socket', async () => (await control.sockets('Acme')).find(({ id }) => id !== before?.id));
    await control.say({ ...place, user: 'bob', text: 'hello' });
    const { id } = (await control.team('Acme')).users.find(({ name }) => name === 'bob') ?? {};
    await posted(({ text }) => text === `Hello, <@${id}>!`);
  });
  await step('greets on the socket', async () => {
    await control.say({ ...place, user: 'ann', text: 'hello' });
    const { id } = (await control.team('Acme')).users.find(({ name }) => name === 'ann') ?? {};
    await posted(({ text }) => text === `Hello, <@${id}>!`);
  });
  await step('posts an attachment', async () => {
    await control.say({ ...place, text: 'attach' });
    await posted(({ attachments }) => JSON.stringify(attachments ?? '').includes('green'));
  });
  await step('hears a reaction', async () => {
    const { ts } = await control.say({ ...place, text: 'react' });
    await control.act({ kind: 'react', ...place, ts, emoji: 'eyes' });
    await posted(({ text }) => text === 'saw eyes');
  });
}

async function adapters({ control, appUrl, step, posted }: Stage): Promise<void> {
  await step('verifies its request URL', async () => {
    const { verification } = await control.updateApp('A0SIMULATE', { requestUrl: `${appUrl}/slack/events` });
    if (!verification?.ok) throw new Error(verification?.error ?? 'not verified');
    await control.updateApp('A0SIMULATE', { interactivityUrl: `${appUrl}/actions` });
  });
  await step('answers an event with a button', async () => {
    await control.say({ ...place, text: 'menu' });
    await posted(({ text }) => text === 'menu');
  });
  await step('replaces the message by the response URL', async () => {
    await acked(control.act({ kind: 'block_action', ...place, actionId: 'tea' }));
    await posted(({ text }) => text === 'Tea it is');
  });
}
