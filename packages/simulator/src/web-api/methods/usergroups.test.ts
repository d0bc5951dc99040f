import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SubscribedRoles, scopedClient, subscribedRoles } from '../../../test/support/roles.ts';
import { connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let roles: SubscribedRoles;
let bot: WebClient;
beforeAll(async () => {
  const subteams = ['created', 'updated', 'members_changed', 'self_added', 'self_removed'];
  roles = await subscribedRoles({ events: subteams.map((name) => `subteam_${name}`) });
  bot = roles.bot;
});
afterAll(() => roles.stop());

const ofType = (type: string) => (event: { type?: unknown }) => event.type === type;
const create = async (name: string) => (await bot.usergroups.create({ name })).usergroup?.id ?? '';

describe('user groups', () => {
  // The keys are those of Slack's samples. (slackapi/java-slack-sdk, json-logs/samples/events/Subteam…Payload.json)
  it('are made, changed, switched off and on, and apps hear of it', async () => {
    const created = await bot.usergroups.create({ name: 'Marketing', handle: 'marketeers', channels: roles.random });
    const id = created.usergroup?.id ?? '';
    expect(created.usergroup).toMatchObject({
      id: expect.stringMatching(/^S0/),
      name: 'Marketing',
      handle: 'marketeers',
      date_delete: 0,
      prefs: { channels: [roles.random], groups: [] },
      users: [],
    });
    const event = await roles.app.event(ofType('subteam_created'));
    expect(Object.keys(event.subteam as object)).toEqual(
      expect.arrayContaining(
        'id team_id is_usergroup is_subteam name description handle is_external date_create date_update date_delete auto_provision enterprise_subteam_id created_by updated_by prefs users user_count channel_count is_section'.split(
          ' ',
        ),
      ),
    );
    await bot.usergroups.update({ usergroup: id, description: 'We sell' });
    expect(await roles.app.event(ofType('subteam_updated'))).toMatchObject({ subteam: { id, description: 'We sell' } });
    await bot.usergroups.disable({ usergroup: id });
    const listed = async (options = {}) => (await bot.usergroups.list(options)).usergroups?.map((one) => one.id);
    expect(await listed()).toEqual([]);
    expect(await listed({ include_disabled: true })).toEqual([id]);
    expect(await refusal(bot.usergroups.users.list({ usergroup: id }))).toBe('no_such_subteam');
    await bot.usergroups.enable({ usergroup: id });
    const [group] = (await bot.usergroups.list({ include_users: true, include_count: true })).usergroups ?? [];
    expect(group).toMatchObject({ id, users: [], user_count: 0, channel_count: 1, date_delete: 0 });
  });

  it("have members, who join the group's channels", async () => {
    const channel = (await bot.conversations.create({ name: 'group-room' })).channel?.id ?? '';
    const { usergroup } = await bot.usergroups.create({ name: 'Pair', channels: channel });
    const id = usergroup?.id ?? '';
    const { annId, bobId } = roles;
    await bot.usergroups.users.update({ usergroup: id, users: `${annId},${roles.slack.acme.botUserId}` });
    await bot.usergroups.users.update({ usergroup: id, users: `${annId},${bobId}` });
    expect(await bot.usergroups.users.list({ usergroup: id })).toMatchObject({ users: [annId, bobId] });
    const removed = { added_users: [bobId], added_users_count: 1, removed_users: [roles.slack.acme.botUserId] };
    const isSecond = (event: { removed_users_count?: unknown }) => event.removed_users_count === 1;
    expect(await roles.app.event(isSecond)).toMatchObject({
      type: 'subteam_members_changed',
      subteam_id: id,
      ...removed,
    });
    expect(await roles.app.event(ofType('subteam_self_added'))).toMatchObject({ subteam_id: id });
    expect(await roles.app.event(ofType('subteam_self_removed'))).toMatchObject({ subteam_id: id });
    const { members } = await bot.conversations.members({ channel });
    expect(members).toEqual(expect.arrayContaining([annId, bobId]));
  });

  it('are told to sockets', async () => {
    using socket = await connect(roles.slack, roles.slack.acme.botToken);
    const id = await create('Watched');
    expect(await socket.frame(ofType('subteam_created'))).toMatchObject({ subteam: { id, name: 'Watched' } });
  });

  it.each([
    ['name_already_exists', 'create', { name: 'Taken' }],
    ['invalid_arguments', 'create', {}],
    ['missing_subteam_name', 'create', { name: '' }],
    ['handle_already_exists', 'create', { name: 'x', handle: 'bob' }],
    ['handle_already_exists', 'create', { name: 'x', handle: 'random' }],
    ['bad_handle', 'create', { name: 'x', handle: 'Not a handle' }],
    ['forbidden_handle', 'create', { name: 'x', handle: '@here' }],
    ['description_too_long', 'create', { name: 'x', description: 'x'.repeat(141) }],
    ['invalid_channel_provided', 'create', { name: 'x', channels: 'C0NOWHERE0' }],
    ['no_such_subteam', 'update', { usergroup: 'S0NOWHERE0', name: 'x' }],
    ['invalid_arguments', 'update', { name: 'x' }],
    ['missing_argument', 'update', { usergroup: '', name: 'x' }],
    ['no_such_subteam', 'users.update', { usergroup: 'S0NOWHERE0', users: 'U0NOBODY00' }],
  ])('are refused with %s by usergroups.%s %j', async (error, method, fields) => {
    await create('Taken').catch(() => {});
    expect(await refusal(bot.apiCall(`usergroups.${method}`, fields))).toBe(error);
  });

  it('take people of the team only, and at least one', async () => {
    const usergroup = await create('Strict');
    const put = (users: string) => refusal(bot.usergroups.users.update({ usergroup, users }));
    expect(await put('U0NOBODY00')).toBe('invalid_users');
    expect(await put('')).toBe('no_users_provided');
  });

  it('need usergroups:read and usergroups:write', async () => {
    const reader = await scopedClient(roles.slack, ['usergroups:read']);
    await reader.usergroups.list();
    expect(await refusal(reader.usergroups.create({ name: 'x' }))).toBe('missing_scope');
  });
});
