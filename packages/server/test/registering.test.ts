/** The Slack button from end to end, with everything that people and attackers do on the way. No end leaves a half-made team. */
import { describe, expect, it } from 'vitest';
import { listTeams } from './cli.test-kit.ts';
import { isRequest, isSocketOpen, Scene, type StartOptions } from './scene.test-kit.ts';
import { decide, headlineOf, openBrowser, type Page, register, visit } from './slack-button.test-kit.ts';

async function withSlack(options: StartOptions = {}) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start(options);
  const { id } = await scene.slack.team('Acme');
  return { scene, id };
}

/** A way back from Slack's page that was not gone yet. */
async function allowed(scene: Scene, team: string) {
  const browser = openBrowser();
  return { browser, back: await decide(browser, scene.url, { team }) };
}

/** Nothing was stored, nothing connects, and nothing of the address is on the page. */
async function expectNothingMade(scene: Scene, page: Page): Promise<void> {
  await scene.pass(10_000, 1_000);
  expect(await scene.rows()).toEqual([]);
  expect(await scene.callsOf('rtm.connect')).toEqual([]);
  for (const secret of new URL(page.url).searchParams.values()) expect(page.html).not.toContain(secret);
}

describe('a workspace that registers', () => {
  it('is connected within a second, and its row has names and bot ids', async () => {
    const { scene, id } = await withSlack();
    const page = await register(scene.url, { team: id });
    expect(page.status).toBe(200);
    await scene.until(isSocketOpen(id), { withinMs: 1_000 });
    const [bot] = await scene.slack.installs(id);
    expect(await listTeams(scene)).toEqual([
      expect.objectContaining({
        teamId: id,
        name: 'Acme',
        status: 'active',
        botUserId: bot?.botUserId,
        botId: bot?.botId,
        installs: 1,
      }),
    ]);
  });

  it('by a double click on Allow is registered once, and both clicks see the same page', async () => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    const [first, second] = await scene.during(Promise.all([visit(browser, back), visit(browser, back)]));
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(headlineOf(second)).toBe(headlineOf(first));
    await scene.until(isSocketOpen(id));
    expect(await scene.callsOf('oauth.access')).toHaveLength(1);
    expect(await listTeams(scene)).toMatchObject([{ teamId: id, installs: 1 }]);
    expect(await scene.slack.log({ kind: 'socket_open' })).toHaveLength(1);
  });

  it('sees the first result again after a reload, and nothing is exchanged twice', async () => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    const first = await visit(browser, back);
    await scene.stop();
    await scene.start();
    const again = await visit(browser, back.replace(/^http:\/\/[^/]+/, scene.url));
    expect(headlineOf(again)).toBe(headlineOf(first));
    expect(await scene.callsOf('oauth.access')).toHaveLength(1);
  });
});

describe('a way back that is not accepted', () => {
  it('with a code that was used before says so', async () => {
    const { scene, id } = await withSlack();
    const first = await allowed(scene, id);
    await visit(first.browser, first.back);
    await scene.until(isSocketOpen(id));
    const second = await allowed(scene, id);
    const usedCode = new URL(second.back);
    usedCode.searchParams.set('code', new URL(first.back).searchParams.get('code') ?? '');
    const page = await visit(second.browser, usedCode.href);
    expect(page.status).toBe(400);
    expect(headlineOf(page)).toContain('no longer takes this permission');
    expect(await scene.rows()).toMatchObject([{ installation: { key: id, version: { install: 1 } } }]);
  });

  it('with a forged state spends no code', async () => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    const forged = new URL(back);
    forged.searchParams.set('state', `${forged.searchParams.get('state')?.slice(0, -4)}AAAA`);
    const page = await visit(browser, forged.href);
    expect(page.status).toBe(403);
    expect(headlineOf(page)).toBe('This link was not made here');
    expect(await scene.callsOf('oauth.access')).toEqual([]);
    await expectNothingMade(scene, page);
  });

  it('after ten minutes spends no code', async () => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    await scene.strideThrough(601_000, 60_000);
    const page = await visit(browser, back);
    expect(page.status).toBe(400);
    expect(headlineOf(page)).toBe('This link has expired');
    expect(await scene.callsOf('oauth.access')).toEqual([]);
    await expectNothingMade(scene, page);
  });

  it('in another browser spends no code, and the first browser can still use it', async () => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    const stranger = openBrowser();
    await decide(stranger, scene.url, { team: id, decision: 'cancel' });
    const page = await visit(stranger, back);
    expect(page.status).toBe(403);
    expect(headlineOf(page)).toBe('This link belongs to another browser');
    expect(await scene.callsOf('oauth.access')).toEqual([]);
    expect((await visit(browser, back)).status).toBe(200);
    await scene.until(isSocketOpen(id));
  });

  it('after Cancel says that nothing was installed', async () => {
    const { scene, id } = await withSlack();
    const browser = openBrowser();
    const page = await visit(browser, await decide(browser, scene.url, { team: id, decision: 'cancel' }));
    expect(page.status).toBe(200);
    expect(headlineOf(page)).toContain('was not installed');
    expect(await listTeams(scene)).toEqual([]);
    await expectNothingMade(scene, page);
  });

  it.each([
    { trouble: { kind: 'server_error' }, status: 503 },
    { trouble: { kind: 'malformed' }, status: 503 },
    { trouble: { kind: 'refuse', error: 'bad_client_secret' }, status: 502 },
  ] as const)('because Slack answers the exchange with $trouble.kind says so', async ({ trouble, status }) => {
    const { scene, id } = await withSlack();
    const { browser, back } = await allowed(scene, id);
    await scene.slack.fault({ ...trouble, method: 'oauth.access' });
    const page = await scene.during(visit(browser, back));
    expect(page.status).toBe(status);
    expect(await scene.callsOf('rtm.connect')).toEqual([]);
    expect(scene.server.status()).toMatchObject({ active: 0, inactive: 0 });
  });
});

describe('a hook that refuses', () => {
  it.each<[string, () => unknown]>([
    ['by a veto', () => ({ veto: 'This bot is for friends only.' })],
    [
      'by throwing',
      () => {
        throw new Error('no');
      },
    ],
    ['by never settling', () => new Promise(() => {})],
  ])('%s has a first permission revoked and stores nothing', async (_name, refuse) => {
    const { scene, id } = await withSlack({
      setUp: ({ server }) => server.on('installing', refuse as () => { veto: string }),
    });
    const page = await scene.register(id);
    expect(page.status).toBe(403);
    expect(headlineOf(page)).toContain('does not accept Acme');
    const revoked = await scene.until(isRequest('auth.revoke'));
    expect(revoked).toMatchObject({ team: id, ok: true });
    await expectNothingMade(scene, page);
  });

  it('keeps the earlier credential of a team that registers again', async () => {
    let isOpen = true;
    const { scene, id } = await withSlack({
      setUp: ({ server }) => server.on('installing', () => (isOpen ? undefined : { veto: 'Closed.' })),
    });
    const acme = await scene.join('Acme');
    const [before] = await scene.slack.sockets(id);
    isOpen = false;
    const page = await scene.register(id);
    expect(page.status).toBe(403);
    expect(page.html).toContain('Closed.');
    await scene.pass(10_000, 1_000);
    expect(await scene.callsOf('auth.revoke')).toEqual([]);
    expect(await scene.slack.sockets(id)).toEqual([before]);
    expect(before?.tokenId).toBe(acme.botTokenId);
    expect(await scene.rows()).toMatchObject([{ installation: { key: id, version: { install: 1 } } }]);
  });

  it('is asked with the facts of the workspace before anything is stored', async () => {
    const asked: unknown[] = [];
    const { scene, id } = await withSlack({
      setUp: ({ server }) =>
        server.on('installing', (facts) => {
          asked.push({ ...facts, known: server.status().active });
        }),
    });
    await scene.join('Acme');
    await scene.join('Acme');
    const facts = { teamId: id, teamName: 'Acme', appId: 'A0SIMULATE', scopes: ['bot'] };
    expect(asked).toEqual([
      expect.objectContaining({ ...facts, intent: 'install', known: 0 }),
      expect.objectContaining({ ...facts, intent: 'reinstall', known: 1 }),
    ]);
  });
});

it('a token that died within a moment is not stored', async () => {
  const { scene, id } = await withSlack();
  await scene.slack.fault({ kind: 'refuse', method: 'auth.test', error: 'account_inactive' });
  const page = await scene.register(id);
  expect(page.status).toBe(502);
  expect(page.html).toContain('account_inactive');
  await expectNothingMade(scene, page);
});
