import { afterAll, beforeAll, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

let roles: Roles;
let say: (text: string, channel?: string, user?: string) => Promise<string>;
beforeAll(async () => {
  roles = await acmeRoles({ clock: { mode: 'manual', startMs: Date.parse('2026-03-02T12:00:00Z') } });
  say = async (text, channel = 'general', user = 'ann') =>
    (await roles.slack.control.say({ team: 'Acme', channel, user, text })).ts;
  await say('the old pudding');
  await roles.slack.control.advance(86_400_000);
  await say('pudding with "red sauce" please', 'random', 'bob');
  await say('no dessert today');
  const linked = await say('Pudding recipe https://pudding.example');
  await roles.bot.reactions.add({ channel: roles.general, timestamp: linked, name: 'eyes' });
  await roles.slack.control.addChannel('Acme', { name: 'secret', isPrivate: true, members: ['bob'] });
  await say('a secret pudding', 'secret', 'bob');
});
afterAll(() => roles.slack.stop());

const texts = async (query: string, client = roles.ann) =>
  (await client.search.messages({ query })).messages?.matches?.map(({ text }) => text);
const OLD = 'the old pudding';
const RED = 'pudding with "red sauce" please';
// Slack puts a bare link between angle brackets.
const LINKED = 'Pudding recipe <https://pudding.example>';
const SECRET = 'a secret pudding';

// The modifiers are those of Slack's help. (https://slack.com/help/articles/202528808)
it.each([
  ['pudding', [LINKED, RED, OLD]],
  ['PUDDING recipe', [LINKED]],
  ['"red sauce"', [RED]],
  ['pudding -recipe', [RED, OLD]],
  ['pudding in:random', [RED]],
  ['pudding in:#general', [LINKED, OLD]],
  ['pudding in:nowhere', []],
  ['pudding from:bob', [RED]],
  ['pudding from:me', [LINKED, OLD]],
  ['pudding before:2026-03-03', [OLD]],
  ['pudding after:2026-03-02', [LINKED, RED]],
  ['pudding on:2026-03-02', [OLD]],
  ['has:link', [LINKED]],
  ['has::eyes:', [LINKED]],
  ['pudding before:whenever', [LINKED, RED, OLD]],
])('search.messages finds %s', async (query, found) => {
  expect(await texts(query)).toEqual(found);
});

it('search.messages finds what the person may see, and no lines of Slack', async () => {
  expect(await texts('pudding', roles.bob)).toEqual([SECRET, LINKED, RED, OLD]);
  expect(await texts('has joined')).toEqual([]);
});

// The keys are those of the SDK's types. (@slack/web-api, SearchMessagesResponse)
it('search.messages pages, sorts and highlights', async () => {
  const { messages, query } = await roles.ann.search.messages({
    query: 'pudding',
    count: 2,
    page: 2,
    sort: 'timestamp',
    sort_dir: 'asc',
    highlight: true,
  });
  expect(query).toBe('pudding');
  expect(messages).toMatchObject({
    total: 3,
    paging: { count: 2, total: 3, page: 2, pages: 2 },
    pagination: { total_count: 3, page: 2, per_page: 2, page_count: 2, first: 3, last: 3 },
    matches: [
      {
        iid: expect.any(String),
        team: roles.slack.acme.team,
        channel: { id: roles.general, name: 'general', is_private: false },
        type: 'message',
        user: roles.annId,
        username: 'ann',
        ts: expect.any(String),
        text: '\uE000Pudding\uE001 recipe <https://\uE000pudding\uE001.example>',
        permalink: expect.stringContaining('/archives/'),
      },
    ],
  });
  const first = await roles.ann.search.messages({ query: 'pudding', count: 2, cursor: '*' });
  const cursor = first.response_metadata?.next_cursor ?? '';
  const rest = await roles.ann.search.messages({ query: 'pudding', count: 2, cursor });
  expect(rest.messages?.matches).toMatchObject([{ text: OLD }]);
  expect(rest.response_metadata?.next_cursor).toBe('');
});

it('search.files and search.all find files by their name', async () => {
  const file = { kind: 'share_file', team: 'Acme', channel: 'general', user: 'bob', name: 'pudding.txt' } as const;
  await roles.slack.control.act({ ...file, content: { text: 'x' } });
  expect((await roles.ann.search.files({ query: 'pudding' })).files).toMatchObject({
    total: 1,
    matches: [{ name: 'pudding.txt', user: roles.bobId }],
  });
  expect((await roles.ann.search.files({ query: 'pudding from:ann' })).files?.total).toBe(0);
  const all = await roles.ann.search.all({ query: 'pudding' });
  expect([all.messages?.total, all.files?.total]).toEqual([3, 1]);
});

it('search.messages refuses an empty query, and bots', async () => {
  expect(await refusal(roles.ann.search.messages({ query: '' }))).toBe('no_query');
  expect(await refusal(roles.bot.search.messages({ query: 'x' }))).toBe('not_allowed_token_type');
});
