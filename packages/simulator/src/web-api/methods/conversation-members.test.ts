import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { call, connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
let channel: string;
let number = 0;
beforeAll(async () => {
  acme = await acmeRoles();
});
beforeEach(async () => {
  number += 1;
  channel = (await acme.bot.conversations.create({ name: `room-${number}` })).channel?.id ?? '';
});
afterAll(() => acme.slack.stop());

const membersOf = async (id = channel) => (await acme.bot.conversations.members({ channel: id })).members;
const linesOf = async (id = channel) => (await acme.bot.conversations.history({ channel: id })).messages ?? [];
const privateRoom = async () =>
  (await acme.bot.conversations.create({ name: `private-${number}`, is_private: true })).channel?.id ?? '';

describe('conversations.join', () => {
  it('makes a member, with a line and an event', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const joined = await acme.ann.conversations.join({ channel });
    expect(joined.channel).toMatchObject({ id: channel, is_member: true });
    expect(joined.warning).toBeUndefined();
    expect(await membersOf()).toEqual([acme.slack.acme.botUserId, acme.annId]);
    const frame = await socket.frame(({ type }) => type === 'member_joined_channel');
    expect(frame).toMatchObject({ user: acme.annId, channel, channel_type: 'C' });
    expect(await linesOf()).toMatchObject([{ subtype: 'channel_join', user: acme.annId }, { subtype: 'channel_join' }]);
  });

  it('warns who is in already', async () => {
    const again = await acme.bot.conversations.join({ channel });
    expect(again.warning).toContain('already_in_channel');
    expect(again.response_metadata).toMatchObject({ warnings: expect.arrayContaining(['already_in_channel']) });
    expect(await membersOf()).toHaveLength(1);
  });

  it('is refused for archived and private channels and for what is not there', async () => {
    const hidden = await privateRoom();
    expect(await refusal(acme.ann.conversations.join({ channel: hidden }))).toBe('channel_not_found');
    const refused = acme.bot.conversations.join({ channel: hidden });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
    await acme.bot.conversations.archive({ channel });
    expect(await refusal(acme.ann.conversations.join({ channel }))).toBe('is_archived');
    expect(await refusal(acme.ann.conversations.join({ channel: 'C0NOWHERE' }))).toBe('channel_not_found');
  });
});

describe('conversations.leave', () => {
  it('takes a member out, who then hears of it and of nothing else', async () => {
    await acme.ann.conversations.join({ channel });
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.leave({ channel });
    await acme.slack.control.say({ team: 'Acme', channel, text: 'unheard' });
    await acme.slack.control.say({ team: 'Acme', channel: 'general', text: 'heard' });
    await socket.frame(({ text }) => text === 'heard');
    expect(socket.frames.map(({ type, text }) => text ?? type)).toEqual([
      'hello',
      'member_left_channel',
      'channel_left',
      'heard',
    ]);
    expect((await acme.ann.conversations.members({ channel })).members).toEqual([acme.annId]);
    const { messages } = await acme.ann.conversations.history({ channel });
    expect(messages).toMatchObject([
      { text: 'unheard' },
      { subtype: 'channel_leave', user: acme.slack.acme.botUserId },
      {},
      {},
    ]);
  });

  it('of what one is not in says so without an error', async () => {
    expect(await acme.ann.conversations.leave({ channel })).toMatchObject({ ok: true, not_in_channel: true });
  });

  it('is refused for #general, for the last one in a private channel, when archived, and for direct messages', async () => {
    expect(await refusal(acme.bot.conversations.leave({ channel: acme.general }))).toBe('cant_leave_general');
    expect(await refusal(acme.bot.conversations.leave({ channel: await privateRoom() }))).toBe('last_member');
    const im = (await acme.bot.conversations.open({ users: acme.annId })).channel?.id ?? '';
    expect(await refusal(acme.bot.conversations.leave({ channel: im }))).toBe('method_not_supported_for_channel_type');
    await acme.bot.conversations.archive({ channel });
    expect(await refusal(acme.bot.conversations.leave({ channel }))).toBe('is_archived');
  });
});

describe('conversations.invite', () => {
  it('brings several people in, and the line says who invited them', async () => {
    const invited = await acme.bot.conversations.invite({ channel, users: `${acme.annId},${acme.bobId}` });
    expect(invited.channel).toMatchObject({ id: channel });
    expect(await membersOf()).toEqual([acme.slack.acme.botUserId, acme.annId, acme.bobId]);
    const inviter = acme.slack.acme.botUserId;
    expect(await linesOf()).toMatchObject([
      { subtype: 'channel_join', user: acme.bobId, inviter },
      { subtype: 'channel_join', user: acme.annId, inviter },
      { subtype: 'channel_join' },
    ]);
  });

  it('shows a private channel to who comes in', async () => {
    const hidden = await privateRoom();
    await acme.bot.conversations.invite({ channel: hidden, users: acme.annId });
    expect((await acme.ann.conversations.info({ channel: hidden })).channel).toMatchObject({ is_private: true });
  });

  it('invites nobody when one of them cannot come, and says who and why', async () => {
    const { botUserId, botToken } = acme.slack.acme;
    const users = `${acme.annId},${botUserId},U0NOBODY01`;
    expect(await call(acme.slack, 'conversations.invite', botToken, { channel, users })).toEqual({
      ok: false,
      error: 'cant_invite_self',
      errors: [
        { user: botUserId, ok: false, error: 'cant_invite_self' },
        { user: 'U0NOBODY01', ok: false, error: 'user_not_found' },
      ],
    });
    expect(await membersOf()).toEqual([botUserId]);
  });

  it('with force invites who can come', async () => {
    const invited = await acme.bot.conversations.invite({ channel, users: `${acme.annId},U0NOBODY01`, force: true });
    expect(invited).toMatchObject({ ok: true, errors: [{ user: 'U0NOBODY01', error: 'user_not_found' }] });
    expect(await membersOf()).toContain(acme.annId);
    const again = acme.bot.conversations.invite({ channel, users: acme.annId, force: true });
    expect(await refusal(again)).toBe('already_in_channel');
  });

  it('is refused from outside, without people, when archived, and for direct messages', async () => {
    expect(await refusal(acme.ann.conversations.invite({ channel, users: acme.bobId }))).toBe('not_in_channel');
    expect(await refusal(acme.bot.conversations.invite({ channel, users: '' }))).toBe('no_user');
    const im = (await acme.bot.conversations.open({ users: acme.annId })).channel?.id ?? '';
    const refused = acme.bot.conversations.invite({ channel: im, users: acme.bobId });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
    await acme.bot.conversations.archive({ channel });
    expect(await refusal(acme.bot.conversations.invite({ channel, users: acme.annId }))).toBe('is_archived');
  });
});

describe('conversations.kick', () => {
  it('takes somebody out of a channel, with a line', async () => {
    await acme.ann.conversations.join({ channel });
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.kick({ channel, user: acme.annId });
    expect(await membersOf()).not.toContain(acme.annId);
    expect((await linesOf())[0]).toMatchObject({ subtype: 'channel_leave', user: acme.annId });
    expect(await socket.frame(({ type }) => type === 'member_left_channel')).toMatchObject({ user: acme.annId });
  });

  it('is refused for oneself, for strangers, and in #general', async () => {
    const { botUserId } = acme.slack.acme;
    expect(await refusal(acme.bot.conversations.kick({ channel, user: botUserId }))).toBe('cant_kick_self');
    expect(await refusal(acme.bot.conversations.kick({ channel, user: 'U0NOBODY01' }))).toBe('user_not_found');
    expect(await refusal(acme.bot.conversations.kick({ channel, user: acme.annId }))).toBe('not_in_channel');
    const fromGeneral = acme.bot.conversations.kick({ channel: acme.general, user: acme.annId });
    expect(await refusal(fromGeneral)).toBe('cant_kick_from_general');
  });
});
