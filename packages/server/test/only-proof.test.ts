/** P2: only proof deactivates. Whatever else Slack and the network do for an hour, every team comes back by itself. */

import { type FaultRequest, startSimulator } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { isSocketOpen, Scene } from './scene.test-kit.ts';

const HOUR_MS = 3_600_000;
/** The longest wait between two attempts is five minutes. */
const RECOVERY_MS = 400_000;
const deadBody = '{"ok":false,"error":"account_inactive"}';

/** One workspace for each name, imported and connected; the hooks that tell of a loss as they were told. */
async function withTeams(...names: string[]) {
  const scene = await Scene.open({ teams: names.map((name) => ({ name })), seedNumber: 7 });
  const lost: unknown[] = [];
  await scene.importTeams(await scene.linesOf(names));
  const { server } = await scene.start();
  server.on('deactivated', (payload) => lost.push(payload));
  server.on('suspended', (payload) => lost.push(payload));
  await allConnect(scene, names, { after: 0 });
  return { scene, lost };
}

/** Waits until each of them has opened a socket after `after`. */
async function allConnect(scene: Scene, names: string[], { after }: { after: number }): Promise<void> {
  for (const name of names) {
    const { id } = await scene.slack.team(name);
    await scene.until(isSocketOpen(id), { after, withinMs: RECOVERY_MS, stepMs: 10_000, what: `a socket of ${name}` });
  }
}

describe('for an hour', () => {
  it('each team meets another trouble; none is deactivated, and all come back when it ends', async () => {
    const troubles: Record<string, FaultRequest> = {
      '503': { kind: 'server_error', status: 503 },
      '500 with a terminal code in its body': { kind: 'server_error', status: 500, body: deadBody },
      '404': { kind: 'server_error', status: 404 },
      'broken JSON': { kind: 'malformed' },
      'an empty answer': { kind: 'malformed', body: '' },
      'a URL that is none': { kind: 'malformed', body: '{"ok":true,"url":17}' },
      'no answer at all': { kind: 'hang' },
      '429': { kind: 'rate_limit', retryAfterSeconds: 60 },
      internal_error: { kind: 'refuse', error: 'internal_error' },
      'an unknown code': { kind: 'refuse', error: 'a_code_that_nobody_has_seen' },
      not_allowed_token_type: { kind: 'refuse', error: 'not_allowed_token_type' },
      missing_scope: { kind: 'refuse', error: 'missing_scope' },
      no_permission: { kind: 'refuse', error: 'no_permission' },
      'sockets that are reset': { kind: 'refuse_sockets', how: 'reset' },
      'sockets without hello': { kind: 'no_hello' },
      'sockets that close at once': { kind: 'accept_then_close' },
    };
    const names = Object.keys(troubles);
    const { scene, lost } = await withTeams(...names);
    for (const [team, trouble] of Object.entries(troubles))
      await scene.slack.fault({ ...trouble, team } as FaultRequest);
    await scene.slack.fault({ kind: 'close' });
    await scene.strideThrough(HOUR_MS, 300_000);
    expect(scene.server.status()).toMatchObject({ active: names.length, connected: 0 });
    await scene.slack.removeFaults();
    await allConnect(scene, names, { after: await scene.slack.lastSeq() });
    for (const name of names) await scene.greet(name);
    expect(lost).toEqual([]);
  });

  it.each(['503', 'reset'] as const)(
    'an outage of everything by %s deactivates nobody, and all come back',
    async (how) => {
      const { scene, lost } = await withTeams('Acme', 'Globex');
      await scene.slack.fault({ kind: 'outage', how });
      await scene.strideThrough(HOUR_MS, 60_000);
      expect(await scene.slack.sockets()).toEqual([]);
      await scene.slack.removeFaults();
      await allConnect(scene, ['Acme', 'Globex'], { after: await scene.slack.lastSeq() });
      await scene.greet('Acme');
      expect(lost).toEqual([]);
    },
  );

  it('a Slack whose port is closed deactivates nobody, and all come back when it opens', async () => {
    const { scene, lost } = await withTeams('Acme', 'Globex');
    await scene.simulator.stop();
    for (let stride = 0; stride < 12; stride++) await scene.clock.leap(HOUR_MS / 12);
    // The same seed gives the same workspaces and tokens: to the server it is the same Slack.
    const again = await startSimulator({
      port: Number(new URL(scene.simulator.url).port),
      teams: [{ name: 'Acme' }, { name: 'Globex' }],
      seedNumber: 7,
      clock: { mode: 'manual', startMs: scene.clock.now() },
    });
    await scene.slack.install({ team: 'Acme' });
    await scene.slack.install({ team: 'Globex' });
    await allConnect(scene, ['Acme', 'Globex'], { after: 0 });
    expect(lost).toEqual([]);
    await scene.stop();
    await again.stop();
  });
});

describe('while a listener calls', () => {
  it.each<[string, FaultRequest]>([
    ['503 with a terminal code in its body', { kind: 'server_error', status: 503, body: deadBody }],
    ['broken JSON', { kind: 'malformed' }],
    ['429 with a long Retry-After', { kind: 'rate_limit', retryAfterSeconds: 600 }],
    ['an unknown code', { kind: 'refuse', error: 'a_code_that_nobody_has_seen' }],
    ['missing_scope', { kind: 'refuse', error: 'missing_scope' }],
  ])('%s concerns that call only', async (_name, fault) => {
    const { scene, lost } = await withTeams('Acme');
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ ...fault, method: 'chat.postMessage' } as FaultRequest);
    await scene.slack.say({ team: 'Acme', to: 'bot', text: 'hi' });
    await scene.until(({ method }) => method === 'chat.postMessage', { after });
    await scene.pass(60_000, 1_000);
    expect(await scene.callsOf('auth.test', { after })).toEqual([]);
    await scene.slack.removeFaults();
    await scene.greet('Acme');
    expect(await scene.slack.log({ after, kind: 'socket_close' })).toEqual([]);
    expect(lost).toEqual([]);
  });

  it('a dead token that the probe cannot confirm, because Slack is down, deactivates nobody before Slack answers', async () => {
    const { scene, lost } = await withTeams('Acme');
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', method: 'chat.postMessage', error: 'account_inactive', count: 1 });
    await scene.slack.fault({ kind: 'server_error', method: 'auth.test', body: deadBody });
    await scene.slack.say({ team: 'Acme', to: 'bot', text: 'hi' });
    await scene.until(({ method }) => method === 'auth.test', { after });
    await scene.strideThrough(HOUR_MS, 60_000);
    expect(lost).toEqual([]);
    await scene.slack.removeFaults();
    await scene.until(({ method, ok }) => method === 'auth.test' && ok === true, {
      after,
      withinMs: RECOVERY_MS,
      stepMs: 10_000,
    });
    await scene.greet('Acme');
    expect(lost).toEqual([]);
  });
});

it('a workspace that its organisation paused is asked again until it answers, and keeps its data', async () => {
  const { scene, lost } = await withTeams('Acme');
  const acme = await scene.installed('Acme');
  await scene.server.data(acme.id).set('greetings', 3);
  await scene.slack.fault({ kind: 'refuse', team: acme.id, error: 'org_login_required' });
  await scene.slack.fault({ kind: 'close', team: acme.id });
  await scene.strideThrough(HOUR_MS, 60_000);
  expect(lost).toEqual([{ teamId: acme.id, enterpriseId: null, reason: 'org_login_required' }]);
  await scene.slack.removeFaults();
  const after = await scene.slack.lastSeq();
  await scene.until(isSocketOpen(acme.id), { after, withinMs: RECOVERY_MS, stepMs: 10_000 });
  await scene.greet('Acme');
  expect((await scene.server.data(acme.id).get('greetings'))?.value).toBe(3);
});
