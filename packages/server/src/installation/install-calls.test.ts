/** The exchange as it is on the wire, beside what Slack's own SDK sends for the same method. */
import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { createCallSlack } from '../slack/web-api.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallCalls } from './install-calls.ts';

const API = 'https://slack.example.test/api/';
const REDIRECT = 'https://bot.example.test/slack/oauth_redirect';
const secret = { clientId: '1000.2000', clientSecret: 's3cr/t+=' };

interface Sent {
  url: string;
  method: string | undefined;
  headers: Headers;
  form: Record<string, string>;
}

/** A fetch that notes what it should send. */
function aWire() {
  const sent: Sent[] = [];
  const fetch = (async (url: string | URL, init: RequestInit = {}) => {
    const form = Object.fromEntries(new URLSearchParams(init.body as string));
    sent.push({ url: String(url), method: init.method, headers: new Headers(init.headers), form });
    return Response.json({ ok: true });
  }) as typeof globalThis.fetch;
  return { sent, fetch };
}

async function exchange(oauth: 'v1' | 'v2', verifier?: string): Promise<Sent> {
  const { sent, fetch } = aWire();
  const slackFetch = createSlackFetch({
    apiUrl: API,
    lookup: () => expect.fail('the exchange carries a token'),
    report: () => expect.fail('the exchange raised a signal'),
    clock: new TestClock(0),
    random: () => 0,
    fetch,
  });
  await createInstallCalls(createCallSlack(slackFetch, API), { ...secret, oauth }).exchange(
    'code-1',
    REDIRECT,
    verifier,
  );
  expect(sent).toHaveLength(1);
  return sent[0] ?? expect.fail('nothing was sent');
}

async function exchangeBySdk(): Promise<Sent> {
  const { sent, fetch } = aWire();
  const client = new WebClient(undefined, { slackApiUrl: API, fetch });
  await client.oauth.v2.access({
    client_id: secret.clientId,
    client_secret: secret.clientSecret,
    code: 'code-1',
    redirect_uri: REDIRECT,
  });
  return sent[0] ?? expect.fail('nothing was sent');
}

describe('the exchange of OAuth v2', () => {
  it('of a public client sends the verifier, and no secret', async () => {
    const { headers, form } = await exchange('v2', 'the-verifier');
    expect(headers.has('authorization')).toBe(false);
    expect(form).toEqual({
      client_id: '1000.2000',
      code: 'code-1',
      redirect_uri: REDIRECT,
      code_verifier: 'the-verifier',
    });
  });

  it('sends id and secret by HTTP Basic and nowhere else, the code in a form, and no token', async () => {
    const { url, method, headers, form } = await exchange('v2');
    expect([method, url]).toEqual(['POST', `${API}oauth.v2.access`]);
    expect(headers.get('content-type')).toBe('application/x-www-form-urlencoded');
    expect(form).toEqual({ code: 'code-1', redirect_uri: REDIRECT });
    const [scheme, value = ''] = (headers.get('authorization') ?? '').split(' ');
    expect([scheme, atob(value)]).toEqual(['Basic', `${secret.clientId}:${secret.clientSecret}`]);
  });

  it('is what @slack/web-api sends, but for where id and secret stand', async () => {
    const ours = await exchange('v2');
    const theirs = await exchangeBySdk();
    expect([ours.url, ours.method]).toEqual([theirs.url, theirs.method]);
    expect(theirs.headers.get('content-type')).toBe(ours.headers.get('content-type'));
    const { client_id, client_secret, ...rest } = theirs.form;
    expect([client_id, client_secret]).toEqual([secret.clientId, secret.clientSecret]);
    expect(ours.form).toEqual(rest);
  });
});

it('the exchange of OAuth v1 sends id and secret in the form', async () => {
  const { url, headers, form } = await exchange('v1');
  expect(url).toBe(`${API}oauth.access`);
  expect(headers.has('authorization')).toBe(false);
  expect(form).toEqual({
    client_id: secret.clientId,
    client_secret: secret.clientSecret,
    code: 'code-1',
    redirect_uri: REDIRECT,
  });
});
