/** The foreign apps, with the steps that a person goes with each. */

import { formFields, visit } from '../support/oauth-form.ts';
import { eventually, type Scenario, type Stage } from './play.ts';

const place = { team: 'Acme', channel: 'general' } as const;
const granular = { kind: 'granular' } as const;
const botScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:manage',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'incoming-webhook',
  'mpim:read',
  'pins:read',
  'pins:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
  'users:write',
  'channels:join',
  'groups:history',
  'mpim:history',
];
const eventSubscriptions = [
  'app_home_opened',
  'app_mention',
  'assistant_thread_context_changed',
  'assistant_thread_started',
  'message.channels',
  'message.im',
  'reaction_added',
  'member_joined_channel',
];
const http = { ...granular, botScopes, eventSubscriptions };
const socket = { ...http, isSocketModeOn: true };

export const scenarios: readonly Scenario[] = [
  {
    name: 'bolt-http',
    what: 'Bolt starter over HTTP',
    packages: ['@slack/bolt'],
    run: ['apps/starter.mjs'],
    app: http,
    steps: starter,
  },
  {
    name: 'bolt-socket',
    what: 'the same over Socket Mode',
    packages: ['@slack/bolt'],
    run: ['apps/starter.mjs'],
    app: socket,
    env: { TRANSPORT: 'socket' },
    steps: starter,
  },
  {
    name: 'assistant',
    what: 'Bolt assistant',
    packages: ['@slack/bolt'],
    run: ['apps/assistant.mjs'],
    app: socket,
    steps: assistant,
  },
  {
    name: 'oauth',
    what: 'an app that others install',
    packages: ['@slack/oauth'],
    run: ['apps/oauth.mjs'],
    app: http,
    steps: oauth,
  },
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
  {
    name: 'chat-sdk',
    what: 'chat SDK with its Slack adapter',
    packages: ['chat', '@chat-adapter/slack'],
    run: ['apps/chat-sdk.mjs'],
    app: http,
    steps: chatSdk,
  },
];

async function starter({ control, step, posted }: Stage): Promise<void> {
  await step('answers a message with a button', async () => {
    await control.say({ ...place, text: 'hello' });
    await posted(({ text, blocks }) => text.startsWith('Hey there') && JSON.stringify(blocks).includes('button_click'));
  });
  await step('hears the button', async () => {
    await acked(control.act({ kind: 'block_action', ...place, actionId: 'button_click' }));
    await posted(({ text }) => text.includes('clicked the button'));
  });
  await step('answers a command', async () => {
    await acked(control.act({ kind: 'slash', ...place, command: '/echo', text: 'echoed' }));
    await eventually('the answer', async () => (await control.ephemerals(place)).find(({ text }) => text === 'echoed'));
  });
  await step('opens a modal from a shortcut', async () => {
    await acked(control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'open_modal' }));
    await eventually('the modal', async () =>
      (await control.views({ team: 'Acme' })).find(({ type }) => type === 'modal'),
    );
  });
  await step('takes the modal', async () => {
    await acked(control.act({ kind: 'view_submit', team: 'Acme', values: { name: 'Stan' } }));
    await posted(({ text }) => text === 'Welcome Stan');
  });
  await step('publishes its home', async () => {
    await control.act({ kind: 'open_home', team: 'Acme' });
    await eventually('the home', async () =>
      (await control.views({ team: 'Acme' })).find(({ type }) => type === 'home'),
    );
  });
  await step('reacts to a reaction', async () => {
    const { ts } = await control.say({ ...place, text: 'react' });
    await control.act({ kind: 'react', ...place, ts, emoji: 'wave' });
    await eventually('the reaction', async () =>
      (await control.messages(place)).find(
        (one) => one.ts === ts && one.reactions?.some(({ name }) => name === 'tada'),
      ),
    );
  });
}

async function assistant({ control, step, posted }: Stage): Promise<void> {
  let threadTs = '';
  await step('greets in a new thread', async () => {
    const started = await control.changeTeam('Acme', { kind: 'assistant_thread', viewing: 'general' });
    threadTs = String(started.threadTs);
    await posted((one) => one.text === 'Hi, how can I help?' && one.threadTs === threadTs, { to: 'bot' });
  });
  await step('keeps the context that changes', async () => {
    await control.changeTeam('Acme', { kind: 'assistant_thread', threadTs, viewing: 'random' });
  });
  await step('answers a question in the thread', async () => {
    await control.say({ team: 'Acme', to: 'bot', text: 'Why?', threadTs });
    await posted((one) => one.text === 'You asked: Why?' && one.threadTs === threadTs, { to: 'bot' });
  });
}

async function oauth({ slack, appUrl, step, posted }: Stage): Promise<void> {
  let back: URL | undefined;
  let cookie = '';
  await step('leads to the page of Slack', async () => {
    const start = await fetch(`${appUrl}/install`);
    const link = /<a href="([^"]+)"/.exec(await start.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
    cookie = start.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await visit(link);
    const fields = formFields(page.html);
    fields.set('team', 'Acme');
    fields.set('decision', 'allow');
    const decided = await visit(`${slack.url}/oauth/v2/authorize`, { method: 'POST', body: fields });
    back = decided.location;
    if (!back?.searchParams.get('code')) throw new Error(`no code: ${decided.status}`);
  });
  await step('exchanges the code', async () => {
    const { status } = await visit(back?.href ?? '', { headers: { cookie } });
    if (status !== 200) throw new Error(`answered ${status}`);
  });
  await step('posts with the token', async () => {
    const { id } = await slack.control.team('Acme');
    await visit(`${appUrl}/post?team=${id}`);
    await posted(({ text }) => text === 'installed');
  });
}

async function webhook({ step, posted }: Stage): Promise<void> {
  await step('shows the alert with its attachment', () =>
    posted(({ text, attachments }) => text === 'disk full' && JSON.stringify(attachments).includes('on db-1')),
  );
}

async function rtm({ control, step, posted }: Stage): Promise<void> {
  await step('greets on the socket', async () => {
    await control.say({ ...place, text: 'hello' });
    await posted(({ text }) => text.startsWith('Hello, <@U'));
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
    const bot = (await control.installs('Acme'))[0]?.botUserId ?? '';
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

async function chatSdk({ control, step, posted }: Stage): Promise<void> {
  let threadTs = '';
  await step('answers a mention in a thread', async () => {
    const bot = (await control.installs('Acme'))[0]?.botUserId ?? '';
    ({ ts: threadTs } = await control.say({ ...place, text: `<@${bot}> hi` }));
    await posted((one) => one.text.startsWith('I am listening') && one.threadTs === threadTs);
  });
  await step('follows the thread', async () => {
    await control.say({ ...place, text: 'and now?', threadTs });
    await posted((one) => one.text === 'You said: and now?' && one.threadTs === threadTs);
  });
}

async function acked(acting: Promise<{ acked: boolean; failure?: string | undefined }>): Promise<void> {
  const { acked: isAcked, failure } = await acting;
  if (!isAcked) throw new Error(`not acked: ${failure}`);
}
