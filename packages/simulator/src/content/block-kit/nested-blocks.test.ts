/** Blocks inside blocks as an app and the people who use it have them: whole, with ids, and pressed. */
import type { ChatPostMessageArguments } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acme, acmeWithApp, aModal } from '../../../test/support/people.ts';
import type { Json } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

type KnownBlock = NonNullable<Extract<ChatPostMessageArguments, { blocks: unknown }>['blocks']>[number];

const text = (words: string) => ({ type: 'plain_text', text: words }) as const;
const shown = (words: string) => ({ ...text(words), emoji: true });
const SHORT_ID = expect.stringMatching(/^\w{3,8}$/);

const carousel: KnownBlock = {
  type: 'carousel',
  elements: [
    { type: 'card', block_id: 'first', title: { type: 'mrkdwn', text: 'First' } },
    { type: 'card', title: { type: 'mrkdwn', text: '*Second*' }, actions: [{ type: 'button', text: text('Take') }] },
  ],
};
const container: KnownBlock = {
  type: 'container',
  title: text('Settings'),
  child_blocks: [
    { type: 'section', text: text('Size'), accessory: { type: 'button', text: text('More'), action_id: 'more' } },
    { type: 'input', label: text('Name'), element: { type: 'plain_text_input', action_id: 'name' } },
  ],
};
const chart = {
  type: 'data_visualization',
  title: 'Candy',
  chart: { type: 'pie', segments: [{ label: 'Twix', value: 28 }] },
};

let acme: Acme;
let channel: string;
beforeAll(async () => {
  const app = { botScopes: ['channels:history', 'chat:write'], eventSubscriptions: ['message.channels'] };
  acme = await acmeWithApp({ app });
  channel = (await acme.slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => acme[Symbol.asyncDispose]());

const client = () => clientOf(acme.slack, acme.slack.acme.botToken);
const post = (blocks: readonly unknown[]) =>
  client().chat.postMessage({ channel, text: 'x', blocks: blocks as KnownBlock[] });
const press = async (ts: string | undefined, actionId: string) => {
  await acme.slack.control.act({ kind: 'block_action', team: 'Acme', channel, ts, actionId });
  return acme.payloads().at(-1);
};

describe('cards in a carousel', () => {
  it('have ids in the answer, the history and the event, and their buttons can be pressed', async () => {
    const { ts, message } = await post([carousel]);
    const second = {
      type: 'card',
      block_id: SHORT_ID,
      title: { type: 'mrkdwn', text: '*Second*', verbatim: false },
      actions: [{ type: 'button', text: shown('Take'), action_id: SHORT_ID }],
    };
    const blocks = [
      {
        type: 'carousel',
        block_id: SHORT_ID,
        elements: [{ type: 'card', block_id: 'first', title: { text: 'First' } }, second],
      },
    ];
    expect(message?.blocks).toMatchObject(blocks);
    const { messages } = await client().conversations.history({ channel, limit: 1 });
    expect(messages?.[0]?.blocks).toEqual(message?.blocks);
    expect((await acme.app.event((event) => event.ts === ts)).blocks).toEqual(message?.blocks);
    const [{ elements }] = (message?.blocks ?? []) as unknown as [{ elements: Json[] }];
    const [, { block_id: blockId, actions }] = elements as [Json, Json];
    const [{ action_id: actionId }] = actions as [{ action_id: string }];
    expect(await press(ts, actionId)).toMatchObject({
      type: 'block_actions',
      actions: [{ type: 'button', action_id: actionId, block_id: blockId, text: shown('Take') }],
    });
  });
});

describe('blocks in a container', () => {
  it('have ids and defaults, and their elements can be pressed and keep state', async () => {
    const { ts, message } = await post([container]);
    const [block] = (message?.blocks ?? []) as unknown as [{ child_blocks: Json[] }];
    expect(block.child_blocks).toMatchObject([
      { type: 'section', block_id: SHORT_ID, accessory: { action_id: 'more', text: shown('More') } },
      { type: 'input', block_id: SHORT_ID, optional: false, dispatch_action: false },
    ]);
    const inputId = String(block.child_blocks[1]?.block_id);
    expect(await press(ts, 'more')).toMatchObject({
      actions: [{ action_id: 'more', block_id: block.child_blocks[0]?.block_id }],
      state: { values: { [inputId]: { name: { type: 'plain_text_input', value: null } } } },
    });
  });
});

describe('the newest blocks', () => {
  it('come back as they were sent where they are documents', async () => {
    const table = {
      type: 'data_table',
      block_id: 'numbers',
      caption: 'Numbers',
      rows: [[{ type: 'raw_text', text: 'n & m' }], [{ type: 'raw_number', value: 1, text: '1' }]],
    };
    const { message } = await post([table, { ...chart, block_id: 'candy' }]);
    expect(message?.blocks).toEqual([table, { ...chart, block_id: 'candy' }]);
  });

  it('are refused by chat.postMessage with what is wrong and where', async () => {
    const posted = post([{ type: 'card', subtitle: { type: 'mrkdwn', text: 'x' } }]);
    expect(await refusal(posted)).toBe('invalid_blocks');
    await expect(posted).rejects.toMatchObject({
      data: {
        response_metadata: {
          messages: [expect.stringContaining('hero_image or title or actions or body [json-pointer:/blocks/0]')],
        },
      },
    });
    expect(await refusal(post([{ type: 'alert', text: text('x') }]))).toBe('invalid_blocks');
  });

  it('are in modals and home tabs only where Slack has them', async () => {
    const alert = { type: 'alert', level: 'warning', text: text('Careful') };
    const open = async (blocks: readonly unknown[]) => {
      const { triggerId } = await acme.slack.control.act({ kind: 'shortcut', team: 'Acme', callbackId: 'open' });
      return acme.ask('views.open', { trigger_id: triggerId, view: aModal({ blocks }) });
    };
    expect(await open([alert])).toMatchObject({ ok: true });
    expect(await open([chart])).toMatchObject({ ok: false, error: 'invalid_arguments' });
    const user_id = (await acme.slack.control.team('Acme')).users.find(({ name }) => name === 'ann')?.id;
    const publish = (blocks: readonly unknown[]) =>
      acme.ask('views.publish', { user_id, view: { type: 'home', blocks } });
    expect(await publish([carousel, chart])).toMatchObject({ ok: true });
    expect(await publish([alert])).toMatchObject({ ok: false, error: 'invalid_arguments' });
  });
});
