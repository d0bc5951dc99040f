/** A storm of refreshes as Slack sees it: over real HTTP, out of a real store, with the rows followed as a server does. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { ownsAll } from '../ownership/key-ownership.test-kit.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { createCallSlack } from '../slack/web-api.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { InstallationView } from '../team/installations.ts';
import { plantInstallations } from '../team/planted-rows.test-kit.ts';
import { RowWatcher } from '../team/row-watcher.ts';
import { TestClock } from '../time/test-clock.ts';
import { createRefresher } from './create-refresher.ts';

/** More than Slack allows in a minute. */
const TEAMS = 1_500;
const LIFE_MS = 12 * 3_600_000;
/** oauth.v2.access, installs included. (https://docs.slack.dev/reference/methods/oauth.v2.access) */
const SLACK_ALLOWS_PER_MINUTE = 600;

let clock: TestClock;
let store: Store;
let http: Server;
let apiUrl: string;
/** What arrived: the refresh token, and the moment on the moved clock. */
let arrived: { refreshToken: string; atMs: number }[];
/** What Slack has given, by refresh token that was sent. */
let given: Map<string, string>;
const vault = createVault([new Uint8Array(32).fill(7)]);
const keys = Array.from({ length: TEAMS }, (_, n) => `T${n}`);

beforeEach(async () => {
  clock = new TestClock(1_000_000_000);
  store = await openTestStore({ clock });
  arrived = [];
  given = new Map();
  http = createServer((request, response) => {
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      const refreshToken = form.get('refresh_token') ?? '';
      const isFromApp = request.headers.authorization === `Basic ${btoa('1.2:test-secret')}`;
      const isRefresh = request.url === '/api/oauth.v2.access' && form.get('grant_type') === 'refresh_token';
      response.setHeader('content-type', 'application/json');
      if (!isFromApp || !isRefresh) return response.end('{"ok":false,"error":"invalid_client_id"}');
      arrived.push({ refreshToken, atMs: clock.monotonic() });
      return response.end(JSON.stringify(nextPair(refreshToken)));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/`;
});

afterEach(() => {
  http.closeAllConnections();
  http.close();
});

/** A refresh token is good once; what it gave is remembered. */
function nextPair(refreshToken: string) {
  if (given.has(refreshToken)) return { ok: false, error: 'invalid_refresh_token' };
  const name = `test-${refreshToken.split('-').at(-1)}-${given.size}`;
  given.set(refreshToken, `xoxe.xoxb-1-${name}`);
  const pair = { access_token: `xoxe.xoxb-1-${name}`, refresh_token: `xoxe-1-${name}`, expires_in: LIFE_MS / 1_000 };
  return { ok: true, token_type: 'bot', scope: 'chat:write', ...pair };
}

/** The refresher of a server, and what tells it of the rows. */
function startRefreshing() {
  const installations = createInstallationRepository({ store, vault, clock });
  const slackFetch = createSlackFetch({
    apiUrl,
    lookup: () => ({ pass: true }),
    report: () => {},
    clock,
    random: () => 0.5,
  });
  const log = { info() {}, warn() {}, error() {} };
  const refresher = createRefresher({
    owner: ownsAll,
    config: { slackClientId: '1.2', slackClientSecret: 'test-secret' },
    storage: { store, vault },
    callSlack: createCallSlack(slackFetch, apiUrl),
    report: () => expect.fail('no token is dead'),
    onProblem: (_key, error) => expect.fail(error.message),
    onReleased: () => {},
    // The rows are seen each second, as another process sees them; a look for each refresh would take four times as long.
    wake: () => {},
    clock,
    random: () => 0.5,
    log,
  });
  const watcher = new RowWatcher({ installations, clock, log });
  const follow = async ({ installation: { key } }: InstallationView) => {
    const { bot } = await installations.credentials(key);
    refresher.observe(key, bot ? [bot] : []);
  };
  return { refresher, watcher, follow };
}

it('a storm of 1,500 tokens near their end is refreshed once each, and Slack gets no more than it allows', async () => {
  await plantInstallations({ store, vault }, keys, (key) => ({
    token: `xoxe.xoxb-1-test-${key}`,
    refreshToken: `xoxe-1-test-${key}`,
    expiresAtMs: clock.now() + 7_000_000,
  }));
  const { refresher, watcher, follow } = startRefreshing();
  await watcher.start(follow);
  while (arrived.length < TEAMS) {
    const before = arrived.length;
    await clock.advance(10_000);
    await store.get('select 1');
    if (arrived.length === before) break;
  }
  // Whoever would be asked again is asked within the longest back-off.
  await clock.advance(600_000);
  expect(new Set(arrived.map(({ refreshToken }) => refreshToken))).toEqual(
    new Set(keys.map((key) => `xoxe-1-test-${key}`)),
  );
  expect(arrived).toHaveLength(TEAMS);
  const inMinute = arrived.map(({ atMs }, n) => n - arrived.findIndex((other) => other.atMs > atMs - 60_000) + 1);
  expect(Math.max(...inMinute)).toBeLessThanOrEqual(SLACK_ALLOWS_PER_MINUTE);
  // It has to end before the tokens do: those of 10,000 teams, at this pace, in half an hour.
  expect((arrived.at(-1)?.atMs ?? 0) - (arrived[0]?.atMs ?? 0)).toBeLessThan((TEAMS / 10_000) * 30 * 60_000);
  // What is stored is what Slack gave for the very token of that team.
  const installations = createInstallationRepository({ store, vault, clock });
  for (const key of keys) {
    expect((await installations.botCredential(key))?.token).toBe(given.get(`xoxe-1-test-${key}`));
  }
  await watcher.stop();
  await refresher.stop();
}, 120_000);
