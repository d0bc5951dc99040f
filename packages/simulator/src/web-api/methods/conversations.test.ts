import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acmeRoles, type Roles, scopedClient } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
let secret: string;
beforeAll(async () => {
  acme = await acmeRoles();
  secret = (await acme.bot.conversations.create({ name: 'secret', is_private: true })).channel?.id ?? '';
  await acme.bot.conversations.open({ users: acme.annId });
  await acme.bot.conversations.open({ users: `${acme.annId},${acme.bobId}` });
  const { channel } = await acme.bot.conversations.create({ name: 'old' });
  await acme.bot.conversations.archive({ channel: channel?.id ?? '' });
});
afterAll(() => acme.slack.stop());

const names = (channels: readonly { name?: string; user?: string }[] = []) => channels.map(({ name }) => name ?? 'im');

describe('conversations.list', () => {
  it('gives public channels when nothing is said', async () => {
    expect(names((await acme.ann.conversations.list()).channels)).toEqual(['general', 'random', 'old']);
  });

  it('gives every kind that is asked for, as far as the caller is in it', async () => {
    const types = 'public_channel,private_channel,im,mpim';
    const ofBot = ['general', 'random', 'secret', 'im', 'mpdm-demobot--ann--bob-1', 'old'];
    expect(names((await acme.bot.conversations.list({ types })).channels)).toEqual(ofBot);
    const ofBob = ['general', 'random', 'mpdm-demobot--ann--bob-1', 'old'];
    expect(names((await acme.bob.conversations.list({ types })).channels)).toEqual(ofBob);
  });

  it('leaves archived channels out when it is told to', async () => {
    const { channels } = await acme.ann.conversations.list({ exclude_archived: true });
    expect(names(channels)).toEqual(['general', 'random']);
  });

  it('is paged through by the client', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const page of acme.ann.paginate('conversations.list', { limit: 2 })) {
      pages.push(names((page as { channels?: { name?: string }[] }).channels));
    }
    expect(pages).toEqual([['general', 'random'], ['old']]);
  });

  it.each([
    ['invalid_types', { types: 'public_channel,dm' }],
    ['invalid_limit', { limit: 1001 }],
    ['invalid_cursor', { cursor: 'nonsense' }],
  ])('is refused with %s', async (error, args) => {
    expect(await refusal(acme.bot.conversations.list(args))).toBe(error);
  });

  it('needs the scope of each kind', async () => {
    const client = await scopedClient(acme.slack, ['channels:read']);
    expect(names((await client.conversations.list()).channels)).toContain('general');
    const refused = client.conversations.list({ types: 'public_channel,im' });
    await expect(refused).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'im:read' } });
  });
});

describe('conversations.info and members', () => {
  it('count the members after somebody joined', async () => {
    await acme.slack.control.addUser('Acme', { name: 'cleo' });
    const info = await acme.bot.conversations.info({ channel: acme.general, include_num_members: true });
    const { members } = await acme.bot.conversations.members({ channel: acme.general });
    expect(info.channel).toMatchObject({ num_members: members?.length, is_general: true });
    const { users } = await acme.slack.control.team('Acme');
    expect(members).toContain(users.find(({ name }) => name === 'cleo')?.id);
  });

  it('give the locale when they are asked for it', async () => {
    const { channel } = await acme.bot.conversations.info({ channel: acme.general, include_locale: true });
    expect(channel).toMatchObject({ locale: 'en-US' });
  });

  it('hide a private channel from others', async () => {
    expect(await refusal(acme.ann.conversations.info({ channel: secret }))).toBe('channel_not_found');
    expect(await refusal(acme.ann.conversations.members({ channel: secret }))).toBe('channel_not_found');
  });

  it('are paged through by the client', async () => {
    const members: string[] = [];
    for await (const page of acme.bot.paginate('conversations.members', { channel: acme.general, limit: 1 })) {
      members.push(...((page as { members?: string[] }).members ?? []));
    }
    expect(members).toEqual((await acme.bot.conversations.members({ channel: acme.general })).members);
  });
});

describe('users.conversations', () => {
  it('gives what the caller is in', async () => {
    const { channels } = await acme.bot.users.conversations({ types: 'public_channel,private_channel' });
    expect(names(channels)).toEqual(['general', 'secret', 'old']);
  });

  it('gives what another is in, without what the caller cannot see', async () => {
    const types = 'public_channel,private_channel,im,mpim';
    const { channels } = await acme.bob.users.conversations({ user: acme.slack.acme.botUserId, types });
    expect(names(channels)).toEqual(['general', 'mpdm-demobot--ann--bob-1', 'old']);
  });

  it('follows who joins and leaves', async () => {
    await acme.bot.conversations.join({ channel: acme.random });
    expect(names((await acme.bot.users.conversations({})).channels)).toContain('random');
    await acme.bot.conversations.leave({ channel: acme.random });
    expect(names((await acme.bot.users.conversations({})).channels)).not.toContain('random');
  });
});
