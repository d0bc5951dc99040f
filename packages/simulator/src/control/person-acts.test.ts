import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../test/support/roles.ts';
import { connect, type RawSocket } from '../../test/support/slack.ts';
import { FILE_LIMIT_BYTES } from '../workspace/file-store.ts';

let acme: Roles;
let socket: RawSocket;
beforeAll(async () => {
  acme = await acmeRoles();
  socket = await connect(acme.slack, acme.slack.acme.botToken);
});
afterAll(() => acme.slack.stop());

const team = 'Acme';
const infoOf = async (channel: string) => (await acme.ann.conversations.info({ channel })).channel;
const newest = async () => (await acme.bot.conversations.history({ channel: acme.general, limit: 1 })).messages?.[0];

describe('a person', () => {
  it('joins a channel and leaves it', async () => {
    const { id } = await acme.slack.control.addChannel(team, { name: 'lobby', members: ['ann'] });
    await acme.slack.control.invite(team, 'lobby', { user: 'bot', by: 'ann' });
    await acme.slack.control.act({ team, user: 'bob', kind: 'join', channel: 'lobby' });
    const joined = await socket.frame(({ type, user }) => type === 'member_joined_channel' && user === acme.bobId);
    expect(joined).toMatchObject({ channel: id });
    expect((await acme.bot.conversations.members({ channel: id })).members).toContain(acme.bobId);
    await acme.slack.control.act({ team, user: 'bob', kind: 'leave', channel: 'lobby' });
    const left = await socket.frame(({ type, user }) => type === 'member_left_channel' && user === acme.bobId);
    expect(left).toMatchObject({ channel: id });
    expect((await acme.bot.conversations.members({ channel: id })).members).not.toContain(acme.bobId);
  });

  it('takes the bot out of a channel', async () => {
    await acme.slack.control.invite(team, 'random', { user: 'bot' });
    await acme.slack.control.act({ team, kind: 'kick', channel: 'random', member: 'bot' });
    const left = await socket.frame(({ type, channel }) => type === 'channel_left' && channel === acme.random);
    expect(left).toMatchObject({ actor_id: acme.annId });
    expect((await acme.bot.users.conversations({})).channels?.map(({ id }) => id)).not.toContain(acme.random);
  });

  it('renames a channel, gives it a topic and a purpose, archives it and takes that back', async () => {
    const { id } = await acme.slack.control.addChannel(team, { name: 'before' });
    await acme.slack.control.act({ team, kind: 'rename_channel', channel: id, name: 'after' });
    await acme.slack.control.act({ team, kind: 'set_topic', channel: id, topic: 'T' });
    await acme.slack.control.act({ team, kind: 'set_purpose', channel: id, purpose: 'P' });
    await acme.slack.control.act({ team, kind: 'archive', channel: id });
    expect(await infoOf(id)).toMatchObject({
      name: 'after',
      topic: { value: 'T', creator: acme.annId },
      purpose: { value: 'P' },
      is_archived: true,
    });
    await acme.slack.control.act({ team, kind: 'unarchive', channel: id });
    expect(await infoOf(id)).toMatchObject({ is_archived: false });
    await socket.frame(({ type, channel }) => type === 'channel_unarchive' && channel === id);
  });

  it('edits, reacts to and deletes a message', async () => {
    const { ts } = await acme.slack.control.say({ team, channel: 'general', text: 'tpyo' });
    await acme.slack.control.act({ team, kind: 'edit', channel: 'general', ts, text: 'typo' });
    await acme.slack.control.act({ team, user: 'bob', kind: 'react', channel: 'general', ts, emoji: 'eyes' });
    const edited = { text: 'typo', edited: { user: acme.annId }, reactions: [{ name: 'eyes', users: [acme.bobId] }] };
    expect(await newest()).toMatchObject(edited);
    await acme.slack.control.act({ team, user: 'bob', kind: 'unreact', channel: 'general', ts, emoji: 'eyes' });
    expect(await newest()).not.toHaveProperty('reactions');
    await acme.slack.control.act({ team, kind: 'delete', channel: 'general', ts });
    await socket.frame(({ subtype, deleted_ts: gone }) => subtype === 'message_deleted' && gone === ts);
    expect((await newest())?.ts).not.toBe(ts);
  });

  it('shares a file that the bot may download', async () => {
    const content = { base64: Buffer.from([1, 2, 3]).toString('base64') };
    const asked = {
      team,
      user: 'bob',
      kind: 'share_file',
      to: 'bot',
      name: 'x.bin',
      content,
      comment: 'here',
    } as const;
    const shared = await acme.slack.control.act(asked);
    const frame = await socket.frame(({ type, file_id: id }) => type === 'file_shared' && id === shared.file);
    expect(frame).toMatchObject({ user_id: acme.bobId, channel_id: shared.channel });
    const { file } = await acme.bot.files.info({ file: shared.file ?? '' });
    const headers = { authorization: `Bearer ${acme.slack.acme.botToken}` };
    const bytes = await (await fetch(file?.url_private ?? '', { headers })).bytes();
    expect([...bytes]).toEqual([1, 2, 3]);
  });

  it('shares several files in one message, or none where one is refused', async () => {
    const place = { team, user: 'bob', channel: 'general', kind: 'share_file', comment: 'both' } as const;
    const [first, second] = [
      { name: 'a.txt', content: { text: 'a' } },
      { name: 'empty.txt', content: { base64: '' } },
    ];
    const shared = await acme.slack.control.act({ ...place, ...first, others: [second] });
    const { messages } = await acme.bot.conversations.history({ channel: shared.channel ?? '', limit: 1 });
    expect(messages?.[0]).toMatchObject({ text: 'both', files: [{ name: 'a.txt' }, { name: 'empty.txt', size: 0 }] });
    const before = (await acme.bot.files.list({})).files?.length;
    const large = { name: 'large.txt', content: { text: 'x'.repeat(FILE_LIMIT_BYTES + 1) } };
    await expect(acme.slack.control.act({ ...place, ...first, others: [large] })).rejects.toThrow('large.txt has');
    expect((await acme.bot.files.list({})).files).toHaveLength(before ?? -1);
  });

  it('shares a file in a thread', async () => {
    const { ts } = await acme.slack.control.say({ team, user: 'ann', channel: 'general', text: 'see below' });
    const content = { text: 'one line' };
    const place = { team, user: 'bob', channel: 'general', threadTs: ts } as const;
    const shared = await acme.slack.control.act({ ...place, kind: 'share_file', name: 'a.txt', content });
    const { messages } = await acme.bot.conversations.replies({ channel: shared.channel ?? '', ts });
    expect(messages?.map(({ files }) => files?.[0]?.name)).toEqual([undefined, 'a.txt']);
  });

  it('changes name, status and address', async () => {
    const change = { name: 'robert', realName: 'Robert B', email: 'rob@acme.example', statusText: 'busy' };
    await acme.slack.control.act({ team, user: 'bob', kind: 'change', ...change, statusEmoji: ':no_entry:' });
    const { user } = await acme.bot.users.info({ user: acme.bobId });
    const profile = {
      email: 'rob@acme.example',
      status_text: 'busy',
      status_emoji: ':no_entry:',
      first_name: 'Robert',
    };
    expect(user).toMatchObject({ name: 'robert', real_name: 'Robert B', profile });
    const frame = await socket.frame(({ type, user: who }) => type === 'user_change' && hasName(who, 'robert'));
    expect(frame).toMatchObject({ user: { profile: { status_text: 'busy' } } });
  });
});

describe('acts are refused', () => {
  it.each([
    ['not_found', { team: 'Nowhere', kind: 'join', channel: 'general' }],
    ['not_found', { team, user: 'nobody', kind: 'join', channel: 'general' }],
    ['not_found', { team, kind: 'react', channel: 'general', ts: '1.000001', emoji: 'eyes' }],
    ['name_taken', { team, user: 'ann', kind: 'change', name: 'demobot' }],
    ['invalid_input', { team, kind: 'react', channel: 'general', ts: 'x', emoji: ':eyes:' }],
    ['invalid_input', { team, user: 'ann', kind: 'change', statusEmoji: ':no_such_emoji:' }],
    ['invalid_input', { team, kind: 'nothing' }],
  ])('with %s: %j', async (code, act) => {
    await expect(acme.slack.control.act(act as never)).rejects.toMatchObject({ code });
  });

  it('when it is somebody else’s message, or a channel that one does not know', async () => {
    const { ts } = await acme.slack.control.say({ team, user: 'ann', channel: 'general', text: 'mine' });
    const edit = acme.slack.control.act({ team, user: acme.bobId, kind: 'edit', channel: 'general', ts, text: 'x' });
    await expect(edit).rejects.toMatchObject({ code: 'invalid_input' });
    const { id } = await acme.slack.control.addChannel(team, { name: 'hidden', isPrivate: true, members: ['ann'] });
    const join = acme.slack.control.act({ team, user: acme.bobId, kind: 'join', channel: id });
    await expect(join).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

function hasName(user: unknown, name: string): boolean {
  return typeof user === 'object' && user !== null && 'name' in user && user.name === name;
}
