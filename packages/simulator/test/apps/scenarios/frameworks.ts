/** Bots on chat frameworks, tools of AI clients, and what a release says. */
import { eventually, type Scenario, type Stage } from '../play.ts';
import { acked, botOf, http, place } from './app-kinds.ts';

export const frameworkScenarios: readonly Scenario[] = [
  {
    name: 'chat-sdk',
    what: 'chat SDK with its Slack adapter',
    packages: ['chat', '@chat-adapter/slack'],
    run: ['apps/chat-sdk.mjs'],
    app: http,
    steps: chatSdk,
  },
  {
    name: 'vercel',
    what: "Bolt on Vercel's receiver",
    packages: ['@slack/bolt', '@vercel/slack-bolt'],
    run: ['apps/vercel.mjs'],
    app: http,
    steps: vercel,
  },
  {
    name: 'mcp-server',
    what: 'the MCP server for Slack, redirected',
    packages: ['@modelcontextprotocol/server-slack'],
    run: ['apps/mcp-server-slack.mjs'],
    app: { ...http, botScopes: [...http.botScopes, 'users.profile:read'] },
    isRedirected: true,
  },
  {
    name: 'release-bot',
    what: "semantic-release's Slack bot, redirected",
    packages: ['semantic-release-slack-bot'],
    run: ['apps/release-bot.cjs'],
    app: http,
    isRedirected: true,
    steps: releases,
  },
];

async function chatSdk({ control, step, posted }: Stage): Promise<void> {
  let threadTs = '';
  await step('answers a mention in a thread', async () => {
    const bot = await botOf(control);
    ({ ts: threadTs } = await control.say({ ...place, text: `<@${bot}> hi` }));
    await posted((one) => one.text.startsWith('I am listening') && one.threadTs === threadTs);
  });
  await step('follows the thread', async () => {
    await control.say({ ...place, text: 'and now?', threadTs });
    await posted((one) => one.text === 'You said: and now?' && one.threadTs === threadTs);
  });
}

async function vercel({ control, step, posted }: Stage): Promise<void> {
  await step('answers a message', async () => {
    await control.say({ ...place, text: 'hello' });
    await posted(({ text }) => text === 'Hello from the edge');
  });
  await step('answers a command', async () => {
    await acked(control.act({ kind: 'slash', ...place, command: '/echo', text: 'echoed' }));
    await eventually('the answer', async () => (await control.ephemerals(place)).find(({ text }) => text === 'echoed'));
  });
}

async function releases({ step, posted }: Stage): Promise<void> {
  await step('shows the release with its notes', () =>
    posted(
      ({ blocks }) => JSON.stringify(blocks ?? []).includes('*1.2.3*') && JSON.stringify(blocks).includes('wheels'),
    ),
  );
  await step('shows the failure', () => posted((message) => JSON.stringify(message).includes('no wheels')));
}
