import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeEach(async () => {
  acme = await acmeRoles();
});
afterEach(() => acme.slack.stop());

const imInfo = async (channel: string) => (await acme.bot.conversations.info({ channel })).channel;
const openIm = async () => (await acme.bot.conversations.open({ users: acme.annId })).channel?.id ?? '';

describe('conversations.open', () => {
  it('makes a direct message that both find and that sockets hear of', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const opened = await acme.bot.conversations.open({ users: acme.annId });
    expect(opened).toEqual(expect.objectContaining({ ok: true, channel: { id: expect.stringMatching(/^D/) } }));
    const { channels } = await acme.ann.conversations.list({ types: 'im' });
    expect(channels).toMatchObject([{ id: opened.channel?.id, user: acme.slack.acme.botUserId }]);
    expect(await socket.frame(({ type }) => type === 'im_created')).toMatchObject({ user: acme.annId });
    expect(await socket.frame(({ type }) => type === 'im_open')).toMatchObject({ channel: opened.channel?.id });
  });

  it('finds the one that is there, with every fact when return_im is set', async () => {
    const channel = await openIm();
    const again = await acme.bot.conversations.open({ users: acme.annId, return_im: true });
    expect(again).toMatchObject({ no_op: true, already_open: true, channel: { id: channel, user: acme.annId } });
    expect(await acme.bot.conversations.open({ channel })).toMatchObject({
      already_open: true,
      channel: { id: channel },
    });
  });

  it('of several people is a conversation of its own', async () => {
    const users = `${acme.annId},${acme.bobId}`;
    const { channel } = await acme.bot.conversations.open({ users });
    expect(channel).toMatchObject({ is_mpim: true, name: 'mpdm-demobot--ann--bob-1' });
    expect((await acme.bob.conversations.members({ channel: channel?.id ?? '' })).members).toHaveLength(3);
  });

  it('makes nothing with prevent_creation', async () => {
    const asked = { users: acme.annId, prevent_creation: true };
    expect(await refusal(acme.bot.conversations.open(asked))).toBe('channel_not_found');
    const channel = await openIm();
    expect((await acme.bot.conversations.open(asked)).channel?.id).toBe(channel);
  });

  it.each([
    ['users_list_not_supplied', {}],
    ['user_not_found', { users: 'U0NOBODY01' }],
    ['too_many_users', { users: 'U1,U2,U3,U4,U5,U6,U7,U8,U9' }],
    ['channel_not_found', { channel: 'D0NOWHERE' }],
  ])('is refused with %s', async (error, args) => {
    expect(await refusal(acme.bot.apiCall('conversations.open', args))).toBe(error);
  });

  it('is refused for channels and for people who are gone', async () => {
    const refused = acme.bot.conversations.open({ channel: acme.general });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
    await acme.slack.control.act({ team: 'Acme', user: 'bob', kind: 'change', isDeleted: true });
    expect(await refusal(acme.bot.conversations.open({ users: acme.bobId }))).toBe('user_disabled');
  });
});

describe('conversations.close', () => {
  it('takes a direct message out of sight until it is opened again', async () => {
    const channel = await openIm();
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.close({ channel });
    expect(await imInfo(channel)).toMatchObject({ is_open: false });
    expect(await socket.frame(({ type }) => type === 'im_close')).toMatchObject({ channel });
    expect(await acme.bot.conversations.close({ channel })).toMatchObject({ no_op: true, already_closed: true });
    const reopened = await acme.bot.conversations.open({ channel });
    expect(reopened.already_open).toBeUndefined();
    expect(await imInfo(channel)).toMatchObject({ is_open: true });
  });

  it('ends with the next message', async () => {
    const channel = await openIm();
    await acme.bot.conversations.close({ channel });
    await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'still there?' });
    expect(await imInfo(channel)).toMatchObject({ is_open: true });
  });

  it('is refused for channels', async () => {
    const refused = acme.bot.conversations.close({ channel: acme.general });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
  });
});

describe('conversations.mark', () => {
  it('moves last_read, counts what is unread, and tells the own sockets', async () => {
    const channel = await openIm();
    const first = await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'one' });
    await acme.slack.control.say({ team: 'Acme', to: 'bot', text: 'two' });
    expect(await imInfo(channel)).toMatchObject({ unread_count: 2 });
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.mark({ channel, ts: first.ts });
    expect(await imInfo(channel)).toMatchObject({ last_read: first.ts, unread_count: 1 });
    expect(await socket.frame(({ type }) => type === 'im_marked')).toMatchObject({ channel, ts: first.ts });
  });

  it('is kept per person', async () => {
    const { ts } = await acme.slack.control.say({ team: 'Acme', channel: 'general', text: 'hi' });
    await acme.bot.conversations.mark({ channel: acme.general, ts });
    expect(await imInfo(acme.general)).toMatchObject({ last_read: ts });
    const { channel } = await acme.ann.conversations.info({ channel: acme.general });
    expect(channel).toMatchObject({ last_read: '0000000000.000000' });
  });

  it('is refused without a timestamp and from outside', async () => {
    const withoutTs = acme.bot.apiCall('conversations.mark', { channel: acme.general });
    expect(await refusal(withoutTs)).toBe('invalid_arguments');
    expect(await refusal(acme.bot.conversations.mark({ channel: acme.random, ts: '1.2' }))).toBe('not_in_channel');
  });
});
