/** Clients of the SDK that are made when they are used, and as many as fit. */
import { WebClient } from '@slack/web-api';
import { expect, it, vi } from 'vitest';
import { TeamClients } from './team-clients.ts';

const makeOf = (token: string) => vi.fn(() => new WebClient(token, { teamId: `of ${token}` }));

it('are made when something of them is used, once', () => {
  const clients = new TeamClients();
  const make = makeOf('xoxb-test-1');
  const client = clients.add(make);
  expect(client).toBeInstanceOf(WebClient);
  expect(clients.size).toBe(0);
  expect(client.token).toBe('xoxb-test-1');
  expect(typeof client.chat.postMessage).toBe('function');
  expect(client.chat).toBe(client.chat);
  expect(make).toHaveBeenCalledTimes(1);
  expect(clients.size).toBe(1);
});

it('call Slack as the client that was made, by its methods and by those of its class', async () => {
  const sent: string[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    const request = new Request(url, init);
    sent.push(`${request.url} ${request.headers.get('authorization')} ${await request.text()}`);
    return Response.json({ ok: true });
  };
  const options = { fetch, teamId: 'T1', slackApiUrl: 'https://slack.test/api/' };
  const client = new TeamClients().add(() => new WebClient('xoxb-test-1', options));
  await client.chat.postMessage({ channel: 'C1', text: 'a' });
  await client.apiCall('api.test', { foo: 1 });
  expect(sent).toEqual([
    'https://slack.test/api/chat.postMessage Bearer xoxb-test-1 team_id=T1&channel=C1&text=a',
    'https://slack.test/api/api.test Bearer xoxb-test-1 team_id=T1&foo=1',
  ]);
});

it('are objects like any client', () => {
  const client: WebClient & { mine?: number } = new TeamClients().add(makeOf('xoxb-test-1'));
  client.mine = 7;
  expect(client.mine).toBe(7);
  expect('mine' in client && 'chat' in client && !('nothing' in client)).toBe(true);
  expect(Object.keys(client)).toEqual(expect.arrayContaining(['token', 'chat', 'mine']));
  delete client.mine;
  expect(Object.fromEntries(Object.entries(client))).toMatchObject({ token: 'xoxb-test-1', teamId: 'of xoxb-test-1' });
  expect(client.mine).toBeUndefined();
});

it('beyond so many the one that was not used for longest is forgotten, and made once more when it is used', () => {
  const clients = new TeamClients({ most: 2 });
  const makes = [1, 2, 3].map((n) => makeOf(`xoxb-test-${n}`));
  const [first, second, third] = makes.map((make) => clients.add(make));
  for (const client of [first, second, first, third]) expect(client?.token).toMatch(/^xoxb-test-/);
  expect(clients.size).toBe(2);
  expect(first?.token).toBe('xoxb-test-1');
  expect(makes.map((make) => make.mock.calls.length)).toEqual([1, 1, 1]);
  expect(second?.token).toBe('xoxb-test-2');
  expect(makes.map((make) => make.mock.calls.length)).toEqual([1, 2, 1]);
  expect(clients.size).toBe(2);
});
