/**
 * What each class of Slack's answers leads to, from end to end, on each transport and by each way on which Slack can give it:
 *
 *   who is answered                     rtm   http  socket
 *   a listener's call                   yes   yes   yes
 *   the connect of a team               yes   –     –       only RTM has a connection of each team
 *   the periodic auth.test              yes   yes   yes
 *   the refresh of a token              –     yes   yes     tokens of classic apps do not rotate
 *   apps.connections.open of the app    –     –     yes     the app's token: no team is to blame
 *
 * Expectations are written by hand. What was sent is read from the log of the simulated Slack, with which token, and the
 * verdict from `teams list`.
 */
import type { FaultRequest } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { listTeams } from './cli.test-kit.ts';
import { isPostIn, isRequest, type Scene } from './scene.test-kit.ts';
import { isAccepted } from './socket-scene.test-kit.ts';
import { type Opened, openOn, openRotating, transports } from './transports.test-kit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const REFRESH = 'oauth.v2.access';
const HTML = '<html><body><h1>Bad Gateway</h1></body></html>';
const code = (error: string): FaultRequest => ({ kind: 'refuse', error });

/** A team for each trouble, named after it, and what Slack does to every request with its token. */
const troubles = {
  account_inactive: code('account_inactive'),
  token_revoked: code('token_revoked'),
  user_removed_from_team: code('user_removed_from_team'),
  invalid_auth: code('invalid_auth'),
  token_expired: code('token_expired'),
  org_login_required: code('org_login_required'),
  ekm_access_denied: code('ekm_access_denied'),
  not_allowed_token_type: code('not_allowed_token_type'),
  missing_scope: code('missing_scope'),
  channel_not_found: code('channel_not_found'),
  no_permission: code('no_permission'),
  a_code_of_tomorrow: code('a_code_of_tomorrow'),
  internal_error: code('internal_error'),
  service_unavailable: code('service_unavailable'),
  'HTTP 429': { kind: 'rate_limit', retryAfterSeconds: 40 },
  'HTTP 502': { kind: 'server_error', status: 502, body: HTML },
  '200 HTML': { kind: 'malformed', body: HTML },
} as const satisfies Record<string, FaultRequest>;

type Trouble = keyof typeof troubles;
const names = Object.keys(troubles) as Trouble[];
const gone = ['account_inactive', 'token_revoked', 'user_removed_from_team', 'invalid_auth', 'token_expired'] as const;

/** What `teams list` says of each team in the end; null = active without doubt. */
const verdicts: Record<Trouble, string | null> = {
  account_inactive: 'inactive account_inactive',
  token_revoked: 'inactive token_revoked',
  user_removed_from_team: 'inactive user_removed_from_team',
  invalid_auth: 'inactive invalid_auth',
  token_expired: 'inactive token_expired',
  org_login_required: 'suspended org_login_required',
  ekm_access_denied: 'suspended ekm_access_denied',
  not_allowed_token_type: null,
  missing_scope: null,
  channel_not_found: null,
  no_permission: null,
  a_code_of_tomorrow: null,
  internal_error: null,
  service_unavailable: null,
  'HTTP 429': null,
  'HTTP 502': null,
  '200 HTML': null,
};

async function meetTroubles(scene: Scene, teams: readonly Trouble[] = names): Promise<void> {
  for (const team of teams) await scene.slack.fault({ ...troubles[team], team } as FaultRequest);
}

/** `status reason` by name; null for what is active without doubt. */
async function verdictsIn(scene: Scene): Promise<Record<string, string | null>> {
  const rows = await listTeams(scene);
  return Object.fromEntries(
    rows.map(({ name, status, reason }) => [name, status === 'active' ? null : `${status} ${reason}`]),
  );
}

/** The methods that were called with the token of each team, in their order. */
async function sentBy(scene: Scene, teams: readonly string[], after: number): Promise<Record<string, string[]>> {
  const sent: Record<string, string[]> = {};
  for (const name of teams) {
    const { botTokenId } = await scene.installed(name);
    sent[name] = (await scene.usesOf(botTokenId, after)).map(({ method = '' }) => method);
  }
  return sent;
}

/** A person says hi in each team. */
async function sayHi(scene: Scene, teams: readonly string[]): Promise<void> {
  for (const team of teams) await scene.slack.say({ team, to: 'bot', text: 'hi' });
}

/** For two days nothing is sent for those that are gone; when it is all over the others answer, and those that are gone do not. */
async function comesBack(scene: Scene, idOf: Opened['idOf'], teams: readonly Trouble[] = names): Promise<void> {
  const after = await scene.slack.lastSeq();
  await sayHi(scene, gone);
  await scene.strideThrough(48 * HOUR_MS);
  expect(await sentBy(scene, gone, after)).toEqual(Object.fromEntries(gone.map((name) => [name, []])));
  await scene.slack.removeFaults();
  await scene.pass(700_000, 10_000);
  const answering = teams.filter((name) => !(gone as readonly string[]).includes(name));
  expect(Object.values(await verdictsIn(scene)).filter((verdict) => verdict !== null)).toHaveLength(gone.length);
  const asked = await scene.slack.lastSeq();
  await sayHi(scene, teams);
  for (const name of answering) await scene.until(isPostIn(idOf(name)), { after: asked, what: `an answer in ${name}` });
  await scene.pass(5_000);
  expect(await sentBy(scene, gone, after)).toEqual(Object.fromEntries(gone.map((name) => [name, []])));
}

describe.each(transports)('on %s', (transport) => {
  it('the answer to a listener’s call has the verdict of its class, and the others are still served', async () => {
    const { scene, told, idOf } = await openOn(transport, names);
    const after = await scene.slack.lastSeq();
    await meetTroubles(scene);
    await sayHi(scene, names);
    await scene.pass(70_000, 500);
    expect(await verdictsIn(scene)).toEqual(verdicts);
    expect(await sentBy(scene, names, after)).toEqual({
      account_inactive: ['chat.postMessage', 'auth.test'],
      token_revoked: ['chat.postMessage', 'auth.test'],
      user_removed_from_team: ['chat.postMessage', 'auth.test'],
      invalid_auth: ['chat.postMessage', 'auth.test', 'auth.test'],
      token_expired: ['chat.postMessage', 'auth.test'],
      org_login_required: ['chat.postMessage', 'auth.test'],
      ekm_access_denied: ['chat.postMessage', 'auth.test'],
      not_allowed_token_type: ['chat.postMessage'],
      missing_scope: ['chat.postMessage'],
      channel_not_found: ['chat.postMessage'],
      no_permission: ['chat.postMessage'],
      a_code_of_tomorrow: ['chat.postMessage'],
      internal_error: ['chat.postMessage'],
      service_unavailable: ['chat.postMessage'],
      // Slack says 40 s, and a listener's client waits so long.
      'HTTP 429': ['chat.postMessage', 'chat.postMessage'],
      'HTTP 502': ['chat.postMessage'],
      '200 HTML': ['chat.postMessage'],
    });
    // Each listener was told; the installation is no news to the operator.
    expect(told.filter((line) => !line.endsWith(' listener_failed'))).toEqual([]);
    // On RTM the way back is walked after a refused connect.
    if (transport !== 'rtm') await comesBack(scene, idOf);
  }, 180_000);

  it('the answer to the periodic auth.test has the verdict of its class', async () => {
    const { scene } = await openOn(transport, names, { periodicCheck: { everyMs: HOUR_MS, silentMs: Infinity } });
    const after = await scene.slack.lastSeq();
    await meetTroubles(scene);
    await scene.strideThrough(HOUR_MS - 2 * MINUTE_MS, 10 * MINUTE_MS);
    await scene.until(isRequest('auth.test'), { after, withinMs: 10 * MINUTE_MS, stepMs: 5_000 });
    await scene.pass(70_000, 500);
    expect(await verdictsIn(scene)).toEqual(verdicts);
    const expected = Object.fromEntries(names.map((name) => [name, ['auth.test']]));
    expect(await sentBy(scene, names, after)).toEqual({ ...expected, invalid_auth: ['auth.test', 'auth.test'] });
  }, 180_000);
});

describe.each(transports)('on %s, with SLACK_VERDICTS', (transport) => {
  it('a code means what the operator says, and not what the table says', async () => {
    const slackVerdicts = 'bot_removed=terminal, account_inactive=transient, channel_not_found=suspended';
    const teams = ['bot_removed', 'account_inactive', 'channel_not_found'];
    const { scene, idOf } = await openOn(transport, teams, { slackVerdicts });
    const after = await scene.slack.lastSeq();
    for (const team of teams) await scene.slack.fault({ kind: 'refuse', team: idOf(team), error: team });
    await sayHi(scene, teams);
    await scene.pass(10_000, 500);
    expect(await verdictsIn(scene)).toEqual({
      bot_removed: 'inactive bot_removed',
      account_inactive: null,
      channel_not_found: 'suspended channel_not_found',
    });
    expect(await sentBy(scene, teams, after)).toEqual({
      bot_removed: ['chat.postMessage', 'auth.test'],
      account_inactive: ['chat.postMessage'],
      channel_not_found: ['chat.postMessage', 'auth.test'],
    });
  });
});

describe('on rtm', () => {
  it('the answer to a connect has the verdict of its class', async () => {
    const { scene, told, idOf } = await openOn('rtm', names);
    const after = await scene.slack.lastSeq();
    await meetTroubles(scene);
    await scene.slack.fault({ kind: 'close' });
    await scene.pass(70_000, 500);
    expect(await verdictsIn(scene)).toEqual(verdicts);
    const sent = await sentBy(scene, names, after);
    expect(sent).toMatchObject({
      account_inactive: ['rtm.connect'],
      token_revoked: ['rtm.connect'],
      user_removed_from_team: ['rtm.connect'],
      invalid_auth: ['rtm.connect', 'auth.test'],
      token_expired: ['rtm.connect'],
      org_login_required: ['rtm.connect'],
      ekm_access_denied: ['rtm.connect'],
      'HTTP 429': ['rtm.connect', 'rtm.connect'],
    });
    for (const name of ['a_code_of_tomorrow', 'internal_error', 'service_unavailable', 'HTTP 502', '200 HTML']) {
      expect(sent[name]?.length, name).toBeGreaterThan(2);
    }
    // For the operator: tried again by back-off, by nothing but the connect.
    const forOperator = ['not_allowed_token_type', 'missing_scope', 'channel_not_found', 'no_permission'];
    for (const name of forOperator) expect(new Set(sent[name]), name).toEqual(new Set(['rtm.connect']));
    expect(new Set(told)).toEqual(new Set(forOperator.map((name) => `${idOf(name)} ${name}`)));
    await comesBack(scene, idOf);
  }, 180_000);
});

describe.each(['http', 'socket'] as const)('on %s, with tokens that rotate', (transport) => {
  // Without 429, which is for all refreshes of the app together: see refresher.test.ts.
  const rotating = names.filter((name) => name !== 'HTTP 429');

  it('the answer to a refresh has the verdict of its class, once the access token says the same', async () => {
    const { scene, told, idOf } = await openRotating(transport, rotating);
    await scene.strideThrough(9.8 * HOUR_MS);
    const after = await scene.slack.lastSeq();
    await meetTroubles(scene, rotating);
    await scene.until(isRequest(REFRESH), { after, withinMs: HOUR_MS, stepMs: 5_000 });
    await scene.pass(70_000, 500);
    // A refusal that is no proof changes nothing while the access token lives.
    const { 'HTTP 429': _, ...expected } = verdicts;
    expect(await verdictsIn(scene)).toEqual(expected);
    const nothing = Object.fromEntries(rotating.map((name) => [name, []]));
    expect(await sentBy(scene, rotating, after)).toEqual({
      ...nothing,
      account_inactive: ['auth.test'],
      token_revoked: ['auth.test'],
      user_removed_from_team: ['auth.test'],
      invalid_auth: ['auth.test', 'auth.test'],
      token_expired: ['auth.test'],
      org_login_required: ['auth.test'],
      ekm_access_denied: ['auth.test'],
    });
    for (const name of rotating) {
      const refreshes = await scene.callsOf(REFRESH, { after, team: idOf(name) });
      expect(refreshes.map(({ ok }) => ok).includes(true), name).toBe(false);
      // What is gone or paused is not refreshed any more.
      const isStill = verdicts[name] !== null;
      if (isStill) expect(refreshes, name).toHaveLength(1);
      else expect(refreshes.length, name).toBeGreaterThan(1);
    }
    const forOperator = ['not_allowed_token_type', 'missing_scope'];
    expect(new Set(told)).toEqual(new Set(forOperator.map((name) => `${idOf(name)} ${name}`)));
    // As above.
    if (transport === 'http') await comesBack(scene, idOf, rotating);
  }, 180_000);

  it.each(['bad_client_secret', 'invalid_client_id'])(
    '%s is the app’s: told once, and no team is asked',
    async (error) => {
      const { scene, told } = await openRotating(transport, ['Acme', 'Globex']);
      await scene.strideThrough(9.8 * HOUR_MS);
      const after = await scene.slack.lastSeq();
      await scene.slack.fault({ kind: 'refuse', method: REFRESH, error });
      await scene.until(isRequest(REFRESH), { after, withinMs: HOUR_MS, stepMs: 5_000 });
      await scene.pass(70_000, 500);
      expect(told).toEqual([expect.stringMatching(new RegExp(`^T\\w+ ${error}$`))]);
      expect(await verdictsIn(scene)).toEqual({ Acme: null, Globex: null });
      expect(await scene.callsOf('auth.test', { after })).toEqual([]);
      await scene.greet('Acme');
    },
  );
});

describe('on socket, what the app asks for', () => {
  it.each([
    'account_inactive',
    'token_revoked',
    'token_expired',
    'org_login_required',
    'team_access_not_granted',
    'not_allowed_token_type',
    'missing_scope',
    'channel_not_found',
    'no_permission',
  ])('and is refused by %s is the operator’s to repair: no team is blamed, and none asked', async (error) => {
    const { scene, told } = await openOn('socket', ['Acme', 'Globex']);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', method: 'apps.connections.open', error });
    await scene.slack.fault({ kind: 'close' });
    await scene.pass(60_000, 1_000);
    expect(told).toEqual([`null ${error}`]);
    expect(await verdictsIn(scene)).toEqual({ Acme: null, Globex: null });
    expect(await scene.callsOf('auth.test', { after })).toEqual([]);
    await scene.slack.removeFaults();
    const repaired = await scene.slack.lastSeq();
    await scene.until(isAccepted, { after: repaired, withinMs: 400_000, stepMs: 5_000 });
    await scene.greet('Globex');
  });

  it.each(['internal_error', 'a_code_of_tomorrow'])('and is refused by %s passes without a word', async (error) => {
    const { scene, told } = await openOn('socket', ['Acme']);
    await scene.slack.fault({ kind: 'refuse', method: 'apps.connections.open', error });
    await scene.slack.fault({ kind: 'close' });
    await scene.pass(60_000, 1_000);
    await scene.slack.removeFaults();
    await scene.until(isAccepted, { after: await scene.slack.lastSeq(), withinMs: 400_000, stepMs: 5_000 });
    await scene.greet('Acme');
    expect(told).toEqual([]);
    expect(await verdictsIn(scene)).toEqual({ Acme: null });
  });
});
