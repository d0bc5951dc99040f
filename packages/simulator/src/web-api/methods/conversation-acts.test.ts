import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles, scopedClient } from '../../../test/support/roles.ts';
import { connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeAll(async () => {
  acme = await acmeRoles();
});
afterAll(() => acme.slack.stop());

const created = async (name: string, isPrivate = false) => {
  const { channel } = await acme.bot.conversations.create({ name, is_private: isPrivate });
  return channel?.id ?? '';
};
const infoOf = async (channel: string) => (await acme.bot.conversations.info({ channel })).channel;
const linesOf = async (channel: string) => (await acme.bot.conversations.history({ channel })).messages ?? [];

describe('conversations.create', () => {
  it('makes a channel that is listed, announced, and has its maker in it', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const { channel } = await acme.bot.conversations.create({ name: 'plans' });
    expect(channel).toMatchObject({ name: 'plans', is_channel: true, creator: acme.slack.acme.botUserId });
    const { channels } = await acme.ann.conversations.list();
    expect(channels).toContainEqual(expect.objectContaining({ id: channel?.id, num_members: 1, is_member: false }));
    expect(await socket.frame(({ type }) => type === 'channel_created')).toMatchObject({ channel: { name: 'plans' } });
    expect(await socket.frame(({ type }) => type === 'channel_joined')).toMatchObject({ channel: { name: 'plans' } });
    expect(await linesOf(channel?.id ?? '')).toMatchObject([
      { subtype: 'channel_join', text: `<@${acme.slack.acme.botUserId}> has joined the channel` },
    ]);
  });

  it('keeps a private channel from everybody else', async () => {
    const channel = await created('secret', true);
    expect(await infoOf(channel)).toMatchObject({ is_private: true, is_group: true });
    expect(await refusal(acme.ann.conversations.info({ channel }))).toBe('channel_not_found');
    const { channels } = await acme.ann.conversations.list({ types: 'private_channel' });
    expect(channels).toEqual([]);
  });

  it.each([
    ['invalid_name_required', ''],
    ['invalid_name_required', '#'],
    ['invalid_name_maxlength', 'a'.repeat(81)],
    ['invalid_name_punctuation', '-_-'],
    ['invalid_name_specials', 'Plans'],
    ['invalid_name_specials', 'two words'],
    ['invalid_name_specials', 'a.b'],
    ['name_taken', 'general'],
  ])('refuses with %s the name "%s"', async (error, name) => {
    expect(await refusal(acme.bot.conversations.create({ name }))).toBe(error);
  });

  it.each([
    ['a'.repeat(80), 'a'.repeat(80)],
    [' #with-hash ', 'with-hash'],
    ['日本語_2', '日本語_2'],
    ['über-uns', 'über-uns'],
  ])('takes the name "%s" as "%s"', async (name, taken) => {
    expect((await acme.bot.conversations.create({ name })).channel?.name).toBe(taken);
  });

  it('refuses the name of an archived and of a private channel that the caller cannot see', async () => {
    await acme.bot.conversations.archive({ channel: await created('old') });
    await created('hidden', true);
    expect(await refusal(acme.ann.conversations.create({ name: 'old' }))).toBe('name_taken');
    expect(await refusal(acme.ann.conversations.create({ name: 'hidden' }))).toBe('name_taken');
  });

  it('needs the scope of the kind', async () => {
    const client = await scopedClient(acme.slack, ['channels:manage']);
    await client.conversations.create({ name: 'scoped' });
    const refused = client.conversations.create({ name: 'scoped-private', is_private: true });
    await expect(refused).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'groups:write' } });
  });
});

describe('conversations.rename', () => {
  it('shows the new name, remembers the old one, writes a line and tells sockets', async () => {
    const channel = await created('first-name');
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.rename({ channel, name: 'second-name' });
    expect(await infoOf(channel)).toMatchObject({ name: 'second-name', previous_names: ['first-name'] });
    expect(await linesOf(channel)).toMatchObject([
      { subtype: 'channel_name', old_name: 'first-name', name: 'second-name' },
      { subtype: 'channel_join' },
    ]);
    const frame = await socket.frame(({ type }) => type === 'channel_rename');
    expect(frame).toMatchObject({ channel: { id: channel, name: 'second-name', is_channel: true } });
    await acme.bot.conversations.create({ name: 'first-name' });
  });

  it('says group_rename to the members of a private channel', async () => {
    const channel = await created('private-name', true);
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.rename({ channel, name: 'other-private-name' });
    expect(await socket.frame(({ type }) => type === 'group_rename')).toMatchObject({ channel: { id: channel } });
  });

  it('is for the maker of the channel and for administrators', async () => {
    const channel = await created('renamed-by-others');
    await acme.bot.conversations.invite({ channel, users: `${acme.annId},${acme.bobId}` });
    expect(await refusal(acme.bob.conversations.rename({ channel, name: 'by-bob' }))).toBe('not_authorized');
    await acme.ann.conversations.rename({ channel, name: 'by-ann' });
    expect(await infoOf(channel)).toMatchObject({ name: 'by-ann' });
  });

  it('refuses names that are wrong or taken, and conversations that have none', async () => {
    const channel = await created('to-rename');
    expect(await refusal(acme.bot.conversations.rename({ channel, name: 'A B' }))).toBe('invalid_name_specials');
    expect(await refusal(acme.bot.conversations.rename({ channel, name: 'general' }))).toBe('name_taken');
    expect(await refusal(acme.bot.conversations.rename({ channel: 'C0NOWHERE', name: 'a' }))).toBe('channel_not_found');
    const im = await acme.bot.conversations.open({ users: acme.annId });
    const refused = acme.bot.conversations.rename({ channel: im.channel?.id ?? '', name: 'a' });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
  });
});

describe('conversations.setTopic and setPurpose', () => {
  it('are seen in conversations.info with who set them, as lines, and on sockets', async () => {
    const channel = await created('with-topic');
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.setTopic({ channel, topic: 'Tea & cake' });
    await acme.bot.conversations.setPurpose({ channel, purpose: 'Eating' });
    const creator = acme.slack.acme.botUserId;
    expect(await infoOf(channel)).toMatchObject({
      topic: { value: 'Tea & cake', creator },
      purpose: { value: 'Eating', creator },
    });
    expect(await linesOf(channel)).toMatchObject([
      { subtype: 'channel_purpose', purpose: 'Eating', text: `<@${creator}> set the channel description: Eating` },
      { subtype: 'channel_topic', topic: 'Tea & cake', text: `<@${creator}> set the channel topic: Tea & cake` },
      { subtype: 'channel_join' },
    ]);
    expect(await socket.frame(({ subtype }) => subtype === 'channel_topic')).toMatchObject({ channel });
  });

  it('are cleared by an empty value, and a topic of a private channel is a group_topic', async () => {
    const channel = await created('private-topic', true);
    await acme.bot.conversations.setTopic({ channel, topic: 'x' });
    await acme.bot.conversations.setTopic({ channel, topic: '' });
    expect(await infoOf(channel)).toMatchObject({ topic: { value: '', creator: '', last_set: 0 } });
    expect(await linesOf(channel)).toMatchObject([
      { subtype: 'group_topic', topic: '', text: expect.stringContaining('cleared the channel topic') },
      { subtype: 'group_topic', topic: 'x' },
      { subtype: 'channel_join' },
    ]);
  });

  it('are refused when too long, from outside, and where there is no topic', async () => {
    const channel = await created('short-topics');
    expect(await refusal(acme.bot.conversations.setTopic({ channel, topic: 'x'.repeat(251) }))).toBe('too_long');
    expect(await refusal(acme.ann.conversations.setPurpose({ channel, purpose: 'x' }))).toBe('not_in_channel');
    const im = await acme.bot.conversations.open({ users: acme.annId });
    const refused = acme.bot.conversations.setTopic({ channel: im.channel?.id ?? '', topic: 'x' });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
  });
});

describe('conversations.archive and unarchive', () => {
  it('close a channel to writers and open it again', async () => {
    const channel = await created('to-archive');
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    await acme.bot.conversations.archive({ channel });
    expect(await infoOf(channel)).toMatchObject({ is_archived: true });
    expect(await refusal(acme.bot.chat.postMessage({ channel, text: 'x' }))).toBe('is_archived');
    expect(await refusal(acme.bot.conversations.setTopic({ channel, topic: 'x' }))).toBe('is_archived');
    expect(await socket.frame(({ type }) => type === 'channel_archive')).toMatchObject({ channel });
    await acme.bot.conversations.unarchive({ channel });
    await acme.bot.chat.postMessage({ channel, text: 'back' });
    expect(await socket.frame(({ type }) => type === 'channel_unarchive')).toMatchObject({ channel });
    expect((await linesOf(channel)).map(({ subtype, text }) => subtype ?? text)).toEqual([
      'bot_message',
      'channel_unarchive',
      'channel_archive',
      'channel_join',
    ]);
  });

  it('are refused twice, from outside, for #general and for direct messages', async () => {
    const channel = await created('archived-once');
    expect(await refusal(acme.bot.conversations.unarchive({ channel }))).toBe('not_archived');
    expect(await refusal(acme.ann.conversations.archive({ channel }))).toBe('not_in_channel');
    await acme.bot.conversations.archive({ channel });
    expect(await refusal(acme.bot.conversations.archive({ channel }))).toBe('already_archived');
    expect(await refusal(acme.bot.conversations.archive({ channel: acme.general }))).toBe('cant_archive_general');
    const im = await acme.bot.conversations.open({ users: acme.annId });
    const refused = acme.bot.conversations.archive({ channel: im.channel?.id ?? '' });
    expect(await refusal(refused)).toBe('method_not_supported_for_channel_type');
  });
});
