/**
 * Blocks come back with what Slack adds to them, wherever an app gets them. (Netflix/dispatch#2394, slack-go/slack#717;
 * https://docs.slack.dev/reference/methods/views.open for the defaults)
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acme, acmeWithApp, aModal, postJson } from '../../../test/support/people.ts';
import type { Json } from '../../../test/support/slack.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const button = { type: 'button', text: plain('Go') };
const actions = { type: 'actions', elements: [button, { ...button, action_id: 'mine' }] };
const SHORT_ID = expect.stringMatching(/^\w{3,8}$/);
/** As `actions` comes back. */
const wholeActions = {
  type: 'actions',
  block_id: SHORT_ID,
  elements: [
    { type: 'button', text: { type: 'plain_text', text: 'Go', emoji: true }, action_id: SHORT_ID },
    { type: 'button', text: { type: 'plain_text', text: 'Go', emoji: true }, action_id: 'mine' },
  ],
};

let acme: Acme;
let channel: string;
beforeAll(async () => {
  const app = {
    eventSubscriptions: ['message.channels'],
    botScopes: ['channels:history', 'chat:write', 'links:write'],
  };
  acme = await acmeWithApp({ app });
  channel = (await acme.slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => acme[Symbol.asyncDispose]());

const posted = async (method: string, args: Json = {}) =>
  (await acme.ask(method, { channel, text: 'x', blocks: [actions], ...args })) as Json & { message: Json; ts: string };
const historyOf = async () => ((await acme.ask('conversations.history', { channel, limit: 1 })).messages as Json[])[0];
const responseUrl = async () =>
  (await acme.slack.control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/x' })).responseUrl ?? '';

describe('blocks of messages', () => {
  it('are whole in the answer, in the history and in events', async () => {
    const { message, ts } = await posted('chat.postMessage');
    expect(message.blocks).toEqual([wholeActions]);
    expect((await historyOf())?.blocks).toEqual(message.blocks);
    expect((await acme.app.event((event) => event.ts === ts)).blocks).toEqual(message.blocks);
  });

  it('are whole after chat.update, in scheduled messages, and in what comes by a response URL', async () => {
    const { ts } = await posted('chat.postMessage');
    expect((await posted('chat.update', { ts })).message.blocks).toEqual([wholeActions]);
    const postAt = Math.floor((await acme.slack.control.status()).clock.nowMs / 1000) + 600;
    expect((await posted('chat.scheduleMessage', { post_at: postAt })).message.blocks).toEqual([wholeActions]);
    await postJson(await responseUrl(), { response_type: 'in_channel', blocks: [actions] });
    expect((await historyOf())?.blocks).toEqual([wholeActions]);
  });

  it('are whole inside attachments and previews', async () => {
    const attached = await posted('chat.postMessage', { blocks: [], attachments: [{ blocks: [actions] }] });
    expect(attached.message.attachments).toMatchObject([{ blocks: [wholeActions] }]);
    const { ts } = await acme.slack.control.say({
      team: 'Acme',
      channel: 'general',
      text: 'https://example.com/a?b&c',
    });
    const unfurls = { 'https://example.com/a?b&c': { blocks: [actions] } };
    expect(await acme.ask('chat.unfurl', { channel, ts, unfurls })).toMatchObject({ ok: true });
    expect((await historyOf())?.attachments).toMatchObject([{ blocks: [wholeActions] }]);
  });

  it('can be pressed and keep state by the ids that Slack made', async () => {
    const { message, ts } = await posted('chat.postMessage', {
      blocks: [{ type: 'actions', elements: [button, { type: 'datepicker' }] }],
    });
    const [block] = message.blocks as [{ block_id: string; elements: { action_id: string }[] }];
    const [pressed = '', picked = ''] = block.elements.map(({ action_id: id }) => id);
    await acme.slack.control.act({ kind: 'block_action', team: 'Acme', channel, ts, actionId: pressed });
    expect(acme.payloads().at(-1)).toMatchObject({
      actions: [{ action_id: pressed, block_id: block.block_id, text: { emoji: true } }],
      state: { values: { [block.block_id]: { [picked]: { type: 'datepicker', selected_date: null } } } },
    });
  });

  it('say verbatim: false, have links and escaped signs, and leave rich_text alone', async () => {
    const richText = {
      type: 'rich_text',
      block_id: 'own',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'a & b' }] }],
    };
    const section = { type: 'section', text: { type: 'mrkdwn', text: 'https://a.example & more' } };
    const { message } = await posted('chat.postMessage', { blocks: [section, richText] });
    expect(message.blocks).toEqual([
      {
        type: 'section',
        block_id: SHORT_ID,
        text: { type: 'mrkdwn', text: '<https://a.example> &amp; more', verbatim: false },
      },
      richText,
    ]);
  });
});

describe('text of a bot', () => {
  it('is escaped, and comes with a rich_text block', async () => {
    const { message } = await posted('chat.postMessage', { text: '*a* & <b> https://a.example', blocks: [] });
    expect(message).toMatchObject({
      text: '*a* &amp; &lt;b&gt; <https://a.example>',
      blocks: [
        {
          type: 'rich_text',
          block_id: SHORT_ID,
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'a', style: { bold: true } },
                { type: 'text', text: ' & <b> ' },
                { type: 'link', url: 'https://a.example' },
              ],
            },
          ],
        },
      ],
      // (vercel/chat, packages/adapter-slack/sample-messages.md)
      bot_profile: { user_id: acme.slack.acme.botUserId },
    });
    const { message: unlinked } = await posted('chat.postMessage', { text: 'https://a', blocks: [], parse: 'none' });
    expect(unlinked).toMatchObject({ text: 'https://a' });
  });

  it('has the same from an incoming answer, an edit and a person', async () => {
    await postJson(await responseUrl(), { response_type: 'in_channel', text: 'a & b' });
    expect(await historyOf()).toMatchObject({ text: 'a &amp; b', blocks: [{ type: 'rich_text' }] });
    await acme.slack.control.say({ team: 'Acme', channel: 'general', text: 'c & d' });
    expect(await historyOf()).toMatchObject({ text: 'c &amp; d' });
  });
});

describe('blocks of views', () => {
  it('are whole in answers, with the defaults of inputs', async () => {
    const input = { type: 'input', label: plain('Name'), element: { type: 'plain_text_input' } };
    const { triggerId } = await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'open' });
    const { view } = await acme.ask('views.open', {
      trigger_id: triggerId,
      view: aModal({ blocks: [input, actions] }),
    });
    expect((view as Json).blocks).toEqual([
      {
        type: 'input',
        block_id: SHORT_ID,
        label: { type: 'plain_text', text: 'Name', emoji: true },
        optional: false,
        dispatch_action: false,
        element: { type: 'plain_text_input', action_id: SHORT_ID },
      },
      wholeActions,
    ]);
  });
});
