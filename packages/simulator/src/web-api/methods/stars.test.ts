import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

let roles: Roles;
beforeAll(async () => {
  roles = await acmeRoles();
});
afterAll(() => roles.slack.stop());

const say = (text: string) => roles.slack.control.say({ team: 'Acme', channel: 'general', text });

describe('stars', () => {
  it('are kept for their owner alone, whose apps and sockets hear of them', async () => {
    await using app = await AppServer.start();
    const { ann, bob, annId, slack } = roles;
    const subscribed = { requestUrl: app.url, eventSubscriptions: ['star_added', 'star_removed'] };
    const { id } = await slack.control.addApp({ kind: 'granular', botScopes: ['chat:write'], ...subscribed });
    for (const user of ['ann', 'bob']) {
      await slack.control.install({ team: 'Acme', app: id, user, userScopes: user === 'ann' ? ['stars:read'] : [] });
    }
    const { channel, ts: timestamp } = await say('keep');
    const message = expect.objectContaining({
      ts: timestamp,
      text: 'keep',
      is_starred: true,
      permalink: expect.any(String),
    });
    const item = { type: 'message', channel, message, date_create: expect.any(Number) };
    const gone = { ...item, message: expect.not.objectContaining({ is_starred: true }) };
    await bob.stars.add({ channel, timestamp });
    await ann.stars.add({ channel, timestamp });
    expect(await refusal(ann.stars.add({ channel, timestamp }))).toBe('already_starred');
    expect((await ann.stars.list({})).items).toEqual([item]);
    await ann.stars.remove({ channel, timestamp });
    expect(await refusal(ann.stars.remove({ channel, timestamp }))).toBe('not_starred');
    expect((await ann.stars.list({})).items).toEqual([]);
    expect((await bob.stars.list({})).items).toEqual([item]);
    await app.event(({ type }) => type === 'star_removed');
    // Bob gave the app no token that reads stars, so nothing of his is here.
    const told = { user: annId, event_ts: expect.any(String) };
    expect(app.events).toEqual([
      { type: 'star_added', ...told, item },
      { type: 'star_removed', ...told, item: gone },
    ]);
  });

  it('may be of a conversation', async () => {
    const { ann, general: channel } = roles;
    await ann.stars.add({ channel });
    expect((await ann.stars.list({})).items).toEqual([{ type: 'channel', channel, date_create: expect.any(Number) }]);
    await ann.stars.remove({ channel });
  });

  it('are listed page by page, newest first, without those of messages that are gone', async () => {
    const { ann, bot } = roles;
    const { channel } = await say('x');
    const posted: string[] = [];
    for (const text of ['one', 'two', 'three']) posted.push((await bot.chat.postMessage({ channel, text })).ts ?? '');
    for (const timestamp of posted) await ann.stars.add({ channel, timestamp });
    await bot.chat.delete({ channel, ts: posted[1] ?? '' });
    const first = await ann.stars.list({ limit: 1 });
    expect(first).toMatchObject({ items: [{ message: { text: 'three' } }], paging: { total: 2 } });
    const cursor = first.response_metadata?.next_cursor ?? '';
    expect((await ann.stars.list({ limit: 1, cursor })).items).toMatchObject([{ message: { text: 'one' } }]);
  });

  it('need an item that the person sees, and a person', async () => {
    const { ann, bot } = roles;
    expect(await refusal(ann.apiCall('stars.add', {}))).toBe('no_item_specified');
    expect(await refusal(ann.stars.add({ channel: 'C0NOWHERE0' }))).toBe('channel_not_found');
    const { channel } = await say('x');
    expect(await refusal(ann.stars.add({ channel, timestamp: '1.000000' }))).toBe('message_not_found');
    expect(await refusal(bot.stars.list({}))).toBe('not_allowed_token_type');
  });
});
