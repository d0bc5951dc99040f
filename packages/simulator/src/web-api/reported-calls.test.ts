/**
 * Calls that real apps made of Slack and reported with its answer. The source of each stands beside it: where it differs
 * from the documented list of errors, what was seen wins.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSimulator, type Json } from '../../test/support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let granularToken: string;
let botName: string;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator();
  const botScopes = ['chat:write', 'channels:history', 'channels:read', 'channels:join'];
  const app = await slack.control.addApp({ name: 'Modern', kind: 'granular', botScopes });
  granularToken = (await slack.control.install({ team: 'Acme', app: app.id })).botToken;
  botName = 'modern';
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

/** As an app sends it that writes its requests itself. */
async function post(method: string, args: Json, token = granularToken): Promise<Json> {
  const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
  const response = await fetch(slack.apiUrl + method, { method: 'POST', headers, body: JSON.stringify(args) });
  return (await response.json()) as Json;
}

const say = (args: Json) => post('chat.postMessage', { channel, text: 'x', ...args });
const button = (text: string, rest: Json = {}) => ({ type: 'button', text: { type: 'plain_text', text }, ...rest });

describe('as_user of a granular app', () => {
  // errbotio/err-backend-slackv3, move-coop/parsons#741: true works, and the message is the bot's.
  it('works as true', async () => {
    expect(await say({ as_user: true })).toMatchObject({ ok: true, message: { bot_profile: { name: botName } } });
  });

  // slackapi/node-slack-sdk#1593, HubSpot/slack-client#201 (chat.postEphemeral)
  it.each([
    ['chat.postMessage', {}],
    ['chat.postEphemeral', { user: 'U0NOBODY00' }],
    ['chat.scheduleMessage', { post_at: Math.floor(Date.now() / 1000) + 600 }],
  ])('is a deprecated argument as false in %s', async (method, args) => {
    expect(await post(method, { channel, text: 'x', as_user: false, ...args })).toMatchObject({
      ok: false,
      error: 'invalid_arguments',
      deprecated_argument: 'as_user',
    });
  });

  it('is no matter of classic apps', async () => {
    const args = { channel, text: 'x', as_user: false };
    expect(await post('chat.postMessage', args, slack.acme.botToken)).toMatchObject({ ok: true });
  });
});

// getpapercups-io/papercups#522, lpiep/dewy#362
it('ignores another name and icon without chat:write.customize', async () => {
  const posted = await say({ username: 'Somebody', icon_emoji: ':ghost:' });
  expect(posted).toMatchObject({ ok: true, message: { bot_profile: { name: botName } } });
  for (const key of ['username', 'icons', 'subtype']) expect(posted.message).not.toHaveProperty(key);
});

describe('metadata', () => {
  const newest = async () => {
    const history = await post('conversations.history', { channel, limit: 1, include_all_metadata: true });
    return (history.messages as Json[])[0];
  };

  // slack-go/slack#1343: its slack.Msg carries this with every answer to a slash command.
  it('may be empty, which is none', async () => {
    const posted = await say({ metadata: { event_type: '', event_payload: null } });
    expect(posted).toMatchObject({ ok: true });
    expect(await newest()).not.toHaveProperty('metadata');
  });

  // https://docs.slack.dev/reference/methods/chat.postMessage, slackapi/python-slack-sdk tests (test_message_metadata.py)
  it('may be entities of Work Objects', async () => {
    const entity = { url: 'https://example.com/1', external_ref: { id: '1' }, entity_type: 'slack#/entities/task' };
    const payload = { attributes: { title: { text: 'One' } } };
    expect(await say({ metadata: { entities: [{ ...entity, entity_payload: payload }] } })).toMatchObject({ ok: true });
    const unfurls = { channel, ts: String((await newest())?.ts), metadata: { entities: [] } };
    expect(await post('chat.unfurl', unfurls, slack.acme.botToken)).toMatchObject({ ok: true });
  });

  it.each<[Json]>([[{ event_type: 'x', event_payload: null }], [{ entities: 'x' }], [{ entities: [7] }], [{}]])(
    'may not be %j',
    async (metadata) => {
      expect(await say({ metadata })).toMatchObject({ error: 'invalid_metadata_schema' });
    },
  );
});

describe('blocks', () => {
  // knacklabs/gantry#458, haruotsu/slack-review-notify#99
  it('may not have one action_id twice in one block', async () => {
    const elements = [button('a', { action_id: 'same' }), button('b', { action_id: 'same' })];
    expect(await say({ blocks: [{ type: 'actions', elements }] })).toMatchObject({ error: 'invalid_blocks' });
    const apart = elements.map((element) => ({ type: 'actions', elements: [element] }));
    expect(await say({ blocks: apart })).toMatchObject({ ok: true });
  });

  it('may have option descriptions of more than the documented 75 characters', async () => {
    const text = { type: 'plain_text', text: 'x' };
    const option = { text, value: '1', description: { type: 'plain_text', text: 'x'.repeat(103) } };
    const element = { type: 'radio_buttons', options: [option] };
    expect(await say({ blocks: [{ type: 'actions', elements: [element] }] })).toMatchObject({ ok: true });
  });
});

// mrkaye97/slackr#89, wee-slack/wee-slack#959, soxtoby/SlackNet#63
it.each(['files.upload', 'channels.list', 'channels.history', 'groups.list', 'im.open', 'mpim.list'])(
  '%s is deprecated, not unknown',
  async (method) => {
    expect(await post(method, {})).toMatchObject({ ok: false, error: 'method_deprecated' });
  },
);

it('still does not know what never was', async () => {
  expect(await post('channels.dance', {})).toMatchObject({ error: 'unknown_method' });
});
