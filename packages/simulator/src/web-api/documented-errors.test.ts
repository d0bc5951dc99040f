/** Calls every method with all sorts of arguments: whatever it refuses, it refuses with a code that Slack documents for it. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedSimulator, type Json } from '../../test/support/slack.ts';
import { documentedErrors } from './documented-errors.test-data.ts';
import { errorsOfAbsentMethods } from './methods/absent.test-data.ts';
import { webApiMethods } from './methods/registry.ts';

/** They end tokens, and with them everything else. */
const ENDING: ReadonlySet<string> = new Set(['auth.revoke', 'apps.uninstall', 'conversations.archive', 'api.test']);

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let tokens: string[];
let values: Record<string, readonly unknown[]>;
beforeAll(async () => {
  slack = await installedSimulator({
    teams: [{ name: 'Acme', channels: [{ name: 'rules', isReadOnly: true }, 'random'] }],
  });
  const app = await slack.control.addApp({ name: 'Modern', kind: 'granular' });
  const modern = await slack.control.install({ team: 'Acme', app: app.id });
  tokens = [slack.acme.botToken, slack.acme.userToken, modern.botToken, app.appLevelToken];
  const { channel, ts } = await slack.control.say({ team: 'Acme', channel: 'general', text: 'https://example.com' });
  const { channels, users } = await slack.control.team('Acme');
  values = argumentValues({
    channels: [channel, ...channels.map(({ id }) => id)],
    users: users.map(({ id }) => id),
    ts,
  });
});
afterAll(() => slack.stop());

/** What a careless caller may send, by argument; every argument may also be missing. */
function argumentValues({ channels, users, ts }: { channels: string[]; users: string[]; ts: string }) {
  const odd = ['', 'nonsense', -1, true, ['x'], {}, null];
  const lists = [[], [{ type: 'divider' }], [{ type: 'x' }], '[{"type":"header"}]', '{'];
  const someTs = [ts, ts, '1.000000', '0', ...odd];
  const someChannels = [...channels, ...channels, '#general', 'C0NOWHERE0', ...odd];
  return {
    channel: someChannels,
    channel_id: someChannels,
    user: [...users, 'U0NOBODY00', ...odd],
    users: [users.join(','), 'U0NOBODY00', ...odd],
    ts: someTs,
    timestamp: someTs,
    message_ts: someTs,
    thread_ts: someTs,
    oldest: someTs,
    latest: someTs,
    text: ['hello', 'x'.repeat(40_001), ...odd],
    markdown_text: ['**x**', 'x'.repeat(12_001), ...odd],
    name: ['eyes', 'general', 'new-channel', 'No Emoji!', 'x'.repeat(200), ...odd],
    blocks: lists,
    chunks: [...lists, [{ type: 'markdown_text', text: 'x' }]],
    attachments: lists,
    metadata: [{}, { event_type: 'x', event_payload: {} }, '{', ...odd],
    view: [
      {},
      { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] },
      { type: 'home', blocks: [] },
      ...odd,
    ],
    unfurls: [{}, { 'https://example.com': {} }, { 'https://a.example': 1 }, '{', ...odd],
    limit: [1, 2000, 'x', -1, 0],
    count: [1, 'x', -1],
    cursor: ['bmV4dDp4', ...odd],
    types: ['public_channel,im', 'x'],
    post_at: [0, 1e10, 'x'],
    status: ['active', ...odd],
    title: ['x', ...odd],
    username: ['Robo', ...odd],
    as_user: [true, false, 'x'],
    file: ['F0NOWHERE0', ...odd],
    filename: ['a.txt', ...odd],
    length: [10, 0, -1, 'x'],
    files: ['[]', '[{"id":"F0NOWHERE0"}]', ...odd],
    presence: ['away', 'x'],
    profile: ['{"status_text":"x"}', '{', ...odd],
    topic: ['x', 'x'.repeat(300), ...odd],
    purpose: ['x', 'x'.repeat(300), ...odd],
    email: ['ann@acme.example', 'x', ...odd],
    trigger_id: ['1.2.x', ...odd],
    unfurl_id: odd,
    source: ['composer', ...odd],
    scheduled_message_id: odd,
    prompts: [[{ title: 'a', message: 'b' }], [1], ...odd],
    loading_messages: [['x'], ...odd],
    recipient_user_id: [...users, ...odd],
    recipient_team_id: odd,
    event_context: odd,
    code: odd,
    client_id: ['1000.2000', ...odd],
    client_secret: odd,
    refresh_token: odd,
    grant_type: odd,
    bot: odd,
    team_id: odd,
  };
}

async function refusalOf(method: string, token: string | undefined, args: Json): Promise<string | undefined> {
  const response = await fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(args),
  });
  return ((await response.json()) as { error?: string }).error;
}

/** A call: which token, if any, and which value of each argument, if any. */
function aCall(): fc.Arbitrary<{ token: string | undefined; args: Json }> {
  const some = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, fc.constantFrom(...list)]));
  return fc.record({
    token: fc.constantFrom(undefined, ...tokens, ...tokens),
    args: fc.record(some, { requiredKeys: [] }),
  });
}

const tried = [...webApiMethods.keys()].filter((method) => !ENDING.has(method));

it.each(tried)('%s refuses with documented codes only', async (method) => {
  const documented = documentedErrors(method) ?? new Set();
  await fc.assert(
    fc.asyncProperty(aCall(), async ({ token, args }) => {
      const error = await refusalOf(method, token, args);
      expect(error === undefined || documented.has(error), `${method} answered ${error}`).toBe(true);
    }),
    { numRuns: 25 },
  );
});

it('knows the errors of every method that there is, and keeps none of them among the absent', () => {
  expect([...webApiMethods.keys()].filter((method) => !documentedErrors(method))).toEqual([]);
  expect([...webApiMethods.keys()].filter((method) => method in errorsOfAbsentMethods)).toEqual([]);
});
