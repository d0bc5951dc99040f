/** P3: re-installing always wins. The team goes on with the new credential and its data; nothing late about the old one counts. */
import { describe, expect, it } from 'vitest';
import type { Installed } from './scene.test-kit.ts';
import { isRefused, isRequest, isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';
import { headlineOf } from './slack-button.test-kit.ts';

const HOUR_MS = 3_600_000;

/** Acme, connected, with a document; hooks as they were told. */
async function withAcme() {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const told: string[] = [];
  const { server } = await scene.start();
  for (const name of ['installed', 'reinstalled', 'reactivated', 'deactivated', 'suspended'] as const) {
    server.on(name, () => told.push(name));
  }
  const acme = await scene.join('Acme');
  await server.data(acme.id).set('greetings', 3);
  return { scene, told, acme };
}

/** The next install gives another token, or the same one, as Slack usually does. */
async function nextTokenIs(scene: Scene, which: 'the same' | 'another'): Promise<void> {
  if (which === 'another') await scene.slack.fault({ kind: 'new_token', count: 1 });
}

/** After a while the team has exactly the socket of its re-install, answers with its new token, and has its data. */
async function expectUntouched(
  scene: Scene,
  acme: Installed,
  { after, opened }: { after: number; opened?: string | undefined },
) {
  const now = await scene.installed('Acme');
  await scene.strideThrough(HOUR_MS, 60_000);
  const [socket, ...others] = await scene.slack.sockets(acme.id);
  expect(others).toEqual([]);
  expect(socket).toMatchObject({ id: opened, tokenId: now.botTokenId });
  expect((await scene.greet('Acme')).tokenId).toBe(now.botTokenId);
  expect((await scene.server.data(acme.id).get('greetings'))?.value).toBe(3);
  expect(await scene.slack.log({ after, kind: 'socket_open' })).toHaveLength(1);
}

describe('registering again while the bot is active', () => {
  it.each(['the same', 'another'] as const)('with %s token reconnects exactly once, at once', async (which) => {
    const { scene, told, acme } = await withAcme();
    await nextTokenIs(scene, which);
    const after = await scene.slack.lastSeq();
    const page = await scene.register('Acme');
    expect(page.status).toBe(200);
    expect(headlineOf(page)).toContain('stays in Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after, withinMs: 1_000 });
    expect(await scene.until(isSocketClosed(acme.id), { after })).toMatchObject({ code: 1000, by: 'client' });
    await expectUntouched(scene, acme, { after, opened: socket });
    expect(await scene.callsOf('rtm.connect', { after })).toHaveLength(1);
    expect(told).toEqual(['installed', 'reinstalled']);
  });

  it('with another token never uses the old one again', async () => {
    const { scene, acme } = await withAcme();
    await nextTokenIs(scene, 'another');
    const kept = await scene.server.client(acme.id);
    const after = await scene.slack.lastSeq();
    await scene.register('Acme');
    await scene.until(isSocketOpen(acme.id), { after });
    await expect(kept.chat.postMessage({ channel: '#general', text: 'old' })).rejects.toThrow(
      'an earlier installation',
    );
    expect(await scene.usesOf(acme.botTokenId, after)).toEqual([]);
  });

  it('with another token repeats no call of the old one that sleeps through its Retry-After', async () => {
    const { scene, acme } = await withAcme();
    await nextTokenIs(scene, 'another');
    const client = await scene.server.client(acme.id);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'rate_limit', method: 'chat.postMessage', retryAfterSeconds: 20, count: 1 });
    const outcome = client.chat.postMessage({ channel: '#general', text: 'old' }).catch((error: unknown) => error);
    await scene.until(isRefused('chat.postMessage', 'ratelimited'), { after });
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after });
    const reinstalled = await scene.slack.lastSeq();
    await scene.pass(60_000, 1_000);
    expect(await outcome).toMatchObject({ message: expect.stringContaining('an earlier installation') });
    expect(await scene.usesOf(acme.botTokenId, reinstalled)).toEqual([]);
    await expectUntouched(scene, acme, { after, opened: socket });
  });

  it('does not wait for a connect of the old token that hangs', async () => {
    const { scene, acme } = await withAcme();
    await nextTokenIs(scene, 'another');
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'hang', method: 'rtm.connect', count: 1 });
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.until(isRequest('rtm.connect', 'request_held'), { after });
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after, withinMs: 1_000 });
    await expectUntouched(scene, acme, { after, opened: socket });
  });
});

describe.each(['the same', 'another'] as const)('after a re-install with %s token', (which) => {
  it('a refusal of rtm.connect that was on its way changes nothing', async () => {
    const { scene, told, acme } = await withAcme();
    await nextTokenIs(scene, which);
    const after = await scene.slack.lastSeq();
    const hold = { kind: 'hold', method: 'rtm.connect', error: 'account_inactive', count: 1 } as const;
    const { id } = await scene.slack.fault(hold);
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.until(isRequest('rtm.connect', 'request_held'), { after });
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after });
    await scene.slack.release(id);
    await expectUntouched(scene, acme, { after, opened: socket });
    expect(told).toEqual(['installed', 'reinstalled']);
  });

  it('a failure of a listener’s call that was on its way changes nothing and asks nothing', async () => {
    const { scene, told, acme } = await withAcme();
    await nextTokenIs(scene, which);
    const after = await scene.slack.lastSeq();
    const hold = { kind: 'hold', method: 'chat.postMessage', error: 'token_revoked', count: 1 } as const;
    const { id } = await scene.slack.fault(hold);
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isRequest('chat.postMessage', 'request_held'), { after });
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after });
    const reinstalled = await scene.slack.lastSeq();
    await scene.slack.release(id);
    await scene.until(isRefused('chat.postMessage', 'token_revoked'), { after: reinstalled });
    await expectUntouched(scene, acme, { after, opened: socket });
    expect(await scene.callsOf('auth.test', { after: reinstalled })).toEqual([]);
    expect(told).toEqual(['installed', 'reinstalled']);
  });

  it('the verdict of a probe that was on its way is not written', async () => {
    const { scene, told, acme } = await withAcme();
    await nextTokenIs(scene, which);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', method: 'chat.postMessage', error: 'account_inactive', count: 1 });
    const hold = { kind: 'hold', method: 'auth.test', error: 'account_inactive', count: 1 } as const;
    const { id } = await scene.slack.fault(hold);
    await scene.slack.say({ team: acme.id, to: 'bot', text: 'hi' });
    await scene.until(isRequest('auth.test', 'request_held'), { after });
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after });
    await scene.slack.release(id);
    await scene.until(isRefused('auth.test', 'account_inactive'), { after });
    await expectUntouched(scene, acme, { after, opened: socket });
    expect(told).toEqual(['installed', 'reinstalled']);
  });

  it('the second proof of invalid_auth is not taken from a doubt about the old one', async () => {
    const { scene, told, acme } = await withAcme();
    await nextTokenIs(scene, which);
    const after = await scene.slack.lastSeq();
    await scene.slack.fault({ kind: 'refuse', method: 'rtm.connect', error: 'invalid_auth', count: 1 });
    await scene.slack.fault({ kind: 'close', team: acme.id });
    await scene.until(isRefused('rtm.connect', 'invalid_auth'), { after });
    await scene.pass(20_000, 1_000);
    await scene.register('Acme');
    const { socket } = await scene.until(isSocketOpen(acme.id), { after, withinMs: 1_000 });
    await expectUntouched(scene, acme, { after, opened: socket });
    expect(told).toEqual(['installed', 'reinstalled']);
  });
});

describe('registering again after a deactivation', () => {
  it.each(['disable_integration', 'revoke_token', 'remove_app'] as const)(
    'by %s brings the team back on its row, with its data',
    async (kind) => {
      const { scene, told, acme } = await withAcme();
      await scene.slack.fault({ kind, team: acme.id });
      await scene.strideThrough(HOUR_MS, 60_000);
      expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
      const after = await scene.slack.lastSeq();
      expect(headlineOf(await scene.register('Acme'))).toContain('is back in Acme');
      const { socket } = await scene.until(isSocketOpen(acme.id), { after, withinMs: 1_000 });
      await expectUntouched(scene, acme, { after, opened: socket });
      expect(scene.server.status()).toMatchObject({ active: 1, inactive: 0 });
      expect(told).toEqual(['installed', 'deactivated', 'reinstalled', 'reactivated']);
    },
  );
});
