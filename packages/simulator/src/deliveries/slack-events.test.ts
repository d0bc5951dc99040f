/** Each change of a workspace, and the keys of the event that tells of it: those of Slack's own samples. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { call, installedSimulator, type Json } from '../../test/support/slack.ts';

const SUBSCRIPTIONS = [
  'message.channels',
  'message.groups',
  'message.im',
  'app_mention',
  'reaction_added',
  'reaction_removed',
  'member_joined_channel',
  'member_left_channel',
  'channel_created',
  'channel_rename',
  'channel_archive',
  'channel_unarchive',
  'channel_deleted',
  'channel_left',
  'im_created',
  'team_join',
  'user_change',
  'pin_added',
  'pin_removed',
  'file_shared',
  'file_created',
  'emoji_changed',
  'team_rename',
  'team_domain_change',
  'grid_migration_started',
  'grid_migration_finished',
  'assistant_thread_started',
  'assistant_thread_context_changed',
  'app_home_opened',
];

let app: AppServer;
let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  app = await AppServer.start();
  slack = await installedSimulator({
    app: { kind: 'classic', requestUrl: app.url, eventSubscriptions: SUBSCRIPTIONS },
  });
});
afterAll(async () => {
  await slack.stop();
  await app[Symbol.asyncDispose]();
});

/** The event that follows an act. */
const after = async (act: () => Promise<unknown>, fits: (event: Json) => boolean): Promise<Json> => {
  app.arrived.length = 0;
  await act();
  return app.event(fits);
};
const ofType = (type: string, subtype?: string) => (event: Json) => event.type === type && event.subtype === subtype;
const general = { team: 'Acme', channel: 'general' };
const say = (text = 'hello') => slack.control.say({ ...general, text });
const bot = (method: string, fields: Record<string, string>) => call(slack, method, slack.acme.botToken, fields);
const keysOf = (event: unknown) => Object.keys(event as Json).sort();

describe('messages', () => {
  it('a message', async () => {
    const event = await after(() => say(), ofType('message'));
    expect(keysOf(event)).toEqual(
      expect.arrayContaining([
        'channel',
        'channel_type',
        'client_msg_id',
        'event_ts',
        'team',
        'text',
        'ts',
        'type',
        'user',
      ]),
    );
    expect(event.event_ts).toBe(event.ts);
  });

  it('app_mention says no channel_type', async () => {
    const event = await after(() => say(`<@${slack.acme.botUserId}> hi`), ofType('app_mention'));
    expect(keysOf(event)).toEqual(
      expect.arrayContaining(['channel', 'client_msg_id', 'event_ts', 'team', 'text', 'ts', 'type', 'user']),
    );
    expect(event).not.toHaveProperty('channel_type');
  });

  it('message_changed and message_deleted carry what was before', async () => {
    const { ts } = await say('frist');
    const changed = await after(
      () => slack.control.act({ ...general, ts, kind: 'edit', text: 'first' }),
      ofType('message', 'message_changed'),
    );
    expect(keysOf(changed)).toEqual([
      'channel',
      'channel_type',
      'event_ts',
      'hidden',
      'message',
      'previous_message',
      'subtype',
      'ts',
      'type',
    ]);
    expect(changed).toMatchObject({ message: { ts, text: 'first' }, previous_message: { ts, text: 'frist' } });
    const deleted = await after(
      () => slack.control.act({ ...general, ts, kind: 'delete' }),
      ofType('message', 'message_deleted'),
    );
    expect(keysOf(deleted)).toEqual([
      'channel',
      'channel_type',
      'deleted_ts',
      'event_ts',
      'hidden',
      'previous_message',
      'subtype',
      'ts',
      'type',
    ]);
    expect(deleted.deleted_ts).toBe(ts);
  });

  it("the bot's own post", async () => {
    const event = await after(
      () => bot('chat.postMessage', { channel: '#general', text: 'mine' }),
      ofType('message', 'bot_message'),
    );
    expect(keysOf(event)).toEqual(
      expect.arrayContaining(['bot_id', 'channel', 'channel_type', 'event_ts', 'subtype', 'text', 'ts', 'type']),
    );
  });

  it('thread_broadcast carries its root', async () => {
    const root = await say('root');
    const fields = {
      channel: '#general',
      text: 'for all',
      thread_ts: root.ts,
      reply_broadcast: 'true',
      as_user: 'true',
    };
    const event = await after(() => bot('chat.postMessage', fields), ofType('message', 'thread_broadcast'));
    expect(event).toMatchObject({ thread_ts: root.ts, root: { ts: root.ts, text: 'root' } });
  });

  it('me_message', async () => {
    const event = await after(
      () => bot('chat.meMessage', { channel: String(generalId), text: 'waves' }),
      ofType('message', 'me_message'),
    );
    expect(event.text).toBe('waves');
  });

  it.for([
    ['channel_topic', { kind: 'set_topic', topic: 'all' }, ['topic']],
    ['channel_purpose', { kind: 'set_purpose', purpose: 'talk' }, ['purpose']],
  ] as const)('%s', async ([subtype, act, keys]) => {
    const event = await after(() => slack.control.act({ ...general, ...act }), ofType('message', subtype));
    expect(keysOf(event)).toEqual(
      expect.arrayContaining(['channel', 'channel_type', 'event_ts', 'subtype', 'text', 'ts', 'type', 'user', ...keys]),
    );
  });

  it('is message.im in a direct message', async () => {
    const event = await after(
      () => slack.control.say({ team: 'Acme', to: 'bot', text: 'psst' }),
      ({ text }) => text === 'psst',
    );
    expect(event).toMatchObject({ channel_type: 'im', channel: expect.stringMatching(/^D/) });
  });
});

let generalId: unknown;
beforeAll(async () => {
  ({ channel: generalId } = await say('to know the channel'));
});

describe('what happens to things and conversations', () => {
  it.for([
    ['reaction_added', 'react'],
    ['reaction_removed', 'unreact'],
  ] as const)('%s', async ([type, kind]) => {
    const { ts } = await say();
    if (kind === 'unreact') await slack.control.act({ ...general, ts, kind: 'react', emoji: 'tada' });
    const event = await after(() => slack.control.act({ ...general, ts, kind, emoji: 'tada' }), ofType(type));
    expect(keysOf(event)).toEqual(['event_ts', 'item', 'item_user', 'reaction', 'type', 'user']);
    expect(event.item).toEqual({ type: 'message', channel: generalId, ts });
  });

  it('pin_added and pin_removed', async () => {
    const { ts } = await say('pin me');
    const fields = { channel: String(generalId), timestamp: ts };
    const added = await after(() => bot('pins.add', fields), ofType('pin_added'));
    const keys = ['channel_id', 'event_ts', 'item', 'item_user', 'pin_count', 'pinned_info', 'type', 'user'];
    expect(keysOf(added)).toEqual(keys);
    expect(keysOf(added.item)).toEqual(['channel', 'created', 'created_by', 'message', 'type']);
    const removed = await after(() => bot('pins.remove', fields), ofType('pin_removed'));
    expect(keysOf(removed)).toEqual([...keys, 'has_pins'].sort());
  });

  it('file_created and file_shared', async () => {
    const share = () => slack.control.act({ ...general, kind: 'share_file', name: 'a.txt', content: { text: 'a' } });
    const event = await after(share, ofType('file_shared'));
    expect(keysOf(event)).toEqual(['channel_id', 'event_ts', 'file', 'file_id', 'type', 'user_id']);
    expect(keysOf(await app.event(ofType('file_created')))).toEqual(['event_ts', 'file', 'file_id', 'type', 'user_id']);
  });

  it('channel_created, channel_rename, channel_archive and channel_unarchive', async () => {
    const created = await after(() => slack.control.addChannel('Acme', { name: 'plans' }), ofType('channel_created'));
    expect(keysOf(created.channel)).toEqual(
      expect.arrayContaining([
        'context_team_id',
        'created',
        'creator',
        'id',
        'is_channel',
        'is_org_shared',
        'is_shared',
        'name',
        'name_normalized',
      ]),
    );
    const there = { team: 'Acme', channel: 'plans' };
    const archived = await after(() => slack.control.act({ ...there, kind: 'archive' }), ofType('channel_archive'));
    expect(keysOf(archived)).toEqual(['channel', 'event_ts', 'is_moved', 'type', 'user']);
    const back = await after(() => slack.control.act({ ...there, kind: 'unarchive' }), ofType('channel_unarchive'));
    expect(keysOf(back)).toEqual(['channel', 'event_ts', 'type', 'user']);
    const renamed = await after(
      () => slack.control.act({ ...there, kind: 'rename_channel', name: 'ideas' }),
      ofType('channel_rename'),
    );
    expect(renamed.channel).toMatchObject({
      name: 'ideas',
      name_normalized: 'ideas',
      is_channel: true,
      is_mpim: false,
    });
    const gone = await after(
      () => slack.control.changeTeam('Acme', { kind: 'delete_channel', channel: 'ideas' }),
      ofType('channel_deleted'),
    );
    expect(keysOf(gone)).toEqual(['actor_id', 'channel', 'event_ts', 'type']);
  });

  it('member_joined_channel and member_left_channel', async () => {
    const left = await after(
      () =>
        slack.control
          .act({ ...general, channel: 'random', user: 'bob', kind: 'leave' })
          .then(() => slack.control.invite('Acme', 'random', { user: 'bot' })),
      ofType('member_joined_channel'),
    );
    expect(keysOf(left)).toEqual(
      expect.arrayContaining(['channel', 'channel_type', 'event_ts', 'team', 'type', 'user']),
    );
    const joined = await after(
      () => slack.control.act({ ...general, channel: 'random', user: 'bob', kind: 'join' }),
      ofType('member_joined_channel'),
    );
    expect(joined).toMatchObject({ channel_type: 'C', team: slack.acme.team });
    const gone = await after(
      () => slack.control.act({ ...general, channel: 'random', user: 'bob', kind: 'leave' }),
      ofType('member_left_channel'),
    );
    expect(keysOf(gone)).toEqual(['channel', 'channel_type', 'event_ts', 'team', 'type', 'user']);
  });
});

describe('what happens to a workspace', () => {
  it('team_join and user_change', async () => {
    const joined = await after(() => slack.control.addUser('Acme', { name: 'cleo' }), ofType('team_join'));
    expect(joined.user).toMatchObject({ name: 'cleo', profile: expect.any(Object) });
    const changed = await after(
      () => slack.control.act({ team: 'Acme', user: 'cleo', kind: 'change', title: 'Queen' }),
      ofType('user_change'),
    );
    expect(changed).toMatchObject({ user: { name: 'cleo' }, cache_ts: expect.any(Number) });
  });

  it.for([
    [{ kind: 'emoji', name: 'party', value: 'alias:tada' }, 'emoji_changed', 'add', ['name', 'value']],
    [{ kind: 'emoji', name: 'party' }, 'emoji_changed', 'remove', ['names']],
    [
      { kind: 'grid_migration', stage: 'started', enterpriseId: 'E0BIG' },
      'grid_migration_started',
      undefined,
      ['enterprise_id'],
    ],
    [
      { kind: 'grid_migration', stage: 'finished', enterpriseId: 'E0BIG' },
      'grid_migration_finished',
      undefined,
      ['enterprise_id'],
    ],
    [{ kind: 'assistant_thread', viewing: 'general' }, 'assistant_thread_started', undefined, ['assistant_thread']],
    [
      { kind: 'assistant_thread', threadTs: '1.000001' },
      'assistant_thread_context_changed',
      undefined,
      ['assistant_thread'],
    ],
    [{ kind: 'rename', domain: 'acme-2' }, 'team_domain_change', undefined, ['domain', 'url']],
    [{ kind: 'rename', name: 'Acme Two' }, 'team_rename', undefined, ['name', 'team_id']],
  ] as const)('%j → %s', async ([change, type, subtype, keys]) => {
    const event = await after(() => slack.control.changeTeam(slack.acme.team, change), ofType(type, subtype));
    const always = subtype === undefined ? ['event_ts', 'type'] : ['event_ts', 'subtype', 'type'];
    expect(keysOf(event)).toEqual([...always, ...keys].sort());
  });
});
