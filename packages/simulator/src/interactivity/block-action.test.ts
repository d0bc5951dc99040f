import { expect, it } from 'vitest';
import { type Acme, acmeWithApp, annIn, answerWith, controls, postJson } from '../../test/support/people.ts';
import type { Json } from '../../test/support/slack.ts';

const inGeneral = { team: 'Acme', channel: 'general' };
const press = { kind: 'block_action', ...inGeneral, actionId: 'ok' } as const;

/** Posts a message with the controls as the bot, and gives its ts. */
async function posted({ ask }: Acme, blocks: readonly Json[] = controls): Promise<string> {
  const answer = await ask('chat.postMessage', { channel: '#general', text: 'pick', blocks });
  return String(answer.ts);
}

it('sends a pressed button with the message, where it is, and a URL to answer at', async () => {
  await using acme = await acmeWithApp();
  const ts = await posted(acme);
  const info = await acme.slack.control.act(press);
  const team = await acme.slack.control.team('Acme');
  const channelId = team.channels[0]?.id;
  expect(acme.payloads()).toEqual([
    {
      type: 'block_actions',
      user: { id: await annIn(acme.slack), username: 'ann', name: 'ann', team_id: team.id },
      api_app_id: 'A0SIMULATE',
      token: 'sim-verification-token',
      team: { id: team.id, domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      container: { type: 'message', message_ts: ts, channel_id: channelId, is_ephemeral: false },
      channel: { id: channelId, name: 'general' },
      message: expect.objectContaining({ type: 'message', ts, text: 'pick', bot_id: acme.slack.acme.botId }),
      state: { values: { controls: { size: { type: 'static_select', selected_option: null } } } },
      trigger_id: info.triggerId,
      response_url: info.responseUrl,
      actions: [
        {
          type: 'button',
          action_id: 'ok',
          block_id: 'controls',
          text: { type: 'plain_text', text: 'OK', emoji: true },
          value: '1',
          style: 'primary',
          action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
        },
      ],
    },
  ]);
});

it('sends what was chosen in a select, and remembers it for the next button', async () => {
  await using acme = await acmeWithApp();
  await posted(acme);
  await acme.slack.control.act({ ...press, actionId: 'size', value: 'l' });
  await acme.slack.control.act(press);
  const option = { text: { type: 'plain_text', text: 'Large' }, value: 'l' };
  expect(acme.payloads()).toMatchObject([
    { actions: [{ type: 'static_select', selected_option: option, placeholder: { text: 'Size' } }] },
    { state: { values: { controls: { size: { selected_option: option } } } } },
  ]);
  await expect(acme.slack.control.act({ ...press, actionId: 'size', value: 'xl' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await expect(acme.slack.control.act({ ...press, actionId: 'gone' })).rejects.toMatchObject({ code: 'not_found' });
});

it('replaces and deletes the message by the response URL', async () => {
  await using acme = await acmeWithApp();
  await posted(acme);
  const { responseUrl = '' } = await acme.slack.control.act(press);
  await postJson(responseUrl, { replace_original: true, text: 'done' });
  expect(await acme.slack.control.messages(inGeneral)).toMatchObject([{ text: 'done' }]);
  await postJson(responseUrl, { delete_original: true });
  expect(await acme.slack.control.messages(inGeneral)).toEqual([]);
});

it('answers by the response URL to one person, to all, or in a thread', async () => {
  await using acme = await acmeWithApp();
  const ts = await posted(acme);
  const { responseUrl = '' } = await acme.slack.control.act({ ...press, user: 'bob' });
  await postJson(responseUrl, { text: 'only you' });
  await postJson(responseUrl, { text: 'all', response_type: 'in_channel' });
  await postJson(responseUrl, { text: 'there', response_type: 'in_channel', replace_original: false, thread_ts: ts });
  expect(await acme.slack.control.ephemerals({ ...inGeneral, user: 'bob' })).toMatchObject([{ text: 'only you' }]);
  expect(await acme.slack.control.messages(inGeneral)).toMatchObject([
    { text: 'pick' },
    { text: 'all' },
    { text: 'there', threadTs: ts },
  ]);
});

it.each([
  ['no content', {}, '{"ok":false,"error":"no_text"}'],
  ['blocks that are none', { blocks: [{ type: 'x' }] }, expect.stringContaining('"error":"invalid_blocks"')],
])('refuses %s at the response URL', async (_, body, text) => {
  await using acme = await acmeWithApp();
  await posted(acme);
  const { responseUrl = '' } = await acme.slack.control.act(press);
  expect(await postJson(responseUrl, body)).toEqual({ status: 200, text });
});

it('lets only the person who sees an ephemeral message use it, and replaces it', async () => {
  await using acme = await acmeWithApp();
  const user = await annIn(acme.slack);
  await acme.ask('chat.postEphemeral', { channel: '#general', user, text: 'psst', blocks: controls });
  await expect(acme.slack.control.act({ ...press, user: 'bob' })).rejects.toMatchObject({ code: 'not_found' });
  const { responseUrl = '' } = await acme.slack.control.act(press);
  expect(acme.payloads()).toMatchObject([{ container: { is_ephemeral: true } }]);
  await postJson(responseUrl, { replace_original: true, text: 'psst again' });
  expect(await acme.slack.control.ephemerals(inGeneral)).toMatchObject([{ text: 'psst again' }]);
  await postJson(responseUrl, { delete_original: true });
  expect(await acme.slack.control.ephemerals(inGeneral)).toEqual([]);
});

const external: readonly Json[] = [
  {
    type: 'section',
    block_id: 'pick',
    text: { type: 'mrkdwn', text: 'City' },
    accessory: { type: 'external_select', action_id: 'city', min_query_length: 1 },
  },
];
const typing = { kind: 'options', ...inGeneral, actionId: 'city', value: 'ber' } as const;

it('asks for the options of an external select at the options URL', async () => {
  await using acme = await acmeWithApp();
  const url = acme.app.url.replace('/slack/events', '/options');
  const { id } = await acme.slack.control.addApp({ kind: 'granular', optionsUrl: url, requestUrl: acme.app.url });
  const { botToken } = await acme.slack.control.install({ team: 'Acme', app: id, scopes: ['chat:write'] });
  const body = JSON.stringify({ channel: '#general', text: 'x', blocks: external });
  const headers = { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' };
  await fetch(`${acme.slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body });
  const options = [{ text: { type: 'plain_text', text: 'Berlin' }, value: 'b' }];
  answerWith(acme.app, { options });
  expect(await acme.slack.control.act(typing)).toMatchObject({ acked: true, options });
  expect(acme.app.arrived).toMatchObject([{ path: '/options' }]);
  expect(acme.payloads()).toMatchObject([
    { type: 'block_suggestion', action_id: 'city', block_id: 'pick', value: 'ber', container: { type: 'message' } },
  ]);
  expect(acme.payloads()[0]).not.toHaveProperty('trigger_id');
});

it.each([
  ['neither options nor groups', {}],
  ['an option without text', { options: [{ value: 'b' }] }],
])('shows no options when the answer has %s', async (_, answer) => {
  await using acme = await acmeWithApp();
  await posted(acme, external);
  answerWith(acme.app, answer);
  expect(await acme.slack.control.act(typing)).toMatchObject({
    acked: true,
    failure: 'dispatch_failed',
    problems: [expect.any(String)],
  });
});

it('gives option groups, too, and takes one of their options as the choice', async () => {
  await using acme = await acmeWithApp();
  await posted(acme, external);
  const text = { type: 'plain_text', text: 'Bern' };
  answerWith(acme.app, { option_groups: [{ label: text, options: [{ text, value: 'be' }] }] });
  expect(await acme.slack.control.act(typing)).toMatchObject({ optionGroups: [{ options: [{ value: 'be' }] }] });
  await acme.slack.control.act({ ...press, actionId: 'city', value: { text, value: 'be' } });
  expect(acme.payloads()).toMatchObject([{}, { actions: [{ selected_option: { text, value: 'be' } }] }]);
});

// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
it('says in which attachment the element is, and of which app the preview', async () => {
  await using acme = await acmeWithApp({ app: { botScopes: ['chat:write', 'links:write'] } });
  await acme.slack.control.invite('Acme', 'general', { user: 'bot' });
  await acme.ask('chat.postMessage', { channel: '#general', attachments: [{ text: 'first' }, { blocks: controls }] });
  await acme.slack.control.act(press);
  const url = 'https://example.com/1';
  const { channel, ts } = await acme.slack.control.say({ ...inGeneral, text: url });
  await acme.ask('chat.unfurl', { channel, ts, unfurls: { [url]: { blocks: controls } } });
  await acme.slack.control.act(press);
  const [own, unfurled] = acme.payloads();
  expect(own).toMatchObject({ container: { type: 'message_attachment', attachment_id: 2, is_app_unfurl: false } });
  expect(own).not.toHaveProperty('app_unfurl');
  expect(unfurled).toMatchObject({
    container: { type: 'message_attachment', attachment_id: 1, is_app_unfurl: true, app_unfurl_url: url },
    app_unfurl: { id: 1, app_unfurl_url: url, is_app_unfurl: true },
    message: { ts },
  });
});

it('finds an element without a place at the newest message that the person sees, and says when there is none', async () => {
  await using acme = await acmeWithApp();
  const ts = await posted(acme);
  const { users } = await acme.slack.control.team('Acme');
  const bob = users.find(({ name }) => name === 'bob')?.id ?? '';
  const hidden = await acme.ask('chat.postEphemeral', {
    channel: '#general',
    user: bob,
    text: 'psst',
    blocks: controls,
  });
  const { channel: _, ...anywhere } = press;
  await acme.slack.control.act(anywhere);
  expect(acme.payloads()).toMatchObject([{ container: { message_ts: ts }, channel: { name: 'general' } }]);
  await expect(acme.slack.control.act({ ...anywhere, ts: String(hidden.message_ts) })).rejects.toMatchObject({
    message: expect.stringContaining('No element ok is in any message that ann sees'),
  });
  await expect(acme.slack.control.act({ ...anywhere, actionId: 'none' })).rejects.toMatchObject({
    message: expect.stringContaining('No element none is in any view or message that ann sees'),
  });
});
