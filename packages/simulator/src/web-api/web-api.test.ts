import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, installedSimulator } from '../../test/support/slack.ts';
import { startSimulator } from '../simulator.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

const post = (method: string, init: RequestInit) => fetch(slack.apiUrl + method, { method: 'POST', ...init });
const answer = async (response: Response | Promise<Response>) => (await response).json();
const bearer = () => ({ authorization: `Bearer ${slack.acme.botToken}` });

describe('the token of a call', () => {
  it('is taken from the header, from a form and from a multipart form', async () => {
    const { botToken: token, botUserId } = slack.acme;
    const form = new FormData();
    form.set('token', token);
    const answers = await Promise.all([
      answer(fetch(`${slack.apiUrl}auth.test`, { headers: { authorization: `bearer ${token}` } })),
      answer(post('auth.test', { body: new URLSearchParams({ token }) })),
      answer(post('auth.test', { body: form })),
    ]);
    for (const one of answers) expect(one).toMatchObject({ ok: true, user_id: botUserId });
  });

  it.each(['application/json; charset=utf-8', 'text/plain'])('is not taken from JSON of type %s', async (type) => {
    const body = JSON.stringify({ token: slack.acme.botToken });
    const inBody = await answer(post('auth.test', { headers: { 'content-type': type }, body }));
    expect(inBody).toMatchObject({ ok: false, error: 'not_authed' });
    const inBoth = await answer(
      post('auth.test', { headers: { ...bearer(), 'content-type': type }, body: '{"token":"x"}' }),
    );
    expect(inBoth).toMatchObject({ ok: true, user_id: slack.acme.botUserId });
  });

  it('is not taken from the query string', async () => {
    const response = fetch(`${slack.apiUrl}auth.test?token=${slack.acme.botToken}`);
    expect(await answer(response)).toEqual({ ok: false, error: 'not_authed' });
  });

  it('is refused when it is missing, unknown, or of the wrong kind', async () => {
    const { apps } = await slack.control.status();
    expect(await call(slack, 'auth.test', undefined)).toEqual({ ok: false, error: 'not_authed' });
    expect(await call(slack, 'auth.test', 'xoxb-sim-unknown')).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await call(slack, 'auth.test', apps[0]?.appLevelToken)).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await call(slack, 'rtm.connect', slack.acme.userToken)).toMatchObject({ error: 'not_allowed_token_type' });
  });

  it('of a granular app may not use RTM and needs its scopes', async () => {
    const app = await slack.control.addApp({ name: 'Modern', kind: 'granular', botScopes: ['chat:write'] });
    const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
    expect(await call(slack, 'rtm.connect', botToken)).toEqual({ ok: false, error: 'not_allowed_token_type' });
    expect(await call(slack, 'users.list', botToken)).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    });
  });
});

describe('the body of a call', () => {
  it.each([
    ['an unknown content type', { 'content-type': 'application/xml' }, '<a/>', 'invalid_post_type'],
    ['broken JSON', { 'content-type': 'application/json' }, '{"a":', 'invalid_json'],
    ['a JSON array', { 'content-type': 'application/json' }, '[1]', 'json_not_object'],
    ['a strange charset', { 'content-type': 'application/json; charset=klingon' }, '{}', 'invalid_charset'],
    ['a broken multipart form', { 'content-type': 'multipart/form-data; boundary=x' }, 'nonsense', 'invalid_form_data'],
    ['an array in a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'users[]=U1', 'invalid_array_arg'],
    ['an odd argument name', { 'content-type': 'application/x-www-form-urlencoded' }, 'a-b=1', 'invalid_arg_name'],
    ['an array for one value', { 'content-type': 'application/json' }, '{"error":["x"]}', 'invalid_array_arg'],
  ])('with %s is refused', async (_, headers, body, error) => {
    expect(await answer(post('api.test', { headers, body }))).toMatchObject({ ok: false, error });
  });

  it('without a content type is refused', async () => {
    const body = new Blob(['foo=bar']);
    expect(await answer(post('api.test', { body }))).toEqual({ ok: false, error: 'missing_post_type' });
  });

  it('is refused with 413 when it is larger than 4 MB, and the connection lives on', async () => {
    const response = await post('api.test', { body: new URLSearchParams({ text: 'x'.repeat(10_000_000) }) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ ok: false, error: 'invalid_form_data' });
    expect(await call(slack, 'api.test', undefined)).toMatchObject({ ok: true });
  });

  it('joins the arguments of the query string', async () => {
    const response = post('api.test?foo=query&only=query', { body: new URLSearchParams({ foo: 'body' }) });
    expect(await answer(response)).toMatchObject({ ok: true, args: { foo: 'body', only: 'query' } });
  });
});

describe('an answer', () => {
  it('carries the headers that SDKs read', async () => {
    const { headers } = await post('users.list', { headers: bearer() });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('x-slack-req-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('x-oauth-scopes')).toBe('identify,bot:basic');
    expect(headers.get('x-accepted-oauth-scopes')).toBe('users:read');
  });

  it('is unknown_method for methods that are not there', async () => {
    expect(await call(slack, 'nothing.here', slack.acme.botToken)).toEqual({
      ok: false,
      error: 'unknown_method',
      req_method: 'nothing.here',
    });
  });

  it('pages through a list with cursors, and refuses a cursor that is none', async () => {
    const { botToken } = slack.acme;
    const first = await call(slack, 'users.list', botToken, { limit: '2' });
    const metadata = first.response_metadata as { next_cursor: string };
    const second = await call(slack, 'users.list', botToken, { limit: '2', cursor: metadata.next_cursor });
    const all = await call(slack, 'users.list', botToken);
    expect([...(first.members as unknown[]), ...(second.members as unknown[])].slice(0, 3)).toEqual(
      (all.members as unknown[]).slice(0, 3),
    );
    expect(first.members).toHaveLength(2);
    expect(await call(slack, 'users.list', botToken, { cursor: 'nonsense' })).toMatchObject({
      error: 'invalid_cursor',
    });
  });
});

describe('what one call writes', () => {
  it('the others show: messages, threads and the direct message of a person', async () => {
    await using own = await installedSimulator();
    const { botToken, botUserId } = own.acme;
    const root = await call(own, 'chat.postMessage', botToken, { channel: '#general', text: 'root' });
    const fields = { channel: String(root.channel), thread_ts: String(root.ts), text: 'reply', as_user: 'true' };
    await call(own, 'chat.postMessage', botToken, fields);
    const history = await call(own, 'conversations.history', botToken, { channel: String(root.channel) });
    expect(history.messages).toMatchObject([{ text: 'root', reply_count: 1, reply_users: [botUserId] }]);

    const ann = (await own.control.team('Acme')).users.find(({ name }) => name === 'ann')?.id ?? '';
    const direct = await call(own, 'chat.postMessage', botToken, { channel: ann, text: 'psst' });
    const opened = await call(own, 'conversations.open', botToken, { users: ann });
    expect(opened).toMatchObject({ ok: true, already_open: true, channel: { id: direct.channel } });
    const members = await call(own, 'conversations.members', botToken, { channel: String(direct.channel) });
    expect(members.members).toEqual([botUserId, ann]);
    expect(await own.control.messages({ team: 'Acme', to: 'bot' })).toMatchObject([{ text: 'psst', isBot: true }]);
  });

  it('hides private channels from those who are not in them', async () => {
    await using own = await startSimulator({
      teams: [{ name: 'Acme', channels: [{ name: 'secret', isPrivate: true, members: ['ann'] }] }],
    });
    const { botToken } = await own.control.install({ team: 'Acme' });
    const secret = (await own.control.team('Acme')).channels.find(({ name }) => name === 'secret')?.id ?? '';
    const list = () => call(own, 'conversations.list', botToken, { types: 'public_channel,private_channel' });
    expect((await list()).channels).toHaveLength(1);
    expect(await call(own, 'conversations.info', botToken, { channel: secret })).toMatchObject({
      error: 'channel_not_found',
    });
    await own.control.invite('Acme', 'secret', { user: 'bot' });
    expect((await list()).channels).toHaveLength(2);
  });
});

describe('errors are those that Slack documents for the method', () => {
  it.each([
    ['chat.postMessage', { channel: 'C0NOWHERE0', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: '#general' }, 'no_text'],
    ['chat.postMessage', { text: 'x' }, 'invalid_arguments'],
    ['chat.postMessage', { channel: '#general', blocks: '{' }, 'invalid_blocks_format'],
    ['chat.postMessage', { channel: '#general', blocks: '[{}]' }, 'invalid_blocks'],
    ['chat.postMessage', { channel: '#general', text: 'x', markdown_text: 'y' }, 'markdown_text_conflict'],
    ['chat.meMessage', { channel: '#general' }, 'invalid_arguments'],
    ['conversations.history', { channel: '#random' }, 'not_in_channel'],
    ['conversations.history', { channel: '#general', oldest: 'yesterday' }, 'invalid_ts_oldest'],
    ['conversations.list', { types: 'tunnels' }, 'invalid_types'],
    ['conversations.list', { limit: 'many' }, 'invalid_limit'],
    ['conversations.open', {}, 'users_list_not_supplied'],
    ['conversations.open', { users: 'U0NOBODY00' }, 'user_not_found'],
    ['users.info', { user: 'U0NOBODY00' }, 'user_not_found'],
    ['bots.info', { bot: 'B0NOBODY00' }, 'bot_not_found'],
    ['team.info', { team: 'T0ELSEWHERE' }, 'team_not_found'],
    ['apps.uninstall', { client_id: 'x' }, 'invalid_client_id'],
    ['apps.uninstall', { client_id: '1000.2000', client_secret: 'x' }, 'bad_client_secret'],
  ])('%s %o: %s', async (method, fields, error) => {
    expect(await call(slack, method, slack.acme.botToken, fields as Record<string, string>)).toMatchObject({
      ok: false,
      error,
    });
  });
});

describe('uninstalling', () => {
  it.each(['auth.revoke', 'apps.uninstall'])('by %s ends the bot token with account_inactive', async (method) => {
    await using own = await installedSimulator();
    const { apps } = await own.control.status();
    const secrets = { client_id: apps[0]?.clientId ?? '', client_secret: apps[0]?.clientSecret ?? '' };
    expect(await call(own, method, own.acme.botToken, secrets)).toMatchObject({ ok: true });
    expect(await call(own, 'auth.test', own.acme.botToken)).toEqual({ ok: false, error: 'account_inactive' });
    expect(await call(own, 'auth.test', own.acme.userToken)).toEqual({ ok: false, error: 'token_revoked' });
    const again = await own.control.install({ team: 'Acme' });
    expect(again.botUserId).toBe(own.acme.botUserId);
    expect(await call(own, 'auth.test', again.botToken)).toMatchObject({ ok: true });
  });

  it('is only tried when auth.revoke says test', async () => {
    const answered = await call(slack, 'auth.revoke', slack.acme.botToken, { test: 'true' });
    expect(answered).toEqual({ ok: true, revoked: false });
    expect(await call(slack, 'auth.test', slack.acme.botToken)).toMatchObject({ ok: true });
  });
});
