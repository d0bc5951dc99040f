import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { acmeRoles, type Roles, scopedClient } from '../../../test/support/roles.ts';
import { connect, type Json } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeAll(async () => {
  acme = await acmeRoles({ clock: { mode: 'manual', startMs: 1_800_000_000_000 } });
});
afterAll(() => acme.slack.stop());

const profileOf = async (user: string) => (await acme.bot.users.info({ user })).user?.profile;

/** The head of a PNG of that size: nobody here decodes what is in it. (https://www.w3.org/TR/png-3/#5DataRep) */
function aPng(width: number, height: number): Buffer {
  const head = Buffer.alloc(24);
  head.write('\x89PNG\r\n\x1a\n', 0, 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

describe('users.info, users.list and users.lookupByEmail', () => {
  it('show a person who joined the team', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const cleo = await acme.slack.control.addUser('Acme', { name: 'cleo', email: 'Cleo@acme.example' });
    expect((await acme.bot.users.info({ user: cleo.id })).user).toMatchObject({ name: 'cleo', real_name: 'Cleo' });
    expect((await acme.bot.users.list({})).members).toContainEqual(expect.objectContaining({ id: cleo.id }));
    expect((await acme.bot.users.lookupByEmail({ email: 'cleo@ACME.example' })).user?.id).toBe(cleo.id);
    expect(await socket.frame(({ type }) => type === 'team_join')).toMatchObject({ user: { id: cleo.id } });
  });

  it('do not find whom there is none', async () => {
    expect(await refusal(acme.bot.users.info({ user: 'U0NOBODY01' }))).toBe('user_not_found');
    expect(await refusal(acme.bot.users.lookupByEmail({ email: 'x@y.example' }))).toBe('users_not_found');
  });

  it('find nobody by the address of an account that is gone', async () => {
    const { id } = await acme.slack.control.addUser('Acme', { name: 'dora' });
    await acme.slack.control.act({ team: 'Acme', user: 'dora', kind: 'change', isDeleted: true });
    expect(await refusal(acme.bot.users.lookupByEmail({ email: 'dora@acme.example' }))).toBe('users_not_found');
    expect((await acme.bot.users.info({ user: id })).user).toMatchObject({ deleted: true });
  });

  it('keep addresses from apps without users:read.email', async () => {
    const client = await scopedClient(acme.slack, ['users:read']);
    const { user } = await client.users.info({ user: acme.annId });
    expect(user?.profile).not.toHaveProperty('email');
    expect(await profileOf(acme.annId)).toMatchObject({ email: 'ann@acme.example' });
    const refused = client.users.lookupByEmail({ email: 'ann@acme.example' });
    await expect(refused).rejects.toMatchObject({ data: { error: 'missing_scope', needed: 'users:read.email' } });
  });

  it('are paged through by the client', async () => {
    const ids: string[] = [];
    for await (const page of acme.bot.paginate('users.list', { limit: 2 })) {
      ids.push(...((page as { members?: { id: string }[] }).members ?? []).map(({ id }) => id));
    }
    expect(ids).toEqual((await acme.bot.users.list({})).members?.map(({ id }) => id));
  });
});

describe('users.identity', () => {
  it('says who the person behind a user token is', async () => {
    expect(await acme.bob.users.identity({})).toMatchObject({
      user: { id: acme.bobId, name: 'Bob', email: 'bob@acme.example' },
      team: { name: 'Acme' },
    });
    expect(await refusal(acme.bot.users.identity({}))).toBe('not_allowed_token_type');
  });
});

describe('users.profile.set', () => {
  it('is seen in users.profile.get, in users.info and as user_change', async () => {
    using socket = await connect(acme.slack, acme.slack.acme.botToken);
    const profile = { status_text: 'at lunch', status_emoji: ':taco:', title: 'Cook', last_name: 'Other' };
    const set = await acme.ann.users.profile.set({ profile: JSON.stringify(profile) as never });
    expect(set.profile).toMatchObject({ ...profile, real_name: 'Ann Other', first_name: 'Ann' });
    expect((await acme.bot.users.profile.get({ user: acme.annId })).profile).toMatchObject(profile);
    expect(await profileOf(acme.annId)).toMatchObject(profile);
    const frame = await socket.frame(({ type }) => type === 'user_change');
    expect(frame).toMatchObject({ user: { id: acme.annId, profile: { status_text: 'at lunch' } } });
  });

  it('takes one field by name and value', async () => {
    await acme.bob.users.profile.set({ name: 'display_name', value: 'Bobby' });
    expect(await profileOf(acme.bobId)).toMatchObject({ display_name: 'Bobby', real_name: 'Bob' });
  });

  it('gives a status without an emoji the speech balloon, and ends it in time', async () => {
    const expiration = 1_800_000_600;
    await acme.bob.users.profile.set({ profile: { status_text: 'back soon', status_expiration: expiration } });
    const status = { status_text: 'back soon', status_emoji: ':speech_balloon:', status_expiration: expiration };
    expect(await profileOf(acme.bobId)).toMatchObject(status);
    await acme.slack.control.advance(600_000);
    const ended = { status_text: '', status_emoji: '', status_expiration: 0 };
    expect(await profileOf(acme.bobId)).toMatchObject(ended);
  });

  it('of custom fields is seen in team.profile.get', async () => {
    await acme.bob.users.profile.set({ profile: { fields: { Xf1: { value: 'blue', alt: '' } } } });
    expect((await acme.bot.users.profile.get({ user: acme.bobId })).profile?.fields).toEqual({
      Xf1: { value: 'blue', alt: '' },
    });
    expect((await acme.bot.team.profile.get({})).profile?.fields).toMatchObject([{ id: 'Xf1', type: 'text' }]);
  });

  it('of others is for administrators', async () => {
    await acme.ann.users.profile.set({ user: acme.bobId, profile: { title: 'Builder' } });
    expect(await profileOf(acme.bobId)).toMatchObject({ title: 'Builder' });
    const byBob = acme.bob.users.profile.set({ user: acme.annId, profile: { title: 'x' } });
    expect(await refusal(byBob)).toBe('not_admin');
  });

  it.each([
    ['invalid_profile', { profile: '[]' }],
    ['invalid_profile', { profile: { title: 5 } }],
    ['invalid_profile', {}],
    ['too_long', { profile: { status_text: 'x'.repeat(101) } }],
    ['invalid_starts_with_at', { profile: { display_name: '@bob' } }],
    ['reserved_name', { profile: { display_name: 'here' } }],
    // kuy/slack-loc#4, raycast/extensions#1566
    ['profile_status_set_failed_not_emoji_syntax', { profile: { status_text: 'x', status_emoji: 'taco' } }],
    ['profile_status_set_failed_not_valid_emoji', { profile: { status_text: 'x', status_emoji: ':no_such_emoji:' } }],
    ['profile_status_set_failed_not_valid_emoji', { name: 'status_emoji', value: ':taco_of_others:' }],
    ['email_taken', { profile: { email: 'ann@acme.example' } }],
  ])('is refused with %s: %j', async (error, args) => {
    expect(await refusal(acme.bob.apiCall('users.profile.set', args))).toBe(error);
  });

  it('is refused when only half of a status is cleared, and for bots', async () => {
    await acme.bob.users.profile.set({ profile: { status_text: 'x', status_emoji: ':x:' } });
    const half = acme.bob.users.profile.set({ profile: { status_text: '' } });
    expect(await refusal(half)).toBe('must_clear_both_status_text_and_status_emoji');
    await acme.bob.users.profile.set({ profile: { status_text: '', status_emoji: '' } });
    expect(await profileOf(acme.bobId)).toMatchObject({ status_text: '', status_emoji: '' });
    expect(await refusal(acme.bot.users.profile.set({ profile: { title: 'x' } }))).toBe('not_allowed_token_type');
  });
});

it("takes a workspace's own emoji as a status, and one that was taken away later still stands", async () => {
  await acme.slack.control.changeTeam('Acme', { kind: 'emoji', name: 'acme-taco', value: 'alias:taco' });
  await acme.bob.users.profile.set({ profile: { status_text: 'lunch', status_emoji: ':acme-taco:' } });
  await acme.slack.control.changeTeam('Acme', { kind: 'emoji', name: 'acme-taco' });
  await acme.bob.users.profile.set({ profile: { title: 'Builder' } });
  expect(await profileOf(acme.bobId)).toMatchObject({ status_emoji: ':acme-taco:', title: 'Builder' });
});

describe('users.setPhoto and users.deletePhoto', () => {
  it('gives a profile a picture of its own until it is taken away, and apps hear of it', async () => {
    await using app = await AppServer.start();
    const eventSubscriptions = ['user_change', 'user_profile_changed'];
    const { id } = await acme.slack.control.addApp({ kind: 'granular', requestUrl: app.url, eventSubscriptions });
    await acme.slack.control.install({ team: 'Acme', app: id });
    const before = await profileOf(acme.bobId);
    expect(before).not.toHaveProperty('is_custom_image');
    // The keys are those of @slack/web-api, UsersSetPhotoResponse.
    const { profile } = await acme.bob.users.setPhoto({ image: aPng(512, 600), crop_w: 500, crop_x: 0, crop_y: 10 });
    const sizes = [24, 32, 48, 72, 192, 512, 1024, 'original'].map((size) => `image_${size}`);
    expect(Object.keys(profile ?? {})).toEqual(expect.arrayContaining(['avatar_hash', ...sizes]));
    expect(profile?.avatar_hash).toMatch(/^[0-9a-f]{12}$/);
    expect(await profileOf(acme.bobId)).toMatchObject({ ...profile, is_custom_image: true });
    const isOfPicture = (type: string, hash: unknown) => (event: Json) =>
      event.type === type && (event.user as { profile: Json }).profile.avatar_hash === hash;
    await app.event(isOfPicture('user_change', profile?.avatar_hash));
    await app.event(isOfPicture('user_profile_changed', profile?.avatar_hash));
    app.arrived.length = 0;
    await acme.bob.users.setPhoto({ image: aPng(512, 600) });
    await acme.bob.users.deletePhoto({});
    await app.event(isOfPicture('user_profile_changed', before?.avatar_hash));
    expect(await profileOf(acme.bobId)).toEqual(before);
    // The same picture again was no change.
    expect(app.events.map(({ type }) => String(type)).toSorted()).toEqual(['user_change', 'user_profile_changed']);
  });

  it.each([
    ['bad_image', { image: Buffer.from('no picture') }],
    ['bad_image', { image: Buffer.alloc(0) }],
    ['bad_image', {}],
    ['bad_image', { image: 'https://example.com/me.png' }],
    ['too_large', { image: aPng(1025, 10) }],
  ])('refuses with %s: %j', async (error, args) => {
    expect(await refusal(acme.bob.apiCall('users.setPhoto', args))).toBe(error);
  });

  it('is for people, with the scope', async () => {
    expect(await refusal(acme.bot.users.setPhoto({ image: aPng(512, 512) }))).toBe('not_allowed_token_type');
    const app = await acme.slack.control.addApp({ kind: 'granular', userScopes: ['users:read'] });
    const { userToken } = await acme.slack.control.install({ team: 'Acme', app: app.id });
    const ann = clientOf(acme.slack, userToken);
    expect(await refusal(ann.users.setPhoto({ image: aPng(512, 512) }))).toBe('missing_scope');
    expect(await refusal(ann.users.deletePhoto({}))).toBe('missing_scope');
  });
});

describe('Slackbot', () => {
  it('is a user of every workspace', async () => {
    const bot = { id: 'USLACKBOT', name: 'slackbot', is_bot: false, deleted: false };
    const { members } = await acme.bot.users.list({});
    expect(members?.filter(({ id }) => id === 'USLACKBOT')).toMatchObject([bot]);
    expect((await acme.bot.users.info({ user: 'USLACKBOT' })).user).toMatchObject(bot);
    expect(await acme.bot.users.getPresence({ user: 'USLACKBOT' })).toMatchObject({ presence: 'active' });
    expect((await acme.bot.users.profile.get({ user: 'USLACKBOT' })).profile).toMatchObject({ real_name: 'Slackbot' });
  });
});
