/** Work Objects: entities under messages, and what their app shows to who opens one. (https://docs.slack.dev/messaging/work-objects-implementation) */
import type { EntityPresentDetailsArguments, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { type Acme, acmeWithApp, annIn } from '../../../test/support/people.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';
import { startSimulator } from '../../simulator.ts';

type EntityMetadata = NonNullable<EntityPresentDetailsArguments['metadata']>;

const LINK = 'https://tasks.example/7?from=slack';
const task: EntityMetadata = {
  entity_type: 'slack#/entities/task',
  url: 'https://tasks.example/7',
  app_unfurl_url: LINK,
  external_ref: { id: '7', type: 'task' },
  entity_payload: { attributes: { title: { text: 'Mend the gate' }, display_id: 'T-7', product_name: 'Tasks' } },
};

let acme: Acme;
let bot: WebClient;
let channel: string;
let ts: string;
beforeEach(async () => {
  const app = {
    name: 'Tasks bot',
    botScopes: ['chat:write', 'links:write', 'channels:history'],
    eventSubscriptions: ['entity_details_requested'],
  };
  acme = await acmeWithApp({ app });
  bot = clientOf(acme.slack, acme.slack.acme.botToken);
  await acme.slack.control.invite('Acme', 'general', { user: 'bot' });
  ({ channel, ts } = await acme.slack.control.say({ team: 'Acme', channel: 'general', text: `look: ${LINK}` }));
});
afterEach(() => acme[Symbol.asyncDispose]());

const unfurl = (more: Partial<EntityMetadata> = {}) =>
  bot.chat.unfurl({ channel, ts, metadata: { entities: [{ ...task, ...more }] } });
const attachments = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0]?.attachments;
const open = (more: { url?: string; app?: string } = {}) =>
  acme.slack.control.act({ kind: 'open_entity', team: 'Acme', channel: 'general', ...more });
const pane = async () => (await acme.slack.control.entityPanes({ team: 'Acme' }))[0];
const opened = async () => (await open()).triggerId ?? '';
const problem = (act: Promise<unknown>) => act.then(String, ({ message }: Error) => message);

describe('an entity of a link', () => {
  it('is shown under the message, once', async () => {
    await unfurl();
    await unfurl({ entity_payload: { attributes: { title: { text: 'Mend the old gate' }, display_id: 'T-7' } } });
    expect(await attachments()).toEqual([
      {
        id: 1,
        from_url: LINK,
        app_unfurl_url: LINK,
        is_app_unfurl: true,
        app_id: acme.slack.acme.app,
        bot_id: acme.slack.acme.botId,
        work_object_entity: {
          app_name: 'Tasks bot',
          display_type: 'Task',
          external_url: 'https://tasks.example/7',
          layouts: {
            compact: {
              layout_type: 'compact',
              title: { text: 'Mend the old gate' },
              subtitle: { text: 'Task T-7 in Tasks bot' },
            },
          },
        },
      },
    ]);
  });

  it.each<[string, object]>([
    ['cannot_unfurl_url', { app_unfurl_url: 'https://tasks.example/8' }],
    ['invalid_metadata_format', { app_unfurl_url: undefined }],
    ['invalid_metadata_format', { entity_type: 'slack#/entities/song' }],
    ['invalid_metadata_format', { external_ref: {} }],
    ['invalid_metadata_format', { url: '' }],
    ['invalid_metadata_format', { entity_payload: { attributes: { title: 'Mend the gate' } } }],
    [
      'invalid_metadata_format',
      {
        entity_payload: {
          ...task.entity_payload,
          actions: { primary_actions: Array(3).fill({ text: 'Close', action_id: 'close' }) },
        },
      },
    ],
  ])('is refused with %s: %j', async (error, more) => {
    expect(await refusal(unfurl(more))).toBe(error);
    expect(await attachments()).toBeUndefined();
  });
});

describe('an entity of an own message', () => {
  it('is posted without a link, and opened like others', async () => {
    const { app_unfurl_url: _, ...bare } = task;
    const said = await bot.chat.postMessage({ channel, text: 'New task', metadata: { entities: [bare] } });
    expect(await attachments()).toMatchObject([{ from_url: task.url, work_object_entity: { product_name: 'Tasks' } }]);
    await open({ url: task.url });
    const event = await acme.app.event(({ type }) => type === 'entity_details_requested');
    expect(event).toMatchObject({ message_ts: said.ts, link: { url: task.url, domain: 'tasks.example' } });
    expect(event).not.toHaveProperty('app_unfurl_url');
  });

  it('is refused when it is none, with what is wrong', async () => {
    const posted = { channel, text: 'New task', metadata: { entities: [{ ...task, external_ref: { id: 7 } }] } };
    expect(await acme.ask('chat.postMessage', posted)).toMatchObject({
      error: 'invalid_metadata_schema',
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/metadata/entities/0/external_ref/id]')] },
    });
  });
});

describe('a button of an entity', () => {
  const actions = {
    primary_actions: [{ text: 'Close', action_id: 'close', value: '7', style: 'primary' }],
    overflow_actions: [{ text: 'Pin', action_id: 'pin' }],
  };
  const press = (actionId: string) =>
    acme.slack.control.act({ kind: 'block_action', team: 'Acme', channel: 'general', actionId });

  it('is pressed where the entity is, and its trigger shows details', async () => {
    await unfurl({ entity_payload: { ...task.entity_payload, actions } });
    await press('close');
    const { triggerId = '' } = await press('pin');
    const container = {
      type: 'message_attachment',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: false,
      is_app_unfurl: true,
      app_unfurl_url: LINK,
      entity_url: 'https://tasks.example/7',
      external_ref: { id: '7', type: 'task' },
    };
    const text = (words: string) => ({ type: 'plain_text', text: words, emoji: true });
    expect(acme.payloads()).toMatchObject([
      {
        type: 'block_actions',
        container,
        actions: [{ type: 'button', action_id: 'close', text: text('Close'), value: '7', style: 'primary' }],
      },
      { type: 'block_actions', container, actions: [{ type: 'button', action_id: 'pin', text: text('Pin') }] },
    ]);
    expect(await acme.slack.control.entityPanes()).toEqual([]);
    await bot.entity.presentDetails({ trigger_id: triggerId, metadata: task });
    expect(await pane()).toMatchObject({ state: 'shown', ts, externalRef: { id: '7' } });
  });
});

describe('the details of an entity', () => {
  it('is opened by a person, of which its app is told, and shows what the app gives', async () => {
    const ann = await annIn(acme.slack);
    await unfurl();
    const trigger = await opened();
    const event = await acme.app.event(({ type }) => type === 'entity_details_requested');
    expect(event).toEqual({
      type: 'entity_details_requested',
      user: ann,
      external_ref: { id: '7', type: 'task' },
      entity_url: 'https://tasks.example/7',
      link: { url: LINK, domain: 'tasks.example' },
      app_unfurl_url: LINK,
      event_ts: expect.stringMatching(/^\d+\.\d{6}$/),
      trigger_id: trigger,
      user_locale: 'en-US',
      channel,
      message_ts: ts,
    });
    expect(await pane()).toMatchObject({ user: ann, ts, externalRef: { id: '7' }, state: 'asked' });
    const { app_unfurl_url: _, ...metadata } = task;
    await bot.entity.presentDetails({ trigger_id: trigger, metadata });
    expect(await pane()).toMatchObject({ state: 'shown', metadata: { entity_payload: task.entity_payload } });
  });

  it('may be an error, or ask the person to sign in', async () => {
    await unfurl();
    const trigger = { trigger_id: await opened() };
    const error = { status: 'custom', custom_title: 'Closed', custom_message: 'Ask Kim' };
    await bot.entity.presentDetails({ ...trigger, error });
    expect(await pane()).toMatchObject({ state: 'error', error });
    const user_auth_url = 'https://tasks.example/sign-in';
    await bot.entity.presentDetails({ ...trigger, user_auth_required: true, user_auth_url });
    expect(await pane()).toMatchObject({ state: 'sign_in', userAuthUrl: user_auth_url });
    expect(await pane()).not.toHaveProperty('error');
  });

  it('are refused when they are none, or of another entity', async () => {
    await unfurl();
    const present = async (more: object) => refusal(bot.entity.presentDetails({ trigger_id: await opened(), ...more }));
    expect(await present({ metadata: { ...task, external_ref: { id: '8' } } })).toBe(
      'entity_metadata_does_not_match_trigger',
    );
    expect(await present({ metadata: { ...task, entity_payload: {} } })).toBe('invalid_metadata');
    expect(await present({ metadata: 'task' })).toBe('invalid_metadata');
    expect(await present({ user_auth_required: true })).toBe('user_auth_url_missing');
    expect(await present({ error: { status: 'sorry' } })).toBe('invalid_arguments');
    expect(await present({})).toBe('invalid_arguments');
    expect(await pane()).toMatchObject({ state: 'asked' });
  });

  it('need the trigger of that opening, by its own app, in time', async () => {
    await unfurl();
    const trigger_id = await opened();
    const present = (client: WebClient, id: string) =>
      refusal(client.entity.presentDetails({ trigger_id: id, metadata: task }));
    const { id: other } = await acme.slack.control.addApp({
      name: 'Other',
      kind: 'granular',
      botScopes: ['chat:write'],
    });
    const { botToken } = await acme.slack.control.install({ team: 'Acme', app: other });
    expect(await present(clientOf(acme.slack, botToken), trigger_id)).toBe('invalid_trigger_id');
    expect(await present(bot, '1.2.no')).toBe('invalid_trigger_id');
    const pressed = await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'new_task' });
    expect(await present(bot, pressed.triggerId ?? '')).toBe('invalid_trigger_id');
    await acme.slack.control.advance(3001);
    expect(await present(bot, trigger_id)).toBe('invalid_trigger_id');
    expect(await pane()).toMatchObject({ state: 'asked' });
  });

  it('are not asked for where people could not open it', async () => {
    expect(await problem(open())).toContain('has no entity');
    await unfurl();
    expect(await problem(open({ url: 'https://tasks.example/8' }))).toContain('has no entity https://tasks.example/8');
    await acme.slack.control.updateApp(acme.slack.acme.app, { eventSubscriptions: [] });
    expect(await problem(open())).toContain('subscribe it to entity_details_requested');
    expect(await acme.slack.control.entityPanes()).toEqual([]);
  });
});

it('shows details with the token of an organization in the workspace where they were asked for', async () => {
  await using app = await AppServer.start();
  await using slack = await startSimulator({
    app: {
      kind: 'granular',
      isOrgWide: true,
      requestUrl: app.url,
      botScopes: ['chat:write', 'chat:write.public'],
      eventSubscriptions: ['entity_details_requested'],
    },
    teams: ['East', 'West'].map((name) => ({ name, enterprise: { id: 'E0ACME', name: 'Acme Org' } })),
  });
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['East', 'West'] });
  const client = clientOf(slack, botToken);
  const west = await slack.control.team('West');
  const posted = { channel: west.channels[0]?.id ?? '', text: 'New task', metadata: { entities: [task] } };
  await client.chat.postMessage(posted);
  const { triggerId = '' } = await slack.control.act({ kind: 'open_entity', team: 'West', channel: 'general' });
  await client.entity.presentDetails({ trigger_id: triggerId, metadata: task });
  expect(await slack.control.entityPanes()).toMatchObject([{ team: west.id, state: 'shown' }]);
});
