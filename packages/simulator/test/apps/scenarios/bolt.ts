/** Apps on Bolt and its OAuth, as Slack's guides build them. */
import { formFields, visit } from '../../support/oauth-form.ts';
import { eventually, type Scenario, type Stage } from '../play.ts';
import { acked, http, place, socket } from './app-kinds.ts';

export const boltScenarios: readonly Scenario[] = [
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
