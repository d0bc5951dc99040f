import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, installedSimulator } from '../../test/support/slack.ts';
import { clientOf } from '../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let globexToken: string;
beforeAll(async () => {
  slack = await installedSimulator({ teams: 2, clock: { mode: 'manual' } });
  globexToken = (await slack.control.install({ team: 'Globex' })).botToken;
});
afterEach(async () => {
  await slack.control.removeFaults();
  await slack.control.advance(60_000);
});
afterAll(() => slack.stop());

const ask = (method: string, fields: Record<string, string> = {}, token = slack.acme.botToken) =>
  fetch(slack.apiUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Bearer ${token}` },
    body: new URLSearchParams(fields).toString(),
  });
const statuses = async (count: number, once: () => Promise<Response>) => {
  const seen: number[] = [];
  for (let index = 0; index < count; index++) seen.push((await once()).status);
  return seen;
};

describe('the limits of the tiers', () => {
  it('are off until they are switched on', async () => {
    expect(new Set(await statuses(5, () => ask('rtm.connect')))).toEqual(new Set([200]));
  });

  it('count per method and team in windows of a minute', async () => {
    await slack.control.fault({ kind: 'tier_limits' });
    expect(await statuses(2, () => ask('rtm.connect'))).toEqual([200, 429]);
    const refused = await ask('rtm.connect');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    expect((await ask('rtm.start')).status).toBe(200);
    expect((await ask('rtm.connect', {}, globexToken)).status).toBe(200);
    await slack.control.advance(45_500);
    expect((await ask('rtm.connect')).headers.get('retry-after')).toBe('15');
    await slack.control.advance(14_500);
    expect((await ask('rtm.connect')).status).toBe(200);
  });

  it('allow 20, 50 and 100 calls in tiers 2, 3 and 4', async () => {
    await slack.control.fault({ kind: 'tier_limits' });
    const taken = async (method: string) =>
      (await statuses(101, () => ask(method))).filter((one) => one === 200).length;
    expect([await taken('users.list'), await taken('team.info'), await taken('api.test')]).toEqual([20, 50, 100]);
  });

  it('can be others for one method', async () => {
    await slack.control.fault({ kind: 'tier_limits', method: 'conversations.history', perMinute: 1 });
    expect(await statuses(2, () => ask('conversations.history'))).toEqual([200, 429]);
    expect(await statuses(2, () => ask('rtm.connect'))).toEqual([200, 200]);
  });

  it('let one message per second and channel through, with short bursts', async () => {
    await slack.control.fault({ kind: 'tier_limits' });
    const post = (channel: string) => ask('chat.postMessage', { channel, text: 'x' });
    expect(await statuses(4, () => post('#general'))).toEqual([200, 200, 200, 429]);
    expect((await post('#random')).status).toBe(200);
    expect((await post('general')).headers.get('retry-after')).toBe('1');
    await slack.control.advance(1000);
    expect(await statuses(2, () => post('#general'))).toEqual([200, 429]);
  });

  it('are waited for by @slack/web-api', async () => {
    await slack.control.fault({ kind: 'tier_limits', method: 'team.info', perMinute: 1 });
    const client = clientOf(slack, slack.acme.botToken);
    await client.team.info();
    await expect(client.team.info()).rejects.toMatchObject({ retryAfter: 60 });
  });
});

describe('the headers of scopes', () => {
  it('say what the token has, and what the method asks for', async () => {
    const app = await slack.control.addApp({
      name: 'Modern',
      kind: 'granular',
      botScopes: ['chat:write', 'pins:read'],
    });
    const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
    const { headers } = await ask('reactions.add', {}, botToken);
    expect(headers.get('x-oauth-scopes')).toBe('chat:write,pins:read');
    expect(headers.get('x-accepted-oauth-scopes')).toBe('reactions:write');
    expect(await call(slack, 'reactions.add', botToken)).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'reactions:write',
      provided: 'chat:write,pins:read',
    });
  });
});

describe('warnings', () => {
  const warned = async (contentType: string, body: string) => {
    const response = await fetch(`${slack.apiUrl}api.test`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    return response.json();
  };

  it.each([
    ['missing_charset', 'application/json', '{"a":1}'],
    ['superfluous_charset', 'application/x-www-form-urlencoded; charset=utf-8', 'a=1'],
  ])('say %s of %s', async (warning, contentType, body) => {
    expect(await warned(contentType, body)).toMatchObject({
      ok: true,
      warning,
      response_metadata: { warnings: [warning] },
    });
  });

  it('are not given where the charset is as Slack likes it', async () => {
    expect(await warned('application/json; charset=utf-8', '{"a":1}')).not.toHaveProperty('warning');
    expect(await warned('application/x-www-form-urlencoded', 'a=1')).not.toHaveProperty('warning');
  });

  it('stand beside the others', async () => {
    const response = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${slack.acme.botToken}` },
      body: JSON.stringify({ channel: '#general', text: 'x'.repeat(40_001) }),
    });
    expect(await response.json()).toMatchObject({
      warning: 'message_truncated,missing_charset',
      response_metadata: { warnings: ['message_truncated', 'missing_charset'] },
    });
  });
});
