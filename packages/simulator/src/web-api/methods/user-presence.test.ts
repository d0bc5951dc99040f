import { afterEach, beforeEach, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { connect } from '../../../test/support/slack.ts';
import { refusal } from '../../../test/support/web-client.ts';

let acme: Roles;
beforeEach(async () => {
  acme = await acmeRoles();
});
afterEach(() => acme.slack.stop());

const presenceOf = async (user: string) => (await acme.ann.users.getPresence({ user })).presence;

it('users.getPresence shows a bot as active while it is connected', async () => {
  const { botUserId, botToken } = acme.slack.acme;
  expect(await presenceOf(botUserId)).toBe('away');
  const socket = await connect(acme.slack, botToken);
  expect(await presenceOf(botUserId)).toBe('active');
  socket.ws.close();
  await acme.slack.control.waitForLog(({ kind }) => kind === 'socket_close');
  expect(await presenceOf(botUserId)).toBe('away');
});

it('users.setPresence wins over everything until it is auto again, and sockets hear of it', async () => {
  using socket = await connect(acme.slack, acme.slack.acme.botToken);
  socket.send({ type: 'presence_sub', ids: [acme.bobId] });
  await socket.frame(({ type }) => type === 'presence_change');
  await acme.bob.users.setPresence({ presence: 'away' });
  expect(await presenceOf(acme.bobId)).toBe('away');
  const frame = await socket.frame(({ type, presence }) => type === 'presence_change' && presence === 'away');
  expect(frame).toMatchObject({ user: acme.bobId });
  await acme.slack.control.act({ team: 'Acme', user: 'bob', kind: 'presence', presence: 'active' });
  expect(await presenceOf(acme.bobId)).toBe('away');
  await acme.bob.users.setPresence({ presence: 'auto' });
  expect(await presenceOf(acme.bobId)).toBe('active');
});

it('users.setPresence of a bot is told to its own sockets as manual_presence_change', async () => {
  using socket = await connect(acme.slack, acme.slack.acme.botToken);
  await acme.bot.users.setPresence({ presence: 'away' });
  const frame = await socket.frame(({ type }) => type === 'manual_presence_change');
  expect(frame).toEqual({ type: 'manual_presence_change', presence: 'away' });
  expect(await presenceOf(acme.slack.acme.botUserId)).toBe('away');
});

it('users.getPresence tells oneself why', async () => {
  await acme.slack.control.act({ team: 'Acme', user: 'bob', kind: 'presence', presence: 'away' });
  expect(await acme.bob.users.getPresence({})).toMatchObject({
    presence: 'away',
    online: false,
    auto_away: true,
    manual_away: false,
    connection_count: 0,
  });
  await acme.bob.apiCall('users.setActive');
  expect(await acme.bob.users.getPresence({})).toMatchObject({
    presence: 'active',
    online: true,
    auto_away: false,
    connection_count: 1,
    last_activity: expect.any(Number),
  });
});

it('presence knows auto and away, and people of the team', async () => {
  expect(await refusal(acme.bob.apiCall('users.setPresence', { presence: 'active' }))).toBe('invalid_presence');
  expect(await refusal(acme.bob.apiCall('users.setPresence'))).toBe('invalid_arguments');
  expect(await refusal(acme.bob.users.getPresence({ user: 'U0NOBODY01' }))).toBe('user_not_found');
});
