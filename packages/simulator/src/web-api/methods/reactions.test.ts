import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let ann: WebClient;
let annId: string;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  ann = clientOf(slack, slack.acme.userToken);
  annId = slack.acme.installerId;
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

const post = async (text: string) => (await bot.chat.postMessage({ channel, text })).ts ?? '';
const reactions = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0]?.reactions;

describe('reactions.add and reactions.remove', () => {
  it('show who reacted in the history, in reactions.get and on sockets', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const said = await slack.control.say({ team: 'Acme', channel: 'general', user: 'bob', text: 'react' });
    const timestamp = said.ts;
    await bot.reactions.add({ channel, timestamp, name: 'thumbsup' });
    await ann.reactions.add({ channel, timestamp, name: '+1' });
    await ann.reactions.add({ channel, timestamp, name: 'wave::skin-tone-2' });
    expect(await reactions()).toEqual([
      { name: '+1', users: [slack.acme.botUserId, annId], count: 2 },
      { name: 'wave::skin-tone-2', users: [annId], count: 1 },
    ]);
    const event = { user: annId, reaction: '+1', item: { type: 'message', channel, ts: timestamp } };
    const added = await socket.frame(({ type, user }) => type === 'reaction_added' && user === annId);
    expect(added).toMatchObject({ ...event, item_user: said.author, event_ts: expect.any(String) });
    await ann.reactions.remove({ channel, timestamp, name: '+1' });
    expect(await socket.frame(({ type }) => type === 'reaction_removed')).toMatchObject(event);
    const got = await bot.reactions.get({ channel, timestamp });
    expect(got).toMatchObject({
      type: 'message',
      channel,
      message: {
        text: 'react',
        permalink: expect.stringContaining('/archives/'),
        reactions: [{ name: '+1', count: 1 }, {}],
      },
    });
    await bot.reactions.remove({ channel, timestamp, name: '+1' });
    await ann.reactions.remove({ channel, timestamp, name: 'wave::skin-tone-2' });
    expect(await reactions()).toBeUndefined();
  });

  it.each([
    ['already_reacted', { name: 'eyes' }],
    ['invalid_name', { name: 'No Emoji' }],
    ['invalid_name', { name: 'no_such_emoji' }],
    ['invalid_name', { name: 'eyes::skin-tone-7' }],
    ['invalid_arguments', {}],
    ['bad_timestamp', { name: 'tada', timestamp: 'now' }],
    ['message_not_found', { name: 'tada', timestamp: '1.000000' }],
    ['no_item_specified', { name: 'tada', timestamp: '' }],
    ['channel_not_found', { name: 'tada', channel: 'C0NOWHERE0' }],
  ])('reactions.add refuses with %s', async (error, fields) => {
    const timestamp = await post('x');
    await bot.reactions.add({ channel, timestamp, name: 'eyes' });
    expect(await refusal(bot.apiCall('reactions.add', { channel, timestamp, ...fields }))).toBe(error);
  });

  it('take at most 23 emoji of one person', async () => {
    const timestamp = await post('many');
    for (let index = 0; index < 23; index++) {
      const name = `emoji_${index}`;
      await slack.control.changeTeam('Acme', {
        kind: 'emoji',
        name,
        value: 'https://x.example/e',
      });
      await bot.reactions.add({ channel, timestamp, name });
    }
    expect(await refusal(bot.reactions.add({ channel, timestamp, name: 'tada' }))).toBe('too_many_reactions');
    expect(await refusal(bot.reactions.remove({ channel, timestamp, name: 'tada' }))).toBe('no_reaction');
  });
});

describe('reactions.list', () => {
  it('gives what somebody reacted to, newest first, page by page', async () => {
    const first = await post('one');
    const second = await post('two');
    for (const timestamp of [first, second]) await ann.reactions.add({ channel, timestamp, name: 'tada' });
    const page = await bot.reactions.list({ user: annId, limit: 1 });
    expect(page).toMatchObject({
      items: [{ type: 'message', channel, message: { ts: second } }],
      paging: { total: 2 },
    });
    const cursor = page.response_metadata?.next_cursor ?? '';
    const rest = await bot.reactions.list({ user: annId, limit: 1, cursor });
    expect(rest.items).toMatchObject([{ message: { ts: first, reactions: [{ name: 'tada', users: [annId] }] } }]);
    expect(rest.response_metadata?.next_cursor).toBe('');
    expect(await refusal(bot.reactions.list({ user: 'U0NOBODY00' }))).toBe('user_not_found');
  });
});
