import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SubscribedRoles, scopedClient, subscribedRoles } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

const scopes = ['calls:read', 'calls:write', 'chat:write', 'channels:history'];
const JOIN = 'https://calls.example/1';

let acme: SubscribedRoles;
beforeAll(async () => {
  const clock = { mode: 'manual', startMs: 1_800_000_000_000 } as const;
  acme = await subscribedRoles({ scopes, events: ['call_rejected'], clock });
});
afterAll(() => acme.stop());

const aCall = async (external_unique_id: string, more: object = {}) => {
  const asked = { external_unique_id, join_url: JOIN, created_by: acme.annId, ...more };
  const { call } = await acme.bot.calls.add(asked);
  return call?.id ?? '';
};
const kim = { external_id: '54', display_name: 'Kim', avatar_url: 'https://calls.example/kim.png' };
const infoOf = async (id: string) => (await acme.bot.calls.info({ id })).call;

describe('a call', () => {
  it('is registered, shown in a message, changed and ended', async () => {
    const about = { title: 'Sync', external_display_id: '705', desktop_app_join_url: 'callapp://join/1' };
    const id = await aCall('unique-1', { ...about, users: [{ slack_id: acme.bobId }, kim] });
    // (https://docs.slack.dev/reference/methods/calls.add)
    const known = {
      id: expect.stringMatching(/^R/),
      date_start: 1_800_000_000,
      external_unique_id: 'unique-1',
      join_url: JOIN,
      ...about,
      users: [{ slack_id: acme.bobId }, kim],
    };
    expect(await infoOf(id)).toEqual({ ...known, channels: [] });
    expect(await aCall('unique-1')).toBe(id);
    await acme.bot.chat.postMessage({
      channel: acme.general,
      text: 'x',
      blocks: [{ type: 'call', call_id: id }] as never,
    });
    expect(await infoOf(id)).toEqual({ ...known, channels: [acme.general] });
    await acme.bot.calls.update({ id, title: 'Long sync', join_url: 'https://calls.example/2' });
    const shown = async () =>
      ((await acme.bot.conversations.history({ channel: acme.general, limit: 1 })).messages?.[0]?.blocks ?? [])[0];
    expect(await shown()).toMatchObject({
      type: 'call',
      call_id: id,
      call: {
        media_backend_type: 'platform_call',
        v1: { id, name: 'Long sync', join_url: 'https://calls.example/2', has_ended: false, channels: [acme.general] },
      },
    });
    await acme.slack.control.act({ kind: 'reject_call', team: 'Acme', user: 'bob', channel: 'general', callId: id });
    expect(await acme.app.event(({ type }) => type === 'call_rejected')).toMatchObject({
      call_id: id,
      user_id: acme.bobId,
      channel_id: acme.general,
      external_unique_id: 'unique-1',
    });
    await acme.bot.calls.end({ id, duration: 90 });
    expect(await shown()).toMatchObject({
      call: { v1: { has_ended: true, date_end: 1_800_000_090, active_participants: [] } },
    });
    expect(await refusal(acme.bot.calls.end({ id }))).toBe('inactive_call');
    expect(await refusal(acme.bot.calls.participants.add({ id, users: [kim] }))).toBe('inactive_call');
  });

  it('is entered and left', async () => {
    const id = await aCall('unique-2');
    const ann = { slack_id: acme.annId };
    await acme.bot.calls.participants.add({ id, users: [ann, kim] });
    expect((await infoOf(id))?.users).toEqual([ann, kim]);
    expect(await refusal(acme.bot.calls.participants.add({ id, users: [ann] }))).toBe('bad_users');
    await acme.bot.calls.participants.remove({ id, users: [kim] });
    expect(await refusal(acme.bot.calls.participants.remove({ id, users: [kim] }))).toBe('bad_users');
    await acme.bot.chat.postMessage({
      channel: acme.general,
      text: 'x',
      blocks: [{ type: 'call', call_id: id }] as never,
    });
    const { messages } = await acme.bot.conversations.history({ channel: acme.general, limit: 1 });
    expect(messages?.[0]?.blocks?.[0]).toMatchObject({
      call: { v1: { active_participants: [ann], all_participants: [ann, kim] } },
    });
  });

  it('is begun by the caller when it names nobody, also by a bot', async () => {
    const asked = { external_unique_id: 'unique-3', join_url: JOIN };
    const { call } = await acme.bot.calls.add({ ...asked, external_unique_id: 'unique-5' });
    expect(call).toMatchObject({ external_unique_id: 'unique-5' });
    expect(await refusal(acme.bot.calls.add({ ...asked, created_by: 'U0NOBODY00' }))).toBe('invalid_created_by');
    expect((await acme.ann.calls.add(asked)).call).toMatchObject({ external_unique_id: 'unique-3' });
  });

  it.each([
    ['user_not_found', 'add', { users: [{ slack_id: 'U0NOBODY00' }] }],
    ['invalid_arguments', 'add', { users: [5] }],
    ['invalid_start_time', 'add', { date_start: 'x' }],
    ['invalid_call_id', 'update', { id: 'R0NOWHERE0' }],
    ['invalid_call_id', 'end', { id: 'R0NOWHERE0' }],
    ['invalid_call_id', 'participants.add', { id: 'R0NOWHERE0', users: [] }],
    ['internal_error', 'info', { id: 'R0NOWHERE0' }],
  ])('is refused with %s: calls.%s %j', async (error, method, args) => {
    const asked = { external_unique_id: 'refused', join_url: JOIN, created_by: acme.annId, ...args };
    expect(await refusal(acme.bot.apiCall(`calls.${method}`, asked))).toBe(error);
  });

  it('is of its app only', async () => {
    const id = await aCall('unique-4');
    const other = await scopedClient(acme.slack, scopes);
    expect(await refusal(other.calls.end({ id }))).toBe('invalid_call_id');
    const reader = await scopedClient(acme.slack, ['calls:read']);
    expect(await refusal(reader.calls.end({ id }))).toBe('missing_scope');
  });
});
